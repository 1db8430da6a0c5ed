package dev.skep.agreement.compare;

import dev.skep.verifier.Verdict;
import java.util.Locale;

/** How many programs were compared with the kernel, and in what they were the same. */
public final class ComparisonCounts {

  private int programs;
  private int notComparable;
  private int notModelled;
  private int verdicts;
  private int messages;
  private int work;
  private int logs;
  private int runs;
  private int sameRuns;
  private boolean different;

  /** Counts one more program. */
  public void add(Comparison comparison) {
    programs++;
    if (comparison.theirs().beforeVerifier()) {
      notComparable++;
      return;
    }
    notModelled += comparison.ours() instanceof Verdict.NotModelled ? 1 : 0;
    verdicts += comparison.sameVerdict() ? 1 : 0;
    messages += comparison.sameVerdict() && comparison.sameMessage() ? 1 : 0;
    work += comparison.sameVerdict() && comparison.sameWork() ? 1 : 0;
    logs += comparison.logDifference() == null ? 1 : 0;
    TestRunComparison run = comparison.runs();
    if (run != null && run.comparable()) {
      runs++;
      sameRuns += run.same() ? 1 : 0;
    }
    different |= comparison.differs();
  }

  /** Adds what was counted elsewhere. */
  public void add(ComparisonCounts other) {
    programs += other.programs;
    notComparable += other.notComparable;
    notModelled += other.notModelled;
    verdicts += other.verdicts;
    messages += other.messages;
    work += other.work;
    logs += other.logs;
    runs += other.runs;
    sameRuns += other.sameRuns;
    different |= other.different;
  }

  /** Whether a verdict, a message or a test run differs. */
  public boolean different() {
    return different;
  }

  /** For a person. */
  public String line() {
    int compared = programs - notComparable;
    return String.format(
        Locale.ROOT,
        "programs %d, not comparable %d, same verdict %d (%.1f%%), same verdict and message %d,"
            + " same work %d, same log %d, same test run %d of %d",
        programs,
        notComparable,
        verdicts,
        compared == 0 ? 0.0 : 100.0 * verdicts / compared,
        messages,
        work,
        logs,
        sameRuns,
        runs);
  }

  /** For a table: nine numbers, in the order that {@code --counts} documents, between tabs. */
  public String columns() {
    return "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d"
        .formatted(
            programs, notComparable, notModelled, verdicts, messages, work, logs, runs, sameRuns);
  }
}
