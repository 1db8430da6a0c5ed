package dev.skep.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.object.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bytes of a map as values, by their types: structures become {@link Map}s by member name, arrays
 * {@link List}s, arrays of characters that end in a NUL strings, enumerations the constant's name
 * where there is one, and numbers and pointers {@link Long}s (unsigned 64-bit ones that do not fit,
 * text).
 */
public final class BtfValues {

  private final Btf types;
  private final Bytes bytes;

  private BtfValues(Btf types, Bytes bytes) {
    this.types = types;
    this.bytes = bytes;
  }

  /**
   * The value of a type.
   *
   * @throws dev.skep.btf.BtfFormatException if the type cannot be laid out
   * @throws IndexOutOfBoundsException if there are fewer bytes than the type has
   */
  public static Object read(Btf types, int typeId, Bytes bytes) {
    return new BtfValues(types, bytes).value(typeId, 0);
  }

  private Object value(int typeId, long at) {
    int id = types.resolve(typeId);
    return switch (types.type(id)) {
      case BtfType.Int t -> number(t, at, 0, t.bits());
      case BtfType.Enum t -> constant(t.values(), t.size(), t.signed(), at);
      case BtfType.Enum64 t -> constant(t.values(), t.size(), t.signed(), at);
      case BtfType.Ptr t -> unsigned(raw(at, 8));
      case BtfType.Struct t -> struct(t, at);
      case BtfType.Array t -> array(t, at);
      case BtfType.Float t ->
          t.size() == 4
              ? (Object) Float.intBitsToFloat((int) raw(at, 4))
              : (Object) Double.longBitsToDouble(raw(at, 8));
      case BtfType.Datasec t -> section(t, at);
      case BtfType.Var t -> value(t.type(), at);
      case BtfType.Void t -> "void";
      case BtfType.Fwd t -> "?";
      case BtfType.Func t -> "?";
      case BtfType.FuncProto t -> "?";
      case BtfType.DeclTag t -> value(t.type(), at);
      case BtfType.Typedef t -> value(t.type(), at);
      case BtfType.Const t -> value(t.type(), at);
      case BtfType.Volatile t -> value(t.type(), at);
      case BtfType.Restrict t -> value(t.type(), at);
      case BtfType.TypeTag t -> value(t.type(), at);
    };
  }

  private long raw(long at, int size) {
    return bytes.littleEndian(Math.toIntExact(at), size);
  }

  private Object number(BtfType.Int type, long at, int bitOffset, int bits) {
    if (type.size() > 8) {
      var text = new StringBuilder("0x");
      for (int i = type.size() - 1; i >= 0; i--) {
        text.append("%02x".formatted(bytes.at((int) at + i) & 0xff));
      }
      return text.toString();
    }
    long value = raw(at, type.size()) >>> bitOffset;
    int shift = Long.SIZE - bits;
    value = type.signed() ? value << shift >> shift : value << shift >>> shift;
    if (type.isBool()) {
      return value != 0;
    }
    return type.signed() ? (Object) value : unsigned(value);
  }

  private static Object unsigned(long value) {
    return value < 0 ? Long.toUnsignedString(value) : (Object) value;
  }

  private Object constant(List<BtfType.Enumerator> values, int size, boolean signed, long at) {
    int shift = Long.SIZE - size * 8;
    long raw = raw(at, size) << shift;
    long value = signed ? raw >> shift : raw >>> shift;
    for (BtfType.Enumerator e : values) {
      if (e.value() == value) {
        return e.name();
      }
    }
    return value;
  }

  private Map<String, Object> struct(BtfType.Struct struct, long at) {
    var members = new LinkedHashMap<String, Object>();
    for (BtfType.Member m : struct.members()) {
      Object value;
      if (m.bitSize() > 0 && types.resolved(m.type()) instanceof BtfType.Int type) {
        long start = at * 8 + m.bitOffset();
        long unit = start / (type.size() * 8L) * type.size();
        value = number(type, unit, (int) (start - unit * 8), m.bitSize());
      } else {
        value = value(m.type(), at + m.bitOffset() / 8);
      }
      if (m.name().isEmpty() && value instanceof Map<?, ?> inner) {
        inner.forEach((k, v) -> members.put(String.valueOf(k), v));
      } else {
        members.put(m.name(), value);
      }
    }
    return members;
  }

  private Map<String, Object> section(BtfType.Datasec section, long at) {
    var variables = new LinkedHashMap<String, Object>();
    for (BtfType.SectionVar v : section.vars()) {
      variables.put(types.type(v.type()).name(), value(v.type(), at + v.offset()));
    }
    return variables;
  }

  private Object array(BtfType.Array array, long at) {
    long size = Math.max(0, types.sizeOf(array.elementType()));
    if (types.resolved(array.elementType()) instanceof BtfType.Int t
        && t.size() == 1
        && (t.isChar() || t.name().equals("char"))) {
      byte[] text = bytes.toArray();
      int start = (int) at;
      for (int i = 0; i < array.count(); i++) {
        if (text[start + i] == 0) {
          return new String(text, start, i, StandardCharsets.UTF_8);
        }
      }
    }
    var list = new ArrayList<Object>();
    for (int i = 0; i < array.count() && size > 0; i++) {
      list.add(value(array.elementType(), at + i * size));
    }
    return list;
  }
}
