package dev.skep.catalog;

/**
 * The numbers that a map may have for its key's or value's size, or its entries.
 *
 * @param smallest the first
 * @param largest the last
 * @param step the distance from one to the next
 * @param powerOfTwo whether only powers of two count
 */
public record Sizes(long smallest, long largest, long step, boolean powerOfTwo) {

  private static final long ANY = 0xffff_ffffL;

  /** One size only. */
  static Sizes of(long exact) {
    return new Sizes(exact, exact, 1, false);
  }

  /** From one size to another, both included. */
  static Sizes between(long smallest, long largest) {
    return new Sizes(smallest, largest, 1, false);
  }

  /** From a size on, as far as 32 bits count. */
  static Sizes from(long smallest) {
    return between(smallest, ANY);
  }

  /** Up to a size. */
  static Sizes upTo(long largest) {
    return between(0, largest);
  }

  /** Every {@code step}-th, from one size to another. */
  static Sizes steps(long smallest, long largest, long step) {
    return new Sizes(smallest, largest, step, false);
  }

  /** Powers of two. */
  static Sizes powersOfTwo(long smallest) {
    return new Sizes(smallest, ANY, 1, true);
  }

  /** Whether a number is one of them. */
  public boolean contains(long size) {
    return size >= smallest
        && size <= largest
        && (size - smallest) % step == 0
        && (!powerOfTwo || Long.bitCount(size) == 1);
  }

  /** In words: {@code 4}, {@code 4 or 8}, {@code 5 to 260}, {@code 1 or more}. */
  @Override
  public String toString() {
    if (smallest == largest) {
      return String.valueOf(smallest);
    }
    if (smallest + step == largest) {
      return smallest + " or " + largest;
    }
    String range =
        largest >= ANY
            ? smallest + " or more"
            : smallest == 0 ? "at most " + largest : smallest + " to " + largest;
    return powerOfTwo
        ? "a power of two, " + range
        : step == 1 ? range : range + " in steps of " + step;
  }
}
