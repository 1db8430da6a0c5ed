package dev.skep.report.format;

import dev.skep.catalog.KernelVersion;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Printable;
import dev.skep.report.FileReport;
import dev.skep.report.Neighbours;
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
      for (ObjectReport object : answer.objects()) {
        print(object.warnings(), out);
        if (answer.objects().size() > 1 && !object.programs().isEmpty()) {
          out.printf("%s:%n", Printable.line(object.label()));
        }
        object.programs().forEach(program -> print(file.file(), program, answer.kernel(), out));
      }
    }
  }

  private void print(List<Diagnostic> findings, PrintWriter out) {
    findings.stream()
        .filter(finding -> notes || finding.severity() != Diagnostic.Severity.NOTE)
        .forEach(finding -> DiagnosticPrinter.print(finding, out));
  }

  private void print(Path file, ProgramReport program, KernelVersion kernel, PrintWriter out) {
    String name =
        Printable.line(
            "%s: %s (%s)"
                .formatted(file, program.program().name(), program.program().type().kernelName()));
    if (program.neighbours() != null) {
      print(program.neighbours(), name, out);
      return;
    }
    switch (program.verdict()) {
      case Verdict.Accepted accepted ->
          out.printf(
              "%s: accepted by %s, %d instructions processed%n",
              name, kernel, accepted.statistics().processed());
      case Verdict.Rejected rejected ->
          out.printf("%s: rejected by %s, %s%n", name, kernel, rejected.errno());
      case Verdict.NotModelled _ -> out.printf("%s: cannot be judged%n", name);
    }
    print(program.findings(), out);
  }

  private static void print(Neighbours neighbours, String name, PrintWriter out) {
    out.printf("%s: %s%n", name, neighbours.inWords());
    for (Neighbours.Answer answer : neighbours.answers()) {
      Diagnostic finding =
          switch (answer.verdict()) {
            case Verdict.Accepted _ -> null;
            case Verdict.Rejected rejected -> rejected.diagnostic();
            case Verdict.NotModelled unknown -> unknown.diagnostic();
          };
      if (finding != null) {
        out.printf("Linux %s:%n", answer.kernel());
        DiagnosticPrinter.print(finding, out);
      }
    }
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
