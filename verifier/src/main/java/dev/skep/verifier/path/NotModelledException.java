package dev.skep.verifier.path;

/**
 * Ends a verification from the depth of a check: the program uses what skep does not model. Never
 * leaves the verifier: {@link Verifier} turns it into a {@link Verdict.NotModelled}.
 */
public final class NotModelledException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** With the kernel's name of what is missing. */
  public NotModelledException(String what) {
    super(what, null, false, false);
  }

  /** The kernel's name of what is missing. */
  public String what() {
    return String.valueOf(getMessage());
  }
}
