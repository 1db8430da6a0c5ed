package dev.skep.btf;

import dev.skep.btf.BtfType.Enumerator;
import dev.skep.btf.BtfType.Member;
import dev.skep.btf.BtfType.Param;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.btf.BtfType.Struct;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Encodes types as a little-endian {@code .BTF} section, with each string once. */
public final class BtfWriter {

  private static final int HEADER = 24;
  private static final int MAX_VLEN = 0xffff;

  private final ByteArrayOutputStream types = new ByteArrayOutputStream();
  private final StringTable strings;

  private BtfWriter(StringTable strings) {
    this.strings = strings;
  }

  /**
   * Encodes all types; those of split BTF together with their base.
   *
   * @throws BtfFormatException if a type has more parts than the encoding can count
   */
  public static byte[] write(Btf btf) {
    return write(btf, new StringTable());
  }

  /** Encodes all types, with strings that others (such as {@code .BTF.ext}) refer to as well. */
  public static byte[] write(Btf btf, StringTable strings) {
    var list = new ArrayList<BtfType>(btf.typeCount());
    for (int id = 0; id < btf.typeCount(); id++) {
      list.add(btf.type(id));
    }
    return encode(list, strings);
  }

  static byte[] encode(List<BtfType> all) {
    return encode(all, new StringTable());
  }

  private static byte[] encode(List<BtfType> all, StringTable strings) {
    var writer = new BtfWriter(strings);
    for (int id = 1; id < all.size(); id++) {
      writer.type(id, all.get(id));
    }
    byte[] typeBytes = writer.types.toByteArray();
    byte[] stringBytes = strings.bytes();
    return ByteBuffer.allocate(HEADER + typeBytes.length + stringBytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) BtfReader.MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putInt(HEADER)
        .putInt(0)
        .putInt(typeBytes.length)
        .putInt(typeBytes.length)
        .putInt(stringBytes.length)
        .put(typeBytes)
        .put(stringBytes)
        .array();
  }

  private void type(int id, BtfType type) {
    switch (type) {
      case BtfType.Void _ -> throw new BtfFormatException("type " + id + ": only id 0 is void");
      case BtfType.Int t -> {
        header(id, t, 0, false, t.size());
        word(t.encoding() << 24 | t.bitOffset() << 16 | t.bits());
      }
      case BtfType.Ptr t -> header(id, t, 0, false, t.type());
      case BtfType.Array t -> {
        header(id, t, 0, false, 0);
        word(t.elementType());
        word(t.indexType());
        word(t.count());
      }
      case Struct t -> struct(id, t);
      case BtfType.Enum t -> {
        header(id, t, t.values().size(), t.signed(), t.size());
        for (Enumerator value : t.values()) {
          word(strings.offsetOf(value.name()));
          word((int) value.value());
        }
      }
      case BtfType.Enum64 t -> {
        header(id, t, t.values().size(), t.signed(), t.size());
        for (Enumerator value : t.values()) {
          word(strings.offsetOf(value.name()));
          word((int) value.value());
          word((int) (value.value() >> 32));
        }
      }
      case BtfType.Fwd t -> header(id, t, 0, t.union(), 0);
      case BtfType.Typedef t -> header(id, t, 0, false, t.type());
      case BtfType.Volatile t -> header(id, t, 0, false, t.type());
      case BtfType.Const t -> header(id, t, 0, false, t.type());
      case BtfType.Restrict t -> header(id, t, 0, false, t.type());
      case BtfType.Func t -> header(id, t, t.linkage().ordinal(), false, t.type());
      case BtfType.FuncProto t -> {
        header(id, t, t.params().size(), false, t.returnType());
        for (Param param : t.params()) {
          word(strings.offsetOf(param.name()));
          word(param.type());
        }
      }
      case BtfType.Var t -> {
        header(id, t, 0, false, t.type());
        word(t.linkage().ordinal());
      }
      case BtfType.Datasec t -> {
        header(id, t, t.vars().size(), false, t.size());
        for (SectionVar variable : t.vars()) {
          word(variable.type());
          word(variable.offset());
          word(variable.size());
        }
      }
      case BtfType.Float t -> header(id, t, 0, false, t.size());
      case BtfType.DeclTag t -> {
        header(id, t, 0, false, t.type());
        word(t.component());
      }
      case BtfType.TypeTag t -> header(id, t, 0, t.attribute(), t.type());
    }
  }

  private void struct(int id, Struct struct) {
    boolean bitFields = struct.members().stream().anyMatch(m -> m.bitSize() != 0);
    header(id, struct, struct.members().size(), bitFields, struct.size());
    for (Member member : struct.members()) {
      if (bitFields && member.bitOffset() >>> 24 != 0) {
        throw new BtfFormatException(
            "type %d: a struct with bit fields cannot have a member at bit %d"
                .formatted(id, Integer.toUnsignedLong(member.bitOffset())));
      }
      word(strings.offsetOf(member.name()));
      word(member.type());
      word(member.bitSize() << 24 | member.bitOffset());
    }
  }

  private void header(int id, BtfType type, int vlen, boolean kindFlag, int sizeOrType) {
    if (vlen > MAX_VLEN) {
      throw new BtfFormatException(
          "type %d: %d parts, but the encoding counts to %d".formatted(id, vlen, MAX_VLEN));
    }
    word(strings.offsetOf(type.name()));
    word((kindFlag ? 1 << 31 : 0) | BtfKind.of(type).ordinal() << 24 | vlen);
    word(sizeOrType);
  }

  private void word(int value) {
    types.write(value);
    types.write(value >> 8);
    types.write(value >> 16);
    types.write(value >> 24);
  }

  /** Zero-terminated strings by offset; the empty one is at 0. */
  public static final class StringTable {

    private final Map<String, Integer> offsets = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A table with only the empty string. */
    public StringTable() {
      offsetOf("");
    }

    /** Where a string is; it is added if it is new. */
    public int offsetOf(String text) {
      Integer known = offsets.get(text);
      if (known != null) {
        return known;
      }
      int offset = out.size();
      out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      out.write(0);
      offsets.put(text, offset);
      return offset;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
