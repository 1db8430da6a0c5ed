package dev.skep.report.format;

import dev.skep.report.FileReport;
import dev.skep.report.Report;
import java.io.PrintWriter;

/** Writes a report: for people, for scripts, for tools. */
public interface ReportFormat {

  /**
   * Writes what is known when a file is done, in a format that is read while it goes on; others
   * wait for the end.
   */
  default void file(FileReport file, PrintWriter out) {}

  /** Writes the rest, or all. Called once, after {@link #file} was called for each file. */
  void end(Report report, PrintWriter out);
}
