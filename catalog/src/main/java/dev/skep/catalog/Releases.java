package dev.skep.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The kernels whose rules skep knows: each was asked, and its answers recorded. A new one is a line
 * here, and the behaviours that it differs in.
 */
public final class Releases {

  /** By series, oldest first, each as the newest point release that was asked. */
  private static final List<KernelVersion> KNOWN =
      List.of(
          new KernelVersion(6, 1, 176), // Debian's 6.1.0-50
          new KernelVersion(6, 12, 117), // Debian's 6.12.117
          new KernelVersion(6, 18, 44));

  private Releases() {}

  /** The known kernels, oldest first: of each series the newest known point release. */
  public static List<KernelVersion> known() {
    return KNOWN;
  }

  /**
   * The series of Linux from one on to the newest that the tables describe; nothing before 3.18 had
   * anything for programs.
   */
  public static List<KernelVersion> since(KernelVersion oldest) {
    KernelVersion newest = KernelVersion.NEWEST;
    var series = new ArrayList<KernelVersion>();
    for (int major = 3; major <= newest.major(); major++) {
      int last = major == newest.major() ? newest.minor() : major == 4 ? 20 : 19;
      for (int minor = major == 3 ? 18 : 0; minor <= last; minor++) {
        KernelVersion one = new KernelVersion(major, minor);
        if (one.isAtLeast(oldest)) {
          series.add(one);
        }
      }
    }
    return series;
  }

  /** What is known of a kernel. A series stands for its newest known point release. */
  public static Release of(KernelVersion asked) {
    if (!asked.variant().isEmpty()) {
      return new Release.Unknown(asked);
    }
    KernelVersion older = null;
    for (KernelVersion known : KNOWN) {
      if (known.series().equals(asked.series())) {
        if (asked.point().isEmpty()) {
          return new Release.Known(asked, known);
        }
        return known.isAtLeast(asked)
            ? new Release.Known(asked, asked)
            : new Release.Near(asked, List.of(known));
      }
      if (known.isAtLeast(asked)) {
        return older == null
            ? new Release.Unknown(asked)
            : new Release.Near(asked, List.of(older, known));
      }
      older = known;
    }
    return new Release.Unknown(asked);
  }

  /**
   * The kernel to go by beside a running one, whose own answer decides: a point release that came
   * after the known ones goes by the newest of them. Everything else is what it is.
   */
  public static KernelVersion beside(KernelVersion running) {
    return of(running) instanceof Release.Near near && near.neighbours().size() == 1
        ? near.neighbours().getFirst()
        : running;
  }

  /** Why there is no verdict for a kernel, in a sentence that names the nearest known ones. */
  public static String whyNot(KernelVersion asked) {
    String not = "not known for Linux " + asked;
    if (asked.variant().startsWith("rc")) {
      return not + ": it is a candidate of " + asked.series();
    }
    if (!asked.variant().isEmpty()) {
      return not
          + ": a vendor's kernel has changes of later releases, its number does not say which";
    }
    return switch (of(asked)) {
      case Release.Known _ -> throw new IllegalArgumentException(asked + " is known");
      case Release.Near near ->
          not
              + (near.neighbours().size() == 1
                  ? "; the nearest known is "
                  : "; its neighbours are ")
              + inWords(near.neighbours());
      case Release.Unknown _ -> {
        KernelVersion nearest =
            asked.isAtLeast(KNOWN.getLast()) ? KNOWN.getLast() : KNOWN.getFirst();
        yield not + "; the nearest known is " + nearest + " of " + inWords(KNOWN);
      }
    };
  }

  /** {@code 6.1.176, 6.12.117 and 6.18.44}. */
  public static String inWords(List<KernelVersion> versions) {
    if (versions.size() == 1) {
      return versions.getFirst().toString();
    }
    return versions.subList(0, versions.size() - 1).stream()
            .map(KernelVersion::toString)
            .collect(Collectors.joining(", "))
        + " and "
        + versions.getLast();
  }
}
