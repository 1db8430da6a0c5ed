package dev.skep.verifier.domain;

import dev.skep.isa.JumpOp;
import dev.skep.isa.Width;

/** What a condition that is known to hold says about its operands ({@code regs_refine_cond_op}). */
final class BranchRefinement {

  private BranchRefinement() {}

  static void apply(Width width, JumpOp op, boolean holds, MutableRange a, MutableRange b) {
    boolean narrow = width == Width.W32;
    switch (op) {
      case JEQ, JNE -> {
        if (holds == (op == JumpOp.JEQ)) {
          equal(narrow, a, b);
        } else {
          unequal(narrow, a, b);
        }
      }
      case JSET -> {
        if (holds) {
          sharesBit(narrow, a, b);
        } else {
          sharesNoBit(narrow, a, b);
        }
      }
      // All orders come down to "below" and "at most": a not below b is b at most a.
      case JLT -> unsigned(narrow, holds, a, b);
      case JGE -> unsigned(narrow, !holds, a, b);
      case JGT -> unsigned(narrow, holds, b, a);
      case JLE -> unsigned(narrow, !holds, b, a);
      case JSLT -> signed(narrow, holds, a, b);
      case JSGE -> signed(narrow, !holds, a, b);
      case JSGT -> signed(narrow, holds, b, a);
      case JSLE -> signed(narrow, !holds, b, a);
    }
  }

  private static void unsigned(boolean narrow, boolean below, MutableRange a, MutableRange b) {
    if (below) {
      unsignedAtMost(narrow, 1, a, b);
    } else {
      unsignedAtMost(narrow, 0, b, a);
    }
  }

  private static void signed(boolean narrow, boolean below, MutableRange a, MutableRange b) {
    if (below) {
      signedAtMost(narrow, 1, a, b);
    } else {
      signedAtMost(narrow, 0, b, a);
    }
  }

  /** {@code a + gap <= b}, where the gap is 0 or 1. It wraps around only on a dead edge. */
  private static void unsignedAtMost(boolean narrow, int gap, MutableRange a, MutableRange b) {
    if (narrow) {
      int top = b.u32max - gap;
      b.raiseU32min(a.u32min + gap);
      a.lowerU32max(top);
    } else {
      long top = b.umax - gap;
      b.raiseUmin(a.umin + gap);
      a.lowerUmax(top);
    }
  }

  private static void signedAtMost(boolean narrow, int gap, MutableRange a, MutableRange b) {
    if (narrow) {
      int top = b.s32max - gap;
      b.raiseS32min(a.s32min + gap);
      a.lowerS32max(top);
    } else {
      long top = b.smax - gap;
      b.raiseSmin(a.smin + gap);
      a.lowerSmax(top);
    }
  }

  private static void equal(boolean narrow, MutableRange a, MutableRange b) {
    if (narrow) {
      a.raiseU32min(b.u32min);
      a.lowerU32max(b.u32max);
      a.raiseS32min(b.s32min);
      a.lowerS32max(b.s32max);
      b.u32min = a.u32min;
      b.u32max = a.u32max;
      b.s32min = a.s32min;
      b.s32max = a.s32max;
      Tnum both = a.tnum().subreg().intersect(b.tnum().subreg());
      a.tnum(a.tnum().withSubreg(both));
      b.tnum(b.tnum().withSubreg(both));
    } else {
      a.raiseUmin(b.umin);
      a.lowerUmax(b.umax);
      a.raiseSmin(b.smin);
      a.lowerSmax(b.smax);
      b.umin = a.umin;
      b.umax = a.umax;
      b.smin = a.smin;
      b.smax = a.smax;
      a.tnum(a.tnum().intersect(b.tnum()));
      b.tnum(a.tnum());
    }
  }

  /** A number that is not the end of a range moves that end; anything else teaches nothing. */
  private static void unequal(boolean narrow, MutableRange a, MutableRange b) {
    MutableRange known = isKnown(narrow, b) ? b : a;
    if (!isKnown(narrow, known)) {
      return;
    }
    MutableRange r = known == b ? a : b;
    if (narrow) {
      int number = (int) known.value;
      r.u32min += r.u32min == number ? 1 : 0;
      r.u32max -= r.u32max == number ? 1 : 0;
      r.s32min += r.s32min == number ? 1 : 0;
      r.s32max -= r.s32max == number ? 1 : 0;
    } else {
      long number = known.value;
      r.umin += r.umin == number ? 1 : 0;
      r.umax -= r.umax == number ? 1 : 0;
      r.smin += r.smin == number ? 1 : 0;
      r.smax -= r.smax == number ? 1 : 0;
    }
  }

  private static boolean isKnown(boolean narrow, MutableRange range) {
    return narrow ? range.isSubregConst() : range.isConst();
  }

  /** Of several bits it is open which one they share; a single one is then set. */
  private static void sharesBit(boolean narrow, MutableRange a, MutableRange b) {
    MutableRange known = isKnown(narrow, b) ? b : a;
    if (!isKnown(narrow, known)) {
      return;
    }
    long bits = known.value & (narrow ? MutableRange.LOW_HALF : -1L);
    if (Long.bitCount(bits) == 1) {
      MutableRange r = known == b ? a : b;
      r.value |= bits;
      r.mask &= ~bits;
    }
  }

  /** None of the bits is set. All bounds are forgotten first, as in Linux, and won back by sync. */
  private static void sharesNoBit(boolean narrow, MutableRange a, MutableRange b) {
    MutableRange known = isKnown(narrow, b) ? b : a;
    if (!isKnown(narrow, known)) {
      return;
    }
    long bits = known.value & (narrow ? MutableRange.LOW_HALF : -1L);
    MutableRange r = known == b ? a : b;
    r.unbounded64();
    r.unbounded32();
    r.value &= ~bits;
    r.mask &= ~bits;
  }
}
