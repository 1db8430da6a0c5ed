package dev.skep.verifier.domain;

/**
 * What one description of a number says about the others: {@code reg_bounds_sync}.
 *
 * <p>Every step only ever removes numbers that another description already excludes, so a step is
 * sound whatever came before it. The order and the number of rounds are Linux's: they decide how
 * far the knowledge travels, and with it what the log prints.
 */
final class RangeDeduction {

  private static final long HIGH_HALF = ~MutableRange.LOW_HALF;

  private RangeDeduction() {}

  /** Lets all descriptions inform each other. */
  static void sync(MutableRange r, DomainRules rules) {
    if (r.isExactly(r.value)) {
      return;
    }
    boundsFromTnum(r, rules);
    if (rules == DomainRules.LINUX_6_1) {
      Linux61Deduction.deduce(r);
    } else {
      deduceInRounds(r);
    }
    tnumFromBounds(r);
    boundsFromTnum(r, rules);
  }

  private static void deduceInRounds(MutableRange r) {
    for (int round = 0; round < 3; round++) {
      long smin = r.smin;
      long smax = r.smax;
      long umin = r.umin;
      long umax = r.umax;
      int s32min = r.s32min;
      int s32max = r.s32max;
      int u32min = r.u32min;
      int u32max = r.u32max;
      deduce32(r);
      deduce64(r);
      deduceMixed(r);
      // A round that changed no bound would change none again: rounds do not look at the bits.
      if (((smin ^ r.smin) | (smax ^ r.smax) | (umin ^ r.umin) | (umax ^ r.umax)) == 0
          && ((s32min ^ r.s32min) | (s32max ^ r.s32max)) == 0
          && ((u32min ^ r.u32min) | (u32max ^ r.u32max)) == 0) {
        return;
      }
    }
  }

  /** The least and greatest members of the known bits are bounds ({@code __update_reg_bounds}). */
  static void boundsFromTnum(MutableRange r, DomainRules rules) {
    bounds32FromTnum(r);
    // Signed, the least member has an unknown sign bit set and all other unknown bits clear.
    r.raiseSmin(r.value | (r.mask & Long.MIN_VALUE));
    r.lowerSmax(r.value | (r.mask & Long.MAX_VALUE));
    r.raiseUmin(r.value);
    r.lowerUmax(r.value | r.mask);
    if (rules.atLeast(DomainRules.LINUX_6_18)) {
      knownIfAlone(r);
    }
  }

  /**
   * If only one member of the known bits lies within the unsigned bounds, it is the number. Where
   * none does, on a dead edge, Linux may end up with the greatest member, and so do we.
   */
  private static void knownIfAlone(MutableRange r) {
    long next = Tnum.next(r.value, r.mask, r.umin);
    if ((r.umin & ~r.mask) == r.value) {
      if (Long.compareUnsigned(next, r.umax) > 0) {
        r.known(r.umin);
      }
    } else if (next == (r.value | r.mask)
        || (Long.compareUnsigned(next, r.umax) <= 0
            && Long.compareUnsigned(Tnum.next(r.value, r.mask, next), r.umax) > 0)) {
      r.known(next);
    }
  }

  /** {@link #boundsFromTnum} for the low half only. */
  static void bounds32FromTnum(MutableRange r) {
    int ones = (int) r.value;
    int open = (int) r.mask;
    r.raiseS32min(ones | (open & Integer.MIN_VALUE));
    r.lowerS32max(ones | (open & Integer.MAX_VALUE));
    r.raiseU32min(ones);
    r.lowerU32max(ones | open);
  }

  /** {@code __reg32_deduce_bounds}: bounds of the low half, from the whole and from each other. */
  private static void deduce32(MutableRange r) {
    // As long as the high half does not change, the low halves of the ends are ends of the low
    // half; as a signed or unsigned range only where they do not wrap there.
    if (high(r.umin) == high(r.umax)) {
      r.raiseU32min((int) r.umin);
      r.lowerU32max((int) r.umax);
      if ((int) r.umin <= (int) r.umax) {
        narrowS32(r, (int) r.umin, (int) r.umax);
      }
    }
    if (high(r.smin) == high(r.smax)) {
      int low = (int) r.smin;
      int top = (int) r.smax;
      if (Integer.compareUnsigned(low, top) <= 0) {
        r.raiseU32min(low);
        r.lowerU32max(top);
      }
      if (low <= top) {
        narrowS32(r, low, top);
      }
    }
    narrowS32AcrossZero(r, r.umin, r.umax);
    narrowS32AcrossZero(r, r.smin, r.smax);
    if (r.u32min <= r.u32max) {
      narrowS32(r, r.u32min, r.u32max);
    }
    if (Integer.compareUnsigned(r.s32min, r.s32max) <= 0) {
      r.raiseU32min(r.s32min);
      r.lowerU32max(r.s32max);
    } else if (Integer.compareUnsigned(r.u32max, r.s32min) < 0) {
      // The signed range is two pieces of the unsigned line; only the lower one is reached.
      r.s32min = r.u32min;
      r.lowerU32max(r.s32max);
    } else if (Integer.compareUnsigned(r.s32max, r.u32min) < 0) {
      r.s32max = r.u32max;
      r.raiseU32min(r.s32min);
    }
  }

  private static int high(long number) {
    return (int) (number >>> 32);
  }

  private static void narrowS32(MutableRange r, int low, int top) {
    r.raiseS32min(low);
    r.lowerS32max(top);
  }

  /**
   * A range from a negative low half up to the next high half and a low half that is not negative,
   * such as 0x1_ffff_fff0 to 0x2_0000_0010, passes through -16 to 16 there.
   */
  private static void narrowS32AcrossZero(MutableRange r, long low, long top) {
    if (high(low) + 1 == high(top) && (int) low < 0 && (int) top >= 0) {
      narrowS32(r, (int) low, (int) top);
    }
  }

  /**
   * {@code __reg64_deduce_bounds}: signed and unsigned bounds of the whole inform each other. They
   * mean the same numbers while they stay on one side of the sign; a signed range across zero is
   * the two ends of the unsigned line, of which the unsigned range may reach only one.
   */
  private static void deduce64(MutableRange r) {
    if (r.umin <= r.umax) {
      r.raiseSmin(r.umin);
      r.lowerSmax(r.umax);
    }
    if (Long.compareUnsigned(r.smin, r.smax) <= 0) {
      r.raiseUmin(r.smin);
      r.lowerUmax(r.smax);
    } else if (Long.compareUnsigned(r.umax, r.smin) < 0) {
      r.smin = r.umin;
      r.lowerUmax(r.smax);
    } else if (Long.compareUnsigned(r.smax, r.umin) < 0) {
      r.smax = r.umax;
      r.raiseUmin(r.smin);
    }
  }

  /**
   * {@code __reg_deduce_mixed_bounds}: the low half's bounds, put below the high halves of the
   * whole's ends, may be tighter than those ends.
   */
  private static void deduceMixed(MutableRange r) {
    narrowByLowHalf(r, r.u32min, r.u32max);
    if (Integer.compareUnsigned(r.s32min, r.s32max) <= 0) {
      narrowByLowHalf(r, r.s32min, r.s32max);
    }
    // A sign-extended 32-bit number whose low half is not negative is that low half: with the high
    // half all ones it would be below -2³¹.
    if (r.s32min >= 0 && r.smin >= Integer.MIN_VALUE && r.smax <= Integer.MAX_VALUE) {
      r.smin = r.s32min;
      r.smax = r.s32max;
      r.umin = r.s32min;
      r.umax = r.s32max;
      intersectTnumWithRange(r, r.smin, r.smax);
    }
  }

  private static void narrowByLowHalf(MutableRange r, int low, int top) {
    long lowest = Integer.toUnsignedLong(low);
    long highest = Integer.toUnsignedLong(top);
    r.raiseUmin((r.umin & HIGH_HALF) | lowest);
    r.lowerUmax((r.umax & HIGH_HALF) | highest);
    r.raiseSmin((r.smin & HIGH_HALF) | lowest);
    r.lowerSmax((r.smax & HIGH_HALF) | highest);
  }

  /** Bits that all numbers within the unsigned bounds share ({@code __reg_bound_offset}). */
  private static void tnumFromBounds(MutableRange r) {
    intersectTnumWithRange(r, r.umin, r.umax);
    long low = Integer.toUnsignedLong(r.u32min);
    long unknown = Tnum.unknownBitsOfRange(low, Integer.toUnsignedLong(r.u32max));
    long open = r.mask & unknown & MutableRange.LOW_HALF;
    long ones = ((r.value | (low & ~unknown)) & MutableRange.LOW_HALF) & ~open;
    r.value = (r.value & HIGH_HALF) | ones;
    r.mask = (r.mask & HIGH_HALF) | open;
  }

  private static void intersectTnumWithRange(MutableRange r, long min, long max) {
    long unknown = Tnum.unknownBitsOfRange(min, max);
    long open = r.mask & unknown;
    r.value = (r.value | (min & ~unknown)) & ~open;
    r.mask = open;
  }
}
