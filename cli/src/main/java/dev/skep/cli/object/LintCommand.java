package dev.skep.cli.object;

import dev.skep.cli.CommandFailure;
import dev.skep.cli.ExitCode;
import dev.skep.cli.Target;
import dev.skep.cli.text.DiagnosticPrinter;
import dev.skep.cli.text.Json;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.profile.Profile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep lint}. */
@Command(
    name = "lint",
    description = {
      "Judge every program of BPF objects as Linux would: no kernel, no root needed.",
      "",
      "For each program: whether the kernel would load it. If not: the source line, the verifier's"
          + " message, the evidence, and what to do. A program that uses something that skep's"
          + " verifier does not model yet is reported as such, never as accepted."
    },
    footer = {
      "",
      "Examples:",
      "  skep lint examples/xdp_firewall.bpf.o",
      "      prints one line for each program that is accepted",
      "  skep lint examples/broken/*.bpf.o",
      "      shows what is wrong with each, and how to mend it",
      "  skep lint --kernel 6.1 --btf vmlinux-6.1.btf.gz prog.bpf.o",
      "      judges for an older kernel, with its types",
      "  skep lint /usr/sbin/execsnoop",
      "      judges the objects inside a program that was built with libbpf's skeletons",
      "  skep lint --format json prog.bpf.o | jq '.programs[] | select(.verdict != \"accepted\")'",
      "      the same for scripts",
      "",
      "Exit codes: 0 all accepted; 1 a program was rejected or cannot be judged; 2 usage;",
      "3 a file cannot be read; 70 a fault of skep's own."
    })
public final class LintCommand implements Callable<Integer> {

  /** Output formats. */
  enum Format {
    HUMAN,
    JSON,
    SARIF;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Mixin private Target target;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "BPF objects, as clang makes them, or programs that have some inside.")
  private List<Path> files = List.of();

  @Option(
      names = "--prog",
      paramLabel = "NAME",
      description = "Judge only the programs of this name.")
  private @Nullable String prog;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "human",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private Format format = Format.HUMAN;

  @Option(names = "--notes", description = "Also print what was noticed but does no harm.")
  private boolean notes;

  /** A program and what is said to it. */
  record Finding(Path file, ProgramSpec program, Verdict verdict) {}

  @Override
  public Integer call() {
    Profile profile = target.profile();
    var findings = new ArrayList<Finding>();
    var unreadable = new ArrayList<CommandFailure>();
    PrintWriter out = spec.commandLine().getOut();
    for (Path file : files) {
      try {
        lint(file, profile, findings, out);
      } catch (CommandFailure failure) {
        if (files.size() == 1) {
          throw failure;
        }
        unreadable.add(failure);
        spec.commandLine().getErr().println("skep: " + failure.getMessage());
      }
    }
    switch (format) {
      case HUMAN -> summarise(findings, unreadable.size(), out);
      case JSON -> out.println(Json.pretty(json(findings, unreadable, profile)));
      case SARIF -> out.println(Json.pretty(Sarif.of(findings)));
    }
    if (!unreadable.isEmpty()) {
      return unreadable.stream().mapToInt(CommandFailure::exitCode).max().orElseThrow();
    }
    boolean all = findings.stream().allMatch(f -> f.verdict() instanceof Verdict.Accepted);
    return all ? ExitCode.OK : ExitCode.REJECTED;
  }

  private void lint(Path file, Profile profile, List<Finding> findings, PrintWriter out) {
    List<Inputs.Input> inputs = Inputs.readAll(file, Target.readOptions(profile));
    int before = findings.size();
    for (Inputs.Input input : inputs) {
      lint(input, file, inputs.size() > 1, profile, findings, out);
    }
    if (findings.size() == before) {
      if (prog != null) {
        Inputs.program(inputs.getFirst().object(), file, prog); // says which there are
      }
      throw CommandFailure.unreadable(file + ": no programs in it");
    }
  }

  private void lint(
      Inputs.Input input,
      Path file,
      boolean several,
      Profile profile,
      List<Finding> findings,
      PrintWriter out) {
    BpfObject object = input.object();
    List<ProgramSpec> programs =
        object.programs().stream().filter(p -> prog == null || p.name().equals(prog)).toList();
    if (format == Format.HUMAN) {
      object.warnings().stream()
          .filter(warning -> notes || warning.severity() != Diagnostic.Severity.NOTE)
          .forEach(warning -> DiagnosticPrinter.print(warning, out));
      if (several && !programs.isEmpty()) {
        out.printf("%s:%n", input.label());
      }
    }
    for (ProgramSpec program : programs) {
      var finding = new Finding(file, program, Verifier.verify(program, profile, 0));
      findings.add(finding);
      if (format == Format.HUMAN) {
        print(finding, out);
      }
    }
  }

  private static void print(Finding finding, PrintWriter out) {
    String name =
        finding.file()
            + ": "
            + finding.program().name()
            + " ("
            + finding.program().type().kernelName()
            + ")";
    switch (finding.verdict()) {
      case Verdict.Accepted accepted ->
          out.printf(
              "%s: accepted, %d instructions processed%n", name, accepted.statistics().processed());
      case Verdict.Rejected rejected -> {
        out.printf("%s: rejected, %s%n", name, rejected.errno());
        DiagnosticPrinter.print(rejected.diagnostic(), out);
      }
      case Verdict.NotModelled unknown -> {
        out.printf("%s: cannot be judged%n", name);
        DiagnosticPrinter.print(unknown.diagnostic(), out);
      }
    }
  }

  private static void summarise(List<Finding> findings, int unreadable, PrintWriter out) {
    if (findings.size() + unreadable <= 1) {
      return;
    }
    long accepted = findings.stream().filter(f -> f.verdict() instanceof Verdict.Accepted).count();
    long rejected = findings.stream().filter(f -> f.verdict() instanceof Verdict.Rejected).count();
    out.printf(
        "%d programs: %d accepted, %d rejected, %d cannot be judged%s%n",
        findings.size(),
        accepted,
        rejected,
        findings.size() - accepted - rejected,
        unreadable == 0 ? "" : "; " + unreadable + " files cannot be read");
  }

  private static Map<String, @Nullable Object> json(
      List<Finding> findings, List<CommandFailure> unreadable, Profile profile) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("kernel", profile.version().toString());
    var programs = new ArrayList<Object>();
    for (Finding finding : findings) {
      var program = new LinkedHashMap<String, @Nullable Object>();
      program.put("file", finding.file().toString());
      program.put("program", finding.program().name());
      program.put("section", finding.program().section());
      program.put("type", finding.program().type().kernelName());
      switch (finding.verdict()) {
        case Verdict.Accepted _ -> program.put("verdict", "accepted");
        case Verdict.Rejected rejected -> {
          program.put("verdict", "rejected");
          program.put("errno", rejected.errno());
          program.put("message", rejected.message());
          program.put("diagnostic", DiagnosticPrinter.json(rejected.diagnostic()));
        }
        case Verdict.NotModelled unknown -> {
          program.put("verdict", "not modelled");
          program.put("what", unknown.what());
          program.put("diagnostic", DiagnosticPrinter.json(unknown.diagnostic()));
        }
      }
      program.put("processed", finding.verdict().statistics().processed());
      programs.add(program);
    }
    json.put("programs", programs);
    json.put("unreadable", unreadable.stream().map(CommandFailure::getMessage).toList());
    return json;
  }

  static Diagnostic diagnostic(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Rejected rejected -> rejected.diagnostic();
      case Verdict.NotModelled unknown -> unknown.diagnostic();
      case Verdict.Accepted _ -> throw new IllegalArgumentException("nothing to say");
    };
  }
}
