package dev.skep.cli.exit;

import dev.skep.object.diagnostic.Printable;
import java.util.List;

/**
 * Ends a command with one clear line and an exit code. It is for what the user can mend; faults of
 * skep's own stay what they are.
 */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int exitCode;
  private final transient List<String> details;

  private CommandFailure(int exitCode, String message, List<String> details) {
    super(Printable.line(message), null, false, false);
    this.exitCode = exitCode;
    this.details = details.stream().map(Printable::lines).toList();
  }

  /** The command line asks for something that is not there. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message, List.of());
  }

  /** An input cannot be used. */
  public static CommandFailure unreadable(String message) {
    return new CommandFailure(ExitCode.UNREADABLE, message, List.of());
  }

  /** An input cannot be used; more lines say what else was found. */
  public static CommandFailure unreadable(String message, List<String> details) {
    return new CommandFailure(ExitCode.UNREADABLE, message, List.copyOf(details));
  }

  /** A program was refused; more lines are the log. */
  public static CommandFailure refused(String message, List<String> details) {
    return new CommandFailure(ExitCode.REJECTED, message, List.copyOf(details));
  }

  /** A program was refused. */
  public static CommandFailure rejected(String message) {
    return new CommandFailure(ExitCode.REJECTED, message, List.of());
  }

  /** The running kernel cannot be used. */
  public static CommandFailure noKernel(String message) {
    return new CommandFailure(ExitCode.NO_KERNEL, message, List.of());
  }

  /** The code that the process ends with. */
  public int exitCode() {
    return exitCode;
  }

  /** Lines below the first; mostly empty. */
  public List<String> details() {
    return details;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
