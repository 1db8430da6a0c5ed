package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import java.util.List;

/** The words of a command line, taken one by one. */
final class Words {

  private final List<String> words;
  private int at;

  Words(List<String> words) {
    this.words = words;
  }

  /** The same words from here on, to be taken apart from these. */
  Words copy() {
    return new Words(words.subList(at, words.size()));
  }

  boolean hasNext() {
    return at < words.size();
  }

  /** The next word, which stays; empty at the end. */
  String peek() {
    return hasNext() ? words.get(at) : "";
  }

  /** Whether the next word is this one, or its beginning; it is taken if so. */
  boolean take(String word) {
    if (hasNext() && !words.get(at).isEmpty() && word.startsWith(words.get(at))) {
      at++;
      return true;
    }
    return false;
  }

  /**
   * The next word, completed: the candidate that it is, or else the first that it begins; as it is
   * if there is none.
   */
  String next(String what, List<String> candidates) {
    String word = next(what);
    if (word.isEmpty() || candidates.contains(word)) {
      return word;
    }
    return candidates.stream().filter(c -> c.startsWith(word)).findFirst().orElse(word);
  }

  /** The next word. */
  String next(String what) {
    if (!hasNext()) {
      throw CommandFailure.usage("expected " + what + " after '" + String.join(" ", words) + "'");
    }
    return words.get(at++);
  }

  /** The next word as a number, decimal or hexadecimal with {@code 0x}. */
  long number(String what) {
    String word = next(what);
    try {
      return Long.decode(word);
    } catch (NumberFormatException e) {
      throw CommandFailure.usage(what + " is a number, not '" + word + "'");
    }
  }

  int integer(String what) {
    long value = number(what);
    if (value != (int) value && value != (value & 0xffff_ffffL)) {
      throw CommandFailure.usage(what + " does not fit 32 bits: " + value);
    }
    return (int) value;
  }

  /**
   * Bytes, one word each: decimal or {@code 0x..}, or after the word {@code hex} hexadecimal.
   *
   * @param count how many there must be
   */
  byte[] bytes(int count, String what) {
    boolean hex = take("hex");
    byte[] out = new byte[count];
    for (int i = 0; i < count; i++) {
      String word = next(count + " bytes of the " + what);
      try {
        int value = hex ? Integer.parseInt(word, 16) : Integer.decode(word);
        if (value < -128 || value > 255) {
          throw new NumberFormatException();
        }
        out[i] = (byte) value;
      } catch (NumberFormatException e) {
        throw CommandFailure.usage(
            "the %s has %d bytes; byte %d is '%s', which is no byte"
                .formatted(what, count, i + 1, word));
      }
    }
    return out;
  }

  /** Ends the line. */
  void end() {
    if (hasNext()) {
      throw CommandFailure.usage("unexpected '" + words.get(at) + "'");
    }
  }
}
