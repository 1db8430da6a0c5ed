package dev.skep.cli.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfReader;
import dev.skep.catalog.MapType;
import dev.skep.cli.CommandFailure;
import dev.skep.kernel.BtfValues;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelBtf;
import dev.skep.kernel.KernelCallException;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.MapInfo;
import dev.skep.kernel.UpdateMode;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code skep kernel map …}. */
final class MapWords {

  private final Kernel kernel;
  private final Output out;

  MapWords(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(String verb, Words words) {
    switch (verb) {
      case "show", "list" -> show(words);
      case "create" -> create(words);
      case "dump" -> dump(References.map(kernel, words));
      case "update" -> update(words);
      case "lookup" -> lookup(words);
      case "delete" -> delete(words);
      case "getnext" -> next(words);
      case "push", "enqueue" -> push(words);
      case "peek" -> peek(References.map(kernel, words), false);
      case "pop", "dequeue" -> peek(References.map(kernel, words), true);
      case "freeze" -> References.map(kernel, words).freeze();
      case "pin" -> References.map(kernel, words).pin(Path.of(words.next("a path")));
      default ->
          throw CommandFailure.usage(
              "unknown command 'map "
                  + verb
                  + "'; there are show, list, create, dump, update,"
                  + " lookup, delete, getnext, push, peek, pop, enqueue, dequeue, freeze and pin");
    }
  }

  private void show(Words words) {
    boolean single = words.hasNext();
    List<KernelMap> maps =
        single ? References.maps(kernel, words) : References.allMaps(kernel, m -> true);
    words.end();
    show(maps, single);
  }

  /** All maps of a type. */
  void showOnly(MapType type) {
    show(References.allMaps(kernel, m -> m.type() == type), false);
  }

  private void show(List<KernelMap> maps, boolean single) {
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    for (KernelMap map : maps) {
      try (map) {
        MapInfo info = map.info();
        Map<String, String> more = map.descriptorInfo();
        values.add(json(info, more));
        text.append(text(info, more));
      }
    }
    out.printList(values, single, text.toString());
  }

  private static String typeName(MapInfo info) {
    MapType type = info.type();
    return type == null ? "type " + info.typeNumber() : type.kernelName();
  }

  private static Map<String, Object> json(MapInfo info, Map<String, String> more) {
    var json = new LinkedHashMap<String, Object>();
    json.put("id", info.id());
    json.put("type", typeName(info));
    if (!info.name().isEmpty()) {
      json.put("name", info.name());
    }
    json.put("flags", info.flags());
    json.put("bytes_key", info.keySize());
    json.put("bytes_value", info.valueSize());
    json.put("max_entries", info.maxEntries());
    number(more, "memlock").ifPresent(n -> json.put("bytes_memlock", n));
    json.put("frozen", number(more, "frozen").orElse(0));
    if (info.btfId() != 0) {
      json.put("btf_id", info.btfId());
    }
    return json;
  }

  static java.util.OptionalLong number(Map<String, String> more, String key) {
    String value = more.get(key);
    return value == null
        ? java.util.OptionalLong.empty()
        : java.util.OptionalLong.of(Long.decode(value));
  }

  private static String text(MapInfo info, Map<String, String> more) {
    var text = new StringBuilder();
    text.append(info.id()).append(": ").append(typeName(info));
    text.append(info.name().isEmpty() ? "  " : "  name " + info.name() + "  ");
    text.append("flags 0x").append(Integer.toHexString(info.flags())).append('\n');
    text.append(
        "\tkey %dB  value %dB  max_entries %d"
            .formatted(info.keySize(), info.valueSize(), info.maxEntries()));
    number(more, "memlock").ifPresent(n -> text.append("  memlock ").append(n).append('B'));
    text.append('\n');
    if (info.btfId() != 0) {
      text.append("\tbtf_id ").append(info.btfId());
      text.append(number(more, "frozen").orElse(0) != 0 ? "  frozen\n" : "\n");
    } else if (number(more, "frozen").orElse(0) != 0) {
      text.append("\tfrozen\n");
    }
    return text.toString();
  }

  private void create(Words words) {
    Path path = Path.of(words.next("a path to pin the map at"));
    MapType type = null;
    int key = 0;
    int value = 0;
    int entries = 0;
    int flags = 0;
    String name = "";
    KernelMap inner = null;
    while (words.hasNext()) {
      String word = words.next("an attribute");
      switch (word) {
        case "type" -> type = mapType(words.next("a map type"));
        case "key" -> key = words.integer("the key's size");
        case "value" -> value = words.integer("the value's size");
        case "entries" -> entries = words.integer("the number of entries");
        case "flags" -> flags = words.integer("the flags");
        case "name" -> name = words.next("the map's name");
        case "inner_map" -> inner = References.map(kernel, words);
        default ->
            throw CommandFailure.usage(
                "unknown attribute '"
                    + word
                    + "'; there are type, key, value, entries, name, flags and inner_map");
      }
    }
    if (type == null) {
      throw CommandFailure.usage("a map needs a type: map create PATH type TYPE key N value N …");
    }
    MapSpec spec = spec(name, type, key, value, entries, flags, inner);
    try (KernelMap map = kernel.createMap(spec)) {
      map.pin(path);
    }
  }

  private static MapSpec spec(
      String name,
      MapType type,
      int key,
      int value,
      int entries,
      int flags,
      @Nullable KernelMap inner) {
    MapSpec shape =
        inner == null
            ? null
            : MapSpec.of("", inner.type(), inner.keySize(), inner.valueSize(), inner.maxEntries());
    return new MapSpec(
        name, type, key, value, entries, flags, 0, null, 0, 0, shape, false, null, Map.of(), false);
  }

  private static MapType mapType(String name) {
    try {
      return MapType.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("unknown map type '" + name + "'");
    }
  }

  private void dump(KernelMap map) {
    Types types = Types.of(kernel, map.info());
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    Map<Bytes, Bytes> entries = map.entries();
    entries.forEach(
        (key, value) -> element(map, key.toArray(), value.toArray(), types, values, text));
    if (!types.known()) {
      text.append("Found %d element%s\n".formatted(entries.size(), entries.size() == 1 ? "" : "s"));
      out.print(values, text.toString());
    } else {
      var formatted = values.stream().map(v -> v.get("formatted")).toList();
      out.print(values, dev.skep.cli.text.Json.pretty(formatted));
    }
  }

  private void element(
      KernelMap map,
      byte[] key,
      byte[] value,
      Types types,
      List<Map<String, Object>> values,
      StringBuilder text) {
    var json = new LinkedHashMap<String, Object>();
    json.put("key", Output.hexList(key));
    if (map.isPerCpu()) {
      json.put("values", perCpu(map, value, Output::hexList));
      text.append("key:\n").append(Output.hex(key)).append('\n');
      for (int cpu = 0; cpu < kernel.possibleCpus(); cpu++) {
        text.append("value (CPU %02d): %s\n".formatted(cpu, Output.hex(slice(map, value, cpu))));
      }
    } else {
      json.put("value", Output.hexList(value));
      text.append("key: %s  value: %s\n".formatted(Output.hex(key), Output.hex(value)));
    }
    if (types.known()) {
      var formatted = new LinkedHashMap<String, Object>();
      formatted.put("key", types.key(key));
      if (map.isPerCpu()) {
        formatted.put("values", perCpu(map, value, types::value));
      } else {
        formatted.put("value", types.value(value));
      }
      json.put("formatted", formatted);
    }
    values.add(json);
  }

  private byte[] slice(KernelMap map, byte[] all, int cpu) {
    int stride = all.length / kernel.possibleCpus();
    return Arrays.copyOfRange(all, cpu * stride, cpu * stride + map.valueSize());
  }

  private List<Map<String, Object>> perCpu(
      KernelMap map, byte[] all, java.util.function.Function<byte[], Object> as) {
    var list = new ArrayList<Map<String, Object>>();
    for (int cpu = 0; cpu < kernel.possibleCpus(); cpu++) {
      var one = new LinkedHashMap<String, Object>();
      one.put("cpu", cpu);
      one.put("value", as.apply(slice(map, all, cpu)));
      list.add(one);
    }
    return list;
  }

  private void update(Words words) {
    KernelMap map = References.map(kernel, words);
    byte[] key = new byte[0];
    if (words.take("key")) {
      key = words.bytes(map.keySize(), "key");
    }
    if (!words.take("value")) {
      throw CommandFailure.usage("expected 'value' and the value's bytes");
    }
    UpdateMode mode = UpdateMode.ANY;
    switch (map.type()) {
      case PROG_ARRAY -> map.put(key, References.program(kernel, words));
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> map.put(key, References.map(kernel, words));
      default -> {
        byte[] value = words.bytes(map.valueSize(), "value");
        if (words.hasNext()) {
          mode = mode(words.next("any, exist or noexist"));
        }
        words.end();
        if (map.isPerCpu()) {
          map.updatePerCpu(
              key, java.util.Collections.nCopies(kernel.possibleCpus(), Bytes.of(value)));
        } else {
          map.update(key, value, mode);
        }
      }
    }
  }

  private static UpdateMode mode(String word) {
    return switch (word) {
      case "any" -> UpdateMode.ANY;
      case "exist" -> UpdateMode.EXIST;
      case "noexist" -> UpdateMode.NOEXIST;
      default -> throw CommandFailure.usage("expected any, exist or noexist, not '" + word + "'");
    };
  }

  private byte[] key(KernelMap map, Words words) {
    if (!words.take("key")) {
      throw CommandFailure.usage("expected 'key' and the key's bytes");
    }
    byte[] key = words.bytes(map.keySize(), "key");
    words.end();
    return key;
  }

  private void lookup(Words words) {
    KernelMap map = References.map(kernel, words);
    byte[] key = key(map, words);
    byte[] value = map.lookup(key);
    if (value == null) {
      out.print(null, "key:\n%s\n\nNot found".formatted(Output.hex(key)));
      return;
    }
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    Types types = Types.of(kernel, map.info());
    element(map, key, value, types, values, text);
    out.print(
        values.getFirst(),
        types.known()
            ? dev.skep.cli.text.Json.pretty(values.getFirst().get("formatted"))
            : text.toString());
  }

  private void delete(Words words) {
    KernelMap map = References.map(kernel, words);
    byte[] key = key(map, words);
    if (!map.delete(key)) {
      throw CommandFailure.unreadable("the map has no key " + Output.hex(key));
    }
  }

  private void next(Words words) {
    KernelMap map = References.map(kernel, words);
    byte[] key = words.hasNext() ? key(map, words) : null;
    byte[] next = map.nextKey(key);
    if (next == null) {
      throw CommandFailure.unreadable("there is no key behind it");
    }
    var json = new LinkedHashMap<String, Object>();
    json.put("key", key == null ? null : Output.hexList(key));
    json.put("next_key", Output.hexList(next));
    out.print(
        json,
        (key == null ? "key: None\n" : "key:\n" + Output.hex(key) + "\n")
            + "next key:\n"
            + Output.hex(next));
  }

  private void push(Words words) {
    KernelMap map = References.map(kernel, words);
    if (!words.take("value")) {
      throw CommandFailure.usage("expected 'value' and the value's bytes");
    }
    map.update(new byte[0], words.bytes(map.valueSize(), "value"));
  }

  private void peek(KernelMap map, boolean remove) {
    byte[] value = remove ? map.lookupAndDelete(new byte[0]) : map.lookup(new byte[0]);
    if (value == null) {
      out.print(null, "Error: empty map");
      return;
    }
    out.print(Map.of("value", Output.hexList(value)), "value: " + Output.hex(value));
  }

  /** The types of a map's keys and values, where the kernel has them. */
  private record Types(@Nullable Btf btf, int keyId, int valueId) {

    static Types of(Kernel kernel, MapInfo info) {
      if (info.btfId() == 0 || info.btfValueTypeId() == 0) {
        return new Types(null, 0, 0);
      }
      try (KernelBtf btf = kernel.btfById(info.btfId())) {
        return new Types(BtfReader.read(btf.bytes()), info.btfKeyTypeId(), info.btfValueTypeId());
      } catch (KernelCallException e) {
        return new Types(null, 0, 0);
      }
    }

    boolean known() {
      return btf != null;
    }

    Object key(byte[] bytes) {
      return read(keyId, bytes);
    }

    Object value(byte[] bytes) {
      return read(valueId, bytes);
    }

    private Object read(int id, byte[] bytes) {
      if (btf == null || id == 0) {
        return bytes.length == 4 ? Bytes.of(bytes).littleEndian(0, 4) : Output.hexList(bytes);
      }
      return BtfValues.read(btf, id, Bytes.of(bytes));
    }
  }
}
