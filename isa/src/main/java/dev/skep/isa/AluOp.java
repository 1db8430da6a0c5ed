package dev.skep.isa;

/**
 * The two-operand arithmetic operations (RFC 9669, section 4.1).
 *
 * <p>{@code NEG}, byte swaps, sign-extending moves and address-space casts have shapes of their own
 * in {@link Instruction}. The signed forms share the code of the unsigned ones and are told apart
 * by an offset of 1.
 */
public enum AluOp {
  ADD(0x00, 0, "+="),
  SUB(0x10, 0, "-="),
  MUL(0x20, 0, "*="),
  DIV(0x30, 0, "/="),
  SDIV(0x30, 1, "s/="),
  OR(0x40, 0, "|="),
  AND(0x50, 0, "&="),
  LSH(0x60, 0, "<<="),
  RSH(0x70, 0, ">>="),
  MOD(0x90, 0, "%="),
  SMOD(0x90, 1, "s%="),
  XOR(0xa0, 0, "^="),
  MOV(0xb0, 0, "="),
  ARSH(0xc0, 0, "s>>=");

  private final int code;
  private final int offset;
  private final String symbol;

  AluOp(int code, int offset, String symbol) {
    this.code = code;
    this.offset = offset;
    this.symbol = symbol;
  }

  /** The four high bits of the opcode byte, in place. */
  public int code() {
    return code;
  }

  /** What the instruction's offset field must hold: 1 for the signed forms, otherwise 0. */
  public int offset() {
    return offset;
  }

  /** The operator in the kernel's and LLVM's text, such as {@code s>>=}. */
  public String symbol() {
    return symbol;
  }
}
