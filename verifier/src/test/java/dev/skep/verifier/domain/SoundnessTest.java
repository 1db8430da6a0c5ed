package dev.skep.verifier.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.isa.AluOp;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Width;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever numbers the operands are, the result of an instruction is within what the domain says of
 * it; and an edge that can be followed is never said to be dead. For every release.
 */
class SoundnessTest {

  /** Each try of jqwik checks this many operand pairs: making one costs less than the try. */
  private static final int PAIRS = 40;

  @Property(tries = 3000)
  void arithmetic(
      @ForAll long seed, @ForAll Width width, @ForAll AluOp op, @ForAll DomainRules rules) {
    Random random = new Random(seed);
    for (int i = 0; i < PAIRS; i++) {
      Sample left = Sample.random(random);
      Sample right = random.nextInt(3) == 0 ? Sample.constant(random) : Sample.random(random);
      // Linux 6.1 relies on operands whose descriptions agree with each other.
      ScalarRange dst = rules == DomainRules.LINUX_6_1 ? left.range().sync(rules) : left.range();
      ScalarRange src = rules == DomainRules.LINUX_6_1 ? right.range().sync(rules) : right.range();
      ScalarRange result = dst.alu(width, op, src, rules);
      for (long a : left.members()) {
        for (long b : right.members()) {
          long number = Concrete.alu(width, op, a, b);
          assertTrue(
              result.contains(number),
              () ->
                  dst + " " + width + op + " " + src + "\n= " + result + "\n" + a + ", " + b
                      + " -> " + number);
        }
      }
    }
  }

  @Property(tries = 1000)
  void knownNumbersTakeTheShortWayToTheSameResult(
      @ForAll long seed, @ForAll Width width, @ForAll AluOp op, @ForAll DomainRules rules) {
    Random random = new Random(seed);
    for (int i = 0; i < PAIRS; i++) {
      ScalarRange left = Sample.constant(random).range();
      ScalarRange right =
          random.nextBoolean()
              ? Sample.constant(random).range()
              : ScalarRange.constant(random.nextInt(70) - 2);
      assertEquals(
          RangeArithmetic.compute(width, op, left, right, rules),
          left.alu(width, op, right, rules),
          () -> left + " " + width + op + " " + right);
    }
  }

  @Property(tries = 1000)
  void linkedRegisters(@ForAll long seed, @ForAll DomainRules rules, @ForAll int delta) {
    Random random = new Random(seed);
    Sample sample = Sample.random(random);
    ScalarRange whole = sample.range().linkedSum(Width.W64, delta, rules);
    ScalarRange low = sample.range().linkedSum(Width.W32, delta, DomainRules.LINUX_6_18);
    for (long number : sample.members()) {
      assertContains(whole, number + delta, sample.range());
      assertContains(low, (number + delta) & 0xffff_ffffL, sample.range());
    }
  }

  @Property(tries = 1000)
  void shiftsByEveryAmount(@ForAll long seed, @ForAll Width width, @ForAll DomainRules rules) {
    Random random = new Random(seed);
    Sample sample = Sample.random(random);
    for (AluOp op : new AluOp[] {AluOp.LSH, AluOp.RSH, AluOp.ARSH}) {
      for (int amount = -1; amount < 66; amount++) {
        ScalarRange result = sample.range().alu(width, op, ScalarRange.constant(amount), rules);
        for (long number : sample.members()) {
          assertTrue(result.contains(Concrete.alu(width, op, number, amount)));
        }
      }
    }
  }

  @Property(tries = 2000)
  void conversions(@ForAll long seed, @ForAll DomainRules rules) {
    Random random = new Random(seed);
    for (int i = 0; i < PAIRS; i++) {
      Sample sample = Sample.random(random);
      ScalarRange range = sample.range();
      for (long n : sample.members()) {
        assertContains(range.sync(rules), n, range);
        assertContains(range.negate(Width.W64, rules), -n, range);
        assertContains(range.negate(Width.W32, rules), -n & 0xffff_ffffL, range);
        assertContains(range.truncate(1, rules), n & 0xff, range);
        assertContains(range.truncate(2, rules), n & 0xffff, range);
        assertContains(range.truncate(4, rules), n & 0xffff_ffffL, range);
        assertContains(range.zeroExtend32(), n & 0xffff_ffffL, range);
        assertContains(range.mov32(rules), n & 0xffff_ffffL, range);
        assertContains(range.signExtend(1), (byte) n, range);
        assertContains(range.signExtend(2), (short) n, range);
        assertContains(range.signExtend(4), n << 32 >> 32, range);
        assertContains(range.mov32SignExtended(1, rules), (byte) n & 0xffff_ffffL, range);
        assertContains(range.mov32SignExtended(2, rules), (short) n & 0xffff_ffffL, range);
        assertContains(range.byteSwap(64, true, rules), Long.reverseBytes(n), range);
        assertContains(range.byteSwap(32, true, rules), Long.reverseBytes(n) >>> 32, range);
        assertContains(range.byteSwap(16, true, rules), Long.reverseBytes(n) >>> 48, range);
        assertContains(range.byteSwap(64, false, rules), n, range);
        assertContains(range.byteSwap(32, false, rules), n & 0xffff_ffffL, range);
        assertContains(range.byteSwap(16, false, rules), n & 0xffff, range);
      }
    }
  }

  @Property(tries = 2000)
  void pointerOffsets(@ForAll long seed, @ForAll DomainRules rules) {
    Random random = new Random(seed);
    for (int i = 0; i < PAIRS; i++) {
      Sample pointer = Sample.random(random);
      Sample offset = Sample.random(random);
      ScalarRange sum = pointer.range().ptrAdd(offset.range(), rules);
      ScalarRange difference = pointer.range().ptrSub(offset.range(), rules);
      for (long a : pointer.members()) {
        for (long b : offset.members()) {
          assertContains(sum, a + b, pointer.range());
          assertContains(difference, a - b, pointer.range());
        }
      }
    }
  }

  @Property(tries = 5000)
  void branches(
      @ForAll long seed, @ForAll Width width, @ForAll JumpOp op, @ForAll DomainRules rules) {
    Random random = new Random(seed);
    for (int i = 0; i < PAIRS; i++) {
      Sample first = Sample.random(random);
      Sample second = random.nextBoolean() ? Sample.constant(random) : Sample.random(random);
      boolean flipped = random.nextInt(4) == 0;
      Sample left = flipped ? second : first;
      Sample right = flipped ? first : second;
      BranchOutcome outcome =
          BranchLogic.branchTaken(width, op, left.range(), right.range(), rules);
      Refined yes = BranchLogic.refine(width, op, true, left.range(), right.range(), rules);
      Refined no = BranchLogic.refine(width, op, false, left.range(), right.range(), rules);
      for (long a : left.members()) {
        for (long b : right.members()) {
          boolean jumps = Concrete.jumps(width, op, a, b);
          assertTrue(
              outcome != (jumps ? BranchOutcome.NEVER : BranchOutcome.ALWAYS),
              () -> a + " " + op + " " + b + " is said to be " + outcome);
          if (outcome == BranchOutcome.UNKNOWN) {
            Refined refined = jumps ? yes : no;
            assertContains(refined.left(), a, left.range());
            assertContains(refined.right(), b, right.range());
            assertContains(refined.checked().left(), a, left.range());
            assertContains(refined.checked().right(), b, right.range());
          }
        }
      }
    }
  }

  @Property(tries = 1000)
  void aRegisterComparedWithItself(
      @ForAll long seed, @ForAll Width width, @ForAll JumpOp op, @ForAll DomainRules rules) {
    Random random = new Random(seed);
    for (int i = 0; i < PAIRS; i++) {
      Sample sample = Sample.random(random);
      for (long number : sample.members()) {
        boolean jumps = Concrete.jumps(width, op, number, number);
        assertContains(
            BranchLogic.refineSame(width, op, jumps, sample.range(), rules),
            number,
            sample.range());
      }
    }
  }

  @Property(tries = 2000)
  void synchronisingOnlyNarrows(@ForAll long seed, @ForAll DomainRules rules) {
    Random random = new Random(seed);
    for (int i = 0; i < PAIRS; i++) {
      ScalarRange range = Sample.random(random).range();
      ScalarRange once = range.sync(rules);
      assertTrue(once.subsumedBy(range), () -> range + "\n-> " + once);
      assertTrue(once.sync(rules).subsumedBy(once), () -> range + "\n-> " + once);
      if (rules == DomainRules.LINUX_6_18) {
        assertEquals(null, once.violation(), () -> range + "\n-> " + once);
      }
    }
  }

  @Property(tries = 2000)
  void whatIsSubsumedHasNoOtherMembers(@ForAll long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < PAIRS; i++) {
      Sample one = Sample.random(random);
      Sample other = Sample.random(random);
      if (one.range().subsumedBy(other.range())) {
        for (long number : one.members()) {
          assertContains(other.range(), number, one.range());
        }
      }
    }
  }

  private static void assertContains(ScalarRange result, long number, ScalarRange input) {
    assertTrue(result.contains(number), () -> number + " not in " + result + "\nof " + input);
  }
}
