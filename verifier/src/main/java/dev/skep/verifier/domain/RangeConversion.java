package dev.skep.verifier.domain;

/** Changes of width: truncation, zero extension, sign extension, byte order. */
final class RangeConversion {

  private RangeConversion() {}

  /** {@code coerce_reg_to_size}: a load or argument of 1, 2 or 4 bytes. */
  static ScalarRange truncate(ScalarRange range, int bytes, DomainRules rules) {
    if (bytes != 1 && bytes != 2 && bytes != 4) {
      throw new IllegalArgumentException("truncation to " + bytes + " bytes");
    }
    MutableRange r = new MutableRange(range);
    truncate(r, bytes, rules);
    return r.freeze(range);
  }

  private static void truncate(MutableRange r, int bytes, DomainRules rules) {
    long keep = Tnum.lowBytes(bytes);
    r.value &= keep;
    r.mask &= keep;
    if ((r.umin & ~keep) == (r.umax & ~keep)) {
      r.umin &= keep;
      r.umax &= keep;
    } else {
      r.umin = 0;
      r.umax = keep;
    }
    r.smin = r.umin;
    r.smax = r.umax;
    if (rules == DomainRules.LINUX_6_1) {
      if (bytes < 4) {
        Linux61Deduction.combine64Into32(r);
      }
      return;
    }
    if (bytes < 4) {
      r.unbounded32();
    }
    RangeDeduction.sync(r, rules);
  }

  static ScalarRange zeroExtend32(ScalarRange range) {
    MutableRange r = new MutableRange(range);
    zeroExtend32(r);
    return r.freeze(range);
  }

  /** {@code zext_32_to_64}: the high half becomes zero, the 64-bit bounds those of the low half. */
  static void zeroExtend32(MutableRange r) {
    r.value &= MutableRange.LOW_HALF;
    r.mask &= MutableRange.LOW_HALF;
    r.umin = Integer.toUnsignedLong(r.u32min);
    r.umax = Integer.toUnsignedLong(r.u32max);
    if (r.s32min >= 0 && r.s32max >= 0) {
      r.smin = r.s32min;
      r.smax = r.s32max;
    } else {
      r.smin = 0;
      r.smax = MutableRange.LOW_HALF;
    }
  }

  /**
   * {@code coerce_reg_to_size_sx}: the low 1, 2 or 4 bytes, sign-extended. Bounds survive only if
   * all bits above the kept ones are the same at both ends, and the result is on one side of zero.
   */
  static ScalarRange signExtend(ScalarRange range, int bytes) {
    checkSignExtension(bytes, 4);
    int spare = 64 - 8 * bytes;
    if (range.isConst()) {
      return ScalarRange.constant(range.tnumValue() << spare >> spare);
    }
    MutableRange r = new MutableRange(range);
    long low = r.smin << spare >> spare;
    long top = r.smax << spare >> spare;
    if (r.smin >>> (8 * bytes) == r.smax >>> (8 * bytes) && (low < 0) == (top < 0)) {
      r.smin = Math.min(low, top);
      r.smax = Math.max(low, top);
      r.umin = r.smin;
      r.umax = r.smax;
      r.bounds32(r.smin, r.smax);
      r.tnum(Tnum.range(r.smin, r.smax));
    } else {
      r.unknown();
      r.smin = Long.MIN_VALUE >> spare;
      r.smax = Long.MAX_VALUE >> spare;
      r.s32min = (int) r.smin;
      r.s32max = (int) r.smax;
    }
    return r.freeze(range);
  }

  /** {@code coerce_subreg_to_size_sx}: the same within the low half, for 1 or 2 bytes. */
  static ScalarRange signExtendSubreg(ScalarRange range, int bytes) {
    checkSignExtension(bytes, 2);
    int spare = 32 - 8 * bytes;
    MutableRange r = new MutableRange(range);
    if (range.isConst()) {
      int number = (int) r.value << spare >> spare;
      r.value = number;
      r.bounds32(number, number);
      return r.freeze(range);
    }
    int low = r.s32min << spare >> spare;
    int top = r.s32max << spare >> spare;
    if (r.s32min >>> (8 * bytes) == r.s32max >>> (8 * bytes) && (low < 0) == (top < 0)) {
      r.bounds32(Math.min(low, top), Math.max(low, top));
      r.tnum(Tnum.range(r.s32min, r.s32max).subreg());
    } else {
      r.unbounded32();
      r.s32min = Integer.MIN_VALUE >> spare;
      r.s32max = Integer.MAX_VALUE >> spare;
      r.tnum(Tnum.UNKNOWN.subreg());
    }
    return r.freeze(range);
  }

  /** {@code scalar_byte_swap}: known bits move with their bytes, bounds are won back from them. */
  static ScalarRange byteSwap(ScalarRange range, int bits, boolean swap, DomainRules rules) {
    if (!rules.atLeast(DomainRules.LINUX_6_18)) {
      return ScalarRange.UNKNOWN;
    }
    MutableRange r = new MutableRange(range);
    if (swap) {
      r.unbounded64();
      r.unbounded32();
    }
    switch (bits) {
      case 16 -> r.tnum(swap ? r.tnum().bswap16() : r.tnum());
      case 32 -> r.tnum(swap ? r.tnum().bswap32() : r.tnum());
      case 64 -> r.tnum(swap ? r.tnum().bswap64() : r.tnum());
      default -> throw new IllegalArgumentException("byte swap of " + bits + " bits");
    }
    if (bits < 64) {
      truncate(r, bits / 8, rules);
    }
    RangeDeduction.sync(r, rules);
    return r.freeze(range);
  }

  private static void checkSignExtension(int bytes, int most) {
    if (bytes != 1 && bytes != 2 && bytes != most) {
      throw new IllegalArgumentException("sign extension from " + bytes + " bytes");
    }
  }
}
