package dev.skep.runtime.helper;

import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.memory.Region;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of {@code printf} that {@code bpf_trace_printk} and {@code bpf_snprintf} know. */
final class Format {

  private static final Pattern DIRECTIVE =
      Pattern.compile("%(?:(%)|([-0 +]*)(\\d*)(l{0,2})([diuxXsc]|p(?:[iI][46]|[xKsBSub]|[ku]s)?))");

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
      String kind = matcher.group(5);
      String part = one(cpu, kind, matcher.group(4).isEmpty(), values[next++]);
      if (part == null) {
        return null;
      }
      boolean signed = kind.equals("d") || kind.equals("i");
      if (signed && part.charAt(0) != '-') {
        part =
            (matcher.group(2).contains("+") ? "+" : matcher.group(2).contains(" ") ? " " : "")
                + part;
      }
      pad(text, part, matcher.group(2), matcher.group(3));
    }
    String rest = format.substring(at);
    return rest.indexOf('%') >= 0 ? null : text.append(rest).toString();
  }

  private static @Nullable String one(Cpu cpu, String kind, boolean narrow, long value) {
    long unsigned = narrow ? value & 0xffff_ffffL : value;
    return switch (kind) {
      case "d", "i" -> Long.toString(narrow ? (int) value : value);
      case "u" -> Long.toUnsignedString(unsigned);
      case "x" -> Long.toHexString(unsigned);
      case "X" -> Long.toHexString(unsigned).toUpperCase(Locale.ROOT);
      case "c" -> Character.toString((char) (value & 0xff));
      case "s", "pks", "pus" -> MemoryHelpers.string(cpu, value, 512);
      case "pI4", "pi4" -> internet(cpu, value, 4, kind.charAt(1) == 'i');
      case "pI6", "pi6" -> internet(cpu, value, 16, kind.charAt(1) == 'i');
      default -> "%016x".formatted(value);
    };
  }

  /** The IP address that a pointer points to; the small letter pads with zeros or drops colons. */
  private static @Nullable String internet(Cpu cpu, long address, int size, boolean plain) {
    Region region = Access.probe(cpu, address, size);
    if (region == null) {
      return null;
    }
    int at = (int) address - region.base();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < size; i++) {
      int octet = region.bytes()[at + i] & 0xff;
      if (size == 4) {
        text.append(i == 0 ? "" : ".").append(plain ? "%03d".formatted(octet) : octet);
      } else {
        text.append(i > 0 && i % 2 == 0 && !plain ? ":" : "").append("%02x".formatted(octet));
      }
    }
    return text.toString();
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
