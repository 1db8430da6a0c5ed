package dev.skep.verifier.domain;

import dev.skep.isa.AluOp;
import dev.skep.isa.Width;

/**
 * What an arithmetic instruction makes of two ranges ({@code adjust_scalar_min_max_vals}).
 *
 * <p>Addition, subtraction, multiplication and the bitwise operations are computed on both halves'
 * bounds and on the bits; shifts only where the amount is known; division and remainder give an
 * unknown number. 32-bit results are zero-extended. At the end everything is synchronised.
 */
final class RangeArithmetic {

  private RangeArithmetic() {}

  static ScalarRange alu(
      Width width, AluOp op, ScalarRange left, ScalarRange right, DomainRules rules) {
    if (left.isExact() && right.isExact() && RangeConstants.isComputed(op, width, right)) {
      return RangeConstants.alu(width, op, left.tnumValue(), right.tnumValue());
    }
    return compute(width, op, left, right, rules);
  }

  /** The long way, which serves for everything. */
  static ScalarRange compute(
      Width width, AluOp op, ScalarRange left, ScalarRange right, DomainRules rules) {
    boolean narrow = width == Width.W32;
    boolean precise = rules.atLeast(DomainRules.LINUX_6_18);
    if (rules == DomainRules.LINUX_6_1 && Linux61Arithmetic.isUnknown(width, op, right)) {
      return ScalarRange.UNKNOWN;
    }
    MutableRange r = new MutableRange(left);
    switch (op) {
      case ADD -> add(r, right, narrow, precise);
      case SUB -> sub(r, right, narrow, precise);
      case MUL -> {
        if (precise) {
          mul(r, right, narrow);
        } else {
          EarlierMultiplication.mul(r, right, narrow);
        }
      }
      case AND -> RangeBitwise.and(r, right, rules);
      case OR -> RangeBitwise.or(r, right, rules);
      case XOR -> RangeBitwise.xor(r, right, rules);
      case LSH, RSH, ARSH -> {
        if (!isShiftAmount(right, width)) {
          return unknown(narrow, rules);
        }
        RangeShift.shift(op, r, (int) right.umin(), narrow, rules);
      }
      case DIV, SDIV, MOD, SMOD -> {
        return unknown(narrow, rules);
      }
      case MOV -> {
        if (!narrow) {
          return right;
        }
        r = new MutableRange(right);
      }
    }
    if (narrow) {
      RangeConversion.zeroExtend32(r);
    }
    RangeDeduction.sync(r, rules);
    return r.freeze(left);
  }

  /** Linux 6.1 knows that the high half of a 32-bit result is zero even of a number it gave up. */
  private static ScalarRange unknown(boolean narrow, DomainRules rules) {
    return narrow && rules == DomainRules.LINUX_6_1
        ? ScalarRange.UNKNOWN.mov32()
        : ScalarRange.UNKNOWN;
  }

  static ScalarRange negate(Width width, ScalarRange range, DomainRules rules) {
    if (!rules.atLeast(DomainRules.LINUX_6_18)) {
      return ScalarRange.UNKNOWN;
    }
    return alu(width, AluOp.SUB, ScalarRange.constant(0), range, rules);
  }

  /** {@code known_reg + delta} of {@code sync_linked_regs}: 6.12 leaves the sum as it is. */
  static ScalarRange linkedSum(Width width, ScalarRange known, int delta, DomainRules rules) {
    ScalarRange addend = ScalarRange.constant(delta);
    if (rules.atLeast(DomainRules.LINUX_6_18)) {
      return alu(width, AluOp.ADD, known, addend, rules);
    }
    MutableRange r = new MutableRange(known);
    add(r, addend, false, false);
    return r.freeze(known);
  }

  /** A known amount below the width; the whole register counts, even for a 32-bit shift. */
  private static boolean isShiftAmount(ScalarRange amount, Width width) {
    boolean known =
        width == Width.W32
            ? amount.isSubregConst()
                && amount.s32min() == amount.s32max()
                && amount.u32min() == amount.u32max()
            : amount.isConst() && amount.smin() == amount.smax() && amount.umin() == amount.umax();
    return known && Long.compareUnsigned(amount.umax(), width.bits()) < 0;
  }

  private static void add(MutableRange r, ScalarRange right, boolean narrow, boolean precise) {
    add32(r, right, precise);
    if (!narrow) {
      addSigned(r, right);
      r.umin += right.umin();
      r.umax += right.umax();
      boolean lowWraps = Long.compareUnsigned(r.umin, right.umin()) < 0;
      boolean topWraps = Long.compareUnsigned(r.umax, right.umax()) < 0;
      if (forgets(lowWraps, topWraps, precise)) {
        r.umin = 0;
        r.umax = -1;
      }
    }
    r.tnum(r.tnum().add(right.varOff()));
  }

  /**
   * Whether the unsigned bounds of a sum or difference are lost. If both ends wrapped around, or
   * neither, they are still in order; only one that did while the inner one did not puts them out
   * of it. Before 6.18 Linux gave up as soon as one did.
   *
   * @param inner whether the end wrapped that wraps last: the low one of a sum, the top one of a
   *     difference
   */
  private static boolean forgets(boolean inner, boolean outer, boolean precise) {
    return precise ? outer && !inner : outer || inner;
  }

  private static void add32(MutableRange r, ScalarRange right, boolean precise) {
    long low = (long) r.s32min + right.s32min();
    long top = (long) r.s32max + right.s32max();
    setS32(r, low, top);
    r.u32min += right.u32min();
    r.u32max += right.u32max();
    boolean lowWraps = Integer.compareUnsigned(r.u32min, right.u32min()) < 0;
    boolean topWraps = Integer.compareUnsigned(r.u32max, right.u32max()) < 0;
    if (forgets(lowWraps, topWraps, precise)) {
      r.u32min = 0;
      r.u32max = -1;
    }
  }

  /** The 64-bit signed bounds of a sum; unbounded if either end overflows. */
  static void addSigned(MutableRange r, ScalarRange right) {
    long low = r.smin + right.smin();
    long top = r.smax + right.smax();
    boolean overflow =
        (((r.smin ^ low) & (right.smin() ^ low)) | ((r.smax ^ top) & (right.smax() ^ top))) < 0;
    r.smin = overflow ? Long.MIN_VALUE : low;
    r.smax = overflow ? Long.MAX_VALUE : top;
  }

  private static void sub(MutableRange r, ScalarRange right, boolean narrow, boolean precise) {
    sub32(r, right, precise);
    if (!narrow) {
      subSigned(r, right);
      boolean lowWraps = Long.compareUnsigned(r.umin, right.umax()) < 0;
      boolean topWraps = Long.compareUnsigned(r.umax, right.umin()) < 0;
      r.umin -= right.umax();
      r.umax -= right.umin();
      if (forgets(topWraps, lowWraps, precise)) {
        r.umin = 0;
        r.umax = -1;
      }
    }
    r.tnum(r.tnum().sub(right.varOff()));
  }

  private static void sub32(MutableRange r, ScalarRange right, boolean precise) {
    long low = (long) r.s32min - right.s32max();
    long top = (long) r.s32max - right.s32min();
    setS32(r, low, top);
    boolean lowWraps = Integer.compareUnsigned(r.u32min, right.u32max()) < 0;
    boolean topWraps = Integer.compareUnsigned(r.u32max, right.u32min()) < 0;
    r.u32min -= right.u32max();
    r.u32max -= right.u32min();
    if (forgets(topWraps, lowWraps, precise)) {
      r.u32min = 0;
      r.u32max = -1;
    }
  }

  /** The 64-bit signed bounds of a difference; unbounded if either end overflows. */
  static void subSigned(MutableRange r, ScalarRange right) {
    long low = r.smin - right.smax();
    long top = r.smax - right.smin();
    boolean overflow =
        (((r.smin ^ right.smax()) & (r.smin ^ low)) | ((r.smax ^ right.smin()) & (r.smax ^ top)))
            < 0;
    r.smin = overflow ? Long.MIN_VALUE : low;
    r.smax = overflow ? Long.MAX_VALUE : top;
  }

  private static void setS32(MutableRange r, long low, long top) {
    boolean fits = (int) low == low && (int) top == top;
    r.s32min = fits ? (int) low : Integer.MIN_VALUE;
    r.s32max = fits ? (int) top : Integer.MAX_VALUE;
  }

  private static void mul(MutableRange r, ScalarRange right, boolean narrow) {
    r.tnum(r.tnum().mul(right.varOff()));
    mul32(r, right);
    if (!narrow) {
      mul64(r, right);
    }
  }

  private static void mul32(MutableRange r, ScalarRange right) {
    long low = Integer.toUnsignedLong(r.u32min) * right.u32minLong();
    long top = Integer.toUnsignedLong(r.u32max) * right.u32maxLong();
    boolean fits = ((low | top) >>> 32) == 0;
    r.u32min = fits ? (int) low : 0;
    r.u32max = fits ? (int) top : -1;
    long a = (long) r.s32min * right.s32min();
    long b = (long) r.s32min * right.s32max();
    long c = (long) r.s32max * right.s32min();
    long d = (long) r.s32max * right.s32max();
    setS32(r, Math.min(Math.min(a, b), Math.min(c, d)), Math.max(Math.max(a, b), Math.max(c, d)));
  }

  private static void mul64(MutableRange r, ScalarRange right) {
    if (Math.unsignedMultiplyHigh(r.umax, right.umax()) != 0
        || Math.unsignedMultiplyHigh(r.umin, right.umin()) != 0) {
      r.umin = 0;
      r.umax = -1;
    } else {
      r.umin *= right.umin();
      r.umax *= right.umax();
    }
    long a = r.smin * right.smin();
    long b = r.smin * right.smax();
    long c = r.smax * right.smin();
    long d = r.smax * right.smax();
    if (signedProductFits(r.smin, right.smin(), a)
        && signedProductFits(r.smin, right.smax(), b)
        && signedProductFits(r.smax, right.smin(), c)
        && signedProductFits(r.smax, right.smax(), d)) {
      r.smin = Math.min(Math.min(a, b), Math.min(c, d));
      r.smax = Math.max(Math.max(a, b), Math.max(c, d));
    } else {
      r.smin = Long.MIN_VALUE;
      r.smax = Long.MAX_VALUE;
    }
  }

  private static boolean signedProductFits(long x, long y, long low) {
    return Math.multiplyHigh(x, y) == low >> 63;
  }
}
