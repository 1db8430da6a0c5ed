package dev.skep.kernel.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.skep.kernel.sys.CStruct.Field;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Zeroed memory in the shape of a {@link CStruct}: an argument or a result of a call. */
public final class Block {

  private final CStruct layout;
  private final MemorySegment memory;

  private Block(CStruct layout, MemorySegment memory) {
    this.layout = layout;
    this.memory = memory;
  }

  /** A zeroed block that lives as long as the arena. */
  public static Block of(Arena arena, CStruct layout) {
    return new Block(layout, arena.allocate(layout.size(), 8));
  }

  /** A view of memory that something else wrote. */
  public static Block view(CStruct layout, MemorySegment memory) {
    return new Block(layout, memory);
  }

  /** Sets a number; it must fit the field, read as signed or unsigned. */
  public Block set(String name, long value) {
    Field field = layout.field(name);
    int bits = field.size() * 8;
    if (bits < Long.SIZE && value >> bits != 0 && value >> (bits - 1) != -1) {
      throw new IllegalArgumentException(
          "%s.%s has %d bits: %d does not fit".formatted(layout.name(), name, bits, value));
    }
    switch (field.size()) {
      case 1 -> memory.set(JAVA_BYTE, field.offset(), (byte) value);
      case 2 -> memory.set(JAVA_SHORT_UNALIGNED, field.offset(), (short) value);
      case 4 -> memory.set(JAVA_INT_UNALIGNED, field.offset(), (int) value);
      case 8 -> memory.set(JAVA_LONG_UNALIGNED, field.offset(), value);
      default -> throw new IllegalArgumentException(layout.name() + "." + name + " is no number");
    }
    return this;
  }

  /** Sets a pointer; the segment must outlive the call. */
  public Block set(String name, MemorySegment target) {
    return set(name, target.address());
  }

  /** Sets a fixed array of characters; what is too long is cut so that a NUL remains. */
  public Block setText(String name, String text) {
    Field field = layout.field(name);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, field.size() - 1);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, field.offset(), length);
    return this;
  }

  /** A number: sign-extended if the field is signed, otherwise zero-extended. */
  public long get(String name) {
    Field field = layout.field(name);
    long raw =
        switch (field.size()) {
          case 1 -> memory.get(JAVA_BYTE, field.offset());
          case 2 -> memory.get(JAVA_SHORT_UNALIGNED, field.offset());
          case 4 -> memory.get(JAVA_INT_UNALIGNED, field.offset());
          case 8 -> memory.get(JAVA_LONG_UNALIGNED, field.offset());
          default -> throw new IllegalArgumentException(name + " is no number");
        };
    int shift = Long.SIZE - field.size() * 8;
    return field.signed() ? raw : raw << shift >>> shift;
  }

  /** A number of at most 32 bits. */
  public int getInt(String name) {
    return (int) get(name);
  }

  /** A fixed array of characters up to its NUL. */
  public String getText(String name) {
    byte[] bytes = getBytes(name);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** A field's bytes. */
  public byte[] getBytes(String name) {
    Field field = layout.field(name);
    return memory.asSlice(field.offset(), field.size()).toArray(JAVA_BYTE);
  }

  /** The names of the fields that are not zero and begin at or behind an offset. */
  public List<String> nonZeroFieldsFrom(int offset) {
    var names = new ArrayList<String>();
    for (Field field : layout.fields()) {
      boolean zero = true;
      for (byte b : getBytes(field.name())) {
        zero &= b == 0;
      }
      if (!zero && field.offset() >= offset) {
        names.add(field.name());
      }
    }
    return names;
  }

  /** The shape. */
  public CStruct layout() {
    return layout;
  }

  /** The memory itself. */
  public MemorySegment memory() {
    return memory;
  }

  /** Bytes. */
  public int size() {
    return layout.size();
  }
}
