package dev.skep.object.core;

/** What a relocation comes to. */
public sealed interface CoreResult {

  /** What the compiler put into the instruction. */
  long original();

  /** Whether the instruction must hold {@link #original()}. */
  boolean validate();

  /**
   * An answer.
   *
   * @param now what has to be there for the target kernel; 0 for what it does not have, if that is
   *     an answer
   * @param sizes the sizes of the field, if it is one
   */
  record Found(long original, boolean validate, long now, FieldSizes sizes) implements CoreResult {}

  /** There is no answer: the instruction must not be reached. */
  record Poisoned(long original, boolean validate, Missing missing) implements CoreResult {}

  /**
   * A field's bytes, in the program and in the kernel.
   *
   * @param fits whether a load or store of the kernel's size means the same: pointers and unsigned
   *     integers
   */
  record FieldSizes(int original, int now, boolean fits) {
    /** Of what is no field. */
    public static final FieldSizes NONE = new FieldSizes(0, 0, true);
  }

  /**
   * Why something was not found.
   *
   * @param what what was looked for, as C writes it
   * @param notes the candidates, and what each lacks
   */
  record Missing(String what, java.util.List<String> notes) {
    public Missing {
      notes = java.util.List.copyOf(notes);
    }
  }
}
