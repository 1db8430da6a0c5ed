package dev.skep.cli.kernel;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Availability;
import dev.skep.kernel.FeatureProbe;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.info.LinkType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code skep kernel feature probe [kernel] [full] [unprivileged] [macros [prefix P]]}, and {@code
 * list_builtins}.
 */
final class FeatureWords {

  /** They write to the log when they are probed, so bpftool asks for them with 'full' only. */
  private static final Set<String> NOISY =
      Set.of("bpf_trace_printk", "bpf_trace_vprintk", "bpf_probe_write_user");

  private final Kernel kernel;
  private final FeatureProbe probe;
  private final Output out;
  private final StringBuilder text = new StringBuilder();
  private @Nullable String macros;

  FeatureWords(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.probe = new FeatureProbe(kernel);
    this.out = out;
  }

  void run(String verb, Words words) {
    switch (verb) {
      case "probe" -> probe(words);
      case "compare" -> compare(words);
      case "list_builtins" -> list(words);
      default ->
          throw CommandFailure.usage(
              "unknown command 'feature " + verb + "'; there are probe, compare and list_builtins");
    }
  }

  private void compare(Words words) {
    words.take("kernel");
    words.end();
    var comparison = new CatalogComparison(kernel);
    out.print(comparison.json(), comparison.text());
    if (comparison.differences() > 0) {
      throw CommandFailure.rejected(
          comparison.differences() + " answers differ from the catalog's");
    }
  }

  private void probe(Words words) {
    boolean full = false;
    boolean unprivileged = false;
    while (words.hasNext()) {
      String word = words.next("kernel, full or macros");
      switch (word) {
        case "kernel" -> {}
        case "full" -> full = true;
        case "macros" -> macros = words.take("prefix") ? words.next("a prefix") : "";
        case "unprivileged" -> unprivileged = true;
        case "dev" ->
            throw CommandFailure.usage("'dev' is not taken: skep does not offload to devices");
        default ->
            throw CommandFailure.usage(
                "unknown word '" + word + "'; there are kernel, full, unprivileged and macros");
      }
    }
    boolean all = full;
    if (unprivileged) {
      WithoutRights.run(() -> probe(all));
    } else {
      probe(all);
    }
  }

  private void probe(boolean full) {
    var json = new LinkedHashMap<String, Object>();
    if (macros == null) {
      json.put("system_config", systemConfiguration());
    }
    title("system call configuration", "syscall_config");
    var call = new LinkedHashMap<String, Object>();
    row(call, "have_bpf_syscall", "bpf() syscall", Availability.AVAILABLE);
    json.put("syscall_config", call);
    json.put("program_types", programTypes());
    json.put("map_types", mapTypes());
    if (macros == null) {
      json.put("helpers", helpers(full));
    }
    json.put("misc", miscellaneous());
    if (macros != null) {
      out.raw(text.toString());
    } else {
      out.print(json, text.toString());
    }
  }

  private void title(String what, String define) {
    if (macros == null) {
      text.append(text.isEmpty() ? "" : "\n").append("Scanning ").append(what).append("...\n");
    } else {
      text.append("/*** ").append(define.replace('_', ' ')).append(" ***/\n");
    }
  }

  private Map<String, @Nullable Object> systemConfiguration() {
    title("system configuration", "");
    Map<String, @Nullable Object> all = SystemConfiguration.read();
    all.forEach(
        (key, value) ->
            text.append(key).append(value == null ? " is not set" : " is " + value).append('\n'));
    return all;
  }

  private Map<String, Object> programTypes() {
    title("eBPF program types", "program types");
    var programs = new LinkedHashMap<String, Object>();
    for (ProgramType type : ProgramType.values()) {
      if (type != ProgramType.UNSPEC) {
        row(
            programs,
            "have_" + type.kernelName() + "_prog_type",
            "eBPF program_type " + type.kernelName(),
            probe.programType(type));
      }
    }
    return programs;
  }

  private Map<String, Object> mapTypes() {
    title("eBPF map types", "map types");
    var maps = new LinkedHashMap<String, Object>();
    for (MapType type : MapType.values()) {
      if (type != MapType.UNSPEC) {
        row(
            maps,
            "have_" + type.kernelName() + "_map_type",
            "eBPF map_type " + type.kernelName(),
            probe.mapType(type));
      }
    }
    return maps;
  }

  private Map<String, Object> helpers(boolean full) {
    title("eBPF helper functions", "");
    var json = new LinkedHashMap<String, Object>();
    for (ProgramType type : ProgramType.values()) {
      if (type == ProgramType.UNSPEC) {
        continue;
      }
      var names = new ArrayList<String>();
      if (probe.programType(type).isAvailable()) {
        IntStream.rangeClosed(1, Helpers.LAST_ID)
            .filter(id -> probe.helper(type, id).isAvailable())
            .mapToObj(id -> "bpf_" + Helpers.nameOf(id).replaceFirst("^bpf_", ""))
            .filter(name -> full || !NOISY.contains(name))
            .forEach(names::add);
      }
      json.put(type.kernelName() + "_available_helpers", names);
      text.append("eBPF helpers supported for program type ")
          .append(type.kernelName())
          .append(":\n");
      names.forEach(name -> text.append("\t- ").append(name).append('\n'));
      if (names.isEmpty()) {
        text.append("\tCould not determine which helpers are available\n");
      }
    }
    return json;
  }

  private Map<String, Object> miscellaneous() {
    title("miscellaneous eBPF features", "eBPF misc features");
    var features = new LinkedHashMap<String, Object>();
    for (FeatureProbe.Feature feature : FeatureProbe.Feature.values()) {
      row(
          features,
          feature.key(),
          feature.key().substring("have_".length()).replace('_', ' '),
          probe.feature(feature));
    }
    return features;
  }

  /** True and false as bpftool has them; what cannot be told is its reason. */
  private void row(Map<String, Object> json, String key, String title, Availability answer) {
    switch (answer.answer()) {
      case AVAILABLE -> json.put(key, true);
      case NOT_SUPPORTED -> json.put(key, false);
      case INCONCLUSIVE -> json.put(key, answer.text());
    }
    if (macros != null) {
      text.append("#define ").append(macros).append(answer.isAvailable() ? "" : "NO_");
      text.append(key.toUpperCase(Locale.ROOT)).append('\n');
      return;
    }
    String words =
        switch (answer.answer()) {
          case AVAILABLE -> "available";
          case NOT_SUPPORTED -> "NOT available";
          case INCONCLUSIVE -> answer.text();
        };
    text.append(title).append(" is ").append(words).append('\n');
  }

  /** What skep knows by name, whatever the kernel has. */
  private void list(Words words) {
    String group = words.next("prog_types, map_types, attach_types, link_types or helpers");
    words.end();
    List<String> names =
        switch (group) {
          case "prog_types" ->
              Arrays.stream(ProgramType.values()).map(ProgramType::kernelName).toList();
          case "map_types" -> Arrays.stream(MapType.values()).map(MapType::kernelName).toList();
          case "attach_types" ->
              Arrays.stream(AttachType.values()).map(AttachType::kernelName).toList();
          case "link_types" -> Arrays.stream(LinkType.values()).map(LinkType::kernelName).toList();
          case "helpers" ->
              IntStream.rangeClosed(1, Helpers.LAST_ID)
                  .mapToObj(id -> "bpf_" + Helpers.nameOf(id).replaceFirst("^bpf_", ""))
                  .toList();
          default ->
              throw CommandFailure.usage(
                  "unknown group '"
                      + group
                      + "'; there are prog_types, map_types, attach_types, link_types and helpers");
        };
    out.print(names, String.join("\n", names));
  }
}
