package dev.skep.report;

import dev.skep.object.diagnostic.Diagnostic;
import java.util.List;

/**
 * An object that was read.
 *
 * @param label the file's name, with a number if there are several objects in it
 * @param warnings what its reader noticed
 * @param programs those that were asked for
 */
public record ObjectReport(String label, List<Diagnostic> warnings, List<ProgramReport> programs) {

  public ObjectReport {
    warnings = List.copyOf(warnings);
    programs = List.copyOf(programs);
  }
}
