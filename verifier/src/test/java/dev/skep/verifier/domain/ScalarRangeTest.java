package dev.skep.verifier.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.Behaviours;
import dev.skep.catalog.KernelVersion;
import dev.skep.isa.AluOp;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Width;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ScalarRangeTest {

  @Test
  void constants() {
    for (long number : new long[] {0, 1, -1, -2, 255, 256, 0xffff_ffffL, Long.MIN_VALUE}) {
      ScalarRange range = ScalarRange.constant(number);
      assertTrue(range.isConst());
      assertEquals(number, range.constantValue());
      assertTrue(range.contains(number));
      assertFalse(range.contains(number + 1));
      assertSame(range, range.sync());
      assertNull(range.violation());
    }
    assertSame(ScalarRange.constant(7), ScalarRange.constant(7));
    assertTrue(ScalarRange.UNKNOWN.isUnknown());
    assertSame(ScalarRange.UNKNOWN, ScalarRange.UNKNOWN.sync());
  }

  @Test
  void aMaskBoundsAllParts() {
    ScalarRange masked = ScalarRange.UNKNOWN.alu(Width.W64, AluOp.AND, ScalarRange.constant(0xff));
    assertEquals(Tnum.range(0, 255), masked.varOff());
    assertEquals(0, masked.smin());
    assertEquals(255, masked.smax());
    assertEquals(255, masked.umax());
    assertEquals(255, masked.s32max());
    assertEquals(255, masked.u32maxLong());
    assertTrue(masked.within(ScalarRange.UNKNOWN));
    assertTrue(masked.subsumedBy(ScalarRange.UNKNOWN));
    assertFalse(ScalarRange.UNKNOWN.within(masked));
  }

  @Test
  void aLoopCounterGrows() {
    ScalarRange counter = ScalarRange.unsigned(0, 99);
    ScalarRange next = counter.alu(Width.W64, AluOp.ADD, ScalarRange.constant(1));
    assertEquals(1, next.umin());
    assertEquals(100, next.umax());
    assertEquals(
        BranchOutcome.ALWAYS,
        BranchLogic.branchTaken(Width.W64, JumpOp.JLE, next, ScalarRange.constant(100)));
    assertEquals(
        BranchOutcome.UNKNOWN,
        BranchLogic.branchTaken(Width.W64, JumpOp.JLT, next, ScalarRange.constant(100)));
    Refined below =
        BranchLogic.refine(Width.W64, JumpOp.JLT, true, next, ScalarRange.constant(100));
    assertEquals(99, below.left().umax());
    assertNull(below.violation());
  }

  @Test
  void signExtensionByShiftsKeepsTheSign() {
    ScalarRange small = ScalarRange.UNKNOWN.withS32Range(-16, 16);
    ScalarRange shifted = small.alu(Width.W64, AluOp.LSH, ScalarRange.constant(32));
    ScalarRange back = shifted.alu(Width.W64, AluOp.ARSH, ScalarRange.constant(32));
    assertEquals(-16, back.smin());
    assertEquals(16, back.smax());
  }

  @Test
  void aContradictionIsToldAndForgotten() {
    Refined dead =
        BranchLogic.refine(
            Width.W64,
            JumpOp.JLT,
            true,
            ScalarRange.unsigned(5, 9),
            ScalarRange.constant(3),
            DomainRules.LINUX_6_12);
    assertEquals(BoundsViolation.RANGE, dead.violation());
    assertEquals(-1, dead.checked().right().umax());
    assertEquals(Long.MAX_VALUE, dead.checked().left().smax());
  }

  @Test
  void everyKindOfContradictionHasTheKernelsWords() {
    ScalarRange three = ScalarRange.constant(3);
    ScalarRange loose = three.unbounded();
    assertEquals(
        "const tnum out of sync with range bounds",
        Objects.requireNonNull(loose.violation()).message());
    ScalarRange low = ScalarRange.UNKNOWN.withSubreg(3);
    assertNull(low.violation());
    assertEquals(BoundsViolation.CONST_SUBREG_TNUM, low.unbounded().violation());
    ScalarRange empty = ScalarRange.of(Tnum.UNKNOWN, 2, 1, 0, -1, 0, 1, 0, 1);
    assertEquals("range bounds violation", Objects.requireNonNull(empty.violation()).message());
  }

  @Test
  void aFlagTestedAgainstZeroIsKnown() {
    ScalarRange flag = ScalarRange.UNKNOWN.alu(Width.W64, AluOp.AND, ScalarRange.constant(4));
    Refined set = BranchLogic.refine(Width.W64, JumpOp.JNE, true, flag, ScalarRange.constant(0));
    assertTrue(set.left().isConst(4));
    Refined before =
        BranchLogic.refine(
            Width.W64, JumpOp.JNE, true, flag, ScalarRange.constant(0), DomainRules.LINUX_6_12);
    assertFalse(before.left().isConst());
    assertEquals(1, before.left().umin());
  }

  @Test
  void aSignMaskIsRecognisedInItsWidth() {
    ScalarRange whole = ScalarRange.UNKNOWN.alu(Width.W64, AluOp.ARSH, ScalarRange.constant(63));
    assertEquals(Width.W64, whole.signMaskWidth());
    ScalarRange low = ScalarRange.UNKNOWN.alu(Width.W32, AluOp.ARSH, ScalarRange.constant(31));
    assertEquals(Width.W32, low.signMaskWidth());
    assertNull(ScalarRange.unsigned(0, 1).signMaskWidth());
    assertTrue(low.withSubreg(-1).isSubregConst());
  }

  @Test
  void byteSwapsMoveKnownBits() {
    ScalarRange small = ScalarRange.unsigned(0, 0xff);
    assertEquals(0xff00, small.byteSwap(16, true).umax());
    assertEquals(new Tnum(0, 0xffL << 56), small.byteSwap(64, true).varOff());
    assertEquals(small, small.byteSwap(64, false));
    assertTrue(small.byteSwap(16, true, DomainRules.LINUX_6_12).isUnknown());
  }

  @Test
  void releasesHaveTheRulesOfTheirOwnOrTheNextOlderDescription() {
    assertEquals(DomainRules.LINUX_6_1, DomainRules.of(Behaviours.of(new KernelVersion(5, 15))));
    assertEquals(DomainRules.LINUX_6_1, DomainRules.of(Behaviours.of(new KernelVersion(6, 1))));
    assertEquals(DomainRules.LINUX_6_12, DomainRules.of(Behaviours.of(new KernelVersion(6, 8))));
    assertEquals(DomainRules.LINUX_6_12, DomainRules.of(Behaviours.of(new KernelVersion(6, 12))));
    assertEquals(DomainRules.LINUX_6_18, DomainRules.of(Behaviours.of(KernelVersion.NEWEST)));
  }

  @Test
  void divisionIsUnknownEvenIn32Bits() {
    ScalarRange small = ScalarRange.unsigned(0, 0xff);
    assertTrue(small.alu(Width.W32, AluOp.DIV, ScalarRange.constant(3)).isUnknown());
    assertTrue(small.alu(Width.W64, AluOp.MOD, ScalarRange.constant(3)).isUnknown());
  }
}
