package dev.skep.assembler;

/**
 * How a disassembly looks.
 *
 * @param syntax the syntax; {@link Syntax#AUTO} means the kernel's
 * @param bytes whether each line ends in a comment with its slot and bytes
 * @param sourceLines whether source lines stand between the instructions, as comments
 * @param labels whether jumps name labels; otherwise they show distances
 * @param helpers names of helpers
 */
public record DisassemblyOptions(
    Syntax syntax, boolean bytes, boolean sourceLines, boolean labels, HelperNames helpers) {

  /** The kernel's syntax with labels, source lines and the helpers of Linux 6.18. */
  public static DisassemblyOptions defaults() {
    return defaults(HelperNames.LINUX);
  }

  /** The kernel's syntax with labels and source lines. */
  public static DisassemblyOptions defaults(HelperNames helpers) {
    return new DisassemblyOptions(Syntax.KERNEL, false, true, true, helpers);
  }

  /** These options with another syntax. */
  public DisassemblyOptions withSyntax(Syntax syntax) {
    return new DisassemblyOptions(syntax, bytes, sourceLines, labels, helpers);
  }
}
