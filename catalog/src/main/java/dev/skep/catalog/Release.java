package dev.skep.catalog;

import java.util.List;

/**
 * What skep knows of a kernel that somebody asks about. A kernel that it does not know gets no
 * verdict: what the nearest ones say is said of them.
 */
public sealed interface Release {

  /** The kernel that was asked about. */
  KernelVersion asked();

  /**
   * A kernel whose rules are known.
   *
   * @param version the point release that is judged for: the one that was asked for, or the newest
   *     known one of the series
   */
  record Known(KernelVersion asked, KernelVersion version) implements Release {}

  /**
   * A kernel between known ones, or a newer point release of a known series. What its neighbours
   * agree on is likely, and not checked.
   *
   * @param neighbours the known kernels below and above it, older first; one if only its series is
   *     known
   */
  record Near(KernelVersion asked, List<KernelVersion> neighbours) implements Release {
    /** Keeps a list of its own. */
    public Near {
      neighbours = List.copyOf(neighbours);
    }
  }

  /** A kernel that is older or newer than all known ones, or one that its number does not tell. */
  record Unknown(KernelVersion asked) implements Release {}
}
