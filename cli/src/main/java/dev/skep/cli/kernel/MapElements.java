package dev.skep.cli.kernel;

import dev.skep.catalog.MapTrait;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelResource;
import dev.skep.kernel.UpdateMode;
import dev.skep.object.Bytes;
import dev.skep.report.text.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code skep kernel map dump|lookup|update|…}: what works on a map's elements. */
final class MapElements {

  private final Kernel kernel;
  private final Output out;

  MapElements(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(String verb, Words words) {
    try (KernelMap map = References.map(kernel, words)) {
      switch (verb) {
        case "dump" -> {
          words.end();
          dump(map);
        }
        case "update" -> update(map, words);
        case "lookup" -> lookup(map, words);
        case "delete" -> delete(map, words);
        case "getnext" -> next(map, words);
        case "push", "enqueue" -> push(map, words);
        case "peek" -> peek(map, false);
        default -> peek(map, true);
      }
    }
  }

  private void dump(KernelMap map) {
    MapTypes types = MapTypes.of(kernel, map.info());
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
      out.print(values, Json.pretty(formatted));
    }
  }

  private void element(
      KernelMap map,
      byte[] key,
      byte[] value,
      MapTypes types,
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

  private void update(KernelMap map, Words words) {
    byte[] key = new byte[0];
    if (words.take("key")) {
      key = words.bytes(map.keySize(), "key");
    }
    if (!words.take("value")) {
      throw CommandFailure.usage("expected 'value' and the value's bytes");
    }
    UpdateMode mode = UpdateMode.ANY;
    if (map.type().is(MapTrait.HOLDS_PROGRAMS)) {
      put(map, key, References.program(kernel, words), words);
      return;
    }
    if (map.type().is(MapTrait.HOLDS_MAPS)) {
      put(map, key, References.map(kernel, words), words);
      return;
    }
    byte[] value = words.bytes(map.valueSize(), "value");
    if (words.hasNext()) {
      mode = mode(words.next("any, exist or noexist"));
    }
    words.end();
    if (map.isPerCpu()) {
      map.updatePerCpu(key, java.util.Collections.nCopies(kernel.possibleCpus(), Bytes.of(value)));
    } else {
      map.update(key, value, mode);
    }
  }

  private static void put(KernelMap map, byte[] key, KernelResource content, Words words) {
    try (content) {
      words.end();
      map.put(key, content);
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
    if (map.keySize() == 0 && !words.hasNext()) {
      return new byte[0]; // a queue's or stack's
    }
    if (!words.take("key")) {
      throw CommandFailure.usage("expected 'key' and the key's bytes");
    }
    byte[] key = words.bytes(map.keySize(), "key");
    words.end();
    return key;
  }

  private void lookup(KernelMap map, Words words) {
    byte[] key = key(map, words);
    byte[] value = map.lookup(key);
    if (value == null) {
      out.print(null, "key:\n%s\n\nNot found".formatted(Output.hex(key)));
      return;
    }
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    MapTypes types = MapTypes.of(kernel, map.info());
    element(map, key, value, types, values, text);
    out.print(
        values.getFirst(),
        types.known() ? Json.pretty(values.getFirst().get("formatted")) : text.toString());
  }

  private void delete(KernelMap map, Words words) {
    byte[] key = key(map, words);
    if (!map.delete(key)) {
      throw CommandFailure.unreadable("the map has no key " + Output.hex(key));
    }
  }

  private void next(KernelMap map, Words words) {
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

  private void push(KernelMap map, Words words) {
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
    var json = new LinkedHashMap<String, Object>();
    json.put("key", List.of());
    json.put("value", Output.hexList(value));
    out.print(json, "value: " + Output.hex(value));
  }
}
