package dev.skep.cli.kernel;

import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.info.MapInfo;
import dev.skep.kernel.info.ObjectKind;
import dev.skep.object.MapSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code skep kernel map …}. */
final class MapWords {

  private final Kernel kernel;
  private final Output out;
  private final Pins pins;

  MapWords(Kernel kernel, Output out, Pins pins) {
    this.kernel = kernel;
    this.out = out;
    this.pins = pins;
  }

  void run(String verb, Words words) {
    switch (verb) {
      case "show", "list" -> show(words);
      case "create" -> create(words);
      case "dump",
          "update",
          "lookup",
          "delete",
          "getnext",
          "push",
          "enqueue",
          "peek",
          "pop",
          "dequeue" ->
          new MapElements(kernel, out).run(verb, words);
      case "event_pipe" -> new EventPipe(kernel, out).run(words);
      case "freeze" -> {
        try (KernelMap map = References.map(kernel, words)) {
          words.end();
          map.freeze();
        }
      }
      case "pin" -> {
        try (KernelMap map = References.map(kernel, words)) {
          Path path = Path.of(words.next("a path"));
          words.end();
          map.pin(path);
        }
      }
      default ->
          throw CommandFailure.usage(
              "unknown command 'map "
                  + verb
                  + "'; there are show, list, create, dump, update,"
                  + " lookup, delete, getnext, push, peek, pop, enqueue, dequeue, freeze, pin and"
                  + " event_pipe");
    }
  }

  private void show(Words words) {
    boolean single = words.hasNext();
    List<KernelMap> maps =
        single ? References.maps(kernel, words) : References.allMaps(kernel, m -> true);
    words.end();
    show(maps, single);
  }

  /** {@code struct bpf_map_info} by its fields' names. */
  static Map<String, Object> structure(MapInfo info) {
    var json = new LinkedHashMap<String, Object>();
    json.put("type", info.typeNumber());
    json.put("id", info.id());
    json.put("key_size", info.keySize());
    json.put("value_size", info.valueSize());
    json.put("max_entries", info.maxEntries());
    json.put("map_flags", info.flags());
    json.put("name", info.name());
    json.put("ifindex", info.device().ifindex());
    json.put("btf_vmlinux_value_type_id", info.types().vmlinuxValue());
    json.put("netns_dev", info.device().netnsDev());
    json.put("netns_ino", info.device().netnsIno());
    json.put("btf_id", info.types().object());
    json.put("btf_key_type_id", info.types().key());
    json.put("btf_value_type_id", info.types().value());
    json.put("btf_vmlinux_id", info.types().vmlinuxObject());
    json.put("map_extra", info.extra());
    return json;
  }

  private void show(List<KernelMap> maps, boolean single) {
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    for (KernelMap map : maps) {
      try (map) {
        MapInfo info = map.info();
        Map<String, String> more = map.descriptorInfo();
        Map<String, Object> json = json(info, more);
        values.add(json);
        text.append(text(info, more));
        text.append(pins.add(ObjectKind.MAP, info.id(), json));
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
    number(more, "owner_prog_type")
        .ifPresent(n -> json.put("owner_prog_type", programType((int) n)));
    number(more, "owner_jited").ifPresent(n -> json.put("owner_jited", n != 0));
    json.put("frozen", number(more, "frozen").orElse(0));
    if (info.types().object() != 0) {
      json.put("btf_id", info.types().object());
    }
    return json;
  }

  private static String programType(int number) {
    ProgramType type = ProgramType.ofNumber(number);
    return type == null ? "type " + number : type.kernelName();
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
    if (info.types().object() != 0) {
      text.append("\tbtf_id ").append(info.types().object());
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
        case "dev" ->
            throw CommandFailure.usage("'dev' is not taken: skep does not offload to devices");
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
    MapSpec shape = inner == null ? null : shapeOf(inner.info());
    return MapSpec.of(name, type, key, value, entries).toBuilder()
        .flags(flags)
        .inner(shape)
        .build();
  }

  /** Of the maps that may be put in: the kernel compares their flags too. */
  private static MapSpec shapeOf(MapInfo info) {
    return MapSpec.of(
            "",
            java.util.Objects.requireNonNull(info.type()),
            info.keySize(),
            info.valueSize(),
            info.maxEntries())
        .withFlags(info.flags());
  }

  private static MapType mapType(String name) {
    try {
      return MapType.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("unknown map type '" + name + "'");
    }
  }
}
