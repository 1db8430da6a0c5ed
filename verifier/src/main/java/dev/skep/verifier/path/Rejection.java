package dev.skep.verifier.path;

/**
 * Ends a verification from the depth of a check: Linux refuses the program. Never leaves the
 * verifier: {@link Verifier} turns it into a {@link Verdict.Rejected}. The reason is the log's last
 * message.
 */
public final class Rejection extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String errno;

  /** With the error that bpf(2) returns, such as {@code EACCES}. */
  public Rejection(String errno) {
    super(errno, null, false, false);
    this.errno = errno;
  }

  /** The error's name. */
  public String errno() {
    return errno;
  }
}
