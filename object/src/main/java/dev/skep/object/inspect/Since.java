package dev.skep.object.inspect;

import dev.skep.catalog.Availability;
import dev.skep.catalog.KernelVersion;
import java.util.ArrayList;
import java.util.List;
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

  /** The releases that brought something for programs, from 3.18 on. */
  List<KernelVersion> RELEASES = releases();

  /** Asks from a release on. */
  static Since of(KernelVersion oldest, Function<KernelVersion, Availability> allowed) {
    boolean doubt = false;
    for (KernelVersion version : RELEASES) {
      if (!version.isAtLeast(oldest)) {
        continue;
      }
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

  private static List<KernelVersion> releases() {
    var list = new ArrayList<KernelVersion>();
    KernelVersion newest = KernelVersion.NEWEST;
    for (int major = 3; major <= newest.major(); major++) {
      int last = major == newest.major() ? newest.minor() : major == 4 ? 20 : 19;
      for (int minor = major == 3 ? 18 : 0; minor <= last; minor++) {
        list.add(new KernelVersion(major, minor));
      }
    }
    return List.copyOf(list);
  }
}
