package dev.skep.report.input;

import dev.skep.object.diagnostic.Printable;
import java.util.List;

/**
 * A file cannot be used. The message is one line that names the file; the details are lines below
 * it: what else was found in it, or what to do.
 *
 * <p>Not a fault: it has no stack trace, and who reads several files goes on with the next one.
 */
public final class UnreadableException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<String> details;

  /** With one line. */
  public UnreadableException(String message) {
    this(message, List.of());
  }

  /** With lines below the first. */
  public UnreadableException(String message, List<String> details) {
    super(Printable.line(message), null, false, false);
    this.details = details.stream().map(Printable::lines).toList();
  }

  /** Lines below the message; mostly empty. */
  public List<String> details() {
    return details;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
