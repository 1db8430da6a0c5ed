package dev.skep.kernel.error;

import dev.skep.catalog.Errno;

/**
 * A system call that the kernel refused: which, with what error, and the reason as far as it is
 * known.
 */
public final class KernelCallException extends KernelException {

  private static final long serialVersionUID = 1;

  private final String call;
  private final int errorNumber;
  private final String reason;

  /**
   * With a reason in words.
   *
   * @param call the command's or system call's name, such as {@code BPF_MAP_CREATE}
   * @param errorNumber positive
   * @param reason one or two sentences, may be empty
   */
  public KernelCallException(String call, int errorNumber, String reason) {
    super(text(call, errorNumber, reason));
    this.call = call;
    this.errorNumber = errorNumber;
    this.reason = reason;
  }

  private static String text(String call, int errorNumber, String reason) {
    Errno errno = Errno.of(errorNumber);
    String name = errno == Errno.UNKNOWN ? "error " + errorNumber : errno.name();
    return call + ": " + name + " (" + errno.text() + ")" + (reason.isEmpty() ? "" : ": " + reason);
  }

  /** The command or system call. */
  public String call() {
    return call;
  }

  /** The reason in words, may be empty. */
  public String reason() {
    return reason;
  }

  /** The error. */
  public Errno errno() {
    return Errno.of(errorNumber);
  }

  /** The error's number, positive. */
  public int errorNumber() {
    return errorNumber;
  }
}
