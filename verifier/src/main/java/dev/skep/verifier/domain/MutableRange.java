package dev.skep.verifier.domain;

/**
 * A {@link ScalarRange} in the making: the steps of an operation write here, then {@link #freeze}
 * makes the value. Its fields may contradict each other between steps, and on dead edges at the
 * end.
 */
final class MutableRange {
  static final long LOW_HALF = 0xffff_ffffL;

  /** The tnum's known ones and unknown bits. */
  long value;

  long mask;
  long smin;
  long smax;

  /** Unsigned. */
  long umin;

  long umax;
  int s32min;
  int s32max;

  /** Unsigned. */
  int u32min;

  int u32max;

  MutableRange(ScalarRange range) {
    value = range.tnumValue();
    mask = range.tnumMask();
    smin = range.smin();
    smax = range.smax();
    umin = range.umin();
    umax = range.umax();
    s32min = range.s32min();
    s32max = range.s32max();
    u32min = range.u32min();
    u32max = range.u32max();
  }

  /** The finished range; {@code original} itself if it is equal to that. */
  ScalarRange freeze(ScalarRange original) {
    if (value == original.tnumValue()
        && mask == original.tnumMask()
        && smin == original.smin()
        && smax == original.smax()
        && umin == original.umin()
        && umax == original.umax()
        && s32min == original.s32min()
        && s32max == original.s32max()
        && u32min == original.u32min()
        && u32max == original.u32max()) {
      return original;
    }
    return freeze();
  }

  /** The finished range. */
  ScalarRange freeze() {
    return new ScalarRange(this);
  }

  Tnum tnum() {
    return new Tnum(value, mask);
  }

  void tnum(Tnum tnum) {
    value = tnum.value();
    mask = tnum.mask();
  }

  boolean isConst() {
    return mask == 0;
  }

  boolean isSubregConst() {
    return (mask & LOW_HALF) == 0;
  }

  /** Whether bits and all bounds say that the register is {@code number}. */
  boolean isExactly(long number) {
    int low = (int) number;
    return (mask | (value ^ number)) == 0
        && ((smin ^ number) | (smax ^ number) | (umin ^ number) | (umax ^ number)) == 0
        && ((s32min ^ low) | (s32max ^ low) | (u32min ^ low) | (u32max ^ low)) == 0;
  }

  /** The whole register is {@code number}. */
  void known(long number) {
    value = number;
    mask = 0;
    smin = number;
    smax = number;
    umin = number;
    umax = number;
    bounds32(number, number);
  }

  /** The low half is {@code number}; the 64-bit bounds are left as they were. */
  void known32(int number) {
    value = (value & ~LOW_HALF) | (number & LOW_HALF);
    mask &= ~LOW_HALF;
    bounds32(number, number);
  }

  /** Both kinds of 32-bit bounds, from the low halves of the arguments. */
  void bounds32(long min, long max) {
    s32min = (int) min;
    s32max = (int) max;
    u32min = (int) min;
    u32max = (int) max;
  }

  void unbounded64() {
    smin = Long.MIN_VALUE;
    smax = Long.MAX_VALUE;
    umin = 0;
    umax = -1;
  }

  void unbounded32() {
    s32min = Integer.MIN_VALUE;
    s32max = Integer.MAX_VALUE;
    u32min = 0;
    u32max = -1;
  }

  void unknown() {
    value = 0;
    mask = -1;
    unbounded64();
    unbounded32();
  }

  // Narrowing by one more bound: the tighter one stays.

  void raiseSmin(long bound) {
    smin = Math.max(smin, bound);
  }

  void lowerSmax(long bound) {
    smax = Math.min(smax, bound);
  }

  void raiseUmin(long bound) {
    umin = unsignedMax(umin, bound);
  }

  void lowerUmax(long bound) {
    umax = unsignedMin(umax, bound);
  }

  void raiseS32min(int bound) {
    s32min = Math.max(s32min, bound);
  }

  void lowerS32max(int bound) {
    s32max = Math.min(s32max, bound);
  }

  void raiseU32min(int bound) {
    u32min = unsignedMax(u32min, bound);
  }

  void lowerU32max(int bound) {
    u32max = unsignedMin(u32max, bound);
  }

  static long unsignedMax(long a, long b) {
    return Long.compareUnsigned(a, b) > 0 ? a : b;
  }

  static long unsignedMin(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? a : b;
  }

  static int unsignedMax(int a, int b) {
    return Integer.compareUnsigned(a, b) > 0 ? a : b;
  }

  static int unsignedMin(int a, int b) {
    return Integer.compareUnsigned(a, b) < 0 ? a : b;
  }
}
