package dev.skep.jit;

import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.Region;

/**
 * What the compiler expects in a register: a number, or an address in a region.
 *
 * @param base the region, or {@link Base.Number}
 * @param proven whether the value is certain to be in the region and in the range; otherwise it is
 *     a guess that saves work where it is right, and is checked
 * @param low the least value, as a signed number; for an address, of its offset
 * @param high the greatest value
 */
record Value(Base base, boolean proven, long low, long high) {

  /** What an address points into. */
  sealed interface Base {
    /** Nothing: a number, or something unknown. */
    record Number() implements Base {}

    /** The function's own stack frame; offsets count from r10. */
    record Frame() implements Base {}

    /** The context; offsets count from its start. */
    record Context() implements Base {}

    /** The packet; offsets are not known. */
    record Packet() implements Base {}

    /** Memory that every run shares, such as a map's values. */
    record Shared(Region region) implements Base {}

    /** A map itself, as helpers take it. */
    record Handle(BpfMap map) implements Base {}
  }

  static final Base NUMBER = new Base.Number();
  static final Base FRAME = new Base.Frame();
  static final Base CONTEXT = new Base.Context();
  static final Base PACKET = new Base.Packet();

  static final Value UNKNOWN = new Value(NUMBER, true, Long.MIN_VALUE, Long.MAX_VALUE);
  static final Value U32 = number(0, 0xffff_ffffL);

  static Value number(long low, long high) {
    return new Value(NUMBER, true, low, high);
  }

  static Value constant(long value) {
    return number(value, value);
  }

  static Value at(Base base, long offset) {
    return new Value(base, true, offset, offset);
  }

  /** A guess about the region, none about the offset. */
  static Value guess(Base base) {
    return new Value(base, false, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** The context's first byte, if it is the context. */
  static Value contextGuess() {
    return new Value(CONTEXT, false, 0, 0);
  }

  boolean isNumber() {
    return base instanceof Base.Number;
  }

  boolean isConstant() {
    return isNumber() && low == high;
  }

  /** Whether it is a number that is the same as a signed and as an unsigned 64-bit number. */
  boolean isNonNegative() {
    return isNumber() && low >= 0;
  }

  /** Whether it is a number whose low half is the same as a signed and an unsigned one. */
  boolean isSmall() {
    return isNumber() && low >= 0 && high <= Integer.MAX_VALUE;
  }

  /** An address whose offset is certain and always the same. */
  boolean isExact() {
    return proven && low == high;
  }

  /** Whether the offset is certain to be so small that adding it to a base keeps the upper half. */
  boolean isNear() {
    return proven && low >= -(1L << 30) && high <= 1L << 30;
  }

  /** The same as a guess only: what comes back from memory that others may write. */
  Value asGuess() {
    return isNumber() ? UNKNOWN : guess(base);
  }

  Value plus(long least, long greatest) {
    long newLow = low + least;
    long newHigh = high + greatest;
    boolean overflows =
        ((low ^ newLow) & (least ^ newLow)) < 0 || ((high ^ newHigh) & (greatest ^ newHigh)) < 0;
    return overflows
        ? new Value(base, proven, Long.MIN_VALUE, Long.MAX_VALUE)
        : new Value(base, proven, newLow, newHigh);
  }

  /** What both may be. */
  static Value join(Value a, Value b) {
    if (a.equals(b)) {
      return a;
    }
    if (!a.base.equals(b.base)) {
      // A pointer that is null on one way: null is checked like any other wrong address.
      if (a.isNumber() && !b.isNumber() && a.isConstant() && a.low == 0) {
        return b.asGuess();
      }
      if (b.isNumber() && !a.isNumber() && b.isConstant() && b.low == 0) {
        return a.asGuess();
      }
      return UNKNOWN;
    }
    return new Value(
        a.base, a.proven && b.proven, Math.min(a.low, b.low), Math.max(a.high, b.high));
  }
}
