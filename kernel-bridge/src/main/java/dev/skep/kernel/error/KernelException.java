package dev.skep.kernel.error;

/** Something that the kernel bridge could not do; its message is meant for the user. */
public abstract sealed class KernelException extends RuntimeException
    permits KernelCallException, KernelUnavailableException {

  private static final long serialVersionUID = 1;

  private final String message;

  KernelException(String message) {
    super(message);
    this.message = message;
  }

  /** What went wrong, why, and what to do, for the user. */
  @Override
  public String getMessage() {
    return message;
  }
}
