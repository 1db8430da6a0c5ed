package dev.skep.kernel.error;

/**
 * There is no kernel to talk to: another operating system or processor, no privilege, or bpf(2)
 * blocked. The message is one line; the command line ends with exit code 4 on it.
 */
public final class KernelUnavailableException extends KernelException {

  private static final long serialVersionUID = 1;

  /** With the one line. */
  public KernelUnavailableException(String message) {
    super(message);
  }
}
