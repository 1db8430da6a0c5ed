package dev.skep.assembler;

import dev.skep.object.BpfObject;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Diagnostic.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a text.
 *
 * @param object what was assembled; null if there is any error
 * @param diagnostics all errors and warnings of the file, in its order
 */
public record AssemblyResult(@Nullable BpfObject object, List<Diagnostic> diagnostics) {

  public AssemblyResult {
    diagnostics = List.copyOf(diagnostics);
  }

  /** The errors among the diagnostics. */
  public List<Diagnostic> errors() {
    return diagnostics.stream().filter(d -> d.severity() == Severity.ERROR).toList();
  }
}
