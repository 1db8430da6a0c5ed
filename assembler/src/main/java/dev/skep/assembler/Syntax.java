package dev.skep.assembler;

/** How instructions are written. */
public enum Syntax {
  /** Each line is read as what it looks like. */
  AUTO,
  /** The kernel's and LLVM's: {@code r1 = *(u32 *)(r2 + 8)}. */
  KERNEL,
  /** That of uBPF, GNU as and the conformance suite: {@code ldxw %r1, [%r2+8]}. */
  MNEMONIC
}
