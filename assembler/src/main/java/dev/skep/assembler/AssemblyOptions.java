package dev.skep.assembler;

import dev.skep.btf.Btf;
import dev.skep.catalog.ProgramType;
import org.jspecify.annotations.Nullable;

/**
 * What an assembler run may be told.
 *
 * @param syntax how instructions are written
 * @param type the type of a program that no directive gives one
 * @param license the licence of a file that does not name one
 * @param helpers the names that {@code call} knows
 * @param kernelBtf the types of the kernel whose functions programs call, or null
 */
public record AssemblyOptions(
    Syntax syntax, ProgramType type, String license, HelperNames helpers, @Nullable Btf kernelBtf) {

  /** Automatic syntax, socket filter, GPL, the helpers of Linux 6.18. */
  public static AssemblyOptions defaults() {
    return defaults(HelperNames.LINUX);
  }

  /** Automatic syntax, socket filter, GPL. */
  public static AssemblyOptions defaults(HelperNames helpers) {
    return new AssemblyOptions(Syntax.AUTO, ProgramType.SOCKET_FILTER, "GPL", helpers, null);
  }

  /** These options with another syntax. */
  public AssemblyOptions withSyntax(Syntax syntax) {
    return new AssemblyOptions(syntax, type, license, helpers, kernelBtf);
  }

  /** These options with a kernel's types. */
  public AssemblyOptions withKernelBtf(@Nullable Btf types) {
    return new AssemblyOptions(syntax, type, license, helpers, types);
  }
}
