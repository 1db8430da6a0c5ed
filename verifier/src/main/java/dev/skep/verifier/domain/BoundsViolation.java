package dev.skep.verifier.domain;

import org.jspecify.annotations.Nullable;

/**
 * A contradiction within a range, as {@code reg_bounds_sanity_check} finds it after a conditional
 * jump. It means a dead edge. Linux then prints {@code REG INVARIANTS VIOLATION} with the message
 * and forgets the bounds ({@link ScalarRange#unbounded}); with {@code BPF_F_TEST_REG_INVARIANTS} it
 * refuses the program with {@code EFAULT}.
 */
public enum BoundsViolation {
  /** Some least value is above the greatest. */
  RANGE("range bounds violation"),
  /** All bits are known, but a bound says otherwise. */
  CONST_TNUM("const tnum out of sync with range bounds"),
  /** All bits of the low half are known, but a bound says otherwise. */
  CONST_SUBREG_TNUM("const subreg tnum out of sync with range bounds");

  private final String message;

  BoundsViolation(String message) {
    this.message = message;
  }

  /** The kernel's words. */
  public String message() {
    return message;
  }

  static @Nullable BoundsViolation of(ScalarRange range) {
    if (isEmpty(range)) {
      return RANGE;
    }
    if (range.isConst()) {
      long number = range.tnumValue();
      if (range.umin() != number
          || range.umax() != number
          || range.smin() != number
          || range.smax() != number) {
        return CONST_TNUM;
      }
    }
    if (range.isSubregConst()) {
      int number = (int) range.tnumValue();
      if (range.u32min() != number
          || range.u32max() != number
          || range.s32min() != number
          || range.s32max() != number) {
        return CONST_SUBREG_TNUM;
      }
    }
    return null;
  }

  private static boolean isEmpty(ScalarRange range) {
    return Long.compareUnsigned(range.umin(), range.umax()) > 0
        || range.smin() > range.smax()
        || Integer.compareUnsigned(range.u32min(), range.u32max()) > 0
        || range.s32min() > range.s32max();
  }
}
