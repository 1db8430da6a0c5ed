package dev.skep.runtime.typed;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.LittleEndian;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Maps as JSON, as {@code bpftool -j map dump} prints them: bytes in hexadecimal, and with BTF a
 * {@code formatted} element beside them.
 */
public final class Dump {

  private Dump() {}

  /** All elements of a map, in the order of its keys. */
  public static String json(BpfMap map) {
    StringBuilder out = new StringBuilder("[");
    for (byte[] key : map.keys()) {
      byte[] value = map.get(key);
      if (value != null) {
        element(map, key, value, out.length() > 1 ? out.append(',') : out);
      }
    }
    return out.append(']').toString();
  }

  private static void element(BpfMap map, byte[] key, byte[] value, StringBuilder out) {
    var spec = map.spec();
    Shape keyShape = new Shape(spec.btf(), spec.btfKeyTypeId(), map.keySize());
    Shape valueShape = new Shape(spec.btf(), spec.btfValueTypeId(), map.valueSize());
    boolean perCpu = value.length != map.valueSize();
    int stride = (map.valueSize() + 7) & -8;
    out.append("{\"key\":");
    hex(key, 0, key.length, out);
    if (perCpu) {
      out.append(",\"values\":[");
      for (int cpu = 0; cpu * stride < value.length; cpu++) {
        out.append(cpu > 0 ? "," : "").append("{\"cpu\":").append(cpu).append(",\"value\":");
        hex(value, cpu * stride, map.valueSize(), out);
        out.append('}');
      }
      out.append(']');
    } else {
      out.append(",\"value\":");
      hex(value, 0, value.length, out);
    }
    if (valueShape.type() != null) {
      out.append(",\"formatted\":{\"key\":");
      value(keyShape, key, 0, out);
      if (perCpu) {
        out.append(",\"values\":[");
        for (int cpu = 0; cpu * stride < value.length; cpu++) {
          out.append(cpu > 0 ? "," : "").append("{\"cpu\":").append(cpu).append(",\"value\":");
          value(valueShape, value, cpu * stride, out);
          out.append('}');
        }
        out.append("]}");
      } else {
        out.append(",\"value\":");
        value(valueShape, value, 0, out);
        out.append('}');
      }
    }
    out.append('}');
  }

  private static void hex(byte[] bytes, int at, int size, StringBuilder out) {
    out.append('[');
    for (int i = 0; i < size; i++) {
      out.append(i > 0 ? "," : "").append("\"0x%02x\"".formatted(bytes[at + i]));
    }
    out.append(']');
  }

  /** A value by its type, as JSON; bytes in hexadecimal where the type is not known. */
  public static String json(Shape shape, byte[] bytes) {
    StringBuilder out = new StringBuilder();
    value(shape, bytes, 0, out);
    return out.toString();
  }

  private static void value(Shape shape, byte[] bytes, int at, StringBuilder out) {
    Btf btf = shape.btf();
    BtfType type = shape.type();
    switch (type) {
      case BtfType.Int number -> number(number.signed(), number.isBool(), bytes, at, shape, out);
      case BtfType.Ptr p -> number(false, false, bytes, at, shape, out);
      case BtfType.Enum e -> constant(e.values(), e.signed(), bytes, at, shape, out);
      case BtfType.Enum64 e -> constant(e.values(), e.signed(), bytes, at, shape, out);
      case BtfType.Struct struct when btf != null -> {
        out.append('{');
        String comma = "";
        for (BtfType.Member m : struct.members()) {
          out.append(comma).append('"');
          out.append(m.name().isEmpty() ? "(anon)" : m.name()).append("\":");
          if (m.bitSize() > 0) {
            out.append(bits(bytes, at, m));
          } else {
            value(shape.inner(m.type()), bytes, at + m.bitOffset() / 8, out);
          }
          comma = ",";
        }
        out.append('}');
      }
      case BtfType.Array array when btf != null -> {
        Shape inner = shape.inner(array.elementType());
        out.append('[');
        for (int i = 0; i < array.count(); i++) {
          out.append(i > 0 ? "," : "");
          value(inner, bytes, at + i * inner.size(), out);
        }
        out.append(']');
      }
      case BtfType.Datasec section when btf != null -> {
        out.append('{');
        String comma = "";
        for (BtfType.SectionVar v : section.vars()) {
          BtfType variable = btf.type(v.type());
          out.append(comma).append('"').append(variable.name()).append("\":");
          int typeId = variable instanceof BtfType.Var var ? var.type() : v.type();
          value(new Shape(btf, typeId, v.size()), bytes, at + v.offset(), out);
          comma = ",";
        }
        out.append('}');
      }
      case null, default -> hex(bytes, at, shape.size(), out);
    }
  }

  private static long raw(byte[] bytes, int at, int size) {
    long raw = 0;
    for (int i = 0; i < Math.min(size, 8); i++) {
      raw |= (bytes[at + i] & 0xffL) << 8 * i;
    }
    return raw;
  }

  private static void number(
      boolean signed, boolean bool, byte[] bytes, int at, Shape shape, StringBuilder out) {
    if (shape.size() > 8) {
      hex(bytes, at, shape.size(), out);
      return;
    }
    long raw = raw(bytes, at, shape.size());
    int shift = 64 - 8 * shape.size();
    if (bool) {
      out.append(raw != 0);
    } else if (signed) {
      out.append(raw << shift >> shift);
    } else {
      out.append(Long.toUnsignedString(raw));
    }
  }

  private static void constant(
      List<BtfType.Enumerator> values,
      boolean signed,
      byte[] bytes,
      int at,
      Shape shape,
      StringBuilder out) {
    int shift = 64 - 8 * shape.size();
    long raw = raw(bytes, at, shape.size()) << shift;
    long number = signed ? raw >> shift : raw >>> shift;
    @Nullable String name = null;
    for (BtfType.Enumerator value : values) {
      name = name == null && value.value() == number ? value.name() : name;
    }
    out.append(name == null ? Long.toString(number) : '"' + name + '"');
  }

  private static long bits(byte[] bytes, int at, BtfType.Member member) {
    int first = at + member.bitOffset() / 8;
    int shift = member.bitOffset() % 8;
    int count = Math.min((shift + member.bitSize() + 7) / 8, bytes.length - first);
    long raw = count >= 8 ? (long) LittleEndian.LONG.get(bytes, first) : raw(bytes, first, count);
    long mask = member.bitSize() >= 64 ? -1 : (1L << member.bitSize()) - 1;
    return raw >>> shift & mask;
  }
}
