package dev.skep.cli.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.MapType;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.BtfValues;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelLink;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.StructOps;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.MapInfo;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.report.text.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code skep kernel struct_ops …}: structures of callbacks that BPF programs implement. */
final class StructOpsWords {

  private static final String PREFIX = "bpf_struct_ops_";

  private final Kernel kernel;
  private final Output out;

  StructOpsWords(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(String verb, Words words) throws IOException {
    switch (verb) {
      case "show", "list" -> show(words);
      case "dump" -> dump(words);
      case "register" -> register(words);
      case "unregister" -> unregister(words);
      default ->
          throw CommandFailure.usage(
              "unknown command 'struct_ops "
                  + verb
                  + "'; there are show, list, dump, register and unregister");
    }
  }

  private List<KernelMap> maps(Words words) {
    List<KernelMap> maps =
        words.hasNext()
            ? References.maps(kernel, words)
            : References.allMaps(kernel, m -> m.type() == MapType.STRUCT_OPS);
    words.end();
    for (KernelMap map : maps) {
      if (map.type() != MapType.STRUCT_OPS) {
        maps.forEach(KernelMap::close);
        throw CommandFailure.unreadable("map " + map.name() + " is no struct_ops map");
      }
    }
    return maps;
  }

  /** The kernel's structure, by the name of its value without the prefix; empty if unknown. */
  private String structure(MapInfo info) {
    Btf types = kernel.btf();
    int id = info.types().vmlinuxValue();
    if (types == null || id == 0 || id >= types.typeCount()) {
      return "";
    }
    String name = types.type(id).name();
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }

  private void show(Words words) {
    boolean single = words.peek().equals("id");
    var values = new ArrayList<Map<String, Object>>();
    var text = new StringBuilder();
    for (KernelMap map : maps(words)) {
      try (map) {
        MapInfo info = map.info();
        var json = new LinkedHashMap<String, Object>();
        json.put("id", info.id());
        json.put("name", info.name());
        json.put("kernel_struct_ops", structure(info));
        values.add(json);
        text.append("%d: %-15s %-32s\n".formatted(info.id(), info.name(), structure(info)));
      }
    }
    out.printList(values, single, text.toString());
  }

  private void dump(Words words) {
    var values = new ArrayList<Map<String, Object>>();
    for (KernelMap map : maps(words)) {
      try (map) {
        MapInfo info = map.info();
        values.add(Map.of("bpf_map_info", MapWords.structure(info)));
        byte[] value = map.lookup(new byte[map.keySize()]);
        Btf types = kernel.btf();
        if (value != null && types != null && info.types().vmlinuxValue() != 0) {
          int id = info.types().vmlinuxValue();
          Object read = BtfValues.read(types, id, Bytes.of(value));
          if (read instanceof Map<?, ?> members) {
            var named = new LinkedHashMap<String, Object>();
            members.forEach((k, v) -> named.put(String.valueOf(k), v));
            callbacks(types, id, named);
            values.add(Map.of(types.type(id).name(), named));
          }
        }
      }
    }
    out.print(values, Json.pretty(values));
  }

  /** In the structure itself, pointers to functions are ids of programs. */
  private void callbacks(Btf types, int valueId, Map<String, Object> value) {
    if (!(types.type(valueId) instanceof BtfType.Struct outer)) {
      return;
    }
    for (BtfType.Member m : outer.members()) {
      if (m.name().equals("data")
          && types.resolved(m.type()) instanceof BtfType.Struct struct
          && value.get("data") instanceof Map<?, ?> data) {
        var shown = new LinkedHashMap<String, Object>();
        data.forEach((k, v) -> shown.put(String.valueOf(k), v));
        for (BtfType.Member member : struct.members()) {
          BtfType.FuncProto prototype = callback(types, member);
          Object pointer = shown.get(member.name());
          if (prototype != null && pointer != null) {
            shown.put(member.name(), Prototypes.pointee(types, prototype) + " " + program(pointer));
          }
        }
        value.put("data", shown);
      }
    }
  }

  private static BtfType.@Nullable FuncProto callback(Btf types, BtfType.Member member) {
    return types.resolved(member.type()) instanceof BtfType.Ptr p
            && types.resolved(p.type()) instanceof BtfType.FuncProto prototype
        ? prototype
        : null;
  }

  private String program(Object pointer) {
    long id = Long.decode(String.valueOf(pointer));
    if (id == 0) {
      return "0";
    }
    try (KernelProgram program = kernel.programById((int) id)) {
      return program.name() + "/prog_id:" + id;
    } catch (KernelCallException e) {
      return "prog_id:" + id;
    }
  }

  /** {@code register OBJ [LINK_DIR] [unchecked]}: links are pinned in the directory. */
  private void register(Words words) throws IOException {
    Path file = Path.of(words.next("an object file"));
    LoadOptions options = LoadOptions.DEFAULT;
    Path links = null;
    while (words.hasNext()) {
      if (words.peek().equals("unchecked")) {
        words.take("unchecked");
        options = options.unchecked();
      } else if (links == null) {
        links = Path.of(words.next("a directory for links"));
      } else {
        words.end();
      }
    }
    BpfObject object = ProgramLoad.read(kernel, file);
    List<MapSpec> specs =
        object.maps().stream().filter(m -> m.type() == MapType.STRUCT_OPS).toList();
    if (specs.isEmpty()) {
      throw CommandFailure.unreadable(file + " has no struct_ops map");
    }
    // What is registered without a link stays when the session ends: the kernel holds it.
    try (KernelObject session = kernel.object(object)) {
      for (ProgramSpec program : object.programs()) {
        if (program.autoload()) {
          ProgramLoad.load(session, program, file, options);
        }
      }
      for (MapSpec spec : specs) {
        register(session, spec, links);
      }
    }
  }

  private void register(KernelObject session, MapSpec spec, @Nullable Path links) {
    boolean linked = (spec.flags() & StructOps.F_LINK) != 0;
    if (linked && links == null) {
      out.note(
          "struct_ops map "
              + spec.name()
              + " has a link, and was left out: name a directory for it");
      return;
    }
    StructOps registered = session.registerStructOps(spec);
    MapInfo info = registered.map().info();
    KernelLink link = registered.link();
    if (link != null && links != null) {
      try (link) {
        link.pin(links.resolve(spec.name()));
      }
    }
    out.note("Registered %s %s id %d".formatted(structure(info), info.name(), info.id()));
  }

  private void unregister(Words words) {
    if (!words.hasNext()) {
      throw CommandFailure.usage("expected id ID or name NAME of a struct_ops map");
    }
    int ended = 0;
    for (KernelMap map : maps(words)) {
      try (map) {
        MapInfo info = map.info();
        if (StructOps.state(map) == StructOps.State.INUSE) {
          StructOps.unregister(map);
          ended++;
          out.note("Unregistered %s %s id %d".formatted(structure(info), info.name(), info.id()));
        }
      }
    }
    if (ended == 0) {
      throw CommandFailure.unreadable("no struct_ops map of this name or id is in use");
    }
  }
}
