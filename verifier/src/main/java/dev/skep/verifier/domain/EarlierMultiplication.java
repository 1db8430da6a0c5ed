package dev.skep.verifier.domain;

/**
 * Multiplication before Linux 6.18: bounds survive only for factors that cannot be negative and fit
 * in half the width.
 */
final class EarlierMultiplication {

  private static final int HALF_OF_32 = 0xffff;

  private EarlierMultiplication() {}

  static void mul(MutableRange r, ScalarRange right, boolean narrow) {
    r.tnum(r.tnum().mulByPartialProducts(right.varOff()));
    mul32(r, right);
    if (!narrow) {
      mul64(r, right);
    }
  }

  private static void mul32(MutableRange r, ScalarRange right) {
    if (r.s32min < 0
        || right.s32min() < 0
        || Integer.compareUnsigned(r.u32max, HALF_OF_32) > 0
        || Integer.compareUnsigned(right.u32max(), HALF_OF_32) > 0) {
      r.unbounded32();
      return;
    }
    r.u32min *= right.u32min();
    r.u32max *= right.u32max();
    boolean signed = r.u32max >= 0;
    r.s32min = signed ? r.u32min : Integer.MIN_VALUE;
    r.s32max = signed ? r.u32max : Integer.MAX_VALUE;
  }

  private static void mul64(MutableRange r, ScalarRange right) {
    if (r.smin < 0
        || right.smin() < 0
        || Long.compareUnsigned(r.umax, MutableRange.LOW_HALF) > 0
        || Long.compareUnsigned(right.umax(), MutableRange.LOW_HALF) > 0) {
      r.unbounded64();
      return;
    }
    r.umin *= right.umin();
    r.umax *= right.umax();
    boolean signed = r.umax >= 0;
    r.smin = signed ? r.umin : Long.MIN_VALUE;
    r.smax = signed ? r.umax : Long.MAX_VALUE;
  }
}
