package dev.skep.object.elf;

import dev.skep.object.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a BPF object's ELF file from sections, symbols and relocations.
 *
 * <p>Symbols are referred to by the handle that {@link #symbol} gives: ELF wants local symbols
 * first, so that their indexes are known only at the end. Section indexes are final.
 */
public final class ElfWriter {

  private final List<Section> sections = new ArrayList<>();
  private final List<Symbol> symbols = new ArrayList<>();
  private final Map<Integer, List<Relocation>> relocations = new TreeMap<>();

  private record Section(
      String name, int type, long flags, Bytes content, long size, ElfSection.Table table) {}

  private record Symbol(String name, int type, int binding, int section, long value, long size) {}

  private record Relocation(long offset, int symbol, int type) {}

  /** An empty file. */
  public ElfWriter() {}

  /** Adds a section with contents and gives its index. */
  public int section(String name, long flags, byte[] content) {
    sections.add(
        new Section(
            name,
            Elf.SHT_PROGBITS,
            flags,
            Bytes.of(content),
            content.length,
            ElfSection.Table.NONE));
    return sections.size();
  }

  /** Adds a section of zeros that take no place in the file. */
  public int zeros(String name, long size) {
    sections.add(
        new Section(
            name,
            Elf.SHT_NOBITS,
            Elf.SHF_ALLOC | Elf.SHF_WRITE,
            Bytes.of(),
            size,
            ElfSection.Table.NONE));
    return sections.size();
  }

  /** Adds a symbol in a section (0 for undefined) and gives its handle. */
  public int symbol(String name, int type, int binding, int section, long value, long size) {
    symbols.add(new Symbol(name, type, binding, section, value, size));
    return symbols.size() - 1;
  }

  /** Adds the symbol of a section itself. */
  public int sectionSymbol(int section) {
    return symbol("", Elf.STT_SECTION, Elf.STB_LOCAL, section, 0, 0);
  }

  /** Lets a place in a section refer to a symbol. */
  public void relocation(int section, long offset, int symbol, int type) {
    relocations
        .computeIfAbsent(section, _ -> new ArrayList<>())
        .add(new Relocation(offset, symbol, type));
  }

  /** The file. */
  public byte[] toBytes() {
    var all = new ArrayList<>(sections);
    int[] indexes = symbolOrder();
    int symbolSection = all.size() + 1 + relocations.size();
    relocations.forEach(
        (section, list) ->
            all.add(
                new Section(
                    ".rel" + sections.get(section - 1).name(),
                    Elf.SHT_REL,
                    0,
                    Bytes.of(encode(list, indexes)),
                    (long) list.size() * Elf.RELOCATION,
                    new ElfSection.Table(symbolSection, section, Elf.RELOCATION))));
    var names = new Strings();
    byte[] table = encodeSymbols(indexes, names);
    int locals = (int) symbols.stream().filter(s -> s.binding() == Elf.STB_LOCAL).count() + 1;
    all.add(
        new Section(
            ".symtab",
            Elf.SHT_SYMTAB,
            0,
            Bytes.of(table),
            table.length,
            new ElfSection.Table(symbolSection + 1, locals, Elf.SYMBOL)));
    for (Section section : all) {
      names.offsetOf(section.name());
    }
    names.offsetOf(".strtab");
    byte[] strings = names.bytes();
    all.add(
        new Section(
            ".strtab",
            Elf.SHT_STRTAB,
            0,
            Bytes.of(strings),
            strings.length,
            ElfSection.Table.NONE));
    return assemble(all, names);
  }

  private static byte[] assemble(List<Section> all, Strings names) {
    long[] offsets = new long[all.size()];
    long at = Elf.HEADER;
    for (int i = 0; i < all.size(); i++) {
      at = (at + 7) & ~7L;
      offsets[i] = at;
      at += all.get(i).content().size();
    }
    long table = (at + 7) & ~7L;
    long size = table + (all.size() + 1L) * Elf.SECTION_HEADER;
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1).put(6, (byte) 1);
    out.putShort(16, (short) Elf.ET_REL).putShort(18, (short) Elf.EM_BPF).putInt(20, 1);
    out.putLong(40, table).putShort(52, (short) Elf.HEADER);
    out.putShort(58, (short) Elf.SECTION_HEADER).putShort(60, (short) (all.size() + 1));
    out.putShort(62, (short) all.size());
    for (int i = 0; i < all.size(); i++) {
      Section section = all.get(i);
      out.put((int) offsets[i], section.content().toArray());
      int header = (int) table + (i + 1) * Elf.SECTION_HEADER;
      out.putInt(header, names.offsetOf(section.name()));
      out.putInt(header + 4, section.type());
      out.putLong(header + 8, section.flags());
      out.putLong(header + 24, offsets[i]);
      out.putLong(header + 32, section.size());
      out.putInt(header + 40, section.table().link());
      out.putInt(header + 44, section.table().info());
      out.putLong(header + 48, 8);
      out.putLong(header + 56, section.table().entrySize());
    }
    return out.array();
  }

  /** The final index of each symbol: locals first, then the others, in the order of addition. */
  private int[] symbolOrder() {
    int[] indexes = new int[symbols.size()];
    int next = 1;
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < indexes.length; i++) {
        if ((symbols.get(i).binding() == Elf.STB_LOCAL) == (pass == 0)) {
          indexes[i] = next++;
        }
      }
    }
    return indexes;
  }

  private byte[] encodeSymbols(int[] indexes, Strings names) {
    ByteBuffer out =
        ByteBuffer.allocate((symbols.size() + 1) * Elf.SYMBOL).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < indexes.length; i++) {
      Symbol symbol = symbols.get(i);
      int at = indexes[i] * Elf.SYMBOL;
      out.putInt(at, names.offsetOf(symbol.name()));
      out.put(at + 4, (byte) (symbol.binding() << 4 | symbol.type()));
      out.put(at + 5, (byte) Elf.STV_DEFAULT);
      out.putShort(at + 6, (short) symbol.section());
      out.putLong(at + 8, symbol.value());
      out.putLong(at + 16, symbol.size());
    }
    return out.array();
  }

  private static byte[] encode(List<Relocation> list, int[] indexes) {
    ByteBuffer out =
        ByteBuffer.allocate(list.size() * Elf.RELOCATION).order(ByteOrder.LITTLE_ENDIAN);
    for (Relocation relocation : list) {
      out.putLong(relocation.offset());
      out.putLong((long) indexes[relocation.symbol()] << 32 | relocation.type());
    }
    return out.array();
  }

  private static final class Strings {
    private final Map<String, Integer> offsets = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Strings() {
      offsetOf("");
    }

    int offsetOf(String text) {
      return offsets.computeIfAbsent(
          text,
          t -> {
            int offset = out.size();
            out.writeBytes(t.getBytes(StandardCharsets.UTF_8));
            out.write(0);
            return offset;
          });
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
