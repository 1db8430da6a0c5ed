package dev.skep.assembler;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** "Did you mean": the nearest known word, if one is near. */
final class Suggestions {

  private Suggestions() {}

  /** A sentence, or null if nothing is near enough to be meant. */
  static @Nullable String didYouMean(String word, Collection<String> known) {
    String nearest = nearest(word, known);
    return nearest == null ? null : "did you mean " + nearest + "?";
  }

  static @Nullable String nearest(String word, Collection<String> known) {
    if (word.length() > 64) {
      return null;
    }
    // A name that was given up half-way.
    if (word.length() >= 6) {
      String longer = null;
      for (String candidate : known) {
        boolean begins = candidate.startsWith(word + "_");
        if (begins && (longer == null || candidate.length() < longer.length())) {
          longer = candidate;
        }
      }
      if (longer != null) {
        return longer;
      }
    }
    int limit = Math.max(1, Math.min(3, word.length() / 3));
    String best = null;
    int bestDistance = limit + 1;
    for (String candidate : known) {
      if (Math.abs(candidate.length() - word.length()) >= bestDistance) {
        continue;
      }
      int distance = distance(word, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Insertions, deletions, replacements and swaps of neighbours that make one of the other. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int cost = Math.min(Math.min(last[j] + 1, current[j - 1] + 1), last[j - 1] + replace);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost = Math.min(cost, beforeLast[j - 2] + 1);
        }
        current[j] = cost;
      }
      int[] spare = beforeLast;
      beforeLast = last;
      last = current;
      current = spare;
    }
    return last[b.length()];
  }
}
