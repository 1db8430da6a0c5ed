package dev.skep.report.format;

import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.report.FileReport;
import dev.skep.report.ObjectReport;
import dev.skep.report.ProgramReport;
import dev.skep.report.Report;
import dev.skep.report.text.DiagnosticPrinter;
import dev.skep.verifier.Verdict;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** For people: each program's verdict, below it what was found, and a line of counts at the end. */
public final class TextFormat implements ReportFormat {

  private final boolean notes;

  /**
   * Text.
   *
   * @param notes whether to print what was noticed but does no harm
   */
  public TextFormat(boolean notes) {
    this.notes = notes;
  }

  @Override
  public void file(FileReport file, PrintWriter out) {
    for (FileReport.Answer answer : file.answers()) {
      if (file.answers().size() > 1) {
        out.printf("Linux %s:%n", answer.kernel().version());
      }
      for (ObjectReport object : answer.objects()) {
        print(object.warnings(), out);
        if (answer.objects().size() > 1 && !object.programs().isEmpty()) {
          out.printf("%s:%n", object.label());
        }
        object.programs().forEach(program -> print(file.file(), program, out));
      }
    }
  }

  private void print(List<Diagnostic> findings, PrintWriter out) {
    findings.stream()
        .filter(finding -> notes || finding.severity() != Diagnostic.Severity.NOTE)
        .forEach(finding -> DiagnosticPrinter.print(finding, out));
  }

  private void print(Path file, ProgramReport program, PrintWriter out) {
    String name =
        "%s: %s (%s)"
            .formatted(file, program.program().name(), program.program().type().kernelName());
    switch (program.verdict()) {
      case Verdict.Accepted accepted ->
          out.printf(
              "%s: accepted, %d instructions processed%n", name, accepted.statistics().processed());
      case Verdict.Rejected rejected -> out.printf("%s: rejected, %s%n", name, rejected.errno());
      case Verdict.NotModelled _ -> out.printf("%s: cannot be judged%n", name);
    }
    print(program.findings(), out);
  }

  @Override
  public void end(Report report, PrintWriter out) {
    List<ProgramReport> programs = report.programs().toList();
    long unreadable = report.problems().count();
    if (programs.size() + unreadable <= 1) {
      return;
    }
    long accepted = programs.stream().filter(p -> p.verdict() instanceof Verdict.Accepted).count();
    long rejected = programs.stream().filter(p -> p.verdict() instanceof Verdict.Rejected).count();
    out.printf(
        "%d programs: %d accepted, %d rejected, %d cannot be judged%s%n",
        programs.size(),
        accepted,
        rejected,
        programs.size() - accepted - rejected,
        unreadable == 0 ? "" : "; " + unreadable + " files cannot be read");
  }
}
