package dev.skep.kernel;

import dev.skep.catalog.Errno;
import dev.skep.object.Gate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a program that was to be loaded. A refusal is a value, not an exception. */
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
   * The kernel refused it; or a {@link Gate} did, such as skep's verifier, and it was not
   * submitted.
   *
   * @param errno the error: the kernel's, or the one that it would give
   * @param errorNumber its number, positive
   * @param reason what the error means here, in a sentence or two
   * @param refusal the gate's, if that is why; null if the kernel refused it
   */
  record Refused(
      Errno errno,
      int errorNumber,
      String reason,
      String log,
      List<String> notes,
      Gate.@Nullable Refusal refusal)
      implements LoadResult {
    public Refused {
      notes = List.copyOf(notes);
    }

    /** Whether the kernel was asked. */
    public boolean submitted() {
      return refusal == null;
    }

    /** The error as the kernel's tools name it, such as {@code EACCES}. */
    public String errnoName() {
      return errno == Errno.UNKNOWN ? "error " + errorNumber : errno.name();
    }
  }
}
