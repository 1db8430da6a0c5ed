package dev.skep.assembler;

import dev.skep.assembler.grammar.BpfParser.DirectiveValueContext;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapRefusal;
import dev.skep.catalog.MapRules;
import dev.skep.catalog.MapShape;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.MapType;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.object.ReadOptions;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code .map}: a map with all its attributes. */
final class MapDirective {

  private static final Set<String> ATTRIBUTES =
      Set.of("type", "key", "value", "entries", "flags", "extra", "inner", "pin", "frozen", "data");

  /** {@code BPF_F_*} of map creation, from {@code linux/bpf.h}. */
  private static final Map<String, Integer> FLAGS =
      Stream.of(MapFlag.values())
          .collect(Collectors.toUnmodifiableMap(MapWords::name, MapFlag::bit));

  private final Problems problems;
  private final Draft draft;
  private final Common common;

  MapDirective(Problems problems, Draft draft, Common common) {
    this.problems = problems;
    this.draft = draft;
    this.common = common;
  }

  /** Reads {@code .map NAME type=… key=… value=… entries=…}. */
  void read(Arguments arguments) {
    String name = arguments.text(0);
    if (draft.maps.containsKey(name)) {
      Problems.Place before = draft.mapPlaces.get(name);
      throw common.bad(
          "redefined",
          arguments.token,
          "there is a map "
              + name
              + " already"
              + (before == null ? "" : ", in line " + before.line()),
          null);
    }
    draft.broken.add(name);
    MapType type = arguments.choice("type", MapType.values(), MapType::kernelName);
    if (type == null) {
      throw common.bad(
          "map",
          arguments.token,
          "map " + name + " has no type",
          ".map " + name + " type=hash key=4 value=8 entries=1024");
    }
    MapSpec inner = null;
    if (arguments.options.containsKey("inner")) {
      String innerName = arguments.option("inner", "");
      inner = draft.maps.get(innerName);
      if (inner == null) {
        throw common.bad(
            "unknown-name",
            arguments.token,
            "there is no map " + innerName + " yet",
            Suggestions.didYouMean(innerName, draft.maps.keySet()));
      }
    }
    Map<Integer, String> slots = new HashMap<>();
    boolean ofDescriptors = type.is(MapTrait.HOLDS_PROGRAMS) || type.is(MapTrait.HOLDS_MAPS);
    arguments.options.keySet().stream()
        .filter(k -> k.startsWith("slot"))
        .forEach(k -> slots.put(slotNumber(arguments, k), arguments.option(k, "")));
    arguments.refuseOthers(ATTRIBUTES);
    TypeTable.Known key = arguments.type("key", draft.types);
    TypeTable.Known value = arguments.type("value", draft.types);
    int valueSize = value == null ? arguments.count("value", ofDescriptors ? 4 : 0) : value.size();
    String pin = arguments.option("pin", "");
    if (!pin.isEmpty() && !pin.equals("name")) {
      throw common.bad(
          "directive", arguments.token, "a map is pinned by name only", "write pin=name");
    }
    MapSpec map =
        MapSpec.of(
                name,
                type,
                key == null ? arguments.count("key", ofDescriptors ? 4 : 0) : key.size(),
                valueSize,
                arguments.count("entries", 0))
            .toBuilder()
            .flags(flags(arguments))
            .extra(arguments.unsigned("extra"))
            .btfKeyTypeId(key == null ? 0 : key.id())
            .btfValueTypeId(value == null ? 0 : value.id())
            .inner(inner)
            .frozen(arguments.count("frozen", 0) != 0)
            .initialValue(
                arguments.options.containsKey("data")
                    ? Bytes.of(arguments.bytes("data", valueSize))
                    : null)
            .initialSlots(slots)
            .pinByName(!pin.isEmpty())
            .build();
    draft.maps.put(name, map);
    draft.mapPlaces.put(name, common.at(arguments.token));
    draft.broken.remove(name);
    MapRefusal refused = MapRules.check(asLoaded(map));
    if (refused != null) {
      problems.warning(
          "map",
          common.at(arguments.token),
          "Linux will refuse map " + name + ": " + MapWords.of(refused));
    }
  }

  /** The shape in which libbpf has it created: the inner map may be one of those in its slots. */
  private MapShape asLoaded(MapSpec map) {
    int entries = ReadOptions.defaults().loadedSize(map.type(), map.maxEntries());
    MapShape shape = map.shape().withMaxEntries(entries);
    boolean fromASlot = map.inner() == null && map.type().is(MapTrait.HOLDS_MAPS);
    return fromASlot && !map.initialSlots().isEmpty()
        ? shape.withInner(MapRules.example(MapType.HASH))
        : shape;
  }

  /** {@code flags=no_prealloc|mmapable}, with or without {@code BPF_F_}, or a number. */
  private int flags(Arguments arguments) {
    DirectiveValueContext value = arguments.options.get("flags");
    if (value == null) {
      return 0;
    }
    int flags = 0;
    for (String word : value.getText().split("\\|", -1)) {
      Integer flag = FLAGS.get(word.toLowerCase(Locale.ROOT).replaceFirst("^bpf_f_", ""));
      if (flag == null) {
        boolean name = !word.isEmpty() && !Character.isDigit(word.charAt(0));
        if (name && !draft.constants.containsKey(word) && word.matches("\\w+")) {
          throw common.bad(
              "unknown-name",
              value.getStart(),
              "there is no map flag " + word,
              Suggestions.didYouMean(word, FLAGS.keySet()));
        }
        return arguments.count("flags", 0);
      }
      flags |= flag;
    }
    return flags;
  }

  private int slotNumber(Arguments arguments, String key) {
    try {
      return Integer.parseInt(key.substring("slot".length()));
    } catch (NumberFormatException notANumber) {
      throw common.bad(
          "directive", arguments.token, key + " is no slot", "write slot0=NAME slot1=NAME …");
    }
  }
}
