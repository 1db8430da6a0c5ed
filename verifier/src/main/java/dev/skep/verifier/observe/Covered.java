package dev.skep.verifier.observe;

/**
 * Why a place did not keep a path from ending at an earlier state: whatever is safe with what the
 * earlier state held is safe with what the place holds now ({@code regsafe}, {@code stacksafe}).
 *
 * @param place the register or slot, in both states
 * @param because why
 */
public record Covered(Place place, Because because) {

  /** The reasons. */
  public enum Because {
    /** Nothing reads the register from here on. */
    NOT_READ,
    /** The earlier paths knew nothing of it (never written, or no longer read), and were safe. */
    WAS_UNKNOWN,
    /** The same but for ids, which stand for each other. */
    SAME,
    /** A number that no earlier path leant on: it may be any. */
    NOT_PRECISE,
    /** A number within the earlier bounds and known bits. */
    WITHIN_RANGE,
    /** A pointer to the same object, at offsets within the earlier ones, checked no less. */
    POINTER_WITHIN,
    /** A pointer into an arena: all are alike. */
    ARENA,
    /** Bytes of stack of which no more was known then than now. */
    BYTES
  }
}
