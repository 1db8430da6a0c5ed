package dev.skep.object.core;

/**
 * What a relocation comes to.
 *
 * @param originalValue what the compiler put into the instruction
 * @param newValue what has to be there for the target kernel
 * @param poison whether there is no answer, so that the instruction must not be reached
 * @param validate whether the instruction must hold {@code originalValue}
 * @param sizeMismatch whether a load or store of this field would have the wrong size
 * @param originalSize the field's size in the program, 0 if it does not matter
 * @param newSize the field's size in the kernel
 * @param reason for what is poisoned or absent: cause and nearest candidates; otherwise empty
 */
public record CoreResult(
    long originalValue,
    long newValue,
    boolean poison,
    boolean validate,
    boolean sizeMismatch,
    int originalSize,
    int newSize,
    Missing reason) {

  /**
   * Why something was not found.
   *
   * @param what what was looked for, as C writes it; empty if nothing is missing
   * @param notes the candidates, and what each lacks
   */
  public record Missing(String what, java.util.List<String> notes) {
    /** Nothing is missing. */
    public static final Missing NOTHING = new Missing("", java.util.List.of());

    public Missing {
      notes = java.util.List.copyOf(notes);
    }
  }
}
