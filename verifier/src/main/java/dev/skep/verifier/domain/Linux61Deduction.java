package dev.skep.verifier.domain;

/**
 * How descriptions inform each other in Linux 6.1: signed and unsigned bounds of the same width do;
 * between the widths knowledge travels through the known bits only, and once when one half was just
 * compared.
 */
final class Linux61Deduction {

  private Linux61Deduction() {}

  /** {@code __reg_deduce_bounds} of 6.1. */
  static void deduce(MutableRange r) {
    deduce32(r);
    deduce64(r);
  }

  private static void deduce32(MutableRange r) {
    if (r.s32min >= 0 || r.s32max < 0) {
      // On one side of the sign both kinds of bounds mean the same.
      r.raiseU32min(r.s32min);
      r.s32min = r.u32min;
      r.lowerU32max(r.s32max);
      r.s32max = r.u32max;
    } else if (r.u32max >= 0) {
      r.s32min = r.u32min;
      r.lowerU32max(r.s32max);
      r.s32max = r.u32max;
    } else if (r.u32min < 0) {
      r.raiseU32min(r.s32min);
      r.s32min = r.u32min;
      r.s32max = r.u32max;
    }
  }

  private static void deduce64(MutableRange r) {
    if (r.smin >= 0 || r.smax < 0) {
      r.raiseUmin(r.smin);
      r.smin = r.umin;
      r.lowerUmax(r.smax);
      r.smax = r.umax;
    } else if (r.umax >= 0) {
      r.smin = r.umin;
      r.lowerUmax(r.smax);
      r.smax = r.umax;
    } else if (r.umin < 0) {
      r.raiseUmin(r.smin);
      r.smin = r.umin;
      r.smax = r.umax;
    }
  }

  /** After a comparison of the low halves ({@code __reg_combine_32_into_64}). */
  static void combine32Into64(MutableRange r) {
    if (((r.value | r.mask) & ~MutableRange.LOW_HALF) == 0) {
      RangeConversion.zeroExtend32(r);
    } else {
      r.unbounded64();
    }
    RangeDeduction.sync(r, DomainRules.LINUX_6_1);
  }

  /** After a 64-bit comparison or a truncation ({@code __reg_combine_64_into_32}). */
  static void combine64Into32(MutableRange r) {
    r.unbounded32();
    if (isSigned32(r.smin) && isSigned32(r.smax)) {
      r.s32min = (int) r.smin;
      r.s32max = (int) r.smax;
    }
    if (isUnsigned32(r.umin) && isUnsigned32(r.umax)) {
      r.u32min = (int) r.umin;
      r.u32max = (int) r.umax;
    }
    RangeDeduction.sync(r, DomainRules.LINUX_6_1);
  }

  private static boolean isSigned32(long number) {
    return (int) number == number;
  }

  private static boolean isUnsigned32(long number) {
    return number >>> 32 == 0;
  }
}
