package dev.skep.object;

import dev.skep.object.diagnostic.Diagnostic;
import java.util.List;
import java.util.Optional;

/** An object, or why there is none. */
public sealed interface ReadResult {

  /** The object; what was noticed is in {@link BpfObject#warnings()}. */
  record Read(BpfObject object) implements ReadResult {}

  /** The file cannot be used, or libbpf would refuse it: at least one error. */
  record Refused(List<Diagnostic> diagnostics) implements ReadResult {
    public Refused {
      diagnostics = List.copyOf(diagnostics);
    }
  }

  /** The object, if there is one. */
  default Optional<BpfObject> asOptional() {
    return switch (this) {
      case Read read -> Optional.of(read.object());
      case Refused _ -> Optional.empty();
    };
  }

  /**
   * The object, for callers that know that it is good.
   *
   * @throws IllegalArgumentException with the first finding, if there is none
   */
  default BpfObject orElseThrow() {
    return switch (this) {
      case Read read -> read.object();
      case Refused refused ->
          throw new IllegalArgumentException(refused.diagnostics().getFirst().message());
    };
  }
}
