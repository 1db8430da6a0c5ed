package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Linkage;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.catalog.Behaviour;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.MapType;
import dev.skep.object.ReadOptions;
import dev.skep.object.elf.Elf;
import dev.skep.object.elf.ElfRelocation;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.ElfSymbol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All maps of an object, in libbpf's order: defined ones, global data, configuration. */
final class Maps {

  private static final long MAX_DATA = 64L << 20;
  private static final int LEGACY_DEFINITION = 20;

  private final Sections sections;
  private final @Nullable Btf btf;
  private final ReadOptions options;
  private final String objectName;
  final List<MapDraft> all = new ArrayList<>();
  private final Map<Integer, MapDraft> dataBySection = new HashMap<>();
  private final Map<Long, MapDraft> definedByOffset = new HashMap<>();
  private long dataSize;
  private final TreeMap<Long, MapDefinitions.Defined> definedByStart = new TreeMap<>();
  @Nullable MapDraft kconfig;
  @Nullable MapDraft arena;

  Maps(Sections sections, @Nullable Btf btf, ReadOptions options, String objectName) {
    this.sections = sections;
    this.btf = btf;
    this.options = options;
    this.objectName = objectName;
  }

  void collect(List<Extern> externs) {
    collectDefined();
    collectLegacy();
    for (ElfSection section : sections.data) {
      collectData(section);
    }
    collectConfiguration(externs);
  }

  private void collectDefined() {
    if (sections.maps == null) {
      return;
    }
    if (btf == null) {
      throw new BadObject(
          "object/btf", "section .maps needs BTF, and there is none; build with -g");
    }
    for (MapDefinitions.Defined map : new MapDefinitions(btf, options).read(sections.maps)) {
      add(map.draft());
      definedByOffset.putIfAbsent(map.draft().offset, map.draft());
      definedByStart.putIfAbsent(map.draft().offset, map);
      if (map.draft().mapType() == MapType.ARENA) {
        if (arena != null) {
          throw new BadObject(
              "object/map",
              "maps '%s' and '%s' are both arenas; an object may have one"
                  .formatted(arena.name, map.draft().name));
        }
        arena = map.draft();
      }
    }
    collectArena();
  }

  private void collectArena() {
    if (sections.arena == null) {
      return;
    }
    if (arena == null) {
      throw new BadObject("object/map", "there are __arena variables, but no arena map");
    }
    if (sections.arena.size() > Integer.toUnsignedLong(arena.maxEntries) * options.pageSize()) {
      throw new BadObject(
          "object/map",
          "arena '%s' (%d pages) is too small for its %d bytes of variables"
              .formatted(
                  arena.name, Integer.toUnsignedLong(arena.maxEntries), sections.arena.size()));
    }
    arena.initialValue = sections.elf.data(sections.arena);
  }

  private void add(MapDraft map) {
    all.add(map);
  }

  /** {@code struct bpf_map_def}, or a longer one of another loader that starts with it. */
  private void collectLegacy() {
    ElfSection section = sections.legacyMaps;
    if (section == null) {
      return;
    }
    byte[] bytes = sections.elf.data(section);
    var symbols = new TreeMap<Long, ElfSymbol>();
    for (ElfSymbol symbol : sections.elf.symbols()) {
      if (symbol.section() == section.index()
          && symbol.type() != Elf.STT_SECTION
          && !symbol.name().isEmpty()) {
        symbols.putIfAbsent(symbol.value(), symbol);
      }
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (ElfSymbol symbol : symbols.values()) {
      if (symbol.value() < 0 || symbol.value() > bytes.length - LEGACY_DEFINITION) {
        throw new BadObject(
            "object/map", "map '%s' reaches past the end of section maps".formatted(symbol.name()));
      }
      int at = (int) symbol.value();
      var map = new MapDraft(symbol.name(), MapDraft.Origin.DEFINED, section.index(), at);
      map.type = in.getInt(at);
      map.keySize = in.getInt(at + 4);
      map.valueSize = in.getInt(at + 8);
      map.maxEntries = in.getInt(at + 12);
      map.flags = in.getInt(at + 16);
      map.maxEntries = options.loadedSize(map.mapType(), map.maxEntries);
      add(map);
      definedByOffset.putIfAbsent((long) at, map);
    }
  }

  private void collectData(ElfSection section) {
    MapDraft.Origin origin =
        switch (sections.roleOf(section.index())) {
          case DATA -> MapDraft.Origin.DATA;
          case RODATA -> MapDraft.Origin.RODATA;
          case BSS -> MapDraft.Origin.BSS;
          case NONE, STRUCT_OPS -> throw new IllegalStateException("no data section");
        };
    dataSize += section.size();
    if (section.size() < 0 || section.size() > MAX_DATA || dataSize > MAX_DATA) {
      throw new BadObject(
          "object/too-large",
          "section '%s' has %s bytes; global data of more than 64 MiB is not supported"
              .formatted(section.name(), Long.toUnsignedString(section.size())));
    }
    byte[] content =
        origin == MapDraft.Origin.BSS ? new byte[(int) section.size()] : sections.elf.data(section);
    dataBySection.put(section.index(), data(section.name(), origin, section.index(), content));
  }

  private MapDraft data(String section, MapDraft.Origin origin, int index, byte[] content) {
    var map = new MapDraft(dataMapName(objectName, section), origin, index, 0);
    map.type = MapType.ARRAY.number();
    map.keySize = 4;
    map.valueSize = content.length;
    map.maxEntries = 1;
    map.initialValue = content;
    if (origin == MapDraft.Origin.RODATA || origin == MapDraft.Origin.KCONFIG) {
      map.flags |= MapFlag.RDONLY_PROG.bit();
    }
    if (btf != null) {
      List<Integer> ids = btf.idsNamed(section);
      map.valueTypeId = ids.isEmpty() ? 0 : ids.getFirst();
      if (exposed(btf, map.valueTypeId) && Behaviour.MAPS_ARRAYS.isIn(options.kernel())) {
        map.flags |= MapFlag.MMAPABLE.bit();
      }
    }
    add(map);
    return map;
  }

  /** Whether user space gets to see a variable of the section: then the map can be mapped. */
  private static boolean exposed(Btf btf, int sectionId) {
    return btf.type(sectionId) instanceof BtfType.Datasec section
        && section.vars().stream()
            .anyMatch(
                v ->
                    btf.type(v.type()) instanceof BtfType.Var variable
                        && variable.linkage() != Linkage.STATIC);
  }

  /**
   * The name of a map of global data: the object's name, then the section's; for sections with a
   * second dot only the section's. At most 15 characters, of which the section gets its own, but at
   * least 7.
   */
  static String dataMapName(String objectName, String section) {
    int suffix = Math.min(15, Math.max(7, section.length()));
    int prefix = section.indexOf('.', 1) >= 0 ? 0 : Math.min(15 - suffix, objectName.length());
    String name =
        objectName.substring(0, prefix) + section.substring(0, Math.min(suffix, section.length()));
    var clean = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean allowed =
          c >= '0' && c <= '9'
              || c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c == '_'
              || c == '.';
      clean.append(allowed ? c : '_');
    }
    return clean.toString();
  }

  private void collectConfiguration(List<Extern> externs) {
    int end = 0;
    for (Extern extern : externs) {
      if (extern.kind == Extern.Kind.KCONFIG) {
        end = extern.dataOffset + extern.size;
      }
    }
    if (end > 0) {
      kconfig =
          data(".kconfig", MapDraft.Origin.KCONFIG, sections.elf.symbolSection(), new byte[end]);
    }
  }

  @Nullable MapDraft dataMap(int section) {
    return dataBySection.get(section);
  }

  /** The defined map at a symbol. */
  @Nullable MapDraft definedMap(ElfSymbol symbol) {
    MapDraft map = definedByOffset.get(symbol.value());
    return map != null && map.section == symbol.section() ? map : null;
  }

  /** Pointers in {@code values}: which map or program is in which element. */
  void fillSlots(List<ElfRelocation> relocations) {
    for (ElfRelocation relocation : relocations) {
      List<ElfSymbol> symbols = sections.elf.symbols();
      if (relocation.symbol() < 0 || relocation.symbol() >= symbols.size()) {
        throw new BadObject(
            "object/malformed", "section .maps: a relocation to symbol " + relocation.symbol());
      }
      fillSlot(relocation, symbols.get(relocation.symbol()));
    }
  }

  private void fillSlot(ElfRelocation relocation, ElfSymbol symbol) {
    var entry = definedByStart.floorEntry(relocation.offset());
    MapDefinitions.Defined holder = entry == null ? null : entry.getValue();
    if (holder != null
        && relocation.offset() - holder.draft().offset
            > Integer.toUnsignedLong(holder.variable().size()) - 8) {
      holder = null;
    }
    if (holder == null) {
      throw new BadObject(
          "object/map",
          "section .maps: a relocation at byte %d, where no map is".formatted(relocation.offset()));
    }
    MapDraft map = holder.draft();
    SectionVar variable = holder.variable();
    List<BtfType.Member> members = holder.definition().members();
    if (members.isEmpty() || !members.getLast().name().equals("values")) {
      throw new BadObject(
          "object/map", "map '%s' holds a pointer, but has no 'values'".formatted(map.name));
    }
    checkTarget(map, symbol);
    long offset =
        relocation.offset()
            - Integer.toUnsignedLong(variable.offset())
            - Integer.toUnsignedLong(members.getLast().bitOffset()) / 8;
    if (offset < 0 || offset % 8 != 0) {
      throw new BadObject(
          "object/map", "map '%s' holds a pointer outside of 'values'".formatted(map.name));
    }
    map.slots.put((int) (offset / 8), symbol.name());
  }

  private void checkTarget(MapDraft map, ElfSymbol symbol) {
    MapType type = map.mapType();
    if (type.is(MapTrait.HOLDS_MAPS)) {
      if (type == MapType.HASH_OF_MAPS && map.keySize != 4) {
        throw new BadObject(
            "object/map",
            "map '%s': initial values need keys of 4 bytes, not %d"
                .formatted(map.name, map.keySize));
      }
      if (definedMap(symbol) == null) {
        throw new BadObject(
            "object/map",
            "map '%s' holds '%s', which is no map".formatted(map.name, symbol.name()));
      }
    } else if (type.is(MapTrait.HOLDS_PROGRAMS)) {
      Function function = sections.functionAt(symbol.section(), symbol.value() / 8);
      if (function == null
          || function.start * 8L != symbol.value()
          || !function.name.equals(symbol.name())
          || sections.isSubprogram(function)) {
        throw new BadObject(
            "object/map",
            "map '%s' holds '%s', which is no program".formatted(map.name, symbol.name()));
      }
    } else {
      throw new BadObject(
          "object/map",
          "map '%s' (%s) cannot hold pointers".formatted(map.name, type.kernelName()));
    }
  }
}
