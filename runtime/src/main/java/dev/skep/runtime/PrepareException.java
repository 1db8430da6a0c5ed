package dev.skep.runtime;

import dev.skep.object.diagnostic.Diagnostic;
import java.util.List;
import java.util.stream.Collectors;

/** A program cannot run on a machine: every reason, with its place. */
public final class PrepareException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Diagnostic> diagnostics;

  public PrepareException(List<Diagnostic> diagnostics) {
    super(diagnostics.stream().map(Diagnostic::message).collect(Collectors.joining("; ")));
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** The reasons, at least one. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
