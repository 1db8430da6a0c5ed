package dev.skep.verifier.domain;

/** Bitwise operations on ranges: mostly what the known bits say. */
final class RangeBitwise {

  private RangeBitwise() {}

  /** A conjunction is at least its known ones and at most the lesser of the greatest operands. */
  static void and(MutableRange r, ScalarRange right, DomainRules rules) {
    int signs = r.s32min | right.s32min();
    long signs64 = r.smin | right.smin();
    r.tnum(r.tnum().and(right.varOff()));
    if (right.isSubregConst() && r.isSubregConst()) {
      r.known32((int) r.value);
    } else {
      int top = MutableRange.unsignedMin(r.u32max, right.u32max());
      bounds32(r, (int) r.value, top, signs, rules);
    }
    if (right.isConst() && r.isConst()) {
      r.known(r.value);
    } else {
      bounds64(r, r.value, MutableRange.unsignedMin(r.umax, right.umax()), signs64, rules);
    }
  }

  /** A disjunction is at least the greater of the least operands. */
  static void or(MutableRange r, ScalarRange right, DomainRules rules) {
    int signs = r.s32min | right.s32min();
    long signs64 = r.smin | right.smin();
    r.tnum(r.tnum().or(right.varOff()));
    if (right.isSubregConst() && r.isSubregConst()) {
      r.known32((int) r.value);
    } else {
      int low = MutableRange.unsignedMax(r.u32min, right.u32min());
      bounds32(r, low, (int) (r.value | r.mask), signs, rules);
    }
    if (right.isConst() && r.isConst()) {
      r.known(r.value);
    } else {
      long low = MutableRange.unsignedMax(r.umin, right.umin());
      bounds64(r, low, r.value | r.mask, signs64, rules);
    }
  }

  /** All that is known of an exclusive or are its bits. */
  static void xor(MutableRange r, ScalarRange right, DomainRules rules) {
    int signs = r.s32min | right.s32min();
    long signs64 = r.smin | right.smin();
    r.tnum(r.tnum().xor(right.varOff()));
    if (right.isSubregConst() && r.isSubregConst()) {
      r.known32((int) r.value);
    } else {
      bounds32(r, (int) r.value, (int) (r.value | r.mask), signs, rules);
    }
    if (right.isConst() && r.isConst()) {
      r.known(r.value);
    } else {
      bounds64(r, r.value, r.value | r.mask, signs64, rules);
    }
  }

  /**
   * Unsigned bounds, which hold as signed ones unless they cross the sign. Linux 6.1 keeps them
   * only if no operand can be negative.
   *
   * @param signs the operands' least signed values, their bits united
   */
  private static void bounds32(MutableRange r, int low, int top, int signs, DomainRules rules) {
    boolean signed = rules == DomainRules.LINUX_6_1 ? signs >= 0 : low <= top;
    r.u32min = low;
    r.u32max = top;
    r.s32min = signed ? low : Integer.MIN_VALUE;
    r.s32max = signed ? top : Integer.MAX_VALUE;
  }

  private static void bounds64(MutableRange r, long low, long top, long signs, DomainRules rules) {
    boolean signed = rules == DomainRules.LINUX_6_1 ? signs >= 0 : low <= top;
    r.umin = low;
    r.umax = top;
    r.smin = signed ? low : Long.MIN_VALUE;
    r.smax = signed ? top : Long.MAX_VALUE;
    RangeDeduction.boundsFromTnum(r, rules);
  }
}
