package dev.skep.jit;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.Alu;
import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;

/**
 * Loops whose number of turns is known: a counter that starts at a constant, takes a constant step
 * once a turn, and is compared with a constant at the end, with no other way out and no loop or
 * call inside. They pay for all their turns when they are done.
 */
final class CountedLoop {

  /** Longer loops pay turn by turn. */
  private static final long MAX_TURNS = 1 << 16;

  private CountedLoop() {}

  /**
   * How often a loop runs, or 0.
   *
   * @param n the number of the instruction that ends it
   * @param jump that instruction, or the one before a plain jump back
   * @param op what is true of the jump's operands when there is another turn
   * @param target where the loop begins
   */
  static long turns(Plan plan, int n, ConditionalJump jump, JumpOp op, int target) {
    Function function = plan.function();
    if (!(jump.src() instanceof Operand.Imm(int limit))) {
      return 0;
    }
    int first = function.number(target);
    long step = 0;
    for (int i = first; i < n; i++) {
      int pc = function.pc(i);
      Instruction instruction = function.program().instruction(pc);
      if (instruction == null) {
        return 0;
      }
      int to = Flow.target(pc, instruction);
      if (to != Flow.NONE && (to <= pc || to > function.pc(n))) {
        return 0;
      }
      switch (instruction) {
        case Alu alu -> {
          if (alu.dst() == jump.dst()) {
            if (step != 0
                || (alu.width() == Width.W32 && jump.width() != Width.W32)
                || alu.op() != AluOp.ADD
                || !(alu.src() instanceof Operand.Imm(int imm))
                || imm == 0) {
              return 0;
            }
            step = imm;
            if (jumpsOver(function, first, i)) {
              return 0;
            }
          }
        }
        case Instruction.Load load -> {
          if (load.dst() == jump.dst()) {
            return 0;
          }
        }
        case Instruction.Store _ -> {}
        case Instruction.ConditionalJump _, Instruction.Jump _ -> {}
        case Instruction.MoveSignExtend move -> {
          if (move.dst() == jump.dst()) {
            return 0;
          }
        }
        case Instruction.ByteSwap swap -> {
          if (swap.dst() == jump.dst()) {
            return 0;
          }
        }
        default -> {
          return 0;
        }
      }
    }
    Value start = plan.values().entering(target, jump.dst());
    if (step == 0 || !start.isConstant()) {
      return 0;
    }
    return turns(op, start.low(), step, limit);
  }

  /** Whether an earlier jump in the loop goes past the n-th instruction. */
  private static boolean jumpsOver(Function function, int first, int n) {
    for (int i = first; i < n; i++) {
      int pc = function.pc(i);
      Instruction instruction = function.program().instruction(pc);
      if (instruction != null && Flow.target(pc, instruction) > function.pc(n)) {
        return true;
      }
    }
    return false;
  }

  /** For non-negative numbers below 2<sup>31</sup>, where all orders and widths agree. */
  private static long turns(JumpOp op, long start, long step, long limit) {
    if (step < 0 || start < 0 || limit <= start || step > MAX_TURNS) {
      return 0;
    }
    long distance = limit - start;
    long turns =
        switch (op) {
          case JNE -> distance % step == 0 ? distance / step : 0;
          case JLT, JSLT -> (distance + step - 1) / step;
          case JLE, JSLE -> distance / step + 1;
          case JEQ, JGT, JGE, JSGT, JSGE, JSET -> 0;
        };
    return turns > MAX_TURNS || limit + step > Integer.MAX_VALUE ? 0 : turns;
  }
}
