package dev.skep.report;

import dev.skep.report.input.UnreadableException;
import java.util.List;

/**
 * Why nothing of a file was judged.
 *
 * @param kind what is to blame
 * @param message one line that names the file
 * @param details lines below it; mostly empty
 */
public record Problem(Kind kind, String message, List<String> details) {

  public Problem {
    details = List.copyOf(details);
  }

  /** What is to blame. */
  public enum Kind {
    /** The file: it cannot be read, is not what it should be, or has no program. */
    UNREADABLE,
    /** The question: the file has programs, but none of the name that was asked for. */
    NO_SUCH_PROGRAM
  }

  static Problem unreadable(UnreadableException e) {
    return new Problem(Kind.UNREADABLE, e.getMessage(), e.details());
  }
}
