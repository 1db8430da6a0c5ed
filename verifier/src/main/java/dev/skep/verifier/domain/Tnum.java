package dev.skep.verifier.domain;

/**
 * A tracked number, the kernel's {@code struct tnum}: 64 bits of which some are known.
 *
 * <pre>
 *   mask bit   value bit   the number's bit
 *      0           0        0
 *      0           1        1
 *      1           0        unknown
 *      1           1        never: value and mask share no bit
 * </pre>
 *
 * <p>So {@code value} is the least and {@code value | mask} the greatest member, unsigned. An
 * operation's result contains every number that the operation can yield from members of its
 * operands.
 *
 * @param value the bits known to be one
 * @param mask the bits that are not known
 */
public record Tnum(long value, long mask) {

  private static final long LOW_HALF = 0xffff_ffffL;

  /** Nothing is known. */
  public static final Tnum UNKNOWN = new Tnum(0, -1);

  /** The number zero. */
  public static final Tnum ZERO = new Tnum(0, 0);

  /** Exactly one number. */
  public static Tnum constant(long value) {
    return value == 0 ? ZERO : new Tnum(value, 0);
  }

  /**
   * The best description of all numbers from {@code min} to {@code max}, both inclusive and
   * unsigned: the leading bits that both share are known.
   */
  public static Tnum range(long min, long max) {
    long unknown = unknownBitsOfRange(min, max);
    return new Tnum(min & ~unknown, unknown);
  }

  /** The mask of {@link #range}: all bits from the highest one in which the two ends differ. */
  static long unknownBitsOfRange(long min, long max) {
    long differing = min ^ max;
    return differing == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(differing);
  }

  /** Whether only one number is described. */
  public boolean isConst() {
    return mask == 0;
  }

  /** Whether nothing is known. */
  public boolean isUnknown() {
    return mask == -1;
  }

  /** Whether the low 32 bits are all known. */
  public boolean isSubregConst() {
    return (mask & LOW_HALF) == 0;
  }

  /** Whether {@code number} may be the number. */
  public boolean contains(long number) {
    return (number & ~mask) == value;
  }

  /** Whether every number that {@code other} describes is described here ({@code tnum_in}). */
  public boolean contains(Tnum other) {
    return (other.mask & ~mask) == 0 && (other.value & ~mask) == value;
  }

  /** Whether both may be the same number: no bit is known to be different. */
  public boolean overlaps(Tnum other) {
    return ((value ^ other.value) & ~mask & ~other.mask) == 0;
  }

  /** Whether all members are multiples of {@code bytes}, a power of two; 0 asks for nothing. */
  public boolean isAligned(long bytes) {
    return bytes == 0 || ((value | mask) & (bytes - 1)) == 0;
  }

  /** Shifted left by 0 to 63 bits. */
  public Tnum lshift(int bits) {
    return new Tnum(value << bits, mask << bits);
  }

  /** Shifted right by 0 to 63 bits, zeros coming in. */
  public Tnum rshift(int bits) {
    return new Tnum(value >>> bits, mask >>> bits);
  }

  /**
   * Shifted right, copies of the sign bit coming in. An unknown sign bit gives unknown bits.
   *
   * @param shift number of bits, below {@code bits}
   * @param bits 64, or 32 to shift the low half and clear the high one
   */
  public Tnum arshift(int shift, int bits) {
    return bits == 32
        ? new Tnum(((int) value >> shift) & LOW_HALF, ((int) mask >> shift) & LOW_HALF)
        : new Tnum(value >> shift, mask >> shift);
  }

  /** The sum. A bit is unknown if an operand's is, or if a carry into it is. */
  public Tnum add(Tnum other) {
    long least = value + other.value;
    long greatest = least + (mask + other.mask);
    return known(least, (greatest ^ least) | mask | other.mask);
  }

  /** The difference. A bit is unknown if an operand's is, or if a borrow from it is. */
  public Tnum sub(Tnum other) {
    long difference = value - other.value;
    long fewestBorrows = difference + mask;
    long mostBorrows = difference - other.mask;
    return known(difference, (fewestBorrows ^ mostBorrows) | mask | other.mask);
  }

  /** The number with its sign changed. */
  public Tnum negate() {
    return ZERO.sub(this);
  }

  /** Bitwise and. */
  public Tnum and(Tnum other) {
    long ones = value & other.value;
    return new Tnum(ones, (value | mask) & (other.value | other.mask) & ~ones);
  }

  /** Bitwise or. */
  public Tnum or(Tnum other) {
    long ones = value | other.value;
    return new Tnum(ones, (mask | other.mask) & ~ones);
  }

  /** Bitwise exclusive or. */
  public Tnum xor(Tnum other) {
    return known(value ^ other.value, mask | other.mask);
  }

  /**
   * The product, by long multiplication over the bits of this number: a known one adds the shifted
   * factor, an unknown bit means "added or not", the union of both. (Linux 6.18; arXiv 2105.05398
   * describes the older one, {@link #mulByPartialProducts}.)
   */
  public Tnum mul(Tnum other) {
    if ((mask | other.mask) == 0) {
      return constant(value * other.value);
    }
    long sumValue = 0;
    long sumMask = 0;
    long left = value;
    long leftMask = mask;
    long right = other.value;
    long rightMask = other.mask;
    while ((left | leftMask) != 0) {
      if (((left | leftMask) & 1) != 0) {
        long least = sumValue + right;
        long greatest = least + (sumMask + rightMask);
        long unknown = (greatest ^ least) | sumMask | rightMask;
        if ((leftMask & 1) != 0) {
          unknown |= sumValue ^ (least & ~unknown);
        }
        sumValue = least & ~unknown;
        sumMask = unknown;
      }
      left >>>= 1;
      leftMask >>>= 1;
      right <<= 1;
      rightMask <<= 1;
    }
    return new Tnum(sumValue, sumMask);
  }

  /**
   * The product as Linux before 6.18 computes it: the known parts multiplied, plus a sum of what is
   * unknown of each partial product.
   */
  Tnum mulByPartialProducts(Tnum other) {
    Tnum unknowns = ZERO;
    long right = other.value;
    long rightMask = other.mask;
    for (long ones = value, open = mask; (ones | open) != 0; ones >>>= 1, open >>>= 1) {
      if ((ones & 1) != 0) {
        unknowns = unknowns.add(new Tnum(0, rightMask));
      } else if ((open & 1) != 0) {
        unknowns = unknowns.add(new Tnum(0, right | rightMask));
      }
      right <<= 1;
      rightMask <<= 1;
    }
    return constant(value * other.value).add(unknowns);
  }

  /**
   * What both say, for a number that both describe. If they contradict each other in a bit, it is
   * given as a known one, as in Linux.
   */
  public Tnum intersect(Tnum other) {
    return known(value | other.value, mask & other.mask);
  }

  /** The best description of a number that one of the two describes. */
  public Tnum union(Tnum other) {
    return known(value & other.value, (value ^ other.value) | mask | other.mask);
  }

  /** The low {@code bytes} bytes (1 to 8), the others cleared. */
  public Tnum cast(int bytes) {
    long keep = lowBytes(bytes);
    return new Tnum(value & keep, mask & keep);
  }

  /** A mask of the low {@code bytes} bytes, 1 to 8. */
  static long lowBytes(int bytes) {
    return -1L >>> (64 - 8 * bytes);
  }

  /** The low half, the high one cleared. */
  public Tnum subreg() {
    return new Tnum(value & LOW_HALF, mask & LOW_HALF);
  }

  /** The high half, the low one cleared. */
  public Tnum clearSubreg() {
    return new Tnum(value & ~LOW_HALF, mask & ~LOW_HALF);
  }

  /** This number's high half with the low half of another. */
  public Tnum withSubreg(Tnum low) {
    return new Tnum(
        (value & ~LOW_HALF) | (low.value & LOW_HALF), (mask & ~LOW_HALF) | (low.mask & LOW_HALF));
  }

  /** This number's high half with a known low half. */
  public Tnum constSubreg(int low) {
    return new Tnum((value & ~LOW_HALF) | (low & LOW_HALF), mask & ~LOW_HALF);
  }

  /** The two low bytes exchanged, the others cleared. */
  public Tnum bswap16() {
    return new Tnum(Long.reverseBytes(value) >>> 48, Long.reverseBytes(mask) >>> 48);
  }

  /** The four low bytes in reverse order, the others cleared. */
  public Tnum bswap32() {
    return new Tnum(Long.reverseBytes(value) >>> 32, Long.reverseBytes(mask) >>> 32);
  }

  /** The eight bytes in reverse order. */
  public Tnum bswap64() {
    return new Tnum(Long.reverseBytes(value), Long.reverseBytes(mask));
  }

  /**
   * The least member above {@code number}, unsigned ({@code tnum_step}); the greatest member if
   * there is none above.
   */
  public long next(long number) {
    return next(value, mask, number);
  }

  static long next(long value, long mask, long number) {
    if (Long.compareUnsigned(number, value | mask) >= 0) {
      return value | mask;
    }
    if (Long.compareUnsigned(number, value) < 0) {
      return value;
    }
    long wrong = (number ^ value) & ~mask;
    long upToHighestWrong = wrong == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(wrong);
    if ((value & Long.highestOneBit(wrong)) != 0) {
      // A known one where the number has a zero: that bit makes it greater, the rest can be least.
      return (number & ~upToHighestWrong) | (value & upToHighestWrong);
    }
    // Count up over the unknown bits: ones in all other places let the carry through.
    long carrying = number | ~mask | upToHighestWrong;
    return ((carrying + 1) & mask) | value;
  }

  private static Tnum known(long value, long unknown) {
    return new Tnum(value & ~unknown, unknown);
  }

  /** As the kernel's log prints it: {@code (0x0; 0xff)}, value and mask in hexadecimal. */
  @Override
  public String toString() {
    if (mask == 0) {
      boolean decimal = Long.compareUnsigned(value, 0xffff) <= 0;
      return decimal ? Long.toString(value) : "0x" + Long.toHexString(value);
    }
    return "(0x" + Long.toHexString(value) + "; 0x" + Long.toHexString(mask) + ")";
  }
}
