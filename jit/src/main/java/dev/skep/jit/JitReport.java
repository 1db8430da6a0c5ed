package dev.skep.jit;

import java.util.List;
import java.util.Locale;

/**
 * What became of a program's functions.
 *
 * @param functions one row per function, by its first slot
 * @param nanos how long compiling took, in nanoseconds
 * @param bytecodes bytes of the classes that were made
 */
public record JitReport(List<FunctionReport> functions, long nanos, int bytecodes) {

  /** How a function is run. */
  public enum Form {
    /** One Java method. */
    METHOD,
    /** Several Java methods, because HotSpot does not compile one of that size. */
    PIECES,
    /** Not compiled: the fallback engine runs it. */
    FALLBACK
  }

  /**
   * A function.
   *
   * @param pc its first slot
   * @param instructions how many instructions can be reached in it
   * @param form how it is run
   * @param methods number of Java methods
   * @param reason why it is not compiled; empty if it is
   */
  public record FunctionReport(int pc, int instructions, Form form, int methods, String reason) {}

  /** Whether every function is compiled. */
  public boolean isComplete() {
    return functions.stream().noneMatch(row -> row.form() == Form.FALLBACK);
  }

  /** The report as lines of text, one per function and a last one. */
  public List<String> lines() {
    List<String> lines = new java.util.ArrayList<>();
    for (FunctionReport row : functions) {
      lines.add(
          "function at %d: %d instructions, %s%s"
              .formatted(
                  row.pc(),
                  row.instructions(),
                  switch (row.form()) {
                    case METHOD -> "one Java method";
                    case PIECES -> row.methods() + " Java methods";
                    case FALLBACK -> "not compiled";
                  },
                  row.reason().isEmpty() ? "" : ": " + row.reason()));
    }
    lines.add(
        String.format(Locale.ROOT, "compiled in %.1f ms to %d bytes", nanos / 1e6, bytecodes));
    return lines;
  }
}
