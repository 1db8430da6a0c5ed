package dev.skep.kernel;

/**
 * What a probe found: three answers, because a refusal is not always an absence.
 *
 * @param answer one of three
 * @param reason what stood in the way of an answer, for instance a missing privilege; otherwise
 *     empty
 */
public record Availability(Answer answer, String reason) {

  /** The three answers. */
  public enum Answer {
    /** The kernel has it. */
    AVAILABLE("available"),
    /** The kernel does not have it. */
    NOT_SUPPORTED("not supported"),
    /** It cannot be told. */
    INCONCLUSIVE("inconclusive");

    private final String text;

    Answer(String text) {
      this.text = text;
    }

    /** The answer in words. */
    public String text() {
      return text;
    }
  }

  /** The kernel has it. */
  public static final Availability AVAILABLE = new Availability(Answer.AVAILABLE, "");

  /** The kernel does not have it. */
  public static final Availability NOT_SUPPORTED = new Availability(Answer.NOT_SUPPORTED, "");

  /** It cannot be told, for a reason. */
  public static Availability inconclusive(String reason) {
    return new Availability(Answer.INCONCLUSIVE, reason);
  }

  /** Whether the kernel has it for certain. */
  public boolean isAvailable() {
    return answer == Answer.AVAILABLE;
  }

  /** The answer in words, with its reason. */
  public String text() {
    return reason.isEmpty() ? answer.text() : answer.text() + ": " + reason;
  }
}
