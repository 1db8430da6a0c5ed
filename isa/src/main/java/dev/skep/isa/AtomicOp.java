package dev.skep.isa;

/** The atomic read-modify-write operations (RFC 9669, section 5.3): values of {@code imm}. */
public enum AtomicOp {
  ADD(0x00, false),
  OR(0x40, false),
  AND(0x50, false),
  XOR(0xa0, false),
  FETCH_ADD(0x01, true),
  FETCH_OR(0x41, true),
  FETCH_AND(0x51, true),
  FETCH_XOR(0xa1, true),
  XCHG(0xe1, true),
  /** Compares with {@code r0} and leaves the old value there. */
  CMPXCHG(0xf1, true);

  private final int code;
  private final boolean fetches;

  AtomicOp(int code, boolean fetches) {
    this.code = code;
    this.fetches = fetches;
  }

  /** The value of the instruction's {@code imm} field. */
  public int code() {
    return code;
  }

  /** Whether the old value comes back in a register. */
  public boolean fetches() {
    return fetches;
  }
}
