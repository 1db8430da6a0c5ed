package dev.skep.verifier;

import dev.skep.object.diagnostic.Diagnostic;
import java.util.List;

/** What the verifier says about a program. A rejection is a value, never an exception. */
public sealed interface Verdict {

  /** The log in the kernel's format, as far as the requested level goes; may be empty. */
  String log();

  /** The work that was done. */
  Statistics statistics();

  /**
   * Linux would load the program.
   *
   * @param findings what the walk noticed all the same; mostly empty
   */
  record Accepted(String log, Statistics statistics, List<Diagnostic> findings) implements Verdict {
    public Accepted {
      findings = List.copyOf(findings);
    }

    /** With nothing to say. */
    public Accepted(String log, Statistics statistics) {
      this(log, statistics, List.of());
    }
  }

  /**
   * Linux would refuse the program.
   *
   * @param errno the error's name, such as {@code EACCES}
   * @param message the kernel's last message: the last line of its log before the statistics
   * @param pc the instruction at which it was refused, -1 if it was none in particular
   * @param diagnostic the same for a reader: place, cause, evidence, help
   */
  record Rejected(
      String log,
      Statistics statistics,
      String errno,
      String message,
      int pc,
      Diagnostic diagnostic)
      implements Verdict {}

  /**
   * skep cannot tell: the program uses something that its verifier does not model yet. Never an
   * accept.
   *
   * @param what the thing by its kernel name
   * @param pc the instruction that uses it, -1 if it is none in particular
   */
  record NotModelled(String log, Statistics statistics, String what, int pc, Diagnostic diagnostic)
      implements Verdict {}
}
