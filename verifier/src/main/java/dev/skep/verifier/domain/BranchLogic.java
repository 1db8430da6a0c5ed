package dev.skep.verifier.domain;

import dev.skep.isa.JumpOp;
import dev.skep.isa.Width;

/** What a comparison of two scalars decides, and what each of its edges teaches. */
public final class BranchLogic {

  private BranchLogic() {}

  /** Whether the jump's outcome is the same for all members ({@code is_scalar_branch_taken}). */
  public static BranchOutcome branchTaken(
      Width width, JumpOp op, ScalarRange left, ScalarRange right) {
    return branchTaken(width, op, left, right, DomainRules.LINUX_6_18);
  }

  /** {@link #branchTaken(Width, JumpOp, ScalarRange, ScalarRange)} in another release. */
  public static BranchOutcome branchTaken(
      Width width, JumpOp op, ScalarRange left, ScalarRange right, DomainRules rules) {
    if (rules == DomainRules.LINUX_6_1) {
      return Linux61Branches.branchTaken(width, op, left, right);
    }
    return switch (op) {
      case JEQ -> equal(width, left, right);
      case JNE -> invert(equal(width, left, right));
      case JSET -> sharesBit(width, left, right);
      case JLT -> unsignedBelow(width, left, right);
      case JGT -> unsignedBelow(width, right, left);
      case JGE -> invert(unsignedBelow(width, left, right));
      case JLE -> invert(unsignedBelow(width, right, left));
      case JSLT -> signedBelow(width, left, right);
      case JSGT -> signedBelow(width, right, left);
      case JSGE -> invert(signedBelow(width, left, right));
      case JSLE -> invert(signedBelow(width, right, left));
    };
  }

  private static BranchOutcome invert(BranchOutcome outcome) {
    return switch (outcome) {
      case ALWAYS -> BranchOutcome.NEVER;
      case NEVER -> BranchOutcome.ALWAYS;
      case UNKNOWN -> BranchOutcome.UNKNOWN;
    };
  }

  private static BranchOutcome equal(Width width, ScalarRange left, ScalarRange right) {
    if (left.isConst(width) && right.isConst(width)) {
      return left.constantValue(width) == right.constantValue(width)
          ? BranchOutcome.ALWAYS
          : BranchOutcome.NEVER;
    }
    long differing = (left.tnumValue() ^ right.tnumValue()) & ~left.tnumMask() & ~right.tnumMask();
    if (width == Width.W32) {
      differing &= MutableRange.LOW_HALF;
    } else if (Long.compareUnsigned(left.umin(), right.umax()) > 0
        || Long.compareUnsigned(left.umax(), right.umin()) < 0
        || left.smin() > right.smax()
        || left.smax() < right.smin()) {
      return BranchOutcome.NEVER;
    }
    // Low halves that cannot be equal decide a 64-bit comparison too.
    boolean apart =
        differing != 0
            || Integer.compareUnsigned(left.u32min(), right.u32max()) > 0
            || Integer.compareUnsigned(left.u32max(), right.u32min()) < 0
            || left.s32min() > right.s32max()
            || left.s32max() < right.s32min();
    return apart ? BranchOutcome.NEVER : BranchOutcome.UNKNOWN;
  }

  private static BranchOutcome sharesBit(Width width, ScalarRange left, ScalarRange right) {
    boolean rightKnown = right.isConst(width);
    if (!rightKnown && !left.isConst(width)) {
      return BranchOutcome.UNKNOWN;
    }
    long bits = rightKnown ? right.constantValue(width) : left.constantValue(width);
    ScalarRange tested = rightKnown ? left : right;
    if ((tested.tnumValue() & bits) != 0) {
      return BranchOutcome.ALWAYS;
    }
    return (tested.tnumMask() & bits) == 0 ? BranchOutcome.NEVER : BranchOutcome.UNKNOWN;
  }

  private static BranchOutcome unsignedBelow(Width width, ScalarRange left, ScalarRange right) {
    boolean always;
    boolean never;
    if (width == Width.W32) {
      always = Integer.compareUnsigned(left.u32max(), right.u32min()) < 0;
      never = Integer.compareUnsigned(left.u32min(), right.u32max()) >= 0;
    } else {
      always = Long.compareUnsigned(left.umax(), right.umin()) < 0;
      never = Long.compareUnsigned(left.umin(), right.umax()) >= 0;
    }
    return outcome(always, never);
  }

  private static BranchOutcome signedBelow(Width width, ScalarRange left, ScalarRange right) {
    return width == Width.W32
        ? outcome(left.s32max() < right.s32min(), left.s32min() >= right.s32max())
        : outcome(left.smax() < right.smin(), left.smin() >= right.smax());
  }

  private static BranchOutcome outcome(boolean always, boolean never) {
    if (always) {
      return BranchOutcome.ALWAYS;
    }
    return never ? BranchOutcome.NEVER : BranchOutcome.UNKNOWN;
  }

  /**
   * What both operands are on one edge of a jump whose outcome is {@link BranchOutcome#UNKNOWN}
   * ({@code regs_refine_cond_op} and {@code reg_bounds_sync} as {@code reg_set_min_max} calls
   * them). The bounds may contradict each other on an edge that is dead after all: see {@link
   * Refined#violation} for what Linux does then.
   *
   * @param taken whether the condition holds
   */
  public static Refined refine(
      Width width, JumpOp op, boolean taken, ScalarRange left, ScalarRange right) {
    return refine(width, op, taken, left, right, DomainRules.LINUX_6_18);
  }

  /** {@link #refine(Width, JumpOp, boolean, ScalarRange, ScalarRange)} for another release. */
  public static Refined refine(
      Width width,
      JumpOp op,
      boolean taken,
      ScalarRange left,
      ScalarRange right,
      DomainRules rules) {
    if (rules == DomainRules.LINUX_6_1) {
      return Linux61Branches.refine(width, op, taken, left, right);
    }
    MutableRange a = new MutableRange(left);
    MutableRange b = new MutableRange(right);
    BranchRefinement.apply(width, op, taken, a, b);
    RangeDeduction.sync(a, rules);
    RangeDeduction.sync(b, rules);
    return new Refined(a.freeze(left), b.freeze(right));
  }

  /**
   * {@link #refine} where both operands are the same register, such as {@code if r1 < r1}: Linux
   * narrows it as the left operand and as the right one, in place; 6.1 learns nothing.
   */
  public static ScalarRange refineSame(
      Width width, JumpOp op, boolean taken, ScalarRange range, DomainRules rules) {
    if (rules == DomainRules.LINUX_6_1) {
      return range;
    }
    MutableRange r = new MutableRange(range);
    BranchRefinement.apply(width, op, taken, r, r);
    RangeDeduction.sync(r, rules);
    RangeDeduction.sync(r, rules);
    return r.freeze(range);
  }
}
