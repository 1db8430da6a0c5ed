package dev.skep.catalog;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The releases that have something which came at one time, and perhaps went at another.
 *
 * @param since the first release that has it; older ones have it too where {@code mended} says so
 * @param mended point releases of older series that got it later, one for each such series
 * @param until the first release that has it no more; null if all later ones have it
 */
public record Span(KernelVersion since, List<KernelVersion> mended, @Nullable KernelVersion until) {

  private static final String UNTIL = "until";

  /** Keeps a list of its own. */
  public Span {
    mended = List.copyOf(mended);
  }

  /** Reads {@code 6.13}, {@code 6.13 6.12.25 6.6.90} or {@code 5.10 until 6.2}. */
  static Span parse(String text) {
    KernelVersion since = null;
    KernelVersion until = null;
    var mended = new ArrayList<KernelVersion>();
    boolean last = false;
    for (String word : DataFile.words(text)) {
      if (word.equals(UNTIL)) {
        last = true;
      } else if (last) {
        until = DataFile.version(word);
      } else if (since == null) {
        since = DataFile.version(word);
      } else {
        mended.add(DataFile.version(word));
      }
    }
    if (since == null) {
      throw new IllegalArgumentException("'" + text + "' names no release");
    }
    return new Span(since, mended, until);
  }

  /** Whether a kernel is one of them. */
  boolean covers(KernelVersion kernel) {
    if (until != null && kernel.isAtLeast(until)) {
      return false;
    }
    if (kernel.isAtLeast(since)) {
      return true;
    }
    for (KernelVersion mend : mended) {
      if (mend.series().equals(kernel.series())) {
        return kernel.isAtLeast(mend);
      }
    }
    return false;
  }

  /** As it is written in the list: {@code 6.13, 6.12.25}. */
  @Override
  public String toString() {
    var text = new StringBuilder(since.toString());
    mended.forEach(mend -> text.append(", ").append(mend));
    return until == null ? text.toString() : text + " until " + until;
  }
}
