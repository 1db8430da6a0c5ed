package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import java.nio.charset.StandardCharsets;

/** Turns a line of a kernel's configuration into the bytes of a {@code .kconfig} extern. */
final class KernelConfig {

  /** The types that a configuration value may have. */
  enum Shape {
    UNKNOWN,
    CHAR,
    BOOL,
    INT,
    TRISTATE,
    CHAR_ARRAY
  }

  private KernelConfig() {}

  static Shape shapeOf(Btf btf, int typeId) {
    return switch (btf.resolved(typeId)) {
      case BtfType.Int i when i.isBool() -> i.size() == 1 ? Shape.BOOL : Shape.UNKNOWN;
      case BtfType.Int i -> i.size() == 1 ? Shape.CHAR : i.size() <= 8 ? Shape.INT : Shape.UNKNOWN;
      case BtfType.Enum e ->
          e.size() == 4 && e.name().equals("libbpf_tristate") ? Shape.TRISTATE : Shape.UNKNOWN;
      case BtfType.Enum64 e -> e.name().equals("libbpf_tristate") ? Shape.TRISTATE : Shape.UNKNOWN;
      case BtfType.Array a ->
          a.count() != 0
                  && btf.resolved(a.elementType()) instanceof BtfType.Int i
                  && i.size() == 1
                  && !i.isBool()
              ? Shape.CHAR_ARRAY
              : Shape.UNKNOWN;
      default -> Shape.UNKNOWN;
    };
  }

  /** Writes a value as the configuration file has it: {@code y}, {@code 250}, {@code "text"}. */
  static void set(Btf btf, Extern extern, byte[] map, String value) {
    Shape shape = shapeOf(btf, extern.typeId);
    if (value.equals("y") || value.equals("n") || value.equals("m")) {
      setLetter(extern, shape, map, value.charAt(0));
    } else if (value.startsWith("\"")) {
      setText(extern, shape, map, value);
    } else {
      long number;
      try {
        number = parse(value);
      } catch (NumberFormatException e) {
        throw new BadObject(
            new dev.skep.object.diagnostic.Diagnostic(
                "object/kconfig",
                dev.skep.object.diagnostic.Diagnostic.Severity.ERROR,
                dev.skep.object.diagnostic.Location.NOWHERE,
                "the kernel's %s is '%s', which is no number".formatted(extern.name, value),
                java.util.List.of(String.valueOf(e.getMessage())),
                java.util.List.of()));
      }
      setNumber(btf, extern, map, number);
    }
  }

  private static long parse(String text) {
    if (text.startsWith("0x") || text.startsWith("0X")) {
      return Long.parseUnsignedLong(text.substring(2), 16);
    }
    if (text.startsWith("-")) {
      return Long.parseLong(text);
    }
    return text.length() > 1 && text.startsWith("0")
        ? Long.parseUnsignedLong(text, 8)
        : Long.parseUnsignedLong(text);
  }

  private static void setLetter(Extern extern, Shape shape, byte[] map, char letter) {
    int at = extern.dataOffset;
    switch (shape) {
      case BOOL -> {
        if (letter == 'm') {
          throw wrong(extern, "m", "is a bool here, which cannot hold m");
        }
        map[at] = (byte) (letter == 'y' ? 1 : 0);
      }
      case TRISTATE -> map[at] = (byte) (letter == 'y' ? 1 : letter == 'm' ? 2 : 0);
      case CHAR -> map[at] = (byte) letter;
      case UNKNOWN, INT, CHAR_ARRAY ->
          throw wrong(extern, String.valueOf(letter), "is no bool, tristate or char here");
    }
    extern.resolved = true;
  }

  private static void setText(Extern extern, Shape shape, byte[] map, String value) {
    if (shape != Shape.CHAR_ARRAY) {
      throw wrong(extern, value, "is no char array here");
    }
    if (value.length() < 2 || !value.endsWith("\"")) {
      throw wrong(extern, value, "has no closing quote");
    }
    byte[] text = value.substring(1, value.length() - 1).getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, extern.size - 1);
    System.arraycopy(text, 0, map, extern.dataOffset, length);
    extern.resolved = true;
  }

  /** Writes a number, which must fit. */
  static void setNumber(Btf btf, Extern extern, byte[] map, long number) {
    Shape shape = shapeOf(btf, extern.typeId);
    if (shape != Shape.INT && shape != Shape.CHAR && shape != Shape.BOOL) {
      throw wrong(extern, Long.toString(number), "is no integer, char or bool here");
    }
    if (shape == Shape.BOOL && number != 0 && number != 1) {
      throw wrong(extern, Long.toString(number), "is a bool here");
    }
    int bits = extern.size * 8;
    boolean signed = btf.resolved(extern.typeId) instanceof BtfType.Int i && i.signed();
    if (bits < 64
        && (signed
            ? Long.compareUnsigned(number + (1L << (bits - 1)), 1L << bits) >= 0
            : number >>> bits != 0)) {
      throw wrong(extern, Long.toString(number), "has only " + extern.size + " bytes here");
    }
    for (int i = 0; i < extern.size; i++) {
      map[extern.dataOffset + i] = (byte) (number >> 8 * i);
    }
    extern.resolved = true;
  }

  private static BadObject wrong(Extern extern, String value, String why) {
    return new BadObject(
        "object/kconfig", "the kernel's %s=%s, but %s".formatted(extern.name, value, why));
  }
}
