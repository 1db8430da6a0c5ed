package dev.skep.jit;

import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;

/** What a comparison with a number teaches about the ranges on its two ways. */
final class Refinement {

  private Refinement() {}

  /** The state behind a jump that is taken, or not. The given state stays as it is. */
  static Value[] apply(ConditionalJump jump, Value[] state, boolean taken) {
    Value dst = state[jump.dst()];
    Value src =
        switch (jump.src()) {
          case Operand.Reg(int index) -> state[index];
          case Operand.Imm(int imm) -> Value.constant(imm);
        };
    // 32-bit comparisons speak about the whole register only where the upper half is known.
    if (!dst.isNumber()
        || !src.isNumber()
        || (jump.width() == Width.W32 && !(dst.isSmall() && src.isSmall()))) {
      return taken ? state.clone() : state;
    }
    Value left = refine(taken ? jump.op() : inverse(jump.op()), dst, src);
    Value right = refine(swapped(taken ? jump.op() : inverse(jump.op())), src, dst);
    if (left.equals(dst) && right.equals(src)) {
      return taken ? state.clone() : state;
    }
    Value[] refined = state.clone();
    refined[jump.dst()] = left;
    if (jump.src() instanceof Operand.Reg(int index) && index != jump.dst()) {
      refined[index] = right;
    }
    return refined;
  }

  /** The operator that holds where this one does not; {@code JSET} has none. */
  static JumpOp inverse(JumpOp op) {
    return switch (op) {
      case JEQ -> JumpOp.JNE;
      case JNE -> JumpOp.JEQ;
      case JGT -> JumpOp.JLE;
      case JGE -> JumpOp.JLT;
      case JLT -> JumpOp.JGE;
      case JLE -> JumpOp.JGT;
      case JSGT -> JumpOp.JSLE;
      case JSGE -> JumpOp.JSLT;
      case JSLT -> JumpOp.JSGE;
      case JSLE -> JumpOp.JSGT;
      case JSET -> JumpOp.JSET;
    };
  }

  private static JumpOp swapped(JumpOp op) {
    return switch (op) {
      case JEQ, JNE, JSET -> op;
      case JGT -> JumpOp.JLT;
      case JGE -> JumpOp.JLE;
      case JLT -> JumpOp.JGT;
      case JLE -> JumpOp.JGE;
      case JSGT -> JumpOp.JSLT;
      case JSGE -> JumpOp.JSLE;
      case JSLT -> JumpOp.JSGT;
      case JSLE -> JumpOp.JSGE;
    };
  }

  /** What is left of {@code a} if {@code a op b} holds. */
  private static Value refine(JumpOp op, Value a, Value b) {
    return switch (op) {
      case JEQ -> clip(a, b.low(), b.high());
      case JNE -> {
        if (b.low() != b.high()) {
          yield a;
        }
        yield a.high() == b.low() && a.high() > a.low()
            ? Value.number(a.low(), a.high() - 1)
            : a.low() == b.low() && a.high() > a.low() ? Value.number(a.low() + 1, a.high()) : a;
      }
      // An unsigned upper bound below 2^63 rules negative numbers out.
      case JLT -> b.low() >= 0 ? clip(a, 0, Math.max(b.high() - 1, 0)) : a;
      case JLE -> b.low() >= 0 ? clip(a, 0, b.high()) : a;
      case JGT -> a.low() >= 0 && b.low() >= 0 ? clip(a, b.low() + 1, a.high()) : a;
      case JGE -> a.low() >= 0 && b.low() >= 0 ? clip(a, b.low(), a.high()) : a;
      case JSLT -> b.high() == Long.MIN_VALUE ? a : clip(a, a.low(), b.high() - 1);
      case JSLE -> clip(a, a.low(), b.high());
      case JSGT -> b.low() == Long.MAX_VALUE ? a : clip(a, b.low() + 1, a.high());
      case JSGE -> clip(a, b.low(), a.high());
      case JSET -> a;
    };
  }

  /** The part of a range inside bounds; the range itself if there is none: that way is dead. */
  private static Value clip(Value a, long low, long high) {
    long newLow = Math.max(a.low(), low);
    long newHigh = Math.min(a.high(), high);
    return newLow > newHigh ? a : Value.number(newLow, newHigh);
  }
}
