package dev.skep.kernel;

import java.util.List;

/** What the kernel says to a program. A refusal is a value, not an exception. */
public sealed interface LoadResult {

  /** The verifier's log, empty at level 0. */
  String log();

  /** What had to be done differently from the spec, such as loading without types; mostly empty. */
  List<String> notes();

  /** The kernel took it. */
  record Loaded(KernelProgram program, String log, List<String> notes) implements LoadResult {
    public Loaded {
      notes = List.copyOf(notes);
    }
  }

  /**
   * The kernel refused it.
   *
   * @param errno the error
   * @param errorNumber its number, positive
   * @param reason what the error means here, in a sentence or two
   */
  record Refused(Errno errno, int errorNumber, String reason, String log, List<String> notes)
      implements LoadResult {
    public Refused {
      notes = List.copyOf(notes);
    }

    /** The error as the kernel's tools name it, such as {@code EACCES}. */
    public String errnoName() {
      return errno == Errno.UNKNOWN ? "error " + errorNumber : errno.name();
    }
  }
}
