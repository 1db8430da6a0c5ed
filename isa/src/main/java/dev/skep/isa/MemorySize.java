package dev.skep.isa;

/** The size field of load and store opcodes (RFC 9669, section 5). */
public enum MemorySize {
  /** Four bytes; {@code BPF_W}. */
  W(0x00, 4, "u32"),
  /** Two bytes; {@code BPF_H}. */
  H(0x08, 2, "u16"),
  /** One byte; {@code BPF_B}. */
  B(0x10, 1, "u8"),
  /** Eight bytes; {@code BPF_DW}. */
  DW(0x18, 8, "u64");

  private static final MemorySize[] VALUES = values();

  private final int code;
  private final int bytes;
  private final String typeName;

  MemorySize(int code, int bytes, String typeName) {
    this.code = code;
    this.bytes = bytes;
    this.typeName = typeName;
  }

  /** The size that an opcode byte names. */
  public static MemorySize of(int opcode) {
    return VALUES[(opcode >> 3) & 3];
  }

  /** The bits in an opcode byte. */
  public int code() {
    return code;
  }

  /** 1, 2, 4 or 8. */
  public int bytes() {
    return bytes;
  }

  /** The type as the kernel's listing names it, such as {@code u32}. */
  public String typeName() {
    return typeName;
  }

  /** The signed type as the kernel's listing names it, such as {@code s32}. */
  public String signedTypeName() {
    return "s" + typeName.substring(1);
  }
}
