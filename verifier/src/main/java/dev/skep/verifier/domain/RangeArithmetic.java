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
    boolean narrow = width == Width.W32;
    MutableRange r = new MutableRange(left);
    switch (op) {
      case ADD -> add(r, right, narrow);
      case SUB -> sub(r, right, narrow);
      case MUL -> mul(r, right, narrow);
      case AND -> and(r, right, rules);
      case OR -> or(r, right, rules);
      case XOR -> xor(r, right, rules);
      case LSH, RSH, ARSH -> {
        if (!isShiftAmount(right, width)) {
          return ScalarRange.UNKNOWN;
        }
        RangeShift.shift(op, r, (int) right.umin(), narrow, rules);
      }
      case DIV, SDIV, MOD, SMOD -> {
        return ScalarRange.UNKNOWN;
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

  static ScalarRange negate(Width width, ScalarRange range, DomainRules rules) {
    return alu(width, AluOp.SUB, ScalarRange.constant(0), range, rules);
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

  private static void add(MutableRange r, ScalarRange right, boolean narrow) {
    add32(r, right);
    if (!narrow) {
      addSigned(r, right);
      r.umin += right.umin();
      r.umax += right.umax();
      // Bounds that both wrapped around, or neither, are still in order.
      if (Long.compareUnsigned(r.umin, right.umin()) >= 0
          && Long.compareUnsigned(r.umax, right.umax()) < 0) {
        r.umin = 0;
        r.umax = -1;
      }
    }
    r.tnum(r.tnum().add(right.varOff()));
  }

  private static void add32(MutableRange r, ScalarRange right) {
    long low = (long) r.s32min + right.s32min();
    long top = (long) r.s32max + right.s32max();
    setS32(r, low, top);
    r.u32min += right.u32min();
    r.u32max += right.u32max();
    if (Integer.compareUnsigned(r.u32min, right.u32min()) >= 0
        && Integer.compareUnsigned(r.u32max, right.u32max()) < 0) {
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

  private static void sub(MutableRange r, ScalarRange right, boolean narrow) {
    sub32(r, right);
    if (!narrow) {
      subSigned(r, right);
      boolean lowWraps = Long.compareUnsigned(r.umin, right.umax()) < 0;
      boolean topWraps = Long.compareUnsigned(r.umax, right.umin()) < 0;
      r.umin -= right.umax();
      r.umax -= right.umin();
      if (lowWraps && !topWraps) {
        r.umin = 0;
        r.umax = -1;
      }
    }
    r.tnum(r.tnum().sub(right.varOff()));
  }

  private static void sub32(MutableRange r, ScalarRange right) {
    long low = (long) r.s32min - right.s32max();
    long top = (long) r.s32max - right.s32min();
    setS32(r, low, top);
    boolean lowWraps = Integer.compareUnsigned(r.u32min, right.u32max()) < 0;
    boolean topWraps = Integer.compareUnsigned(r.u32max, right.u32min()) < 0;
    r.u32min -= right.u32max();
    r.u32max -= right.u32min();
    if (lowWraps && !topWraps) {
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

  /** A conjunction is at least its known ones and at most the lesser of the greatest operands. */
  private static void and(MutableRange r, ScalarRange right, DomainRules rules) {
    r.tnum(r.tnum().and(right.varOff()));
    if (right.isSubregConst() && r.isSubregConst()) {
      r.known32((int) r.value);
    } else {
      bitwise32(r, (int) r.value, MutableRange.unsignedMin(r.u32max, right.u32max()));
    }
    if (right.isConst() && r.isConst()) {
      r.known(r.value);
    } else {
      bitwise64(r, r.value, MutableRange.unsignedMin(r.umax, right.umax()), rules);
    }
  }

  /** A disjunction is at least the greater of the least operands. */
  private static void or(MutableRange r, ScalarRange right, DomainRules rules) {
    r.tnum(r.tnum().or(right.varOff()));
    if (right.isSubregConst() && r.isSubregConst()) {
      r.known32((int) r.value);
    } else {
      bitwise32(r, MutableRange.unsignedMax(r.u32min, right.u32min()), (int) (r.value | r.mask));
    }
    if (right.isConst() && r.isConst()) {
      r.known(r.value);
    } else {
      bitwise64(r, MutableRange.unsignedMax(r.umin, right.umin()), r.value | r.mask, rules);
    }
  }

  /** All that is known of an exclusive or are its bits. */
  private static void xor(MutableRange r, ScalarRange right, DomainRules rules) {
    r.tnum(r.tnum().xor(right.varOff()));
    if (right.isSubregConst() && r.isSubregConst()) {
      r.known32((int) r.value);
    } else {
      bitwise32(r, (int) r.value, (int) (r.value | r.mask));
    }
    if (right.isConst() && r.isConst()) {
      r.known(r.value);
    } else {
      bitwise64(r, r.value, r.value | r.mask, rules);
    }
  }

  /** Unsigned bounds, which hold as signed ones unless they cross the sign. */
  private static void bitwise32(MutableRange r, int low, int top) {
    boolean sameSign = low <= top;
    r.u32min = low;
    r.u32max = top;
    r.s32min = sameSign ? low : Integer.MIN_VALUE;
    r.s32max = sameSign ? top : Integer.MAX_VALUE;
  }

  private static void bitwise64(MutableRange r, long low, long top, DomainRules rules) {
    boolean sameSign = low <= top;
    r.umin = low;
    r.umax = top;
    r.smin = sameSign ? low : Long.MIN_VALUE;
    r.smax = sameSign ? top : Long.MAX_VALUE;
    RangeDeduction.boundsFromTnum(r, rules);
  }
}
