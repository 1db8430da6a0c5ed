package dev.skep.verifier.cfg;

import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;

/** Edges between instruction slots. */
public final class ControlFlow {

  static final int JMP = 0x05;
  static final int JMP32 = 0x06;
  static final int OP_JA = 0x00;
  static final int OP_CALL = 0x80;
  static final int OP_EXIT = 0x90;
  static final int OP_JCOND = 0xe0;

  private ControlFlow() {}

  static boolean isJumpClass(RawInstruction raw) {
    int cls = raw.opcode() & 7;
    return cls == JMP || cls == JMP32;
  }

  static int op(RawInstruction raw) {
    return raw.opcode() & 0xf0;
  }

  /** Whether control may go to the next instruction. */
  static boolean canFallThrough(RawInstruction raw) {
    return !isJumpClass(raw) || (op(raw) != OP_EXIT && op(raw) != OP_JA);
  }

  /** Whether it has a jump target. */
  static boolean canJump(RawInstruction raw) {
    return isJumpClass(raw) && op(raw) != OP_CALL && op(raw) != OP_EXIT && op(raw) <= OP_JCOND;
  }

  /** Whether it compares a register and jumps if that is so. */
  public static boolean isConditionalJump(RawInstruction raw) {
    return canJump(raw) && op(raw) != OP_JA && op(raw) != OP_JCOND;
  }

  /** Slots from the next instruction to the jump target. */
  static int jumpOffset(RawInstruction raw) {
    return raw.opcode() == (JMP32 | OP_JA) ? raw.imm() : raw.offset();
  }

  /** Whether the slot is a call of a program-local function ({@code BPF_PSEUDO_CALL}). */
  public static boolean isLocalCall(RawInstruction raw) {
    return raw.opcode() == (JMP | OP_CALL) && raw.srcReg() == 1;
  }

  /** Whether the slot is a call of a kernel function by BTF id ({@code BPF_PSEUDO_KFUNC_CALL}). */
  public static boolean isKfuncCall(RawInstruction raw) {
    return raw.opcode() == (JMP | OP_CALL) && raw.srcReg() == 2;
  }

  /** Whether the slot is a call of a helper by id. */
  public static boolean isHelperCall(RawInstruction raw) {
    return raw.opcode() == (JMP | OP_CALL) && raw.srcReg() == 0;
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
}
