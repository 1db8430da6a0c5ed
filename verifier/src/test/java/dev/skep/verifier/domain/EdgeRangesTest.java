package dev.skep.verifier.domain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.isa.AluOp;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Width;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All intervals between numbers at which something happens (signs, the border of the halves),
 * signed, unsigned and of the low half, against each other: exhaustive where random tests are thin.
 */
class EdgeRangesTest {

  private static final long[] EDGES = {
    Long.MIN_VALUE,
    -(1L << 32),
    Integer.MIN_VALUE - 1L,
    Integer.MIN_VALUE,
    -1,
    0,
    1,
    2,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    Long.MAX_VALUE
  };

  private static final List<ScalarRange> RANGES = ranges();

  private static List<ScalarRange> ranges() {
    List<ScalarRange> ranges = new ArrayList<>();
    for (long min : EDGES) {
      for (long max : EDGES) {
        if (min <= max) {
          ranges.add(ScalarRange.signed(min, max));
        }
        if (Long.compareUnsigned(min, max) < 0 && min > max) {
          ranges.add(ScalarRange.unsigned(min, max));
        }
        if ((int) min == min && (int) max == max && min < max) {
          MutableRange low = new MutableRange(ScalarRange.UNKNOWN);
          low.s32min = (int) min;
          low.s32max = (int) max;
          ranges.add(low.freeze().sync());
        }
      }
    }
    return ranges;
  }

  @ParameterizedTest
  @EnumSource(AluOp.class)
  void arithmetic(AluOp op) {
    for (Width width : Width.values()) {
      for (ScalarRange left : RANGES) {
        for (ScalarRange right : RANGES) {
          ScalarRange result = left.alu(width, op, right);
          for (long a : EDGES) {
            if (!left.contains(a)) {
              continue;
            }
            for (long b : EDGES) {
              if (right.contains(b) && !result.contains(Concrete.alu(width, op, a, b))) {
                assertTrue(false, a + " " + width + op + " " + b + " not in " + result);
              }
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(JumpOp.class)
  void branches(JumpOp op) {
    for (Width width : Width.values()) {
      for (ScalarRange left : RANGES) {
        for (ScalarRange right : RANGES) {
          branch(width, op, left, right);
        }
      }
    }
  }

  private static void branch(Width width, JumpOp op, ScalarRange left, ScalarRange right) {
    BranchOutcome outcome = BranchLogic.branchTaken(width, op, left, right);
    Refined yes = BranchLogic.refine(width, op, true, left, right);
    Refined no = BranchLogic.refine(width, op, false, left, right);
    for (long a : EDGES) {
      if (!left.contains(a)) {
        continue;
      }
      for (long b : EDGES) {
        if (!right.contains(b)) {
          continue;
        }
        boolean jumps = Concrete.jumps(width, op, a, b);
        Refined refined = jumps ? yes : no;
        if (outcome == (jumps ? BranchOutcome.NEVER : BranchOutcome.ALWAYS)
            || (outcome == BranchOutcome.UNKNOWN
                && !(refined.left().contains(a) && refined.right().contains(b)))) {
          assertTrue(false, a + " " + width + op + " " + b + ": " + outcome + " " + refined);
        }
      }
    }
  }
}
