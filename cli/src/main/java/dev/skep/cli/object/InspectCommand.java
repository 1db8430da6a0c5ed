package dev.skep.cli.object;

import dev.skep.cli.ExitCode;
import dev.skep.cli.Target;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.inspect.Inspection;
import dev.skep.object.inspect.Need;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep inspect}. */
@Command(
    name = "inspect",
    description = {
      "Show what an object holds, and the oldest kernel that its programs need.",
      "",
      "Programs with their subprograms, helpers, kernel functions and what decides the oldest"
          + " kernel; maps; global variables; what CO-RE asks for."
    },
    footer = {
      "",
      "Examples:",
      "  skep inspect examples/tc_account.bpf.o",
      "      programs, maps, globals, needs",
      "  skep inspect --btf vmlinux-6.1.btf.gz examples/task_switch.bpf.o",
      "      with another kernel's types",
      "",
      "Exit codes: 0 done; 2 usage; 3 the file cannot be read."
    })
public final class InspectCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private Target target;

  @Parameters(paramLabel = "FILE", description = "A BPF object.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    BpfObject object = Inputs.read(file, Target.readOptions(target.profile()));
    Inspection seen =
        Assembly.isSource(file)
            ? Inspection.of(object, CatalogNames.INSTANCE)
            : Inspection.of(object, CatalogNames.INSTANCE, Files.readAllBytes(file));
    PrintWriter out = spec.commandLine().getOut();
    out.printf("object %s, licence %s, %d types%n", seen.name(), seen.license(), seen.types());
    seen.programs().forEach(program -> print(program, out));
    seen.maps().forEach(map -> print(map, out));
    for (Inspection.Global global : seen.globals()) {
      out.printf(
          "global %s: %s %s, offset %d, %d bytes%n",
          global.section(), global.type(), global.name(), global.offset(), global.size());
    }
    seen.core()
        .forEach(
            (section, asks) -> {
              out.printf("CO-RE in %s%n", section);
              asks.forEach(ask -> out.printf("  %s%n", ask));
            });
    return ExitCode.OK;
  }

  private static void print(Inspection.Program program, PrintWriter out) {
    out.printf(
        "program %s: section %s, %s, %d slots, groups %s%n",
        program.spec().name(),
        program.spec().section(),
        program.spec().type().uapiName(),
        program.spec().code().size(),
        String.join(" ", program.groups()));
    for (Inspection.Function function : program.functions()) {
      out.printf(
          "  function %s: pc %d, %d slots%n", function.name(), function.pc(), function.slots());
    }
    list(out, "helpers", program.helpers().stream().map(InspectCommand::helper).toList());
    list(out, "kernel functions", List.copyOf(program.kfuncs()));
    list(out, "kernel variables", List.copyOf(program.ksyms()));
    for (Need need : program.needs()) {
      out.printf("  needs %s since %s%n", need.feature(), need.since());
    }
    out.printf("  oldest kernel %s, because of %s%n", program.oldest(), program.decidedBy());
    list(out, "of unknown age", program.unknown());
  }

  private static String helper(int id) {
    String name = CatalogNames.INSTANCE.name(id);
    return name == null ? "helper " + id : name;
  }

  private static void list(PrintWriter out, String what, List<String> items) {
    if (!items.isEmpty()) {
      out.printf("  %s: %s%n", what, String.join(", ", items));
    }
  }

  private static void print(MapSpec map, PrintWriter out) {
    out.printf(
        "map %s: %s, key %d, value %d, %d entries, flags 0x%x%s%n",
        map.name(),
        map.type().uapiName(),
        map.keySize(),
        map.valueSize(),
        map.maxEntries(),
        map.flags(),
        map.frozen() ? ", frozen" : "");
  }
}
