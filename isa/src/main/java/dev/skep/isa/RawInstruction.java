package dev.skep.isa;

/**
 * The exact 64 bits of one instruction slot (RFC 9669, section 3), in the host-independent layout
 * that a little-endian load of the eight bytes gives:
 *
 * <pre>
 *  63                    32 31        16 15   12 11    8 7      0
 * +------------------------+------------+-------+-------+--------+
 * |          imm           |   offset   |src_reg|dst_reg| opcode |
 * +------------------------+------------+-------+-------+--------+
 * </pre>
 *
 * @param bits the slot
 */
public record RawInstruction(long bits) {

  /** Bytes in a slot. */
  public static final int BYTES = 8;

  /** Opcode of the first slot of a wide load, {@code BPF_LD | BPF_IMM | BPF_DW}. */
  public static final int WIDE_OPCODE = 0x18;

  /** Builds a slot from its fields; each is cut to its width. */
  public static RawInstruction of(int opcode, int dstReg, int srcReg, int offset, int imm) {
    return new RawInstruction(
        (opcode & 0xffL)
            | (dstReg & 0xfL) << 8
            | (srcReg & 0xfL) << 12
            | (offset & 0xffffL) << 16
            | (long) imm << 32);
  }

  /** The opcode byte, 0 to 255. */
  public int opcode() {
    return (int) (bits & 0xff);
  }

  /** The destination register's number, 0 to 15. */
  public int dstReg() {
    return (int) (bits >> 8) & 0xf;
  }

  /** The source register's number, 0 to 15. */
  public int srcReg() {
    return (int) (bits >> 12) & 0xf;
  }

  /** The signed 16-bit offset. */
  public int offset() {
    return (short) (bits >> 16);
  }

  /** The signed 32-bit immediate. */
  public int imm() {
    return (int) (bits >> 32);
  }

  /** The class in the opcode. */
  public InstructionClass instructionClass() {
    return InstructionClass.of(opcode());
  }

  /** Whether this is the first slot of a wide load, which takes two. */
  public boolean isWide() {
    return opcode() == WIDE_OPCODE;
  }

  /** This slot with another immediate. */
  public RawInstruction withImm(int imm) {
    return new RawInstruction((bits & 0xffff_ffffL) | (long) imm << 32);
  }

  /** This slot with another offset. */
  public RawInstruction withOffset(int offset) {
    return new RawInstruction((bits & ~0xffff_0000L) | (offset & 0xffffL) << 16);
  }

  /** This slot with another source register. */
  public RawInstruction withSrcReg(int srcReg) {
    return new RawInstruction((bits & ~0xf000L) | (srcReg & 0xfL) << 12);
  }

  @Override
  public String toString() {
    return "%02x dst=%d src=%d off=%d imm=%#x"
        .formatted(opcode(), dstReg(), srcReg(), offset(), imm());
  }
}
