package dev.skep.report.text;

import dev.skep.object.diagnostic.Printable;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON from maps, collections, strings, numbers, booleans and null. Small on purpose: a
 * library's class loading would take longer than the commands that print JSON.
 */
public final class Json {

  /** A depth so low that no line is ever begun. */
  private static final int ONE_LINE = Integer.MIN_VALUE / 2;

  private Json() {}

  /** A value as indented JSON text. */
  public static String pretty(@Nullable Object value) {
    var out = new StringBuilder();
    write(out, value, 0);
    return out.toString();
  }

  /** A value as JSON text on one line. */
  public static String compact(@Nullable Object value) {
    var out = new StringBuilder();
    write(out, value, ONE_LINE);
    return out.toString();
  }

  private static void write(StringBuilder out, @Nullable Object value, int depth) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> writeMap(out, map, depth);
      case Collection<?> list -> writeList(out, list, depth);
      case Number number -> out.append(number);
      case Boolean truth -> out.append(truth.booleanValue());
      default -> quote(out, value.toString());
    }
  }

  private static void writeMap(StringBuilder out, Map<?, ?> map, int depth) {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    String separator = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      newLine(out, depth + 1);
      quote(out, String.valueOf(entry.getKey()));
      out.append(depth >= 0 ? ": " : ":");
      write(out, entry.getValue(), depth + 1);
      separator = ",";
    }
    newLine(out, depth);
    out.append('}');
  }

  private static void writeList(StringBuilder out, Collection<?> list, int depth) {
    if (list.isEmpty()) {
      out.append("[]");
      return;
    }
    String separator = "[";
    for (Object item : list) {
      out.append(separator);
      newLine(out, depth + 1);
      write(out, item, depth + 1);
      separator = ",";
    }
    newLine(out, depth);
    out.append(']');
  }

  private static void newLine(StringBuilder out, int depth) {
    if (depth >= 0) {
      out.append('\n').repeat("  ", depth);
    }
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          // Lone surrogates would not survive UTF-8.
          if (Printable.isControl(c) || Character.isSurrogate(c)) {
            out.append("\\u").append(hex4(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static String hex4(char c) {
    return Integer.toHexString(0x10000 | c).substring(1);
  }
}
