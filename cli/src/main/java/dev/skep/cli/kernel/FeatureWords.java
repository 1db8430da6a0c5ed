package dev.skep.cli.kernel;

import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.cli.CommandFailure;
import dev.skep.cli.ExitCode;
import dev.skep.kernel.Availability;
import dev.skep.kernel.FeatureProbe;
import dev.skep.kernel.Kernel;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code skep kernel feature probe} and {@code compare}. */
final class FeatureWords {

  private final Kernel kernel;
  private final FeatureProbe probe;
  private final Output out;
  private final StringBuilder text = new StringBuilder();

  FeatureWords(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.probe = new FeatureProbe(kernel);
    this.out = out;
  }

  /** Returns the exit code: 1 if the kernel and the catalog differ. */
  int run(String verb, Words words) {
    words.take("kernel");
    words.end();
    return switch (verb) {
      case "probe" -> probe();
      case "compare" -> compare();
      default ->
          throw CommandFailure.usage(
              "unknown command 'feature " + verb + "'; there are probe and compare");
    };
  }

  private int compare() {
    var comparison = new CatalogComparison(kernel);
    out.print(comparison.json(), comparison.text());
    return comparison.differences() == 0 ? ExitCode.OK : ExitCode.REJECTED;
  }

  private int probe() {
    var json = new LinkedHashMap<String, Object>();
    text.append("Scanning eBPF program types...\n");
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
    json.put("program_types", programs);
    text.append("\nScanning eBPF map types...\n");
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
    json.put("map_types", maps);
    text.append("\nScanning miscellaneous eBPF features...\n");
    var features = new LinkedHashMap<String, Object>();
    for (FeatureProbe.Feature feature : FeatureProbe.Feature.values()) {
      row(
          features,
          feature.key(),
          feature.key().substring("have_".length()).replace('_', ' '),
          probe.feature(feature));
    }
    json.put("misc", features);
    out.print(json, text.toString());
    return ExitCode.OK;
  }

  /** True and false as bpftool has them; what cannot be told is its reason. */
  private void row(Map<String, Object> json, String key, String title, Availability answer) {
    switch (answer.answer()) {
      case AVAILABLE -> json.put(key, true);
      case NOT_SUPPORTED -> json.put(key, false);
      case INCONCLUSIVE -> json.put(key, answer.text());
    }
    String words =
        switch (answer.answer()) {
          case AVAILABLE -> "available";
          case NOT_SUPPORTED -> "NOT available";
          case INCONCLUSIVE -> answer.text();
        };
    text.append(title).append(" is ").append(words).append('\n');
  }
}
