package dev.skep.verifier.explain;

import dev.skep.object.LineInfo;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.verifier.reason.Evidence;
import dev.skep.verifier.reason.Reason;
import dev.skep.verifier.reason.Refusal;

/** A refusal for a reader: rule, place, cause, evidence, a way to mend it, the kernel's words. */
public final class Explanations {

  private Explanations() {}

  /**
   * The finding.
   *
   * @param listing text of the instruction that it is about, empty if it is about none
   */
  public static Diagnostic of(ProgramSpec program, Refusal refusal, String listing) {
    Reason reason = refusal.reason();
    LineInfo line = refusal.pc() < 0 ? null : program.lineAt(refusal.pc());
    Location place =
        Location.inProgram(null, program.name(), refusal.pc(), line == null ? null : source(line));
    Diagnostic finding =
        refusal.evidence().size() == 1
                && refusal.evidence().getFirst() instanceof Evidence.Poisoned(Diagnostic poisoned)
            ? new Diagnostic(
                reason.id(),
                Diagnostic.Severity.ERROR,
                place,
                poisoned.message(),
                poisoned.notes(),
                poisoned.help())
            : general(refusal, place);
    if (!listing.isEmpty()) {
      finding = finding.withNote("instruction " + refusal.pc() + ": " + listing);
    }
    for (String message : refusal.messages()) {
      finding = finding.withNote("the kernel says: " + message.strip());
    }
    if (refusal.messages().isEmpty()) {
      finding = finding.withNote("the kernel says nothing but " + refusal.errno());
    }
    return finding;
  }

  private static Diagnostic general(Refusal refusal, Location place) {
    Reason reason = refusal.reason();
    Diagnostic finding = Diagnostic.error(reason.id(), place, reason.cause());
    for (Evidence evidence : refusal.evidence()) {
      finding = finding.withNote(EvidenceText.of(evidence));
    }
    return finding.withHelp(reason.help());
  }

  /** A line's place in its source. */
  public static Location.Source source(LineInfo line) {
    return new Location.Source(line.file(), line.line(), line.column(), line.text());
  }
}
