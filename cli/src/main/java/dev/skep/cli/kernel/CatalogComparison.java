package dev.skep.cli.kernel;

import dev.skep.catalog.AttachRules;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.Availability;
import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.HelperTargets;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.kernel.FeatureProbe;
import dev.skep.kernel.Kernel;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The running kernel's answers beside the catalog's entry for its release: every helper for every
 * program type and attach type, every program type and every map type.
 */
final class CatalogComparison {

  private final HelperQuestion question;
  private final FeatureProbe probe;
  private final KernelVersion version;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> differences = new ArrayList<>();
  private final Map<String, Integer> reasons = new LinkedHashMap<>();
  private int programTypes;
  private int mapTypes;

  /** Helpers of a program type, all its attach types together. */
  private static final class Row {
    final ProgramType type;
    int compared;
    int allowed;
    int different;
    int undecided;
    String note = "";

    Row(ProgramType type) {
      this.type = type;
    }
  }

  CatalogComparison(Kernel kernel) {
    this.question = new HelperQuestion(kernel);
    this.probe = new FeatureProbe(kernel);
    this.version = kernel.version();
    for (ProgramType type : ProgramType.values()) {
      if (type != ProgramType.UNSPEC) {
        programType(type);
        rows.add(helpers(type));
      }
    }
    for (MapType type : MapType.values()) {
      if (type != MapType.UNSPEC) {
        mapType(type);
      }
    }
  }

  /** How many answers differ. */
  int differences() {
    return differences.size();
  }

  private void programType(ProgramType type) {
    programTypes++;
    if (type.isIn(version)) {
      if (isMissing(probe.programType(type))) {
        String configuration = configuration(type);
        if (configuration == null) {
          differences.add(
              "program type %s: the catalog has it since %s, the kernel lacks it"
                  .formatted(type.kernelName(), type.since()));
        } else {
          reason("program type %s needs %s".formatted(type.kernelName(), configuration), 1);
        }
      }
    } else if (probe.programType(type).isAvailable()) {
      differences.add(
          "program type %s: the catalog has it only since %s"
              .formatted(type.kernelName(), type.since()));
    }
  }

  private void mapType(MapType type) {
    mapTypes++;
    boolean available = probe.mapType(type).isAvailable();
    if (available != type.isIn(version)) {
      differences.add(
          "map type %s: the catalog has it since %s, the kernel says: %s"
              .formatted(type.kernelName(), type.since(), probe.mapType(type).text()));
    }
  }

  private static boolean isMissing(dev.skep.kernel.Availability answer) {
    return answer.answer() == dev.skep.kernel.Availability.Answer.NOT_SUPPORTED;
  }

  /** What a kernel must be built with to have a program type that others of its release lack. */
  private static @Nullable String configuration(ProgramType type) {
    return switch (type) {
      case LIRC_MODE2 -> "CONFIG_BPF_LIRC_MODE2";
      case LSM -> "CONFIG_BPF_LSM";
      case NETFILTER -> "CONFIG_NETFILTER_BPF_LINK";
      case LWT_SEG6LOCAL -> "CONFIG_IPV6_SEG6_BPF";
      default -> null;
    };
  }

  private Row helpers(ProgramType type) {
    var row = new Row(type);
    if (type == ProgramType.EXT) {
      row.note = "as the program that it replaces";
      return row;
    }
    if (!type.isIn(version)) {
      row.note = "since " + type.since();
      return row;
    }
    if (isMissing(probe.programType(type))) {
      row.note = "not in this kernel";
      return row;
    }
    int flags = type == ProgramType.SYSCALL ? ProgramSpec.F_SLEEPABLE : 0;
    var unasked = new ArrayList<String>();
    for (AttachType attach : attachTypes(type)) {
      if (attach != null && !attach.isIn(version)) {
        continue;
      }
      if (question.ask(type, attach, flags) instanceof HelperQuestion.Answer.Unasked(String why)) {
        unasked.add((attach == null ? "" : attach.kernelName() + ": ") + why);
        continue;
      }
      for (int id = 1; id <= Helpers.LAST_ID + 2; id++) {
        helper(row, attach, flags, id);
      }
    }
    row.note = String.join("; ", unasked);
    unasked.forEach(why -> reason("%s, %s".formatted(type.kernelName(), why), Helpers.LAST_ID));
    return row;
  }

  private static List<@Nullable AttachType> attachTypes(ProgramType type) {
    if (type == ProgramType.STRUCT_OPS) {
      var one = new ArrayList<@Nullable AttachType>();
      one.add(null);
      return one;
    }
    return AttachRules.of(type);
  }

  private void helper(Row row, @Nullable AttachType attach, int flags, int id) {
    Availability ours = catalog(row.type, attach, flags != 0, id);
    switch (question.ask(row.type, attach, flags, id)) {
      case HelperQuestion.Answer.Unasked(String why) ->
          differences.add(name(row, attach, id) + ": the kernel does not tell: " + why);
      case HelperQuestion.Answer.Allowed _ -> decided(row, attach, id, true, ours);
      case HelperQuestion.Answer.Refused _ -> decided(row, attach, id, false, ours);
    }
  }

  /** What the catalog says of a program with the target that {@link HelperQuestion} names. */
  private Availability catalog(
      ProgramType type, @Nullable AttachType attach, boolean sleepable, int id) {
    if (type == ProgramType.STRUCT_OPS) {
      return Helpers.structOpsAllowed(id, HelperQuestion.STRUCT, sleepable, version);
    }
    Availability answer = Helpers.allowed(id, type, attach, sleepable, version);
    HelperPrototype prototype = Helpers.prototype(id, type, attach);
    boolean forTarget =
        prototype == null
            || HelperTargets.allows(
                prototype, type, attach, HelperQuestion.shortTarget(type, attach));
    return forTarget ? answer : Availability.NOT_ALLOWED;
  }

  private void decided(
      Row row, @Nullable AttachType attach, int id, boolean allowed, Availability ours) {
    row.compared++;
    row.allowed += allowed ? 1 : 0;
    if (ours == Availability.UNKNOWN) {
      row.undecided++;
      String configuration = Helpers.configuration(id);
      reason(
          configuration == null
              ? "the catalog does not know " + row.type.kernelName() + " in Linux " + version
              : "bpf_" + Helpers.nameOf(id) + " depends on " + configuration,
          1);
    } else if (allowed != (ours == Availability.ALLOWED)) {
      row.different++;
      differences.add(
          "%s: the catalog says %s, the kernel says %s"
              .formatted(
                  name(row, attach, id),
                  ours.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                  allowed ? "allowed" : "not allowed"));
    }
  }

  private static String name(Row row, @Nullable AttachType attach, int id) {
    return "%s%s bpf_%s#%d"
        .formatted(
            row.type.kernelName(),
            attach == null ? "" : "/" + attach.kernelName(),
            Helpers.nameOf(id),
            id);
  }

  private void reason(String words, int count) {
    reasons.merge(words, count, Integer::sum);
  }

  /** The table; the last line counts. */
  String text() {
    var out = new StringBuilder();
    out.append(
        "%-24s %9s %9s %9s %10s%n"
            .formatted("helpers of", "asked", "allowed", "undecided", "different"));
    int compared = 0;
    int undecided = 0;
    for (Row row : rows) {
      out.append(
          "%-24s %9d %9d %9d %10d%s%n"
              .formatted(
                  row.type.kernelName(),
                  row.compared,
                  row.allowed,
                  row.undecided,
                  row.different,
                  row.note.isEmpty() ? "" : "  " + row.note));
      compared += row.compared;
      undecided += row.undecided;
    }
    out.append("\nnot compared, and why\n");
    reasons.forEach((why, count) -> out.append("%9d  %s%n".formatted(count, why)));
    if (!differences.isEmpty()) {
      out.append("\ndifferences\n");
      differences.forEach(line -> out.append("  ").append(line).append('\n'));
    }
    out.append(
        "\nLinux %s: helpers %d, undecided %d, program types %d, map types %d, differences %d%n"
            .formatted(version, compared, undecided, programTypes, mapTypes, differences.size()));
    return out.toString();
  }

  /** The same for scripts. */
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("kernel", version.toString());
    json.put(
        "helpers",
        rows.stream()
            .map(
                row -> {
                  var one = new LinkedHashMap<String, Object>();
                  one.put("type", row.type.kernelName());
                  one.put("asked", row.compared);
                  one.put("allowed", row.allowed);
                  one.put("undecided", row.undecided);
                  one.put("different", row.different);
                  one.put("note", row.note);
                  return one;
                })
            .toList());
    json.put("not_compared", reasons);
    json.put("differences", differences);
    return json;
  }
}
