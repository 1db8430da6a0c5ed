package dev.skep.jit;

import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.CallLocal;
import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.Instruction.Exit;
import dev.skep.isa.Instruction.Jump;
import dev.skep.isa.Instruction.LongJump;
import dev.skep.isa.Instruction.MayGoto;

/** Where control goes after an instruction. */
final class Flow {

  /** No such place. */
  static final int NONE = -1;

  private Flow() {}

  /** The target of a jump, or {@link #NONE} for anything else. */
  static int target(int pc, Instruction instruction) {
    return switch (instruction) {
      case Jump(int offset) -> pc + 1 + offset;
      case LongJump(int offset) -> pc + 1 + offset;
      case ConditionalJump jump -> pc + 1 + jump.offset();
      case MayGoto(int offset) -> pc + 1 + offset;
      default -> NONE;
    };
  }

  /** The slot that follows, or {@link #NONE} if control never goes there. */
  static int next(int pc, Instruction instruction) {
    return switch (instruction) {
      case Jump _, LongJump _, Exit _ -> NONE;
      default -> pc + instruction.slots();
    };
  }

  /** The entry of the function that a local call calls. */
  static int callee(int pc, CallLocal call) {
    return pc + 1 + call.offset();
  }
}
