package dev.skep.cli.object;

import dev.skep.btf.Btf;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.cli.options.Target;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.RunningKernel;
import dev.skep.object.elf.EmbeddedObjects;
import dev.skep.object.inspect.Inspection;
import dev.skep.object.inspect.InspectionPrinter;
import dev.skep.object.inspect.Submission;
import dev.skep.object.reader.ObjectReader;
import dev.skep.report.input.Inputs;
import dev.skep.report.text.DiagnosticPrinter;
import dev.skep.report.text.InspectionJson;
import dev.skep.report.text.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep inspect}. */
@Command(
    name = "inspect",
    description = {
      "Show what an object holds, and the oldest kernel that its programs need.",
      "",
      "Programs with their subprograms, helpers, kernel functions and what decides the oldest"
          + " kernel; maps; global variables; what CO-RE asks for. A program that was built with"
          + " libbpf's skeletons is shown by the objects inside it."
    },
    footer = {
      "",
      "Examples:",
      "  skep inspect examples/tc_account.bpf.o",
      "      programs, maps, globals, needs",
      "  skep inspect --btf vmlinux-6.1.btf.gz examples/task_switch.bpf.o",
      "      with another kernel's types",
      "  skep inspect /usr/sbin/execsnoop",
      "      the objects inside a program; --extract DIR writes them to files",
      "  skep inspect --submitted prog.bpf.o",
      "      what would go to this machine's kernel, one fact a line",
      "",
      "Exit codes: 0 done; 2 usage; 3 a file cannot be read."
    })
public final class InspectCommand implements Callable<Integer> {

  /** Output formats. */
  enum Format {
    HUMAN,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Mixin private Target target;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "BPF objects, or programs that have some inside.")
  private List<Path> files = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "human",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private Format format = Format.HUMAN;

  @Option(
      names = "--submitted",
      description = {
        "Print the maps and relocated programs as they would be submitted, one fact a line;",
        "for the running kernel unless --kernel names one."
      })
  private boolean submitted;

  @Option(
      names = "--extract",
      paramLabel = "DIR",
      description = "Write the objects inside the files to DIR, as NAME.bpf.o, NAME.2.bpf.o …")
  private @Nullable Path extract;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (extract != null) {
      return extract(extract, out);
    }
    if (submitted) {
      return submitted(out);
    }
    ReadOptions options = Inputs.optionsFor(target.profile());
    var json = new ArrayList<Object>();
    boolean first = true;
    for (Path file : files) {
      for (Inputs.Input input : Inputs.readAll(file, options)) {
        Inspection seen =
            input.bytes().length == 0
                ? Inspection.of(input.object())
                : Inspection.of(input.object(), input.bytes());
        if (format == Format.JSON) {
          json.add(InspectionJson.of(input.label(), seen));
          continue;
        }
        if (!first) {
          out.println();
        }
        first = false;
        out.print(InspectionPrinter.print(seen));
        input.object().warnings().forEach(warning -> DiagnosticPrinter.print(warning, out));
      }
    }
    if (format == Format.JSON) {
      out.println(Json.pretty(json));
    }
    return ExitCode.OK;
  }

  /** The exit code is that of the worst file; the others are printed all the same. */
  private int submitted(PrintWriter out) {
    ReadOptions options = RunningKernel.options().withKernelSymbols(RunningKernel.symbols());
    if (spec.commandLine().getParseResult().hasMatchedOption("--kernel")) {
      options = Inputs.optionsFor(target.profile());
    } else {
      Btf types = target.types();
      options = types == null ? options : options.withKernelBtf(types);
    }
    int code = ExitCode.OK;
    for (Path file : files) {
      Inputs.requireFile(file);
      List<ReadResult> results = ObjectReader.readAll(Inputs.bytes(file), file.toString(), options);
      for (int i = 0; i < results.size(); i++) {
        out.printf("object %s %d%n", file, i + 1);
        out.print(Submission.print(results.get(i)));
        if (results.get(i) instanceof ReadResult.Refused) {
          code = ExitCode.UNREADABLE;
        }
      }
    }
    return code;
  }

  private int extract(Path folder, PrintWriter out) throws IOException {
    Files.createDirectories(folder);
    for (Path file : files) {
      Inputs.requireFile(file);
      List<EmbeddedObjects.Embedded> inside = EmbeddedObjects.find(Inputs.bytes(file));
      if (inside.isEmpty()) {
        throw CommandFailure.unreadable(file + ": no BPF object is inside it");
      }
      int number = 1;
      for (EmbeddedObjects.Embedded object : inside) {
        Path to = folder.resolve(file.getFileName() + (number == 1 ? "" : "." + number) + ".bpf.o");
        Files.write(to, object.bytes());
        out.printf(
            "%s: %d bytes from byte %d of %s%n", to, object.bytes().length, object.offset(), file);
        number++;
      }
    }
    return ExitCode.OK;
  }
}
