package dev.skep.object.inspect;

import dev.skep.catalog.Availability;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Releases;
import java.util.function.Function;

/** From which release something is allowed, as far as the kernels that were asked tell. */
sealed interface Since {

  /** From the release that everything else asks for. */
  record Always() implements Since {}

  /** From a release that is known to be the first. */
  record From(KernelVersion version) implements Since {}

  /** From some release up to the one that is known to allow it. */
  record Unclear(KernelVersion known) implements Since {}

  /** Not in any release that the catalog knows. */
  record Never() implements Since {}

  /** Asks from a release on. */
  static Since of(KernelVersion oldest, Function<KernelVersion, Availability> allowed) {
    boolean doubt = false;
    for (KernelVersion version : Releases.since(oldest)) {
      switch (allowed.apply(version)) {
        case ALLOWED -> {
          if (doubt) {
            return new Unclear(version);
          }
          return version.equals(oldest) ? new Always() : new From(version);
        }
        case UNKNOWN -> doubt = true;
        case NOT_ALLOWED -> {}
      }
    }
    return new Never();
  }
}
