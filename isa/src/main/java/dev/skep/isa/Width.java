package dev.skep.isa;

/** How much of the registers an arithmetic or jump instruction works on. */
public enum Width {
  /** The low 32 bits (classes {@code ALU} and {@code JMP32}); arithmetic clears the upper half. */
  W32(32),
  /** The whole register (classes {@code ALU64} and {@code JMP}). */
  W64(64);

  private final int bits;

  Width(int bits) {
    this.bits = bits;
  }

  /** 32 or 64. */
  public int bits() {
    return bits;
  }
}
