package dev.skep.assembler;

import dev.skep.assembler.Draft.Function;
import dev.skep.assembler.Problems.Place;
import dev.skep.btf.Btf;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the object of a file that has been read. */
final class ObjectBuilder {

  private final Problems problems;
  private final Draft draft;
  private final AssemblyOptions options;
  private final String file;
  private final Map<String, MapSpec> typed = new HashMap<>();

  ObjectBuilder(Problems problems, Draft draft, AssemblyOptions options, String file) {
    this.problems = problems;
    this.draft = draft;
    this.options = options;
    this.file = file;
  }

  AssemblyResult build() {
    String name = objectName(file);
    Map<Draft.Data, MapSpec> dataMaps = new LinkedHashMap<>();
    var dataTypes = new DataTypes(draft);
    for (Draft.Data data : draft.data.values()) {
      if (data.isMap() && data.content.size() > 0) {
        dataMaps.put(data, dataTypes.map(name, data));
      }
    }
    String license = license();
    FunctionTypes functions = new FunctionTypes(draft.types);
    List<ProgramSpec> programs = new ArrayList<>();
    if (!problems.tooMany()) {
      boolean hadErrors = problems.hasErrors();
      Linker linker = new Linker(problems, draft, options, file, dataMaps, functions);
      for (Function function : programFunctions()) {
        programs.add(linker.program(function, license));
      }
      if (programs.isEmpty() && !hadErrors) {
        problems.error("empty", new Place(1, 1, ""), "there is no instruction in the file", null);
      }
      checkSlots(programs);
    }
    if (problems.hasErrors()) {
      return new AssemblyResult(null, problems.all());
    }
    List<MapSpec> maps = new ArrayList<>(draft.maps.values());
    maps.addAll(dataMaps.values());
    Btf btf = draft.types.build();
    var diagnostics = problems.all();
    return new AssemblyResult(
        new BpfObject(
            name,
            license,
            programs.stream().map(p -> withTypes(p, btf)).toList(),
            maps.stream().map(m -> withTypes(m, btf)).toList(),
            btf,
            diagnostics),
        diagnostics);
  }

  /** What a map holds from the start has to be in the file. */
  private void checkSlots(List<ProgramSpec> programs) {
    Set<String> known = new LinkedHashSet<>(draft.maps.keySet());
    programs.forEach(p -> known.add(p.name()));
    for (MapSpec map : draft.maps.values()) {
      Place place = draft.mapPlaces.getOrDefault(map.name(), new Place(1, 1, ""));
      map.initialSlots()
          .forEach(
              (slot, name) -> {
                if (!known.contains(name) && !draft.broken.contains(name)) {
                  problems.error(
                      "unknown-name",
                      place,
                      "slot %d of map %s holds %s, which is no map or program of this file"
                          .formatted(slot, map.name(), name),
                      Suggestions.didYouMean(name, known));
                } else if (Integer.compareUnsigned(slot, map.maxEntries()) >= 0) {
                  problems.error(
                      "range",
                      place,
                      "map %s has room for %s, so there is no slot %d"
                          .formatted(map.name(), Integer.toUnsignedString(map.maxEntries()), slot),
                      null);
                }
              });
    }
  }

  private MapSpec withTypes(MapSpec map, Btf btf) {
    return typed.computeIfAbsent(map.name(), _ -> copy(map, btf));
  }

  private static MapSpec copy(MapSpec map, Btf btf) {
    MapSpec inner = map.inner();
    boolean hasTypes = map.btfKeyTypeId() != 0 || map.btfValueTypeId() != 0;
    return map.toBuilder()
        .btf(hasTypes ? btf : null)
        .inner(inner == null ? null : copy(inner, btf))
        .build();
  }

  private ProgramSpec withTypes(ProgramSpec p, Btf btf) {
    return p.toBuilder()
        .maps(p.maps().stream().map(m -> withTypes(m, btf)).toList())
        .btf(btf)
        .build();
  }

  private List<Function> programFunctions() {
    List<Function> marked = new ArrayList<>();
    List<Function> others = new ArrayList<>();
    for (Function function : draft.functions.values()) {
      if (function.items.isEmpty()) {
        if (function.program) {
          problems.error(
              "empty", function.place, "program " + function.name + " has no instruction", null);
        }
        continue;
      }
      (function.program ? marked : others).add(function);
    }
    return marked.isEmpty() ? others : marked;
  }

  private String license() {
    if (draft.license != null) {
      return draft.license;
    }
    Draft.@Nullable Data section = draft.data.get("license");
    if (section == null) {
      return options.license();
    }
    String text = section.content.toString(StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  private static String objectName(String file) {
    String last = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    int dot = last.indexOf('.');
    return dot > 0 ? last.substring(0, dot) : last;
  }
}
