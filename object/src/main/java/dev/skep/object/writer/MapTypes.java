package dev.skep.object.writer;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Member;
import dev.skep.object.MapSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes map definitions as the types that libbpf reads them from. */
final class MapTypes {

  private final BtfBuilder types;
  private final @Nullable Btf objectTypes;
  private final int intId;
  private final Map<Integer, Integer> numbers = new HashMap<>();

  MapTypes(BtfBuilder types, @Nullable Btf objectTypes) {
    this.types = types;
    this.objectTypes = objectTypes;
    this.intId = types.add(BtfType.Int.signed("int", 4));
  }

  /** Id of a plain {@code int}. */
  int intId() {
    return intId;
  }

  /** The id and the size of a map's definition; {@code values} starts at the size. */
  record Definition(int id, int size) {}

  Definition define(MapSpec map) {
    var members = new ArrayList<Member>();
    add(members, "type", number(map.type().number()));
    if (map.btf() != null && map.btf().equals(objectTypes) && map.btfKeyTypeId() != 0) {
      add(members, "key", types.add(new BtfType.Ptr(map.btfKeyTypeId())));
    } else if (map.keySize() != 0) {
      add(members, "key_size", number(map.keySize()));
    }
    if (map.btf() != null && map.btf().equals(objectTypes) && map.btfValueTypeId() != 0) {
      add(members, "value", types.add(new BtfType.Ptr(map.btfValueTypeId())));
    } else if (map.valueSize() != 0) {
      add(members, "value_size", number(map.valueSize()));
    }
    add(members, "max_entries", number(map.maxEntries()));
    if (map.flags() != 0) {
      add(members, "map_flags", number(map.flags()));
    }
    if (map.extra() != 0) {
      add(members, "map_extra", longNumber(map));
    }
    if (map.pinByName()) {
      add(members, "pinning", number(1));
    }
    int size = members.size() * 8;
    values(map, members);
    return new Definition(types.add(new BtfType.Struct("", false, size, members)), size);
  }

  private void values(MapSpec map, List<Member> members) {
    int target;
    if (map.inner() != null) {
      target = define(map.inner()).id();
    } else if (!map.initialSlots().isEmpty()) {
      target = types.add(new BtfType.FuncProto(intId, List.of()));
    } else {
      return;
    }
    int pointer = types.add(new BtfType.Ptr(target));
    add(members, "values", types.add(new BtfType.Array(pointer, intId, 0)));
  }

  private static void add(List<Member> members, String name, int type) {
    members.add(new Member(name, type, members.size() * 64, 0));
  }

  private int number(int value) {
    return numbers.computeIfAbsent(
        value, v -> types.add(new BtfType.Ptr(types.add(new BtfType.Array(intId, intId, v)))));
  }

  private int longNumber(MapSpec map) {
    if (map.extra() >>> 32 == 0) {
      return number((int) map.extra());
    }
    return types.add(
        new BtfType.Enum64(
            "",
            8,
            false,
            List.of(new BtfType.Enumerator("__extra_of_" + map.name(), map.extra()))));
  }
}
