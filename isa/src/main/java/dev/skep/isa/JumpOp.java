package dev.skep.isa;

/** The conditions of conditional jumps (RFC 9669, section 4.3). */
public enum JumpOp {
  JEQ(0x10, "=="),
  JGT(0x20, ">"),
  JGE(0x30, ">="),
  /** Jumps when the operands share a bit. */
  JSET(0x40, "&"),
  JNE(0x50, "!="),
  JSGT(0x60, "s>"),
  JSGE(0x70, "s>="),
  JLT(0xa0, "<"),
  JLE(0xb0, "<="),
  JSLT(0xc0, "s<"),
  JSLE(0xd0, "s<=");

  private final int code;
  private final String symbol;

  JumpOp(int code, String symbol) {
    this.code = code;
    this.symbol = symbol;
  }

  /** The four high bits of the opcode byte, in place. */
  public int code() {
    return code;
  }

  /** The operator in the kernel's and LLVM's text, such as {@code s>=}. */
  public String symbol() {
    return symbol;
  }
}
