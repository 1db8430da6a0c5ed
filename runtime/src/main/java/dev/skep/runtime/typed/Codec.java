package dev.skep.runtime.typed;

import dev.skep.btf.BtfType;
import dev.skep.runtime.memory.LittleEndian;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Java values to and from a program's memory, little endian.
 *
 * <ul>
 *   <li>numbers, {@code boolean} and {@code char}: an integer of any width; what is wider than the
 *       Java type is refused, what is narrower extended as the C type says;
 *   <li>records: a struct or union; each component names a member (in anonymous inner structures
 *       too; {@code camelCase} finds {@code snake_case});
 *   <li>arrays and {@code byte[]}: an array, or all bytes;
 *   <li>{@code String}: an array of characters that ends at the first zero;
 *   <li>enums: an enumeration, by the constant's name or the end of it.
 * </ul>
 *
 * <p>Without BTF a record is laid out as C lays out a struct of the same members.
 *
 * @param <T> the Java type
 */
public final class Codec<T> {

  private final Class<T> type;
  private final Shape shape;
  private final Part part;

  /** How one Java type is read and written. */
  private interface Part {
    Object read(byte[] bytes, int at);

    void write(Object value, byte[] bytes, int at);
  }

  private Codec(Class<T> type, Shape shape, Part part) {
    this.type = type;
    this.shape = shape;
    this.part = part;
  }

  /**
   * The codec of a Java type for a piece of memory.
   *
   * @throws IllegalArgumentException if they do not fit, with the member's name
   */
  public static <T> Codec<T> of(Class<T> type, Shape shape) {
    return new Codec<>(type, shape, part(type, shape, type.getSimpleName()));
  }

  /** Reads a value. */
  public T read(byte[] bytes, int at) {
    @SuppressWarnings(
        "unchecked") // A primitive's class stands for its box, which cannot be cast to.
    T value = (T) part.read(bytes, at);
    return value;
  }

  /** Reads a value. */
  public T read(byte[] bytes) {
    return read(bytes, 0);
  }

  /** Writes a value over the bytes that are there: what it has no component for stays. */
  public void write(T value, byte[] bytes, int at) {
    part.write(value, bytes, at);
  }

  /** A value's bytes, with zeros where it has no component. */
  public byte[] bytes(T value) {
    byte[] bytes = new byte[shape.size()];
    part.write(value, bytes, 0);
    return bytes;
  }

  /** The Java type. */
  public Class<T> type() {
    return type;
  }

  private static IllegalArgumentException misfit(String where, String what) {
    return new IllegalArgumentException(where + ": " + what);
  }

  private static Part part(Class<?> type, Shape shape, String where) {
    if (type.isRecord()) {
      return record(type, shape, where);
    }
    if (type == byte[].class) {
      return bytes(shape.size());
    }
    if (type.isArray()) {
      return array(type.getComponentType(), shape, where);
    }
    if (type == String.class) {
      return string(shape.size());
    }
    if (type.isEnum()) {
      return enumeration(type, shape, where);
    }
    return number(type, shape, where);
  }

  private static Part bytes(int size) {
    return new Part() {
      @Override
      public Object read(byte[] bytes, int at) {
        return Arrays.copyOfRange(bytes, at, at + size);
      }

      @Override
      public void write(Object value, byte[] bytes, int at) {
        byte[] source = (byte[]) value;
        if (source.length > size) {
          throw misfit("byte[]", source.length + " bytes, but " + size + " have room");
        }
        Arrays.fill(bytes, at, at + size, (byte) 0);
        System.arraycopy(source, 0, bytes, at, source.length);
      }
    };
  }

  private static Part string(int size) {
    Part raw = bytes(size);
    return new Part() {
      @Override
      public Object read(byte[] bytes, int at) {
        int end = at;
        while (end < at + size && bytes[end] != 0) {
          end++;
        }
        return new String(bytes, at, end - at, StandardCharsets.UTF_8);
      }

      @Override
      public void write(Object value, byte[] bytes, int at) {
        raw.write(((String) value).getBytes(StandardCharsets.UTF_8), bytes, at);
      }
    };
  }

  private static Part array(Class<?> element, Shape shape, String where) {
    BtfType type = shape.type();
    Shape inner;
    if (type instanceof BtfType.Array array) {
      inner = shape.inner(array.elementType());
    } else {
      inner = Shape.of(naturalSize(element, where));
    }
    int stride = inner.size();
    int count = stride == 0 ? 0 : shape.size() / stride;
    Part part = part(element, inner, where + "[]");
    return new Part() {
      @Override
      public Object read(byte[] bytes, int at) {
        Object all = Array.newInstance(element, count);
        for (int i = 0; i < count; i++) {
          Array.set(all, i, part.read(bytes, at + i * stride));
        }
        return all;
      }

      @Override
      public void write(Object value, byte[] bytes, int at) {
        int length = Array.getLength(value);
        if (length > count) {
          throw misfit(where, length + " elements, but " + count + " have room");
        }
        for (int i = 0; i < length; i++) {
          part.write(Array.get(value, i), bytes, at + i * stride);
        }
      }
    };
  }

  private static Part enumeration(Class<?> type, Shape shape, String where) {
    Object[] constants = type.getEnumConstants();
    long[] numbers = new long[constants.length];
    for (int i = 0; i < constants.length; i++) {
      String name = ((Enum<?>) constants[i]).name();
      numbers[i] =
          switch (shape.type()) {
            case BtfType.Enum e -> numberOf(e.values(), name, where);
            case BtfType.Enum64 e -> numberOf(e.values(), name, where);
            case null, default -> i;
          };
    }
    Part raw = number(long.class, new Shape(null, 0, shape.size()), where);
    return new Part() {
      @Override
      public Object read(byte[] bytes, int at) {
        long number = (long) raw.read(bytes, at);
        for (int i = 0; i < numbers.length; i++) {
          if (numbers[i] == number) {
            return constants[i];
          }
        }
        throw misfit(where, type.getSimpleName() + " has no constant for " + number);
      }

      @Override
      public void write(Object value, byte[] bytes, int at) {
        raw.write(numbers[((Enum<?>) value).ordinal()], bytes, at);
      }
    };
  }

  private static long numberOf(
      java.util.List<BtfType.Enumerator> values, String name, String where) {
    for (BtfType.Enumerator value : values) {
      if (value.name().equals(name) || value.name().endsWith("_" + name)) {
        return value.value();
      }
    }
    throw misfit(where, "the C enumeration has no constant " + name);
  }

  private static int naturalSize(Class<?> type, String where) {
    if (type == byte.class
        || type == Byte.class
        || type == boolean.class
        || type == Boolean.class) {
      return 1;
    }
    if (type == short.class || type == Short.class || type == char.class) {
      return 2;
    }
    if (type == int.class || type == Integer.class || type.isEnum()) {
      return 4;
    }
    if (type == long.class || type == Long.class) {
      return 8;
    }
    if (type.isRecord()) {
      return layout(type, where)[type.getRecordComponents().length];
    }
    throw misfit(where, "without BTF the size of a " + type.getSimpleName() + " is not known");
  }

  /** Offsets of a record's components as C lays them out, and the whole's size. */
  private static int[] layout(Class<?> type, String where) {
    RecordComponent[] components = type.getRecordComponents();
    int[] offsets = new int[components.length + 1];
    int at = 0;
    int largest = 1;
    for (int i = 0; i < components.length; i++) {
      Class<?> component = components[i].getType();
      int size = naturalSize(component, where + "." + components[i].getName());
      int align = component.isRecord() ? alignment(component, where) : size;
      largest = Math.max(largest, align);
      at = (at + align - 1) / align * align;
      offsets[i] = at;
      at += size;
    }
    offsets[components.length] = (at + largest - 1) / largest * largest;
    return offsets;
  }

  private static int alignment(Class<?> record, String where) {
    int largest = 1;
    for (RecordComponent component : record.getRecordComponents()) {
      Class<?> type = component.getType();
      largest =
          Math.max(largest, type.isRecord() ? alignment(type, where) : naturalSize(type, where));
    }
    return largest;
  }

  private static Part record(Class<?> type, Shape shape, String where) {
    RecordComponent[] components = type.getRecordComponents();
    Part[] parts = new Part[components.length];
    int[] offsets = new int[components.length];
    boolean typed = shape.type() instanceof BtfType.Struct;
    int[] layout = typed ? new int[0] : layout(type, where);
    if (!typed && layout[components.length] > shape.size()) {
      throw misfit(
          where,
          "has %d bytes, but there are %d".formatted(layout[components.length], shape.size()));
    }
    for (int i = 0; i < components.length; i++) {
      String name = where + "." + components[i].getName();
      Shape inner;
      if (typed) {
        var member = MemberNames.find(shape, components[i].getName());
        if (member == null) {
          throw misfit(name, "the C structure has no such member: " + MemberNames.of(shape));
        }
        if (member.member().bitSize() > 0) {
          parts[i] = bits(components[i].getType(), member, name);
          offsets[i] = 0;
          continue;
        }
        offsets[i] = (int) member.byteOffset();
        inner = shape.inner(member.member().type());
      } else {
        offsets[i] = layout[i];
        inner = Shape.of(naturalSize(components[i].getType(), name));
      }
      parts[i] = part(components[i].getType(), inner, name);
    }
    return new RecordPart(type, components, parts, offsets);
  }

  /** A bit field, read and written with the eight bytes around it. */
  private static Part bits(Class<?> type, dev.skep.btf.Btf.MemberPlace place, String where) {
    int first = (int) (place.bitOffset() / 8);
    int shift = (int) (place.bitOffset() % 8);
    long mask = place.member().bitSize() >= 64 ? -1 : (1L << place.member().bitSize()) - 1;
    int bytes = (shift + place.member().bitSize() + 7) / 8;
    Part value = number(type, Shape.of(8), where, true);
    return new Part() {
      private long raw(byte[] from, int at) {
        long raw = 0;
        for (int i = 0; i < bytes; i++) {
          raw |= (from[at + first + i] & 0xffL) << 8 * i;
        }
        return raw;
      }

      @Override
      public Object read(byte[] from, int at) {
        byte[] box = new byte[8];
        LittleEndian.LONG.set(box, 0, raw(from, at) >>> shift & mask);
        return value.read(box, 0);
      }

      @Override
      public void write(Object number, byte[] to, int at) {
        byte[] box = new byte[8];
        value.write(number, box, 0);
        long wanted = (long) LittleEndian.LONG.get(box, 0) & mask;
        long raw = raw(to, at) & ~(mask << shift) | wanted << shift;
        for (int i = 0; i < bytes; i++) {
          to[at + first + i] = (byte) (raw >>> 8 * i);
        }
      }
    };
  }

  private static final class RecordPart implements Part {
    private final Class<?> type;
    private final RecordComponent[] components;
    private final Part[] parts;
    private final int[] offsets;

    RecordPart(Class<?> type, RecordComponent[] components, Part[] parts, int[] offsets) {
      this.type = type;
      this.components = components;
      this.parts = parts;
      this.offsets = offsets;
    }

    @Override
    public Object read(byte[] bytes, int at) {
      Object[] values = new Object[parts.length];
      Class<?>[] types = new Class<?>[parts.length];
      for (int i = 0; i < parts.length; i++) {
        values[i] = parts[i].read(bytes, at + offsets[i]);
        types[i] = components[i].getType();
      }
      try {
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
      } catch (ReflectiveOperationException e) {
        throw unreachable(e);
      }
    }

    @Override
    public void write(Object value, byte[] bytes, int at) {
      for (int i = 0; i < parts.length; i++) {
        try {
          var accessor = components[i].getAccessor();
          accessor.setAccessible(true);
          Object component = accessor.invoke(value);
          if (component != null) {
            parts[i].write(component, bytes, at + offsets[i]);
          }
        } catch (ReflectiveOperationException e) {
          throw unreachable(e);
        }
      }
    }

    private IllegalArgumentException unreachable(ReflectiveOperationException e) {
      Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
      return new IllegalArgumentException("record " + type.getName() + ": " + cause, e);
    }
  }

  private static Part number(Class<?> type, Shape shape, String where) {
    return number(type, shape, where, false);
  }

  private static Part number(Class<?> type, Shape shape, String where, boolean cuts) {
    int size = shape.size();
    if (size > 8 || Integer.bitCount(size) != 1) {
      throw misfit(where, "a " + type.getSimpleName() + " cannot hold " + size + " bytes");
    }
    int room = naturalSize(type, where);
    if (room < size && !cuts && type != boolean.class && type != Boolean.class) {
      throw misfit(
          where, "a %s has %d bytes, the C type %d".formatted(type.getSimpleName(), room, size));
    }
    @Nullable BtfType known = shape.type();
    boolean signed = known instanceof BtfType.Int number && number.signed();
    return new Part() {
      @Override
      public Object read(byte[] bytes, int at) {
        long raw = 0;
        for (int i = 0; i < size; i++) {
          raw |= (bytes[at + i] & 0xffL) << 8 * i;
        }
        int shift = 64 - 8 * size;
        return box(type, signed ? raw << shift >> shift : raw);
      }

      @Override
      public void write(Object value, byte[] bytes, int at) {
        long raw =
            switch (value) {
              case Boolean b -> b ? 1 : 0;
              case Character c -> c;
              case Number n -> n.longValue();
              default -> throw misfit(where, value + " is no number");
            };
        for (int i = 0; i < size; i++) {
          bytes[at + i] = (byte) (raw >>> 8 * i);
        }
      }
    };
  }

  private static Object box(Class<?> type, long value) {
    if (type == byte.class || type == Byte.class) {
      return (byte) value;
    }
    if (type == short.class || type == Short.class) {
      return (short) value;
    }
    if (type == char.class || type == Character.class) {
      return (char) value;
    }
    if (type == int.class || type == Integer.class) {
      return (int) value;
    }
    if (type == boolean.class || type == Boolean.class) {
      return value != 0;
    }
    return value;
  }
}
