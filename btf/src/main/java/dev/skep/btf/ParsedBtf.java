package dev.skep.btf;

import dev.skep.btf.BtfType.DeclTag;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * BTF over its encoded bytes: an offset per type, and decoded types as they are asked for.
 *
 * <p>The caches are filled without locks: what is put there is immutable and equal each time.
 */
final class ParsedBtf implements Btf {

  private static final int HEADER = 24;

  private final @Nullable ParsedBtf base;
  private final int firstId;
  private final int firstString;
  private final byte[] bytes;
  private final ByteBuffer in;
  private final int stringsAt;
  private final int stringsLength;
  private final int[] offsets;
  private final @Nullable BtfType[] cache;
  private volatile @Nullable NameIndex names;
  private volatile @Nullable TreeMap<Long, List<String>> tags;

  private ParsedBtf(
      @Nullable ParsedBtf base,
      byte[] bytes,
      ByteBuffer in,
      int stringsAt,
      int stringsLength,
      int[] offsets) {
    this.base = base;
    this.firstId = base == null ? 1 : base.typeCount();
    this.firstString = base == null ? 0 : base.firstString + base.stringsLength;
    this.bytes = bytes;
    this.in = in;
    this.stringsAt = stringsAt;
    this.stringsLength = stringsLength;
    this.offsets = offsets;
    this.cache = new BtfType[offsets.length];
  }

  static ParsedBtf parse(byte[] bytes, @Nullable ParsedBtf base) {
    if (bytes.length < HEADER) {
      throw new BtfFormatException(
          "a BTF header takes " + HEADER + " bytes, but there are only " + bytes.length);
    }
    ByteOrder order = BtfReader.orderOf(bytes);
    if (order == null) {
      throw new BtfFormatException(
          "no BTF: it starts with %02x %02x instead of 9f eb".formatted(bytes[0], bytes[1]));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(order);
    if (bytes[2] != 1) {
      throw new BtfFormatException("BTF version " + (bytes[2] & 0xff) + ", only 1 is known");
    }
    long headerLength = Integer.toUnsignedLong(in.getInt(4));
    if (headerLength < HEADER || headerLength > bytes.length) {
      throw new BtfFormatException("header length " + headerLength + " cannot be");
    }
    long typesAt = headerLength + Integer.toUnsignedLong(in.getInt(8));
    long typesLength = Integer.toUnsignedLong(in.getInt(12));
    long stringsAt = headerLength + Integer.toUnsignedLong(in.getInt(16));
    long stringsLength = Integer.toUnsignedLong(in.getInt(20));
    within("type", typesAt, typesLength, bytes.length);
    within("string", stringsAt, stringsLength, bytes.length);
    if (typesAt % 4 != 0) {
      throw new BtfFormatException("the type section at byte " + typesAt + " is not aligned to 4");
    }
    if (typesAt < stringsAt + stringsLength && stringsAt < typesAt + typesLength) {
      throw new BtfFormatException("the type and the string section overlap");
    }
    if (base == null || stringsLength > 0) {
      if (stringsLength == 0 || bytes[(int) (stringsAt + stringsLength) - 1] != 0) {
        throw new BtfFormatException("the string section does not end with a zero byte");
      }
      if (base == null && bytes[(int) stringsAt] != 0) {
        throw new BtfFormatException("the string section does not start with the empty string");
      }
    }
    int[] offsets = TypeScan.offsets(in, (int) typesAt, (int) typesLength);
    var btf = new ParsedBtf(base, bytes, in, (int) stringsAt, (int) stringsLength, offsets);
    TypeScan.checkReferences(
        in, offsets, btf.firstId, btf.typeCount(), btf.firstString + btf.stringsLength);
    return btf;
  }

  private static void within(String what, long at, long length, int size) {
    if (at + length > size) {
      throw new BtfFormatException(
          "the %s section (%d bytes from byte %d) reaches past the end, which is at byte %d"
              .formatted(what, length, at, size));
    }
  }

  @Override
  public int typeCount() {
    return firstId + offsets.length;
  }

  @Override
  public int firstOwnId() {
    return firstId;
  }

  @Override
  public BtfType type(int id) {
    if (id < firstId) {
      if (id == 0) {
        return TypeDecoder.VOID;
      }
      if (base != null && id > 0) {
        return base.type(id);
      }
    }
    int index = id - firstId;
    if (index < 0 || index >= offsets.length) {
      throw new BtfFormatException(
          "there is no type " + id + ", the highest id is " + (typeCount() - 1));
    }
    BtfType known = cache[index];
    if (known == null) {
      known = TypeDecoder.decode(this, in, offsets[index]);
      cache[index] = known;
    }
    return known;
  }

  @Override
  public List<Integer> idsNamed(String name) {
    List<Integer> own = names().idsNamed(name);
    if (base == null) {
      return own;
    }
    return joined(base.idsNamed(name), own);
  }

  @Override
  public List<Integer> idsWithEssentialName(String essentialName) {
    List<Integer> own = names().idsWithEssentialName(essentialName);
    if (base == null) {
      return own;
    }
    return joined(base.idsWithEssentialName(essentialName), own);
  }

  private static List<Integer> joined(List<Integer> first, List<Integer> second) {
    if (second.isEmpty()) {
      return first;
    }
    var all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @Override
  public List<String> declTags(int typeId, int component) {
    TreeMap<Long, List<String>> map = tags;
    if (map == null) {
      map = new TreeMap<>();
      for (int i = 0; i < offsets.length; i++) {
        if (TypeScan.kind(in, offsets[i]) == TypeScan.DECL_TAG
            && type(firstId + i) instanceof DeclTag tag) {
          map.computeIfAbsent(tagKey(tag.type(), tag.component()), _ -> new ArrayList<>())
              .add(tag.name());
        }
      }
      tags = map;
    }
    List<String> own = map.getOrDefault(tagKey(typeId, component), List.of());
    if (base == null || typeId >= firstId) {
      return List.copyOf(own);
    }
    var all = new ArrayList<>(base.declTags(typeId, component));
    all.addAll(own);
    return all;
  }

  private static long tagKey(int typeId, int component) {
    return (long) typeId << 32 | (component & 0xffff_ffffL);
  }

  private NameIndex names() {
    NameIndex index = names;
    if (index == null) {
      index = new NameIndex(this);
      names = index;
    }
    return index;
  }

  int ownTypeCount() {
    return offsets.length;
  }

  /** The offset of an own type's name, 0 if it has none. */
  int nameOffset(int index) {
    return in.getInt(offsets[index]);
  }

  /** The array that holds the string of an offset: this BTF's or its base's. */
  byte[] stringBytes(int offset) {
    return ownerOf(offset).bytes;
  }

  /** Where in {@link #stringBytes} the string of an offset starts. */
  int stringStart(int offset) {
    ParsedBtf owner = ownerOf(offset);
    return owner.stringsAt + (offset - owner.firstString);
  }

  private ParsedBtf ownerOf(int offset) {
    ParsedBtf owner = this;
    while (owner.base != null && Integer.compareUnsigned(offset, owner.firstString) < 0) {
      owner = owner.base;
    }
    return owner;
  }

  /** The offset after the last string. */
  int stringEnd() {
    return firstString + stringsLength;
  }

  String string(int offset) {
    if (offset == 0) {
      return "";
    }
    int start = stringStart(offset);
    int end = start;
    byte[] from = stringBytes(offset);
    while (from[end] != 0) {
      end++;
    }
    return new String(from, start, end - start, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Btf[" + typeCount() + " types]";
  }
}
