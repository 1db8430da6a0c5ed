package dev.skep.cli.kernel;

import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.cli.CommandFailure;
import dev.skep.cli.ExitCode;
import dev.skep.cli.text.Json;
import dev.skep.kernel.Availability;
import dev.skep.kernel.FeatureProbe;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelUnavailableException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep kernel feature probe}. */
@Command(
    name = "kernel",
    description = {
      "Ask the running kernel what it offers: program types, map types, helpers, features.",
      "",
      "Each answer is found by trying, and is one of three: available, not supported, or"
          + " inconclusive with the reason. Needs root or CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN."
    },
    footer = {
      "",
      "Examples:",
      "  skep kernel feature probe",
      "      program types, map types and features",
      "  skep kernel feature probe --helpers -j",
      "      also every helper for every program type, as JSON",
      "",
      "Exit codes: 0 done; 2 usage; 4 no kernel or no privilege."
    })
public final class KernelCommand implements Callable<Integer> {

  /** What is asked about. */
  enum Subject {
    FEATURE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is done with it. */
  enum Action {
    PROBE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "feature", description = "The object: feature.")
  private Subject subject = Subject.FEATURE;

  @Parameters(index = "1", paramLabel = "probe", description = "The command: probe.")
  private Action action = Action.PROBE;

  @Option(names = "--helpers", description = "Also try every helper in every program type.")
  private boolean helpers;

  @Option(
      names = {"-j", "--json"},
      description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    return switch (subject) {
      case FEATURE ->
          switch (action) {
            case PROBE -> probe();
          };
    };
  }

  private int probe() {
    try (Kernel kernel = Kernel.open()) {
      Map<String, Map<String, Object>> answers = answers(new FeatureProbe(kernel));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        var all = new LinkedHashMap<String, @Nullable Object>();
        all.put("kernel", kernel.release());
        all.putAll(answers);
        out.println(Json.pretty(all));
      } else {
        out.printf("Linux %s%n", kernel.release());
        answers.forEach(
            (section, rows) -> {
              out.printf("%n%s%n", section.replace('_', ' '));
              rows.forEach((name, answer) -> out.printf("  %-40s %s%n", name, answer));
            });
      }
      return ExitCode.OK;
    } catch (KernelUnavailableException e) {
      throw CommandFailure.noKernel(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, Map<String, Object>> answers(FeatureProbe probe) {
    Map<String, Map<String, Object>> answers = new LinkedHashMap<>();
    Map<String, Object> programTypes = new LinkedHashMap<>();
    for (ProgramType type : ProgramType.values()) {
      if (type != ProgramType.UNSPEC) {
        programTypes.put(type.kernelName(), inWords(probe.programType(type)));
      }
    }
    answers.put("program_types", programTypes);
    Map<String, Object> mapTypes = new LinkedHashMap<>();
    for (MapType type : MapType.values()) {
      if (type != MapType.UNSPEC) {
        mapTypes.put(type.kernelName(), inWords(probe.mapType(type)));
      }
    }
    answers.put("map_types", mapTypes);
    Map<String, Object> features = new LinkedHashMap<>();
    for (FeatureProbe.Feature feature : FeatureProbe.Feature.values()) {
      features.put(feature.key(), inWords(probe.feature(feature)));
    }
    answers.put("features", features);
    if (helpers) {
      for (ProgramType type : ProgramType.values()) {
        if (probe.programType(type).isAvailable()) {
          answers.put("helpers_of_" + type.kernelName(), helpers(probe, type));
        }
      }
    }
    return answers;
  }

  private static Map<String, Object> helpers(FeatureProbe probe, ProgramType type) {
    Map<String, Object> rows = new LinkedHashMap<>();
    for (int id = 1; id <= Helpers.LAST_ID; id++) {
      HelperPrototype helper = Helpers.byId(id);
      if (helper != null) {
        rows.put("bpf_" + helper.name(), inWords(probe.helper(type, id)));
      }
    }
    return rows;
  }

  private static String inWords(Availability answer) {
    return answer.reason().isEmpty()
        ? answer.answer().text()
        : answer.answer().text() + ": " + answer.reason();
  }
}
