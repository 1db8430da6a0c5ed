package dev.skep.kernel;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Places that a binary marks for tracers: user statically defined tracing, notes of type 3 and
 * owner {@code stapsdt} in section {@code .note.stapsdt}. A marker is a {@code nop} in the code; a
 * program is attached to all places of one by {@link KernelObject#attachUsdt}, and to a single one
 * by {@link AttachTarget.Uprobe}.
 */
public final class UsdtProbes {

  private static final int SHT_NOTE = 7;
  private static final int PT_LOAD = 1;
  private static final int NT_STAPSDT = 3;
  private static final String OWNER = "stapsdt";

  private final ByteBuffer file;
  private final int sections;
  private final int sectionBytes;
  private final int sectionCount;

  private UsdtProbes(ByteBuffer file) {
    this.file = file;
    this.sections = Math.toIntExact(file.getLong(0x28));
    this.sectionBytes = file.getShort(0x3a) & 0xffff;
    this.sectionCount = file.getShort(0x3c) & 0xffff;
  }

  /**
   * A marker; the same name may have several.
   *
   * @param offset in the file
   * @param semaphore offset in the file of the counter of its users, which the program's slow path
   *     looks at; 0 if it has none. The kernel counts it up while a probe is attached
   * @param arguments where they are, in the assembler's words: {@code -4@%edi 8@-16(%rbp)}; a
   *     negative size is a signed number's
   */
  public record Probe(String provider, String name, long offset, long semaphore, String arguments) {

    /** The target of one attachment, of one process or, with -1, of all. */
    public AttachTarget.Uprobe in(Path binary, int pid, long cookie) {
      return new AttachTarget.Uprobe(binary, offset, false, pid, cookie, semaphore);
    }
  }

  /**
   * All markers of a binary or library, in the order of the file; none if it has no such notes or
   * is no 64-bit little-endian ELF file.
   */
  public static List<Probe> of(Path binary) throws IOException {
    try (FileChannel channel = FileChannel.open(binary, StandardOpenOption.READ)) {
      ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      return read(mapped.order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** The markers of a provider and name. */
  public static List<Probe> of(Path binary, String provider, String name) throws IOException {
    return of(binary).stream()
        .filter(p -> p.provider().equals(provider) && p.name().equals(name))
        .toList();
  }

  static List<Probe> read(ByteBuffer file) {
    try {
      // \x7fELF, ELFCLASS64, ELFDATA2LSB
      if (file.getInt(0) != 0x464c457f || file.get(4) != 2 || file.get(5) != 1) {
        return List.of();
      }
      return new UsdtProbes(file).all();
    } catch (IndexOutOfBoundsException | BufferUnderflowException | ArithmeticException e) {
      return List.of();
    }
  }

  private List<Probe> all() {
    var probes = new ArrayList<Probe>();
    long base = baseSection();
    for (int i = 0; i < sectionCount; i++) {
      int at = sections + i * sectionBytes;
      if (file.getInt(at + 4) == SHT_NOTE) {
        int offset = Math.toIntExact(file.getLong(at + 0x18));
        int size = Math.toIntExact(file.getLong(at + 0x20));
        notes(file.slice(offset, size).order(ByteOrder.LITTLE_ENDIAN), base, probes);
      }
    }
    return probes;
  }

  /** The address of {@code .stapsdt.base}: how far a prelinker has moved the code; 0 without. */
  private long baseSection() {
    int names = sections + (file.getShort(0x3e) & 0xffff) * sectionBytes;
    int strings = Math.toIntExact(file.getLong(names + 0x18));
    for (int i = 0; i < sectionCount; i++) {
      int at = sections + i * sectionBytes;
      if (text(file, strings + file.getInt(at)).equals(".stapsdt.base")) {
        return file.getLong(at + 0x10);
      }
    }
    return 0;
  }

  private void notes(ByteBuffer notes, long base, List<Probe> into) {
    while (notes.remaining() >= 12) {
      int nameBytes = notes.getInt();
      int contentBytes = notes.getInt();
      int type = notes.getInt();
      int name = notes.position();
      if (nameBytes < 0
          || contentBytes < 0
          || nameBytes + 3L + contentBytes > notes.remaining() + 3L) {
        return;
      }
      int content = name + (nameBytes + 3 & ~3);
      if (content + contentBytes > notes.limit()) {
        return;
      }
      if (type == NT_STAPSDT && text(notes, name).equals(OWNER) && contentBytes > 24) {
        into.add(probe(notes.slice(content, contentBytes).order(ByteOrder.LITTLE_ENDIAN), base));
      }
      notes.position(Math.min(notes.limit(), content + (contentBytes + 3 & ~3)));
    }
  }

  /** Three addresses - of the marker, of the base section when it was linked, of the semaphore. */
  private Probe probe(ByteBuffer note, long base) {
    long linkedBase = note.getLong(8);
    long moved = base == 0 || linkedBase == 0 ? 0 : base - linkedBase;
    long semaphore = note.getLong(16);
    String provider = text(note, 24);
    String name = text(note, 24 + provider.length() + 1);
    String arguments = text(note, 24 + provider.length() + 1 + name.length() + 1);
    return new Probe(
        provider,
        name,
        fileOffset(note.getLong(0) + moved),
        semaphore == 0 ? 0 : fileOffset(semaphore + moved),
        arguments);
  }

  private long fileOffset(long address) {
    int headers = Math.toIntExact(file.getLong(0x20));
    int entry = file.getShort(0x36) & 0xffff;
    int count = file.getShort(0x38) & 0xffff;
    for (int i = 0; i < count; i++) {
      int at = headers + i * entry;
      long start = file.getLong(at + 0x10);
      if (file.getInt(at) == PT_LOAD
          && address >= start
          && address < start + file.getLong(at + 0x28)) {
        return address - start + file.getLong(at + 8);
      }
    }
    return address;
  }

  private static String text(ByteBuffer in, int at) {
    int end = at;
    while (end < in.limit() && in.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - at];
    in.get(at, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
