package dev.skep.verifier.domain;

import dev.skep.isa.JumpOp;
import dev.skep.isa.Width;

/**
 * Conditional jumps in Linux 6.1, which compares with known numbers only: outcomes are foreseen if
 * the right operand is known, edges teach something about the operand that is not.
 */
final class Linux61Branches {

  private Linux61Branches() {}

  static BranchOutcome branchTaken(Width width, JumpOp op, ScalarRange left, ScalarRange right) {
    if (!right.isConst(width)) {
      return BranchOutcome.UNKNOWN;
    }
    return switch (op) {
      // Only a known number is told from another by equality, not a range.
      case JEQ, JNE ->
          left.isConst(width)
              ? BranchLogic.branchTaken(width, op, left, right)
              : BranchOutcome.UNKNOWN;
      case JSET, JGT, JGE, JLT, JLE, JSGT, JSGE, JSLT, JSLE -> {
        ScalarRange number =
            ScalarRange.constant(
                width == Width.W32 ? (int) right.constantValue() : right.constantValue());
        yield BranchLogic.branchTaken(width, op, left, number);
      }
    };
  }

  static Refined refine(
      Width width, JumpOp op, boolean taken, ScalarRange left, ScalarRange right) {
    if (right.isConst(width)) {
      return new Refined(against(width, op, taken, left, right), right);
    }
    if (left.isConst(width)) {
      return new Refined(left, against(width, flip(op), taken, right, left));
    }
    if (width == Width.W64 && (op == JumpOp.JEQ || op == JumpOp.JNE)) {
      return taken == (op == JumpOp.JEQ) ? equal(left, right) : new Refined(left, right);
    }
    return new Refined(left, right);
  }

  /** {@code reg_set_min_max} of 6.1: {@code range op number} holds, or does not. */
  private static ScalarRange against(
      Width width, JumpOp op, boolean holds, ScalarRange range, ScalarRange number) {
    boolean narrow = width == Width.W32;
    MutableRange r = new MutableRange(range);
    MutableRange known =
        new MutableRange(
            ScalarRange.constant(narrow ? (int) number.constantValue() : number.constantValue()));
    switch (op) {
      case JEQ, JNE -> {
        if (holds == (op == JumpOp.JEQ)) {
          if (narrow) {
            r.known32((int) known.value);
          } else {
            r.known(known.value);
          }
        }
      }
      case JSET -> jset(narrow, holds, r, known.value);
      case JGT, JGE, JLT, JLE, JSGT, JSGE, JSLT, JSLE ->
          BranchRefinement.apply(width, op, holds, r, known);
    }
    if (narrow) {
      Linux61Deduction.combine32Into64(r);
    } else {
      Linux61Deduction.combine64Into32(r);
    }
    return r.freeze(range);
  }

  private static void jset(boolean narrow, boolean holds, MutableRange r, long number) {
    long bits = narrow ? number & MutableRange.LOW_HALF : number;
    if (!holds) {
      r.unbounded64();
      r.unbounded32();
      r.value &= ~bits;
      r.mask &= ~bits;
    } else if (Long.bitCount(bits) == 1) {
      r.value |= bits;
      r.mask &= ~bits;
    }
  }

  /** {@code __reg_combine_min_max}: both have the bounds and bits of both. */
  private static Refined equal(ScalarRange left, ScalarRange right) {
    MutableRange a = new MutableRange(left);
    MutableRange b = new MutableRange(right);
    BranchRefinement.apply(Width.W64, JumpOp.JEQ, true, a, b);
    RangeDeduction.sync(a, DomainRules.LINUX_6_1);
    RangeDeduction.sync(b, DomainRules.LINUX_6_1);
    return new Refined(a.freeze(left), b.freeze(right));
  }

  private static JumpOp flip(JumpOp op) {
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
}
