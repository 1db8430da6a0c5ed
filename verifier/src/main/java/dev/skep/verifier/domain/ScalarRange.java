package dev.skep.verifier.domain;

import dev.skep.isa.AluOp;
import dev.skep.isa.Width;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a number in a register: its bits, and bounds of the whole and of its low half,
 * each signed and unsigned. The scalar part of the kernel's {@code struct bpf_reg_state}.
 *
 * <p>All bounds are inclusive. Unsigned ones are kept in a Java {@code long} or {@code int} of the
 * same bits: compare them with {@link Long#compareUnsigned} and widen the 32-bit ones with {@link
 * #u32minLong} and {@link #u32maxLong}.
 *
 * <p>Immutable. Operations return {@code this} where nothing changes. On a dead edge bounds may be
 * empty ({@code min > max}); see {@link #violation}.
 */
public final class ScalarRange {

  private static final int CACHED_CONSTANTS = 256;

  /** Any number. */
  public static final ScalarRange UNKNOWN =
      new ScalarRange(
          0,
          -1,
          Long.MIN_VALUE,
          Long.MAX_VALUE,
          0,
          -1,
          Integer.MIN_VALUE,
          Integer.MAX_VALUE,
          0,
          -1);

  private static final ScalarRange[] CONSTANTS = constants();

  private final long tnumValue;
  private final long tnumMask;
  private final long smin;
  private final long smax;
  private final long umin;
  private final long umax;
  private final int s32min;
  private final int s32max;
  private final int u32min;
  private final int u32max;

  private ScalarRange(
      long tnumValue,
      long tnumMask,
      long smin,
      long smax,
      long umin,
      long umax,
      int s32min,
      int s32max,
      int u32min,
      int u32max) {
    this.tnumValue = tnumValue;
    this.tnumMask = tnumMask;
    this.smin = smin;
    this.smax = smax;
    this.umin = umin;
    this.umax = umax;
    this.s32min = s32min;
    this.s32max = s32max;
    this.u32min = u32min;
    this.u32max = u32max;
  }

  ScalarRange(MutableRange from) {
    this(
        from.value,
        from.mask,
        from.smin,
        from.smax,
        from.umin,
        from.umax,
        from.s32min,
        from.s32max,
        from.u32min,
        from.u32max);
  }

  private static ScalarRange[] constants() {
    ScalarRange[] constants = new ScalarRange[CACHED_CONSTANTS + 1];
    for (int i = 0; i <= CACHED_CONSTANTS; i++) {
      constants[i] = newConstant(i - 1);
    }
    return constants;
  }

  private static ScalarRange newConstant(long value) {
    int low = (int) value;
    return new ScalarRange(value, 0, value, value, value, value, low, low, low, low);
  }

  /** Exactly one number. */
  public static ScalarRange constant(long value) {
    return value >= -1 && value < CACHED_CONSTANTS
        ? CONSTANTS[(int) value + 1]
        : newConstant(value);
  }

  /**
   * A range from its parts, taken as they are: call {@link #sync} to let them inform each other.
   */
  public static ScalarRange of(
      Tnum varOff,
      long smin,
      long smax,
      long umin,
      long umax,
      int s32min,
      int s32max,
      int u32min,
      int u32max) {
    return new ScalarRange(
        varOff.value(), varOff.mask(), smin, smax, umin, umax, s32min, s32max, u32min, u32max);
  }

  /** Numbers whose bits are known so far, with no more than that said of their bounds. */
  public static ScalarRange of(Tnum varOff) {
    MutableRange range = new MutableRange(UNKNOWN);
    range.tnum(varOff);
    RangeDeduction.sync(range, DomainRules.LINUX_6_18);
    return range.freeze();
  }

  /** All numbers from {@code min} to {@code max}, signed. */
  public static ScalarRange signed(long min, long max) {
    return UNKNOWN.withSignedBounds(min, max);
  }

  /** All numbers from {@code min} to {@code max}, unsigned. */
  public static ScalarRange unsigned(long min, long max) {
    return UNKNOWN.withUnsignedBounds(min, max);
  }

  /** Known bits. */
  public Tnum varOff() {
    return new Tnum(tnumValue, tnumMask);
  }

  /** The bits known to be one: {@code varOff().value()}. */
  public long tnumValue() {
    return tnumValue;
  }

  /** The bits that are not known: {@code varOff().mask()}. */
  public long tnumMask() {
    return tnumMask;
  }

  /** Least value of the register, signed. */
  public long smin() {
    return smin;
  }

  /** Greatest value of the register, signed. */
  public long smax() {
    return smax;
  }

  /** Least value of the register, unsigned. */
  public long umin() {
    return umin;
  }

  /** Greatest value of the register, unsigned. */
  public long umax() {
    return umax;
  }

  /** Least value of the low half, signed. */
  public int s32min() {
    return s32min;
  }

  /** Greatest value of the low half, signed. */
  public int s32max() {
    return s32max;
  }

  /** Least value of the low half, unsigned bits. */
  public int u32min() {
    return u32min;
  }

  /** Greatest value of the low half, unsigned bits. */
  public int u32max() {
    return u32max;
  }

  /** Least value of the low half, 0 to 2³²-1. */
  public long u32minLong() {
    return Integer.toUnsignedLong(u32min);
  }

  /** Greatest value of the low half, 0 to 2³²-1. */
  public long u32maxLong() {
    return Integer.toUnsignedLong(u32max);
  }

  /** Whether all bits are known. */
  public boolean isConst() {
    return tnumMask == 0;
  }

  /** Whether all bits of the low half are known. */
  public boolean isSubregConst() {
    return (tnumMask & MutableRange.LOW_HALF) == 0;
  }

  /** Whether all bits of the given width are known ({@code is_reg_const}). */
  public boolean isConst(Width width) {
    return width == Width.W32 ? isSubregConst() : isConst();
  }

  /** The number, if {@link #isConst()}; otherwise its known ones. */
  public long constantValue() {
    return tnumValue;
  }

  /** The low half zero-extended, or the whole number ({@code reg_const_value}). */
  public long constantValue(Width width) {
    return width == Width.W32 ? tnumValue & MutableRange.LOW_HALF : tnumValue;
  }

  /** Whether the number is known to be {@code value}. */
  public boolean isConst(long value) {
    return tnumMask == 0 && tnumValue == value;
  }

  /** Whether bits and all bounds say the same single number: any constant but on a dead edge. */
  boolean isExact() {
    long number = tnumValue;
    int low = (int) number;
    return tnumMask == 0
        && ((smin ^ number) | (smax ^ number) | (umin ^ number) | (umax ^ number)) == 0
        && ((s32min ^ low) | (s32max ^ low) | (u32min ^ low) | (u32max ^ low)) == 0;
  }

  /** Whether nothing at all is known ({@code __is_scalar_unbounded}). */
  public boolean isUnknown() {
    return equals(UNKNOWN);
  }

  /** Whether {@code number} satisfies every single description. */
  public boolean contains(long number) {
    int low = (int) number;
    return (number & ~tnumMask) == tnumValue
        && smin <= number
        && number <= smax
        && Long.compareUnsigned(umin, number) <= 0
        && Long.compareUnsigned(number, umax) <= 0
        && s32min <= low
        && low <= s32max
        && Integer.compareUnsigned(u32min, low) <= 0
        && Integer.compareUnsigned(low, u32max) <= 0;
  }

  /** Whether these bounds lie within {@code old}'s ({@code range_within}); bits aside. */
  public boolean within(ScalarRange old) {
    return Long.compareUnsigned(old.umin, umin) <= 0
        && Long.compareUnsigned(old.umax, umax) >= 0
        && old.smin <= smin
        && old.smax >= smax
        && Integer.compareUnsigned(old.u32min, u32min) <= 0
        && Integer.compareUnsigned(old.u32max, u32max) >= 0
        && old.s32min <= s32min
        && old.s32max >= s32max;
  }

  /** Whether bounds and known bits are covered by {@code old}'s: the state was seen before. */
  public boolean subsumedBy(ScalarRange old) {
    return within(old)
        && (tnumMask & ~old.tnumMask) == 0
        && (tnumValue & ~old.tnumMask) == old.tnumValue;
  }

  /** What {@code this op src} can be; {@link AluOp#MOV} gives {@code src}, zero-extended in W32. */
  public ScalarRange alu(Width width, AluOp op, ScalarRange src) {
    return RangeArithmetic.alu(width, op, this, src, DomainRules.LINUX_6_18);
  }

  /** {@link #alu(Width, AluOp, ScalarRange)} as another release computes it. */
  public ScalarRange alu(Width width, AluOp op, ScalarRange src, DomainRules rules) {
    return RangeArithmetic.alu(width, op, this, src, rules);
  }

  /**
   * What a register is that is known to be this one plus {@code delta}, after this one was refined
   * by a jump ({@code sync_linked_regs}).
   *
   * @param width of the addition that linked them; before 6.18 only 64-bit ones do
   */
  public ScalarRange linkedSum(Width width, int delta, DomainRules rules) {
    return RangeArithmetic.linkedSum(width, this, delta, rules);
  }

  /** The number with its sign changed. */
  public ScalarRange negate(Width width) {
    return RangeArithmetic.negate(width, this, DomainRules.LINUX_6_18);
  }

  /** {@link #negate(Width)} as another release computes it. */
  public ScalarRange negate(Width width, DomainRules rules) {
    return RangeArithmetic.negate(width, this, rules);
  }

  /** The variable part of a pointer after {@code pointer += offset}; see {@link RangePointer}. */
  public ScalarRange ptrAdd(ScalarRange offset) {
    return RangePointer.add(this, offset, DomainRules.LINUX_6_18);
  }

  /** The variable part of a pointer after {@code pointer -= offset}. */
  public ScalarRange ptrSub(ScalarRange offset) {
    return RangePointer.subtract(this, offset, DomainRules.LINUX_6_18);
  }

  /** {@link #ptrAdd(ScalarRange)} as another release computes it. */
  public ScalarRange ptrAdd(ScalarRange offset, DomainRules rules) {
    return RangePointer.add(this, offset, rules);
  }

  /** {@link #ptrSub(ScalarRange)} as another release computes it. */
  public ScalarRange ptrSub(ScalarRange offset, DomainRules rules) {
    return RangePointer.subtract(this, offset, rules);
  }

  /** The low {@code bytes} bytes (1, 2, 4), zero-extended ({@code coerce_reg_to_size}). */
  public ScalarRange truncate(int bytes) {
    return RangeConversion.truncate(this, bytes, DomainRules.LINUX_6_18);
  }

  /** {@link #truncate(int)} as another release computes it. */
  public ScalarRange truncate(int bytes, DomainRules rules) {
    return RangeConversion.truncate(this, bytes, rules);
  }

  /** The low {@code bytes} bytes (1, 2, 4), sign-extended ({@code coerce_reg_to_size_sx}). */
  public ScalarRange signExtend(int bytes) {
    return RangeConversion.signExtend(this, bytes);
  }

  /**
   * The low {@code bytes} bytes (1, 2) sign-extended to the low half ({@code
   * coerce_subreg_to_size_sx}); as in Linux the 64-bit bounds are stale until {@link
   * #zeroExtend32}.
   */
  public ScalarRange signExtendSubreg(int bytes) {
    return RangeConversion.signExtendSubreg(this, bytes);
  }

  /** The low half with the high one cleared ({@code zext_32_to_64}); not yet synchronised. */
  public ScalarRange zeroExtend32() {
    return RangeConversion.zeroExtend32(this);
  }

  /**
   * The low {@code bits} bits (16, 32, 64), zero-extended, of a {@code BPF_END} instruction.
   *
   * @param swap whether the bytes change order: every kind but {@code le} does on a little-endian
   *     machine
   */
  public ScalarRange byteSwap(int bits, boolean swap) {
    return RangeConversion.byteSwap(this, bits, swap, DomainRules.LINUX_6_18);
  }

  /** {@link #byteSwap(int, boolean)} as another release computes it. */
  public ScalarRange byteSwap(int bits, boolean swap, DomainRules rules) {
    return RangeConversion.byteSwap(this, bits, swap, rules);
  }

  /** What a 32-bit move of this gives: the low half, zero-extended and synchronised. */
  public ScalarRange mov32() {
    return mov32(DomainRules.LINUX_6_18);
  }

  /** {@link #mov32()} as another release computes it. */
  public ScalarRange mov32(DomainRules rules) {
    return RangeArithmetic.alu(Width.W32, AluOp.MOV, this, this, rules);
  }

  /** What a 32-bit sign-extending move (from 1 or 2 bytes) gives. */
  public ScalarRange mov32SignExtended(int bytes) {
    return mov32SignExtended(bytes, DomainRules.LINUX_6_18);
  }

  /** {@link #mov32SignExtended(int)} as another release computes it. */
  public ScalarRange mov32SignExtended(int bytes, DomainRules rules) {
    return signExtendSubreg(bytes).zeroExtend32().sync(rules);
  }

  /** Lets all descriptions inform each other ({@code reg_bounds_sync}). */
  public ScalarRange sync() {
    return sync(DomainRules.LINUX_6_18);
  }

  /** {@link #sync()} as another release does it. */
  public ScalarRange sync(DomainRules rules) {
    MutableRange range = new MutableRange(this);
    RangeDeduction.sync(range, rules);
    return range.freeze(this);
  }

  /** The contradiction that the kernel would report, or null; see {@link BoundsViolation}. */
  public @Nullable BoundsViolation violation() {
    return BoundsViolation.of(this);
  }

  /** The same bits, with all bounds forgotten ({@code __mark_reg_unbounded}). */
  public ScalarRange unbounded() {
    MutableRange range = new MutableRange(this);
    range.unbounded64();
    range.unbounded32();
    return range.freeze(this);
  }

  /**
   * The width in which this is exactly one of 0 and -1, or null. Before an {@code AND} or {@code
   * OR} with a known number Linux 6.12 and 6.18 follow such a register twice ({@code
   * maybe_fork_scalars}): once as -1, and once more from the same instruction as 0; in {@link
   * Width#W32} by {@link #withSubreg(int)}.
   */
  public @Nullable Width signMaskWidth() {
    if (smin == -1 && smax == 0) {
      return Width.W64;
    }
    return s32min == -1 && s32max == 0 ? Width.W32 : null;
  }

  /** With a known low half; 64-bit bounds stay, not synchronised ({@code __mark_reg32_known}). */
  public ScalarRange withSubreg(int low) {
    MutableRange range = new MutableRange(this);
    range.known32(low);
    return range.freeze(this);
  }

  /** With 64-bit signed bounds narrowed to these, synchronised. */
  public ScalarRange withSignedBounds(long min, long max) {
    MutableRange range = new MutableRange(this);
    range.smin = Math.max(smin, min);
    range.smax = Math.min(smax, max);
    RangeDeduction.sync(range, DomainRules.LINUX_6_18);
    return range.freeze(this);
  }

  /** With 64-bit unsigned bounds narrowed to these, synchronised. */
  public ScalarRange withUnsignedBounds(long min, long max) {
    MutableRange range = new MutableRange(this);
    range.umin = Long.compareUnsigned(umin, min) > 0 ? umin : min;
    range.umax = Long.compareUnsigned(umax, max) < 0 ? umax : max;
    RangeDeduction.sync(range, DomainRules.LINUX_6_18);
    return range.freeze(this);
  }

  /** Narrowed to what fits in a signed 32-bit number ({@code __mark_reg_s32_range}). */
  public ScalarRange withS32Range(int min, int max) {
    MutableRange range = new MutableRange(this);
    range.s32min = Math.max(s32min, min);
    range.s32max = Math.min(s32max, max);
    range.smin = Math.max(smin, min);
    range.smax = Math.min(smax, max);
    RangeDeduction.sync(range, DomainRules.LINUX_6_18);
    return range.freeze(this);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof ScalarRange that
            && tnumValue == that.tnumValue
            && tnumMask == that.tnumMask
            && smin == that.smin
            && smax == that.smax
            && umin == that.umin
            && umax == that.umax
            && s32min == that.s32min
            && s32max == that.s32max
            && u32min == that.u32min
            && u32max == that.u32max);
  }

  @Override
  public int hashCode() {
    long mix = tnumValue * 31 + tnumMask;
    mix = (mix * 31 + smin) * 31 + smax;
    mix = (mix * 31 + umin) * 31 + umax;
    mix = (mix * 31 + s32min) * 31 + s32max;
    mix = (mix * 31 + u32min) * 31 + u32max;
    return Long.hashCode(mix);
  }

  /** Every part, for people; the kernel's shortened form is the log's business. */
  @Override
  public String toString() {
    return String.format(
        "s64=[%d,%d] u64=[%s,%s] s32=[%d,%d] u32=[%s,%s] var_off=%s",
        smin,
        smax,
        Long.toUnsignedString(umin),
        Long.toUnsignedString(umax),
        s32min,
        s32max,
        Integer.toUnsignedString(u32min),
        Integer.toUnsignedString(u32max),
        varOff());
  }
}
