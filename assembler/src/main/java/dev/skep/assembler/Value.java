package dev.skep.assembler;

import org.jspecify.annotations.Nullable;

/**
 * What an expression comes to.
 *
 * @param number the number, or what is added to the symbol; unsigned numbers above {@link
 *     Long#MAX_VALUE} have wrapped
 * @param symbol a name that is no constant, or null
 * @param bits whether the number was written as bits, in hexadecimal or binary, so that {@code
 *     0xffffffff} may stand for a 32-bit -1
 * @param wrapped whether the number is above {@link Long#MAX_VALUE}
 */
record Value(long number, @Nullable String symbol, boolean bits, boolean wrapped) {

  static Value of(long number) {
    return new Value(number, null, false, false);
  }

  /** Whether it fits a 32-bit immediate. */
  boolean fitsImm() {
    return !wrapped && (number == (int) number || (bits && number >>> 32 == 0));
  }

  @Override
  public String toString() {
    return wrapped ? Long.toUnsignedString(number) : Long.toString(number);
  }
}
