package dev.skep.agreement.compare;

import dev.skep.agreement.answer.KernelAnswer;
import dev.skep.agreement.log.LogDiff;
import dev.skep.agreement.log.LogPrinter;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Printable;
import dev.skep.verifier.Verdict;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's answer and ours to one program.
 *
 * @param runs a test run on both, null if there was none
 */
public record Comparison(
    Path file,
    ProgramSpec program,
    KernelAnswer theirs,
    Verdict ours,
    @Nullable TestRunComparison runs) {

  public boolean sameVerdict() {
    return switch (ours) {
      case Verdict.Accepted _ -> theirs.accepted();
      case Verdict.Rejected _ -> !theirs.accepted();
      case Verdict.NotModelled _ -> false;
    };
  }

  public boolean sameMessage() {
    return ourMessage().equals(theirs.message());
  }

  public boolean sameWork() {
    return theirs.processed() == ours.statistics().processed();
  }

  /** What makes the command fail; work and log are shown, but may differ. */
  public boolean differs() {
    if (theirs.beforeVerifier()) {
      return false;
    }
    boolean runDiffers = runs != null && runs.comparable() && !runs.same();
    return !sameVerdict() || !sameMessage() || runDiffers;
  }

  public LogDiff.@Nullable Difference logDifference() {
    boolean lines = LogDiff.hasSourceLines(theirs.log()) && !program.lines().isEmpty();
    List<String> left = LogDiff.normalise(theirs.log(), lines);
    return LogDiff.first(left, LogDiff.normalise(ours.log(), lines));
  }

  private String ourMessage() {
    return switch (ours) {
      case Verdict.Accepted _ -> "";
      case Verdict.Rejected rejected -> rejected.message().strip();
      case Verdict.NotModelled unknown -> "not modelled: " + unknown.what();
    };
  }

  private String ourVerdict() {
    return switch (ours) {
      case Verdict.Accepted _ -> "accepted";
      case Verdict.Rejected rejected -> "rejected, " + rejected.errno();
      case Verdict.NotModelled _ -> "cannot be judged";
    };
  }

  public void print(PrintWriter out, boolean logs) {
    out.println(
        Printable.line("%s: %s (%s)".formatted(file, program.name(), program.type().kernelName())));
    if (theirs.beforeVerifier()) {
      out.printf("  not comparable: %s before the verifier looks%n", theirs.inWords());
      out.printf("    %s%n    skep says: %s%n", theirs.note(), ourVerdict());
      return;
    }
    row(out, "verdict", theirs.inWords(), ourVerdict(), sameVerdict());
    if (!theirs.message().isEmpty() || !ourMessage().isEmpty()) {
      row(out, "message", theirs.message(), ourMessage(), sameMessage());
    }
    row(
        out,
        "processed",
        Integer.toString(theirs.processed()),
        Integer.toString(ours.statistics().processed()),
        sameWork());
    LogDiff.Difference difference = logDifference();
    if (difference == null) {
      out.println("  log        same");
    } else {
      String line = "line " + difference.line() + ": ";
      row(out, "log", line + ended(difference.left()), line + ended(difference.right()), false);
    }
    if (runs != null) {
      runs.print(out);
    }
    if (logs) {
      boolean lines = LogDiff.hasSourceLines(theirs.log()) && !program.lines().isEmpty();
      LogPrinter.sideBySide(theirs.log(), ours.log(), lines, out);
    }
  }

  private static String ended(@Nullable String line) {
    return line == null ? "(the log has ended)" : line;
  }

  static void row(PrintWriter out, String what, String theirs, String ours, boolean same) {
    if (same) {
      out.printf("  %-10s same: %s%n", what, theirs);
    } else {
      out.printf("  %-10s DIFFERS%n    kernel   %s%n    skep     %s%n", what, theirs, ours);
    }
  }
}
