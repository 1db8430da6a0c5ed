package dev.skep.object.diagnostic;

/**
 * Makes text that came out of an input safe to show in a terminal. Names in objects hold any bytes:
 * escape sequences that clear the screen, line ends that forge a line, marks that turn the reading
 * direction round.
 */
public final class Printable {

  private Printable() {}

  /** The text on one line: line ends and tabs are escaped too. */
  public static String line(String text) {
    return escape(text, false);
  }

  /** The text with its line ends and tabs. */
  public static String lines(String text) {
    return escape(text, true);
  }

  /** Whether a character does something to a terminal other than to be shown. */
  public static boolean isControl(char c) {
    return Character.isISOControl(c)
        || c >= 0x200e && c <= 0x200f // left-to-right and right-to-left mark
        || c >= 0x2028 && c <= 0x202e // line and paragraph separators, embeddings and overrides
        || c >= 0x2066 && c <= 0x2069; // isolates
  }

  private static String escape(String text, boolean multiline) {
    int i = 0;
    while (i < text.length() && !escaped(text.charAt(i), multiline)) {
      i++;
    }
    if (i == text.length()) {
      return text;
    }
    var safe = new StringBuilder(text.length() + 16).append(text, 0, i);
    for (; i < text.length(); i++) {
      char c = text.charAt(i);
      if (escaped(c, multiline)) {
        append(c, safe);
      } else {
        safe.append(c);
      }
    }
    return safe.toString();
  }

  private static boolean escaped(char c, boolean multiline) {
    return isControl(c) && !(multiline && (c == '\n' || c == '\t'));
  }

  /** {@code \n}, {@code \x1b}, or {@code \u202e}. */
  public static void append(char c, StringBuilder to) {
    switch (c) {
      case '\n' -> to.append("\\n");
      case '\r' -> to.append("\\r");
      case '\t' -> to.append("\\t");
      default -> {
        String digits = Integer.toHexString(c);
        to.append(c < 0x100 ? "\\x" : "\\u");
        to.repeat("0", (c < 0x100 ? 2 : 4) - digits.length()).append(digits);
      }
    }
  }
}
