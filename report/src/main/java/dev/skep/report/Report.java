package dev.skep.report;

import dev.skep.catalog.KernelVersion;
import dev.skep.object.diagnostic.Diagnostic;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What kernels say to files: values only, to be printed by a {@code ReportFormat} or read by a
 * program.
 *
 * @param kernels those that were asked about, by their point releases if these are known
 * @param files in the order in which they were named
 */
public record Report(List<KernelVersion> kernels, List<FileReport> files) {

  public Report {
    kernels = List.copyOf(kernels);
    files = List.copyOf(files);
  }

  /** All programs for all kernels. */
  public Stream<ProgramReport> programs() {
    return answers().flatMap(FileReport.Answer::programs);
  }

  /** All findings about programs. */
  public Stream<Diagnostic> findings() {
    return programs().flatMap(program -> program.findings().stream());
  }

  /** Files of which nothing was judged. */
  public Stream<Problem> problems() {
    return answers().map(FileReport.Answer::problem).filter(Objects::nonNull);
  }

  /**
   * Whether every file was read, and every program loads everywhere with nothing found but notes.
   */
  public boolean clean() {
    return problems().findAny().isEmpty() && programs().allMatch(ProgramReport::clean);
  }

  private Stream<FileReport.Answer> answers() {
    return files.stream().flatMap(file -> file.answers().stream());
  }
}
