package dev.skep.object.inspect;

import dev.skep.btf.Btf;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Kfunc;
import dev.skep.catalog.KfuncFlag;
import dev.skep.catalog.Kfuncs;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Printable;
import dev.skep.object.inspect.Inspection.Function;
import dev.skep.object.inspect.Inspection.Global;
import dev.skep.object.inspect.Inspection.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An inspection as a page of text. */
public final class InspectionPrinter {

  private static final int MAX_LINES = 12;

  private final StringBuilder text = new StringBuilder();

  private InspectionPrinter() {}

  /** The page. */
  public static String print(Inspection inspection) {
    var printer = new InspectionPrinter();
    printer.object(inspection);
    return printer.text.toString();
  }

  private void line(String format, Object... values) {
    // Names in objects may hold anything: a line stays one.
    text.append(Printable.line(format.formatted(values))).append('\n');
  }

  private void object(Inspection object) {
    line(
        "object %s, licence %s, %s, %s, %s",
        object.name().isEmpty() ? "(no name)" : object.name(),
        object.license().isEmpty() ? "(none)" : "'" + object.license() + "'",
        count(object.programs().size(), "program"),
        count(object.maps().size(), "map"),
        object.types().count() == 0 ? "no BTF" : count(object.types().count(), "type") + " of BTF");
    object.programs().forEach(this::program);
    if (!object.maps().isEmpty()) {
      line("");
      line("maps");
      object.maps().forEach(this::map);
    }
    if (!object.types().globals().isEmpty()) {
      line("");
      line("globals");
      some(object.types().globals().stream().map(InspectionPrinter::global).toList());
    }
    if (!object.core().isEmpty()) {
      line("");
      line(
          "CO-RE asks the kernel for (%s)",
          count(object.core().values().stream().mapToInt(List::size).sum(), "relocation"));
      some(object.core().values().stream().flatMap(List::stream).distinct().sorted().toList());
    }
  }

  private void program(Program program) {
    ProgramSpec spec = program.spec();
    line("");
    line(
        "program %s  SEC(\"%s\")  %s%s%s%s",
        spec.name(),
        spec.section(),
        spec.type().kernelName(),
        spec.expectedAttachType() == null
            ? ""
            : ", attaches as " + spec.expectedAttachType().kernelName(),
        spec.attachTarget() == null ? "" : " to " + spec.attachTarget(),
        spec.autoload() ? "" : ", loaded only on demand");
    row("needs", "Linux %s: %s".formatted(program.needs().oldest(), program.needs().decidedBy()));
    row(
        "before",
        program.needs().features().stream()
            .filter(n -> !n.feature().equals(program.needs().decidedBy()))
            .limit(3)
            .map(n -> n.feature() + " " + n.since())
            .collect(Collectors.joining(", ")));
    program.needs().unknown().forEach(unknown -> row("not known", unknown));
    row("depends on", String.join(", ", program.needs().conditions()));
    row(
        "code",
        "%s in %s, %s"
            .formatted(
                count(spec.code().size(), "instruction"),
                count(program.functions().size(), "function"),
                String.join(" ", program.groups())));
    if (program.functions().size() > 1) {
      row(
          "functions",
          program.functions().stream()
              .map((Function f) -> f.name() + " " + f.slots())
              .collect(Collectors.joining(", ")));
    }
    row("fill in", relocations(program));
    row("maps", spec.maps().stream().map(MapSpec::name).collect(Collectors.joining(", ")));
    var names = new ArrayList<String>();
    for (int id : program.uses().helpers()) {
      names.add("bpf_" + Helpers.nameOf(id));
    }
    row("helpers", String.join(", ", names));
    program.uses().kfuncs().forEach(name -> row("kfunc", kfunc(name)));
    row("variables", String.join(", ", program.uses().ksyms()));
    if (program.uses().poisoned() > 0) {
      row(
          "missing",
          count(program.uses().poisoned(), "instruction") + " that this kernel has nothing for");
    }
  }

  /** A kernel function with what the catalog says of it. */
  private static String kfunc(String name) {
    Kfunc kfunc = Kfuncs.byName(Btf.essentialName(name));
    if (kfunc == null) {
      return name + ": not in Linux " + KernelVersion.NEWEST + " itself; a module's, or gone";
    }
    String flags =
        kfunc.flags().stream().map(KfuncFlag::kernelName).sorted().collect(Collectors.joining(" "));
    return "%s: since Linux %s%s%s"
        .formatted(
            name,
            kfunc.since(),
            flags.isEmpty() ? "" : ", " + flags,
            kfunc.optional() ? ", if configured" : "");
  }

  private static String relocations(Program program) {
    Relocations r = program.relocations();
    var parts = new ArrayList<String>();
    part(parts, r.maps(), "map");
    part(parts, r.mapValues(), "global variable");
    part(parts, r.variables(), "kernel variable");
    part(parts, r.kernelCalls(), "kernel call");
    part(parts, r.localCalls(), "local call");
    part(parts, r.functionAddresses(), "function address");
    return String.join(", ", parts);
  }

  private static void part(List<String> parts, int number, String noun) {
    if (number > 0) {
      parts.add(count(number, noun));
    }
  }

  private void row(String title, String content) {
    if (!content.isEmpty()) {
      line("  %-10s %s", title, content);
    }
  }

  private void map(MapSpec map) {
    line(
        "  %-28s %-17s key %d, value %d, %s%s%s",
        map.name(),
        map.type().kernelName(),
        Integer.toUnsignedLong(map.keySize()),
        Integer.toUnsignedLong(map.valueSize()),
        count(Integer.toUnsignedLong(map.maxEntries()), "entry"),
        map.flags() == 0 ? "" : ", flags %#x".formatted(map.flags()),
        (map.frozen() ? ", frozen" : "")
            + (map.pinByName() ? ", pinned by name" : "")
            + (map.inner() == null ? "" : ", of " + map.inner().type().kernelName()));
  }

  private static String global(Global global) {
    return "%-16s %+6d %6d bytes  %s %s"
        .formatted(global.section(), global.offset(), global.size(), global.type(), global.name());
  }

  private void some(List<String> lines) {
    lines.stream().limit(MAX_LINES).forEach(l -> line("  %s", l));
    if (lines.size() > MAX_LINES) {
      line("  … and %d more", lines.size() - MAX_LINES);
    }
  }

  private static String count(long number, String noun) {
    String plural = noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
    return number + " " + (number == 1 ? noun : plural);
  }
}
