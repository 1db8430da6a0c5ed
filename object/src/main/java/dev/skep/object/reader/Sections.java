package dev.skep.object.reader;

import dev.skep.object.elf.Elf;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.ElfSymbol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The file's sections by what they are for. */
final class Sections {

  /** What a section holds that symbols can refer to. */
  enum Role {
    NONE,
    DATA,
    RODATA,
    BSS,
    STRUCT_OPS
  }

  private static final int SHT_LLVM_ADDRSIG = 0x6fff4c03;
  private static final int MAX_LICENSE = 63;

  final ElfFile elf;
  final Map<Integer, Role> roles = new HashMap<>();
  final List<ElfSection> data = new ArrayList<>();
  final List<ElfSection> structOps = new ArrayList<>();
  final List<ElfSection> relocations = new ArrayList<>();
  final List<Function> functions = new ArrayList<>();
  String license = "";
  int text = -1;
  @Nullable ElfSection maps;
  @Nullable ElfSection legacyMaps;
  @Nullable ElfSection btf;
  @Nullable ElfSection btfExt;
  @Nullable ElfSection arena;

  Sections(ElfFile elf) {
    this.elf = elf;
    Map<Integer, List<ElfSymbol>> functionSymbols = functionSymbols();
    for (ElfSection section : elf.sections()) {
      if (section.index() != 0 && !ignored(section)) {
        classify(section, functionSymbols);
      }
    }
    functions.sort(
        Comparator.comparingInt((Function f) -> f.section.index()).thenComparingInt(f -> f.start));
  }

  private Map<Integer, List<ElfSymbol>> functionSymbols() {
    var map = new HashMap<Integer, List<ElfSymbol>>();
    for (ElfSymbol symbol : elf.symbols()) {
      if (symbol.type() == Elf.STT_FUNC) {
        map.computeIfAbsent(symbol.section(), _ -> new ArrayList<>()).add(symbol);
      }
    }
    return map;
  }

  private static boolean ignored(ElfSection section) {
    String name = section.name();
    return section.type() == Elf.SHT_STRTAB
        || section.type() == SHT_LLVM_ADDRSIG
        || section.type() == Elf.SHT_PROGBITS && section.size() == 0 && name.equals(".text")
        || name.startsWith(".debug_")
        || name.startsWith(".rel.debug_")
        || name.equals(".rel.BTF")
        || name.equals(".rel.BTF.ext");
  }

  private static boolean named(String name, String base) {
    return name.equals(base) || name.startsWith(base + ".");
  }

  private void classify(ElfSection section, Map<Integer, List<ElfSymbol>> symbols) {
    String name = section.name();
    switch (name) {
      case "license" -> license = readLicense(section);
      case "version" -> {
        if (section.size() != 4) {
          throw new BadObject("object/malformed", "section 'version' has not 4 bytes");
        }
      }
      case "maps" -> legacyMaps = section;
      case ".maps" -> maps = section;
      case ".BTF" -> btf = section;
      case ".BTF.ext" -> btfExt = section;
      default -> {
        if (section.type() == Elf.SHT_PROGBITS && section.size() > 0) {
          program(section, symbols);
        } else if (section.type() == Elf.SHT_REL) {
          relocations.add(section);
        } else if (section.type() == Elf.SHT_NOBITS && named(name, ".bss")) {
          role(section, Role.BSS);
        }
      }
    }
  }

  private void program(ElfSection section, Map<Integer, List<ElfSymbol>> symbols) {
    String name = section.name();
    if (section.executable()) {
      if (name.equals(".text")) {
        text = section.index();
      }
      addFunctions(section, symbols.getOrDefault(section.index(), List.of()));
    } else if (named(name, ".data")) {
      role(section, Role.DATA);
    } else if (named(name, ".rodata")) {
      role(section, Role.RODATA);
    } else if (name.equals(".struct_ops")
        || name.equals(".struct_ops.link")
        || name.equals("?.struct_ops")
        || name.equals("?.struct_ops.link")) {
      roles.put(section.index(), Role.STRUCT_OPS);
      structOps.add(section);
    } else if (name.equals(".addr_space.1")) {
      arena = section;
    } else if (name.endsWith("/maps")) {
      legacyMaps = section; // as ir-keytable names it: lirc_mode2/maps
    }
  }

  private void role(ElfSection section, Role role) {
    roles.put(section.index(), role);
    if (section.size() != 0) {
      data.add(section);
    }
  }

  Role roleOf(int section) {
    return roles.getOrDefault(section, Role.NONE);
  }

  private String readLicense(ElfSection section) {
    byte[] bytes = elf.data(section);
    int length = 0;
    while (length < bytes.length && length < MAX_LICENSE && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private void addFunctions(ElfSection section, List<ElfSymbol> symbols) {
    if (symbols.isEmpty()) {
      return;
    }
    byte[] bytes = elf.data(section);
    long total = 0;
    for (ElfSymbol symbol : symbols) {
      if (symbol.value() < 0
          || symbol.size() < 0
          || symbol.value() > bytes.length
          || symbol.size() > bytes.length - symbol.value()) {
        throw new BadObject(
            "object/malformed",
            "function '%s' (%d bytes from byte %d) reaches past the end of section '%s'"
                .formatted(symbol.name(), symbol.size(), symbol.value(), section.name()));
      }
      if (section.index() != text && symbol.binding() == Elf.STB_LOCAL) {
        throw new BadObject(
            "object/static-program",
            "function '%s' in section '%s' is static; programs must be global, and subprograms must be in .text"
                .formatted(symbol.name(), section.name()));
      }
      if (symbol.size() == 0 || symbol.size() % 8 != 0 || symbol.value() % 8 != 0) {
        throw new BadObject(
            "object/malformed",
            "function '%s' (%d bytes from byte %d of section '%s') is not a whole number of instructions"
                .formatted(symbol.name(), symbol.size(), symbol.value(), section.name()));
      }
      total += symbol.size();
      if (total > 4L * bytes.length + 4096) {
        throw new BadObject(
            "object/malformed", "the functions of section '%s' overlap".formatted(section.name()));
      }
      functions.add(
          new Function(
              symbol.name(),
              section,
              (int) symbol.value() / 8,
              slots(bytes, (int) symbol.value(), (int) symbol.size()),
              symbol.binding() != Elf.STB_LOCAL,
              symbol.hidden()));
    }
  }

  private static long[] slots(byte[] bytes, int at, int length) {
    long[] slots = new long[length / 8];
    java.nio.ByteBuffer.wrap(bytes, at, length)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .get(slots);
    return slots;
  }

  /** The function that a slot of a section belongs to: the last that starts at or before it. */
  @Nullable Function functionAt(int section, long slot) {
    int low = 0;
    int high = functions.size() - 1;
    if (high < 0) {
      return null;
    }
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      Function f = functions.get(middle);
      if (f.section.index() < section || f.section.index() == section && f.start <= slot) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    Function f = functions.get(low);
    return f.section.index() == section && f.contains(slot) ? f : null;
  }

  boolean isSubprogram(Function function) {
    return function.section.index() == text;
  }
}
