package dev.skep.verifier.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Known values, and for every operation the proof by exhaustion on all small tnums. */
class TnumTest {

  private static final int BITS = 5;

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0",
    "7, 7, 7, 0",
    "4, 7, 4, 3",
    "0, 255, 0, 255",
    "5, 9, 0, 15",
    "-1, -1, -1, 0",
    "0, -1, 0, -1",
    "-8, -1, -8, 7",
    "-9223372036854775808, -1, -9223372036854775808, 9223372036854775807"
  })
  void rangeKeepsTheSharedLeadingBits(long min, long max, long value, long mask) {
    assertEquals(new Tnum(value, mask), Tnum.range(min, max));
  }

  @Test
  void printsAsTheKernelDoes() {
    assertEquals("(0x0; 0xff)", Tnum.range(0, 255).toString());
    assertEquals("(0xffffffffffffff00; 0xff)", Tnum.range(-256, -1).toString());
  }

  @Test
  void additionIsOptimal() {
    assertEquals(1.0, optimality(BITS, Tnum::add, Long::sum));
  }

  @Test
  void subtractionIsOptimal() {
    assertEquals(1.0, optimality(BITS, Tnum::sub, (a, b) -> a - b));
  }

  @Test
  void bitwiseOperationsAreOptimal() {
    assertEquals(1.0, optimality(BITS, Tnum::and, (a, b) -> a & b));
    assertEquals(1.0, optimality(BITS, Tnum::or, (a, b) -> a | b));
    assertEquals(1.0, optimality(BITS, Tnum::xor, (a, b) -> a ^ b));
  }

  @Test
  void bothMultiplicationsAreSoundAndTheNewOneIsMoreOftenOptimal() {
    double now = optimality(BITS, Tnum::mul, (a, b) -> a * b);
    double before = optimality(BITS, Tnum::mulByPartialProducts, (a, b) -> a * b);
    assertTrue(now > before, now + " <= " + before);
    assertTrue(now >= 0.81, "optimal for " + now);
  }

  @Test
  void unionAndIntersectionOfAllSmallTnums() {
    forAllPairs(
        4,
        (a, b) -> {
          Tnum union = a.union(b);
          Tnum intersection = a.intersect(b);
          boolean meet = false;
          for (long n = 0; n < 16; n++) {
            if (a.contains(n) || b.contains(n)) {
              assertTrue(union.contains(n));
            }
            if (a.contains(n) && b.contains(n)) {
              assertTrue(intersection.contains(n));
              meet = true;
            }
          }
          assertEquals(meet, a.overlaps(b), a + " " + b);
          assertEquals(union.equals(a), a.contains(b), a + " " + b);
        });
  }

  @Test
  void shiftsOfAllSmallTnumsAtBothEnds() {
    forAll(
        BITS,
        small -> {
          Tnum high = small.lshift(64 - BITS);
          Tnum highOf32 = small.lshift(32 - BITS);
          for (int shift = 0; shift < 32; shift++) {
            for (long n = 0; n < 1 << BITS; n++) {
              if (!small.contains(n)) {
                continue;
              }
              long top = n << (64 - BITS);
              long top32 = n << (32 - BITS);
              assertTrue(high.rshift(shift).contains(top >>> shift));
              assertTrue(high.arshift(shift, 64).contains(top >> shift));
              assertTrue(
                  highOf32
                      .arshift(shift, 32)
                      .contains(Integer.toUnsignedLong((int) top32 >> shift)));
              assertTrue(small.lshift(shift).contains(n << shift));
            }
          }
        });
  }

  @Test
  void negationAndByteSwaps() {
    forAll(
        BITS,
        a -> {
          Tnum spread = new Tnum(a.value() * 0x0101_0208_4001_0203L, 0).xor(a);
          for (long n = 0; n < 1 << BITS; n++) {
            if (a.contains(n)) {
              assertTrue(a.negate().contains(-n));
            }
            long number = spread.value() | (n & spread.mask());
            assertTrue(spread.bswap64().contains(Long.reverseBytes(number)));
            assertTrue(spread.bswap32().contains(Long.reverseBytes(number) >>> 32));
            assertTrue(spread.bswap16().contains(Long.reverseBytes(number) >>> 48));
          }
        });
  }

  @Test
  void theNextMemberIsTheLeastAboveOrTheGreatest() {
    forAll(
        BITS,
        tnum -> {
          long greatest = tnum.value() | tnum.mask();
          for (long from = 0; from < 1 << BITS; from++) {
            long expected = greatest;
            for (long n = greatest; n > from; n--) {
              expected = tnum.contains(n) ? n : expected;
            }
            assertEquals(expected, tnum.next(from), tnum + " from " + from);
            Tnum high = tnum.lshift(64 - BITS);
            assertEquals(
                expected << (64 - BITS), high.next(from << (64 - BITS)), high + " from " + from);
          }
        });
  }

  @Test
  void parts() {
    Tnum tnum = new Tnum(0x1122_3344_5566_7700L, 0xffL);
    assertEquals(new Tnum(0x7700L, 0xff), tnum.cast(2));
    assertEquals(tnum, tnum.cast(8));
    assertEquals(new Tnum(0x5566_7700L, 0xff), tnum.subreg());
    assertEquals(new Tnum(0x1122_3344_0000_0000L, 0), tnum.clearSubreg());
    assertEquals(new Tnum(0x1122_3344_ffff_ffffL, 0), tnum.constSubreg(-1));
    assertEquals(tnum, tnum.clearSubreg().withSubreg(tnum.subreg()));
    assertFalse(tnum.isSubregConst());
    assertTrue(tnum.clearSubreg().isConst());
    assertTrue(tnum.isAligned(0));
    assertTrue(tnum.isAligned(1));
    assertFalse(tnum.isAligned(2));
    assertTrue(new Tnum(8, 16).isAligned(8));
    assertTrue(Tnum.UNKNOWN.isUnknown());
  }

  /** Checks soundness on all pairs; returns the share of pairs with the best possible result. */
  private static double optimality(
      int bits, BinaryOperator<Tnum> abstractly, LongBinaryOperator concretely) {
    int[] counts = new int[2];
    forAllPairs(
        bits,
        (a, b) -> {
          Tnum result = abstractly.apply(a, b);
          assertEquals(0, result.value() & result.mask());
          long allOnes = -1;
          long anyOnes = 0;
          for (long x = a.mask(); ; x = (x - 1) & a.mask()) {
            for (long y = b.mask(); ; y = (y - 1) & b.mask()) {
              long number = concretely.applyAsLong(a.value() | x, b.value() | y);
              assertTrue(result.contains(number), () -> a + " " + b + " gives " + number);
              allOnes &= number;
              anyOnes |= number;
              if (y == 0) {
                break;
              }
            }
            if (x == 0) {
              break;
            }
          }
          counts[0]++;
          counts[1] += result.equals(new Tnum(allOnes, anyOnes & ~allOnes)) ? 1 : 0;
        });
    return (double) counts[1] / counts[0];
  }

  private interface TnumPair {
    void accept(Tnum a, Tnum b);
  }

  private interface OneTnum {
    void accept(Tnum a);
  }

  private static void forAllPairs(int bits, TnumPair body) {
    forAll(bits, a -> forAll(bits, b -> body.accept(a, b)));
  }

  private static void forAll(int bits, OneTnum body) {
    for (long mask = 0; mask < 1L << bits; mask++) {
      for (long value = 0; value < 1L << bits; value++) {
        if ((value & mask) == 0) {
          body.accept(new Tnum(value, mask));
        }
      }
    }
  }
}
