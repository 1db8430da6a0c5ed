package dev.skep.isa;

/**
 * The instruction class: the three low bits of the opcode byte (RFC 9669, section 3.1).
 *
 * <p>The ordinal is the encoding.
 */
public enum InstructionClass {
  /** Non-standard load operations: wide immediates and legacy packet access. */
  LD,
  /** Load from memory into a register. */
  LDX,
  /** Store an immediate into memory. */
  ST,
  /** Store a register into memory, and the atomic operations. */
  STX,
  /** 32-bit arithmetic. */
  ALU,
  /** 64-bit jumps, calls and exit. */
  JMP,
  /** 32-bit jumps. */
  JMP32,
  /** 64-bit arithmetic. */
  ALU64;

  private static final InstructionClass[] VALUES = values();

  /** The class of an opcode byte. */
  public static InstructionClass of(int opcode) {
    return VALUES[opcode & 0x07];
  }

  /** The three bits in an opcode byte. */
  public int code() {
    return ordinal();
  }

  /** Whether opcodes of this class carry an arithmetic operation in their four high bits. */
  public boolean isArithmetic() {
    return this == ALU || this == ALU64;
  }

  /** Whether opcodes of this class carry a jump operation in their four high bits. */
  public boolean isJump() {
    return this == JMP || this == JMP32;
  }
}
