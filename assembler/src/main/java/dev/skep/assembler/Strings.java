package dev.skep.assembler;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Quoted text. */
final class Strings {

  private Strings() {}

  /** The character that a backslash and a letter stand for. */
  static char escape(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case '0' -> '\0';
      default -> c;
    };
  }

  /** The bytes of a quoted string: UTF-8, with C's escapes, octal and hexadecimal included. */
  static byte[] bytes(String quoted) {
    String body = quoted.substring(1, quoted.length() - 1);
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length());
    int i = 0;
    while (i < body.length()) {
      int c = body.codePointAt(i);
      i += Character.charCount(c);
      if (c != '\\') {
        out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      char escaped = body.charAt(i++);
      int radix = escaped == 'x' ? 16 : 8;
      int from = escaped == 'x' ? i : i - 1;
      int end = from;
      while (end < body.length()
          && end < from + (radix == 16 ? 2 : 3)
          && Character.digit(body.charAt(end), radix) >= 0) {
        end++;
      }
      if (end > from) {
        out.write(Integer.parseInt(body.substring(from, end), radix));
        i = end;
      } else {
        out.write(escape(escaped));
      }
    }
    return out.toByteArray();
  }

  static String text(String quoted) {
    return new String(bytes(quoted), StandardCharsets.UTF_8);
  }
}
