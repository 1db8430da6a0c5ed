package dev.skep.object.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds BPF objects inside another file: libbpf skeletons put the whole object into their
 * executable's read-only data.
 *
 * <p>An object is found by its ELF header; it ends where its section header table, or its last
 * section, ends.
 */
public final class EmbeddedObjects {

  private static final int MAGIC = 0x464c457f;
  private static final int MAX_OBJECTS = 1_000;

  private EmbeddedObjects() {}

  /**
   * An object inside a file.
   *
   * @param offset where it starts
   * @param bytes the object; the array is the caller's
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a carrier for a slice of a file
  public record Embedded(long offset, byte[] bytes) {}

  /** Whether a file is itself a BPF object, so that there is no need to look inside. */
  public static boolean isObject(byte[] file) {
    return extent(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN), 0) > 0;
  }

  /** The objects in a file, in its order; a file that is an object itself is the only one. */
  public static List<Embedded> find(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    var found = new ArrayList<Embedded>();
    int at = 0;
    while (at <= file.length - Elf.HEADER && found.size() < MAX_OBJECTS) {
      if (file[at] != 0x7f || in.getInt(at) != MAGIC) {
        at++;
        continue;
      }
      int size = extent(in, at);
      if (size > 0) {
        found.add(new Embedded(at, Arrays.copyOfRange(file, at, at + size)));
        at += size;
      } else {
        at++;
      }
    }
    return found;
  }

  /** Size of the object that starts at {@code at}, or 0 if none does. */
  private static int extent(ByteBuffer in, int at) {
    int rest = in.capacity() - at;
    if (rest < Elf.HEADER
        || in.getInt(at) != MAGIC
        || in.get(at + 4) != 2
        || in.get(at + 5) != 1
        || in.getShort(at + 16) != Elf.ET_REL
        || in.getShort(at + 18) != Elf.EM_BPF) {
      return 0;
    }
    long table = in.getLong(at + 40);
    int count = in.getShort(at + 60) & 0xffff;
    if (table < Elf.HEADER || table > rest - (long) count * Elf.SECTION_HEADER || count == 0) {
      return 0;
    }
    long end = table + (long) count * Elf.SECTION_HEADER;
    for (int i = 0; i < count; i++) {
      int header = at + (int) table + i * Elf.SECTION_HEADER;
      long offset = in.getLong(header + 24);
      long size = in.getLong(header + 32);
      if (in.getInt(header + 4) != Elf.SHT_NOBITS
          && offset >= 0
          && size >= 0
          && offset <= rest
          && size <= rest - offset) {
        end = Math.max(end, offset + size);
      }
    }
    return (int) end;
  }
}
