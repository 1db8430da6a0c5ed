package dev.skep.assembler;

import dev.skep.catalog.ProgramType;

/**
 * What an assembler run may be told.
 *
 * @param syntax how instructions are written
 * @param type the type of a program that no directive gives one
 * @param license the licence of a file that does not name one
 * @param helpers the names that {@code call} knows
 */
public record AssemblyOptions(
    Syntax syntax, ProgramType type, String license, HelperNames helpers) {

  /** Automatic syntax, socket filter, GPL, the helpers of Linux 6.18. */
  public static AssemblyOptions defaults() {
    return defaults(HelperNames.LINUX);
  }

  /** Automatic syntax, socket filter, GPL. */
  public static AssemblyOptions defaults(HelperNames helpers) {
    return new AssemblyOptions(Syntax.AUTO, ProgramType.SOCKET_FILTER, "GPL", helpers);
  }

  /** These options with another syntax. */
  public AssemblyOptions withSyntax(Syntax syntax) {
    return new AssemblyOptions(syntax, type, license, helpers);
  }
}
