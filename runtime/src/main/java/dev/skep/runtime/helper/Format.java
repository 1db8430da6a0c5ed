package dev.skep.runtime.helper;

import dev.skep.runtime.Cpu;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of {@code printf} that {@code bpf_trace_printk} and {@code bpf_snprintf} know. */
final class Format {

  private static final Pattern DIRECTIVE =
      Pattern.compile("%(?:(%)|([-0 +#]*)(\\d*)(l{0,2})([diuxXpsc])(k|u)?)");

  private Format() {}

  /** The text, or null if the format is malformed or has too few values. */
  static @Nullable String apply(Cpu cpu, String format, long[] values) {
    Matcher matcher = DIRECTIVE.matcher(format);
    StringBuilder text = new StringBuilder();
    int at = 0;
    int next = 0;
    while (matcher.find()) {
      String plain = format.substring(at, matcher.start());
      if (plain.indexOf('%') >= 0) {
        return null;
      }
      text.append(plain);
      at = matcher.end();
      if (matcher.group(1) != null) {
        text.append('%');
        continue;
      }
      if (next >= values.length) {
        return null;
      }
      char kind = matcher.group(5).charAt(0);
      if (kind != 'p' && kind != 's' && matcher.group(6) != null) {
        at -= 1;
      }
      String part = one(cpu, kind, matcher.group(4).isEmpty(), values[next++]);
      if (part == null) {
        return null;
      }
      pad(text, part, matcher.group(2), matcher.group(3));
    }
    String rest = format.substring(at);
    return rest.indexOf('%') >= 0 ? null : text.append(rest).toString();
  }

  private static @Nullable String one(Cpu cpu, char kind, boolean narrow, long value) {
    long unsigned = narrow ? value & 0xffff_ffffL : value;
    return switch (kind) {
      case 'd', 'i' -> Long.toString(narrow ? (int) value : value);
      case 'u' -> Long.toUnsignedString(unsigned);
      case 'x' -> Long.toHexString(unsigned);
      case 'X' -> Long.toHexString(unsigned).toUpperCase(Locale.ROOT);
      case 'p' -> "%016x".formatted(value);
      case 'c' -> Character.toString((char) (value & 0xff));
      case 's' -> MemoryHelpers.string(cpu, value, 512);
      default -> null;
    };
  }

  private static void pad(StringBuilder text, String part, String flags, String width) {
    int wanted =
        width.isEmpty() ? 0 : Integer.parseInt(width.substring(0, Math.min(width.length(), 3)));
    int missing = Math.max(wanted - part.length(), 0);
    if (flags.contains("-")) {
      text.append(part).append(" ".repeat(missing));
    } else {
      text.append((flags.contains("0") ? "0" : " ").repeat(missing)).append(part);
    }
  }
}
