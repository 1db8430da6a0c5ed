package dev.skep.report.text;

import dev.skep.catalog.Helpers;
import dev.skep.object.MapSpec;
import dev.skep.object.inspect.Inspection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An inspection for scripts. */
public final class InspectionJson {

  private InspectionJson() {}

  /** A value for {@link Json}. */
  public static Map<String, @Nullable Object> of(String file, Inspection seen) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("file", file);
    json.put("name", seen.name());
    json.put("license", seen.license());
    json.put("types", seen.types().count());
    json.put("programs", seen.programs().stream().map(InspectionJson::program).toList());
    json.put("maps", seen.maps().stream().map(InspectionJson::map).toList());
    json.put("globals", seen.types().globals().stream().map(InspectionJson::global).toList());
    json.put("core", seen.core());
    return json;
  }

  private static Map<String, @Nullable Object> program(Inspection.Program program) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("name", program.spec().name());
    json.put("section", program.spec().section());
    json.put("type", program.spec().type().kernelName());
    json.put("slots", program.spec().code().size());
    json.put("oldest", program.needs().oldest().toString());
    json.put("decidedBy", program.needs().decidedBy());
    json.put(
        "needs",
        program.needs().features().stream()
            .map(need -> Map.of("feature", need.feature(), "since", need.since().toString()))
            .toList());
    json.put("unknown", program.needs().unknown());
    json.put("conditions", program.needs().conditions());
    json.put("groups", List.copyOf(program.groups()));
    json.put("functions", program.functions().stream().map(Inspection.Function::name).toList());
    json.put("maps", program.spec().maps().stream().map(MapSpec::name).toList());
    json.put(
        "helpers",
        program.uses().helpers().stream().map(id -> "bpf_" + Helpers.nameOf(id)).toList());
    json.put("kfuncs", List.copyOf(program.uses().kfuncs()));
    json.put("ksyms", List.copyOf(program.uses().ksyms()));
    json.put("poisoned", program.uses().poisoned());
    return json;
  }

  private static Map<String, @Nullable Object> map(MapSpec map) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("name", map.name());
    json.put("type", map.type().kernelName());
    json.put("key", Integer.toUnsignedLong(map.keySize()));
    json.put("value", Integer.toUnsignedLong(map.valueSize()));
    json.put("entries", Integer.toUnsignedLong(map.maxEntries()));
    json.put("flags", map.flags());
    json.put("frozen", map.frozen());
    return json;
  }

  private static Map<String, @Nullable Object> global(Inspection.Global global) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("section", global.section());
    json.put("name", global.name());
    json.put("type", global.type());
    json.put("offset", global.offset());
    json.put("size", global.size());
    return json;
  }
}
