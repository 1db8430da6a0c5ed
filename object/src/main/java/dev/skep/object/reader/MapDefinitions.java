package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfKind;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Member;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.MapType;
import dev.skep.object.ReadOptions;
import dev.skep.object.elf.ElfSection;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps as {@code .maps} defines them: a variable whose members' types say everything.
 *
 * <pre>
 * struct { __uint(type, BPF_MAP_TYPE_HASH);   int (*type)[1];     a number is an array's length
 *          __type(key, u32);                  u32 *key;           a type is a pointer to it
 *          __array(values, struct inner); }   struct inner *values[];
 * </pre>
 */
final class MapDefinitions {

  private final Btf btf;
  private final ReadOptions options;

  MapDefinitions(Btf btf, ReadOptions options) {
    this.btf = btf;
    this.options = options;
  }

  /** A defined map and its variable's place, for the pointers that fill {@code values}. */
  record Defined(MapDraft draft, SectionVar variable, BtfType.Struct definition) {}

  List<Defined> read(ElfSection section) {
    int datasec =
        btf.find(".maps", BtfType.Datasec.class)
            .orElseThrow(
                () ->
                    new BadObject(
                        "object/map", "section .maps is not described in BTF; build with -g"));
    var maps = new ArrayList<Defined>();
    for (SectionVar variable : ((BtfType.Datasec) btf.type(datasec)).vars()) {
      maps.add(read(section, variable));
    }
    return maps;
  }

  private Defined read(ElfSection section, SectionVar variable) {
    if (!(btf.type(variable.type()) instanceof BtfType.Var v) || v.name().isEmpty()) {
      throw new BadObject("object/map", "section .maps holds something besides named variables");
    }
    long end = Integer.toUnsignedLong(variable.offset()) + Integer.toUnsignedLong(variable.size());
    if (end > section.size()) {
      throw bad(v.name(), "its definition reaches past the end of section .maps");
    }
    if (v.linkage() != BtfType.Linkage.GLOBAL) {
      throw bad(v.name(), "it is static or hidden, which libbpf refuses for maps");
    }
    if (!(btf.resolved(v.type()) instanceof BtfType.Struct struct) || struct.union()) {
      throw bad(v.name(), "it is no struct");
    }
    if (Integer.compareUnsigned(struct.size(), variable.size()) > 0) {
      throw bad(v.name(), "its type is larger than its variable");
    }
    var draft =
        new MapDraft(
            v.name(),
            MapDraft.Origin.DEFINED,
            section.index(),
            Integer.toUnsignedLong(variable.offset()));
    parse(draft, struct, false);
    return new Defined(draft, variable, struct);
  }

  private void parse(MapDraft map, BtfType.Struct struct, boolean inner) {
    List<Member> members = struct.members();
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      switch (member.name()) {
        case "type" -> map.type = number(map, member);
        case "max_entries" -> map.maxEntries = number(map, member);
        case "map_flags" -> map.flags = number(map, member);
        case "numa_node" -> number(map, member);
        case "map_extra" -> map.extra = longNumber(map, member);
        case "key_size" -> map.keySize = agreed(map, "key", map.keySize, number(map, member));
        case "value_size" ->
            map.valueSize = agreed(map, "value", map.valueSize, number(map, member));
        case "key" -> {
          map.keyTypeId = pointee(map, member);
          map.keySize = agreed(map, "key", map.keySize, size(map, map.keyTypeId));
        }
        case "value" -> {
          map.valueTypeId = pointee(map, member);
          map.valueSize = agreed(map, "value", map.valueSize, size(map, map.valueTypeId));
        }
        case "values" -> {
          if (inner) {
            throw bad(map.name, "an inner map cannot hold maps again");
          }
          if (i != members.size() - 1) {
            throw bad(map.name, "'values' must be the last member");
          }
          values(map, member);
        }
        case "pinning" -> {
          if (inner) {
            throw bad(map.name, "an inner map cannot be pinned");
          }
          int pinning = number(map, member);
          if (pinning != 0 && pinning != 1) {
            throw bad(map.name, "pinning " + Integer.toUnsignedLong(pinning) + " is unknown");
          }
          map.pinByName = pinning == 1;
        }
        default -> throw bad(map.name, "member '" + member.name() + "' is unknown to libbpf");
      }
    }
    if (map.type == 0) {
      throw bad(map.name, "its type is not given");
    }
    map.maxEntries = options.loadedSize(map.mapType(), map.maxEntries);
  }

  private void values(MapDraft map, Member member) {
    MapType type = MapType.ofNumber(map.type);
    boolean mapInMap = type != null && type.is(MapTrait.HOLDS_MAPS);
    boolean progArray = type != null && type.is(MapTrait.HOLDS_PROGRAMS);
    if (!mapInMap && !progArray) {
      throw bad(map.name, "'values' is only for maps of maps and prog arrays");
    }
    map.valueSize = agreed(map, "value", map.valueSize, 4);
    if (!(btf.type(member.type()) instanceof BtfType.Array array)
        || array.count() != 0
        || !(btf.resolved(array.elementType()) instanceof BtfType.Ptr pointer)) {
      throw bad(map.name, "'values' must be declared with __array()");
    }
    BtfType target = btf.resolved(pointer.type());
    if (progArray) {
      if (!(target instanceof BtfType.FuncProto)) {
        throw bad(map.name, "the values of a prog array must be functions");
      }
      return;
    }
    if (!(target instanceof BtfType.Struct struct) || struct.union()) {
      throw bad(map.name, "the values of a map of maps must be map definitions");
    }
    map.inner = new MapDraft(map.name + ".inner", MapDraft.Origin.DEFINED, -1, -1);
    parse(map.inner, struct, true);
  }

  private int number(MapDraft map, Member member) {
    if (btf.resolved(member.type()) instanceof BtfType.Ptr pointer
        && btf.type(pointer.type()) instanceof BtfType.Array array) {
      return array.count();
    }
    throw bad(map.name, "'%s' must be declared with __uint()".formatted(member.name()));
  }

  private long longNumber(MapDraft map, Member member) {
    return switch (btf.resolved(member.type())) {
      case BtfType.Ptr _ -> Integer.toUnsignedLong(number(map, member));
      case BtfType.Enum e when e.values().size() == 1 -> (int) e.values().getFirst().value();
      case BtfType.Enum64 e when e.values().size() == 1 -> e.values().getFirst().value();
      default ->
          throw bad(map.name, "'%s' must be declared with __ulong()".formatted(member.name()));
    };
  }

  private int pointee(MapDraft map, Member member) {
    if (btf.type(member.type()) instanceof BtfType.Ptr pointer) {
      return pointer.type();
    }
    throw bad(map.name, "'%s' must be declared with __type()".formatted(member.name()));
  }

  private int size(MapDraft map, int typeId) {
    long size = btf.sizeOf(typeId);
    if (size < 0) {
      throw bad(
          map.name,
          "type [%d] (%s) has no size"
              .formatted(typeId, BtfKind.of(btf.type(typeId)).kernelName()));
    }
    return (int) size;
  }

  private static int agreed(MapDraft map, String what, int before, int now) {
    if (before != 0 && before != now) {
      throw bad(
          map.name,
          "its %s has %d bytes in one place and %d in another"
              .formatted(what, Integer.toUnsignedLong(before), Integer.toUnsignedLong(now)));
    }
    return now;
  }

  private static BadObject bad(String map, String why) {
    return new BadObject("object/map", "map '%s': %s".formatted(map, why));
  }
}
