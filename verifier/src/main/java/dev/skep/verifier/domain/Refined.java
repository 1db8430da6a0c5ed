package dev.skep.verifier.domain;

import org.jspecify.annotations.Nullable;

/**
 * The operands of a conditional jump on one of its edges, as they come out of the deduction.
 *
 * @param left the first operand
 * @param right the second
 */
public record Refined(ScalarRange left, ScalarRange right) {

  /** The contradiction that Linux would report for the first operand that has one, or null. */
  public @Nullable BoundsViolation violation() {
    BoundsViolation first = left.violation();
    return first != null ? first : right.violation();
  }

  /**
   * What Linux goes on with: an operand that contradicts itself loses its bounds. Linux 6.1 does
   * not look; there the operands stay as they are.
   */
  public Refined checked() {
    return violation() == null ? this : new Refined(checked(left), checked(right));
  }

  private static ScalarRange checked(ScalarRange range) {
    return range.violation() == null ? range : range.unbounded();
  }
}
