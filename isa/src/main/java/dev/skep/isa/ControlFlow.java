package dev.skep.isa;

/** Edges between instruction slots. */
public final class ControlFlow {

  public static final int JMP = 0x05;
  public static final int JMP32 = 0x06;
  public static final int OP_JA = 0x00;
  public static final int OP_CALL = 0x80;
  public static final int OP_EXIT = 0x90;
  public static final int OP_JCOND = 0xe0;

  private ControlFlow() {}

  public static boolean isJumpClass(RawInstruction raw) {
    int cls = raw.opcode() & 7;
    return cls == JMP || cls == JMP32;
  }

  public static int op(RawInstruction raw) {
    return raw.opcode() & 0xf0;
  }

  /** Whether control may go to the next instruction. */
  public static boolean canFallThrough(RawInstruction raw) {
    return !isJumpClass(raw) || (op(raw) != OP_EXIT && op(raw) != OP_JA);
  }

  /** Whether it has a jump target. */
  public static boolean canJump(RawInstruction raw) {
    return isJumpClass(raw) && op(raw) != OP_CALL && op(raw) != OP_EXIT && op(raw) <= OP_JCOND;
  }

  /** Whether it compares a register and jumps if that is so. */
  public static boolean isConditionalJump(RawInstruction raw) {
    return canJump(raw) && op(raw) != OP_JA && op(raw) != OP_JCOND;
  }

  /** Slots from the next instruction to the jump target. */
  public static int jumpOffset(RawInstruction raw) {
    return raw.opcode() == (JMP32 | OP_JA) ? raw.imm() : raw.offset();
  }

  /** Whether the slot is a call of a program-local function ({@code BPF_PSEUDO_CALL}). */
  public static boolean isLocalCall(RawInstruction raw) {
    return raw.opcode() == Opcode.CALL && raw.srcReg() == Opcode.PSEUDO_CALL;
  }

  /** Whether the slot is a call of a kernel function by BTF id ({@code BPF_PSEUDO_KFUNC_CALL}). */
  public static boolean isKfuncCall(RawInstruction raw) {
    return raw.opcode() == Opcode.CALL && raw.srcReg() == Opcode.PSEUDO_KFUNC_CALL;
  }

  /** Whether the slot is a call of a helper by id. */
  public static boolean isHelperCall(RawInstruction raw) {
    return raw.opcode() == Opcode.CALL && raw.srcReg() == 0;
  }

  /** Whether the slot takes a subprogram's address ({@code BPF_PSEUDO_FUNC}). */
  public static boolean isFunctionAddress(RawInstruction raw) {
    return raw.isWide() && raw.srcReg() == 4;
  }

  /**
   * Instructions that may follow inside the same function: the fall-through first, then the target.
   *
   * @param successors receives them; two places
   * @return how many there are
   */
  public static int successors(Code code, int pc, int[] successors) {
    RawInstruction raw = code.at(pc);
    int count = 0;
    if (canFallThrough(raw) && pc + 1 < code.size()) {
      successors[count++] = pc + (raw.isWide() ? 2 : 1);
    }
    if (canJump(raw)) {
      int target = pc + jumpOffset(raw) + 1;
      if (count == 0 || successors[0] != target) {
        successors[count++] = target;
      }
    }
    return count;
  }

  /** Whether Linux has an instruction with this opcode, apart from the wide load. */
  public static boolean isKnownOpcode(int opcode) {
    int high = opcode & 0xf0;
    boolean register = (opcode & 8) != 0;
    int mode = opcode & 0xe0;
    int size = opcode & 0x18;
    return switch (opcode & 7) {
      case 0 -> (mode == 0x20 || mode == 0x40) && size != 0x18;
      case 1 -> mode == 0x60 || mode == 0x80 && size != 0x18;
      case 2 -> mode == 0x60;
      case 3 -> mode == 0x60 || mode == 0xc0;
      case 4 -> high <= 0xd0 && (high != 0x80 || !register);
      case 7 -> high <= 0xd0 && (high != 0x80 || !register) && (high != 0xd0 || !register);
      case 5 ->
          high <= 0xe0
              && (!register || (high != 0x00 && high != 0x80 && high != 0x90 && high != 0xe0));
      default -> high <= 0xd0 && high != 0x80 && high != 0x90 && (high != 0 || !register);
    };
  }
}
