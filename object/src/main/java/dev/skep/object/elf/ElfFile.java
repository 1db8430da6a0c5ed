package dev.skep.object.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A BPF object's ELF file: sections, symbols, relocations.
 *
 * <p>Every offset and size is checked against the file when it is used; time and memory are bounded
 * by the file's size. All problems are {@link ElfFormatException}s.
 */
public final class ElfFile {

  private final byte[] bytes;
  private final ByteBuffer in;
  private final Map<Integer, String> names = new HashMap<>();
  private final List<ElfSection> sections;
  private long bytesRead;
  private final int symbolSection;
  private final List<ElfSymbol> symbols;

  private ElfFile(byte[] bytes, boolean anyMachine) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    checkHeader(anyMachine);
    this.sections = readSections();
    this.symbolSection = anyMachine ? 0 : findSymbolSection();
    this.symbols = anyMachine ? List.of() : readSymbols();
  }

  /**
   * Reads headers and symbols. The array must not change afterwards.
   *
   * @throws ElfFormatException if this is no BPF object
   */
  public static ElfFile read(byte[] bytes) {
    return new ElfFile(bytes, false);
  }

  /**
   * Reads the headers of a 64-bit little-endian ELF file for any machine, without its symbols: a
   * kernel or a kernel module, for its sections.
   *
   * @throws ElfFormatException if this is no such file
   */
  public static ElfFile readAny(byte[] bytes) {
    return new ElfFile(bytes, true);
  }

  /** All sections, by index; the first is the null section. */
  public List<ElfSection> sections() {
    return sections;
  }

  /** All symbols, by index; the first is the null symbol. */
  public List<ElfSymbol> symbols() {
    return symbols;
  }

  /** Index of the symbol table's section. */
  public int symbolSection() {
    return symbolSection;
  }

  /** A section's bytes, copied; empty for {@code SHT_NOBITS}. */
  public byte[] data(ElfSection section) {
    if (section.type() == Elf.SHT_NOBITS) {
      return new byte[0];
    }
    checkInFile(section);
    countRead(section);
    return Arrays.copyOfRange(
        bytes, (int) section.offset(), (int) (section.offset() + section.size()));
  }

  /** The entries of a section of type {@code SHT_REL}. */
  public List<ElfRelocation> relocations(ElfSection section) {
    checkInFile(section);
    countRead(section);
    if (section.entrySize() != Elf.RELOCATION) {
      throw malformed(
          section.offset(),
          "relocation section '%s' has entries of %d bytes instead of %d"
              .formatted(section.name(), section.entrySize(), Elf.RELOCATION));
    }
    var list = new ArrayList<ElfRelocation>();
    for (long at = section.offset();
        at + Elf.RELOCATION <= section.offset() + section.size();
        at += Elf.RELOCATION) {
      long info = in.getLong((int) at + 8);
      list.add(new ElfRelocation(in.getLong((int) at), (int) (info >>> 32), (int) info));
    }
    return list;
  }

  /** Sections may overlap in the file: then a small file could ask for much work. */
  private void countRead(ElfSection section) {
    bytesRead += section.size();
    if (bytesRead > 8L * bytes.length) {
      throw malformed(section.offset(), "the sections overlap many times");
    }
  }

  private void checkHeader(boolean anyMachine) {
    if (bytes.length < 4 || in.getInt(0) != 0x464c457f) {
      throw new ElfFormatException(
          "object/not-elf",
          0,
          bytes.length == 0
              ? "the file is empty"
              : "this is no ELF file: it does not start with 7f 45 4c 46");
    }
    if (bytes.length < Elf.HEADER) {
      throw truncated(
          bytes.length,
          "an ELF header takes %d bytes, but the file has only %d"
              .formatted(Elf.HEADER, bytes.length));
    }
    if (bytes[4] != 2) {
      throw new ElfFormatException(
          "object/not-bpf", 4, "this is no 64-bit ELF file, and BPF objects are 64-bit");
    }
    if (bytes[5] != 1) {
      throw bytes[5] == 2
          ? new ElfFormatException(
              "object/big-endian",
              5,
              "this object is for big-endian BPF; build it with clang -target bpfel")
          : malformed(5, "byte order " + (bytes[5] & 0xff) + " is unknown");
    }
    int type = in.getShort(16) & 0xffff;
    int machine = in.getShort(18) & 0xffff;
    if (!anyMachine && machine != Elf.EM_BPF && machine != 0) {
      throw new ElfFormatException(
          "object/not-bpf",
          18,
          "this ELF file is for machine %d, not for BPF (%d)".formatted(machine, Elf.EM_BPF));
    }
    if (!anyMachine && type != Elf.ET_REL) {
      throw new ElfFormatException(
          "object/not-bpf",
          16,
          "ELF type %d is not a relocatable object (1); link no BPF objects with ld"
              .formatted(type));
    }
    int entry = in.getShort(58) & 0xffff;
    if (entry != Elf.SECTION_HEADER) {
      throw malformed(58, "section headers of " + entry + " bytes instead of 64");
    }
  }

  private List<ElfSection> readSections() {
    long table = in.getLong(40);
    long count = in.getShort(60) & 0xffff;
    int names = in.getShort(62) & 0xffff;
    if (table < Elf.HEADER || table > bytes.length - Elf.SECTION_HEADER) {
      throw truncated(
          40,
          "the section headers should be at byte %d, but the file has %d bytes"
              .formatted(table, bytes.length));
    }
    if (count == 0) {
      count = in.getLong((int) table + 32);
    }
    if (names == Elf.SHN_XINDEX) {
      names = in.getInt((int) table + 40);
    }
    if (count < 1 || count > (bytes.length - table) / Elf.SECTION_HEADER) {
      throw truncated(
          table,
          "%d section headers from byte %d reach past the end of the file".formatted(count, table));
    }
    if (names < 0 || names >= count) {
      throw malformed(62, "section names in section " + names + ", which does not exist");
    }
    int namesAt = (int) table + names * Elf.SECTION_HEADER;
    long namesStart = in.getLong(namesAt + 24);
    long namesSize = in.getLong(namesAt + 32);
    checkInFile("the section names", namesStart, namesSize);
    var list = new ArrayList<ElfSection>((int) count);
    for (int i = 0; i < count; i++) {
      int at = (int) table + i * Elf.SECTION_HEADER;
      list.add(
          new ElfSection(
              i,
              i == 0 ? "" : string(namesStart, namesSize, in.getInt(at)),
              in.getInt(at + 4),
              in.getLong(at + 8),
              new ElfSection.Extent(in.getLong(at + 24), in.getLong(at + 32)),
              new ElfSection.Table(in.getInt(at + 40), in.getInt(at + 44), in.getLong(at + 56))));
    }
    return List.copyOf(list);
  }

  private int findSymbolSection() {
    int found = 0;
    for (ElfSection section : sections) {
      if (section.type() == Elf.SHT_SYMTAB) {
        if (found != 0) {
          throw malformed(section.offset(), "there is more than one symbol table");
        }
        found = section.index();
      }
    }
    if (found == 0) {
      throw new ElfFormatException(
          "object/no-symbols",
          -1,
          "there is no symbol table; the object was stripped, which only llvm-strip -g may do");
    }
    return found;
  }

  private List<ElfSymbol> readSymbols() {
    ElfSection table = sections.get(symbolSection);
    checkInFile(table);
    if (table.entrySize() != Elf.SYMBOL) {
      throw malformed(
          table.offset(), "symbols of " + table.entrySize() + " bytes instead of " + Elf.SYMBOL);
    }
    if (table.link() <= 0 || table.link() >= sections.size()) {
      throw malformed(
          table.offset(), "the symbols' names are in section " + table.link() + ", out of range");
    }
    ElfSection names = sections.get(table.link());
    checkInFile(names);
    int count = (int) (table.size() / Elf.SYMBOL);
    var list = new ArrayList<ElfSymbol>(count);
    for (int i = 0; i < count; i++) {
      int at = (int) table.offset() + i * Elf.SYMBOL;
      int info = bytes[at + 4] & 0xff;
      list.add(
          new ElfSymbol(
              i,
              string(names.offset(), names.size(), in.getInt(at)),
              new ElfSymbol.Kind(info & 0xf, info >> 4, bytes[at + 5] & 3),
              in.getShort(at + 6) & 0xffff,
              in.getLong(at + 8),
              in.getLong(at + 16)));
    }
    return List.copyOf(list);
  }

  private String string(long start, long size, int offset) {
    long at = Integer.toUnsignedLong(offset);
    if (at >= size) {
      if (at == 0) {
        return "";
      }
      throw malformed(
          start, "a name at offset %d, but the names end at offset %d".formatted(at, size));
    }
    int from = (int) (start + at);
    int end = (int) (start + size);
    int to = from;
    while (to < end && bytes[to] != 0) {
      to++;
    }
    if (to == end) {
      throw malformed(from, "a name without its closing zero byte");
    }
    if (to - from > MAX_NAME) {
      throw malformed(from, "a name of %d characters".formatted(to - from));
    }
    int length = to - from;
    return names.computeIfAbsent(
        from, _ -> new String(bytes, from, length, StandardCharsets.UTF_8));
  }

  /** Longer names are refused, so that many references to one long name cannot fill the memory. */
  private static final int MAX_NAME = 4096;

  private void checkInFile(ElfSection section) {
    checkInFile("section '" + section.name() + "'", section.offset(), section.size());
  }

  private void checkInFile(String what, long start, long size) {
    if (start < 0 || size < 0 || start > bytes.length || size > bytes.length - start) {
      throw truncated(
          start,
          "%s (%s bytes from byte %s) reaches past the end of the file, which has %d bytes"
              .formatted(
                  what, Long.toUnsignedString(size), Long.toUnsignedString(start), bytes.length));
    }
  }

  private static ElfFormatException truncated(long at, String message) {
    return new ElfFormatException("object/truncated", at, message);
  }

  private static ElfFormatException malformed(long at, String message) {
    return new ElfFormatException("object/malformed", at, message);
  }
}
