package dev.skep.report;

import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.verifier.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program and what is said to it.
 *
 * @param program as a loader would submit it to that kernel
 * @param verdict the verifier's
 * @param findings what there is to say: why it is refused or cannot be judged, or what the rules
 *     say to an accepted one; empty if nothing
 * @param neighbours what the kernels around the one that is asked about say; null if that one is
 *     known, or too far from what is
 */
public record ProgramReport(
    ProgramSpec program,
    Verdict verdict,
    List<Diagnostic> findings,
    @Nullable Neighbours neighbours) {

  public ProgramReport {
    findings = List.copyOf(findings);
  }

  /** Whether it loads and nothing was found but notes. */
  public boolean clean() {
    return verdict instanceof Verdict.Accepted
        && findings.stream().allMatch(f -> f.severity() == Diagnostic.Severity.NOTE);
  }
}
