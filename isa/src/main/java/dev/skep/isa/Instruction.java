package dev.skep.isa;

/**
 * One BPF instruction as RFC 9669 and Linux define it, free of encoding detail.
 *
 * <p>The interface is sealed so that a switch over it is exhaustive without {@code default}: adding
 * an instruction makes the compiler name every place that has to learn it. Jump offsets and local
 * call offsets count 8-byte slots relative to the next instruction, as in the encoding. Records do
 * not check register numbers: the decoder and the verifier do, each with its own words.
 */
public sealed interface Instruction {

  /** Slots taken in the program: 2 for the wide load, otherwise 1. */
  default int slots() {
    return this instanceof LoadImmediate64 ? 2 : 1;
  }

  /** {@code dst = dst op src} (or {@code dst = src} for {@code MOV}). */
  record Alu(Width width, AluOp op, int dst, Operand src) implements Instruction {}

  /** {@code dst = (sN)src}: sign-extends the low {@code bits} (8, 16, or 32 for W64). */
  record MoveSignExtend(Width width, int dst, int src, int bits) implements Instruction {}

  /** {@code dst = -dst}. */
  record Negate(Width width, int dst) implements Instruction {}

  /** {@code dst = le16(dst)} and its relatives; {@code bits} is 16, 32 or 64. */
  record ByteSwap(ByteSwapKind kind, int dst, int bits) implements Instruction {}

  /** The direction of a byte swap. */
  enum ByteSwapKind {
    /** To little endian ({@code ALU}, source bit 0). */
    TO_LE,
    /** To big endian ({@code ALU}, source bit 1). */
    TO_BE,
    /** Unconditional ({@code ALU64}; cpu v4). */
    SWAP
  }

  /**
   * {@code dst = addr_space_cast(src, toSpace, fromSpace)}: arena pointers, Linux 6.9.
   *
   * <p>The immediate holds {@code toSpace} in its upper and {@code fromSpace} in its lower half.
   */
  record AddressSpaceCast(int dst, int src, int toSpace, int fromSpace) implements Instruction {}

  /**
   * {@code dst = *(size *)(src + offset)}, zero- or sign-extending ({@code MEM}, {@code MEMSX}).
   */
  record Load(MemorySize size, boolean signExtend, int dst, int src, int offset)
      implements Instruction {}

  /** {@code *(size *)(dst + offset) = src}. */
  record Store(MemorySize size, int dst, int offset, Operand src) implements Instruction {}

  /** {@code lock *(size *)(dst + offset) op= src}; size is {@code W} or {@code DW}. */
  record Atomic(AtomicOp op, MemorySize size, int dst, int offset, int src)
      implements Instruction {}

  /** {@code dst = load_acquire((size *)(src + offset))}; Linux 6.15. */
  record LoadAcquire(MemorySize size, int dst, int src, int offset) implements Instruction {}

  /** {@code store_release((size *)(dst + offset), src)}; Linux 6.15. */
  record StoreRelease(MemorySize size, int dst, int offset, int src) implements Instruction {}

  /** {@code r0 = *(size *)skb[imm]}: legacy packet access, {@code LD | ABS}. */
  record LoadPacketAbsolute(MemorySize size, int imm) implements Instruction {}

  /** {@code r0 = *(size *)skb[src + imm]}: legacy packet access, {@code LD | IND}. */
  record LoadPacketIndirect(MemorySize size, int src, int imm) implements Instruction {}

  /**
   * {@code dst = value ll} or a map, variable or code address; {@code LD | IMM | DW}, two slots.
   */
  record LoadImmediate64(int dst, WideKind kind, int imm, int nextImm) implements Instruction {
    /** Both halves as one number. */
    public long value() {
      return (imm & 0xffff_ffffL) | (long) nextImm << 32;
    }
  }

  /** {@code goto +offset}. */
  record Jump(int offset) implements Instruction {}

  /** {@code gotol +offset}: the 32-bit form, {@code JMP32 | JA}; cpu v4. */
  record LongJump(int offset) implements Instruction {}

  /** {@code if dst op src goto +offset}. */
  record ConditionalJump(Width width, JumpOp op, int dst, Operand src, int offset)
      implements Instruction {}

  /** {@code may_goto +offset}: jumps when the loop budget is used up; Linux 6.9. */
  record MayGoto(int offset) implements Instruction {}

  /** {@code call helper#id}. */
  record CallHelper(int id) implements Instruction {}

  /**
   * Calls the kernel function of a BTF id; {@code module} is 0 or an index into {@code fd_array}.
   */
  record CallKfunc(int btfId, int module) implements Instruction {}

  /** {@code call pc+offset}: a program-local function. */
  record CallLocal(int offset) implements Instruction {}

  /** {@code callx dst}: an indirect call; Linux refuses it, other runtimes have it. */
  record CallRegister(int dst) implements Instruction {}

  /** {@code exit}. */
  record Exit() implements Instruction {}
}
