package dev.skep.assembler;

import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import java.util.Locale;

/**
 * Shows a diagnostic about a text with its line and a caret under the place:
 *
 * <pre>
 * filter.s:3:6: error: r11 is not a register that a program can use [assembler/register]
 *     3 | r1 = r11
 *       |      ^
 *   help: the frame pointer is r10
 * </pre>
 */
public final class Carets {

  private static final int MAX_SHOWN = 160;

  private Carets() {}

  /** The diagnostic as lines of text, each ended with a newline. */
  public static String render(Diagnostic diagnostic) {
    StringBuilder out = new StringBuilder();
    Location.Source source = diagnostic.location().source();
    if (source != null) {
      out.append(source.file()).append(':').append(source.line()).append(':');
      out.append(source.column()).append(": ");
    } else if (diagnostic.location().file() != null) {
      out.append(diagnostic.location().file()).append(": ");
    }
    out.append(diagnostic.severity().name().toLowerCase(Locale.ROOT)).append(": ");
    out.append(diagnostic.message()).append(" [").append(diagnostic.rule()).append("]\n");
    if (source != null && source.text() != null) {
      excerpt(out, source.line(), source.column(), source.text());
    }
    diagnostic.notes().forEach(note -> out.append("  note: ").append(note).append('\n'));
    diagnostic.help().forEach(help -> out.append("  help: ").append(help).append('\n'));
    return out.toString();
  }

  private static void excerpt(StringBuilder out, int line, int column, String text) {
    int caret = Math.max(0, Math.min(column - 1, text.length()));
    int start = caret > MAX_SHOWN - 40 ? caret - 60 : 0;
    String shown = text.substring(start, Math.min(text.length(), start + MAX_SHOWN));
    out.append("%5d | ".formatted(line)).append(printable(shown)).append('\n');
    out.append("      | ").append(" ".repeat(caret - start)).append("^\n");
  }

  private static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c == '\t' ? ' ' : Character.isISOControl(c) ? '?' : c);
    }
    return out.toString();
  }
}
