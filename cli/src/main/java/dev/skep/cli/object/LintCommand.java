package dev.skep.cli.object;

import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Release;
import dev.skep.cli.CommandFailure;
import dev.skep.cli.ExitCode;
import dev.skep.cli.Target;
import dev.skep.cli.text.DiagnosticPrinter;
import dev.skep.cli.text.Json;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Printable;
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
import java.util.stream.IntStream;
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
      "  skep lint --kernel 6.6 prog.bpf.o",
      "      what the known kernels around it say; it is not checked on 6.6 itself",
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

  /**
   * A program and what is said to it.
   *
   * @param neighbours what the kernels around the one that is asked about say; null if that one is
   *     known
   */
  record Finding(
      Path file, ProgramSpec program, Verdict verdict, @Nullable Neighbours neighbours) {}

  @Override
  public Integer call() {
    Release release = target.release();
    List<Profile> profiles =
        switch (release) {
          case Release.Known known -> List.of(target.profile(known.version()));
          case Release.Near near -> near.neighbours().stream().map(target::profile).toList();
          case Release.Unknown unknown -> List.of(target.profile(unknown.asked()));
        };
    var findings = new ArrayList<Finding>();
    var unreadable = new ArrayList<CommandFailure>();
    PrintWriter out = spec.commandLine().getOut();
    for (Path file : files) {
      try {
        lint(file, release, profiles, findings, out);
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
      case JSON -> out.println(Json.pretty(json(findings, unreadable, kernel(release))));
      case SARIF -> out.println(Json.pretty(Sarif.of(findings, kernel(release))));
    }
    if (!unreadable.isEmpty()) {
      return unreadable.stream().mapToInt(CommandFailure::exitCode).max().orElseThrow();
    }
    boolean all = findings.stream().allMatch(f -> f.verdict() instanceof Verdict.Accepted);
    return all ? ExitCode.OK : ExitCode.REJECTED;
  }

  /** The kernel that is asked about, by its point release if that is known. */
  private static KernelVersion kernel(Release release) {
    return release instanceof Release.Known known ? known.version() : release.asked();
  }

  private void lint(
      Path file, Release release, List<Profile> profiles, List<Finding> findings, PrintWriter out) {
    // What a loader submits depends on the kernel: the file is read for each.
    List<List<Inputs.Input>> readings =
        profiles.stream().map(p -> Inputs.readAll(file, Target.readOptions(p))).toList();
    List<Inputs.Input> inputs = readings.getFirst();
    int before = findings.size();
    for (int i = 0; i < inputs.size(); i++) {
      int number = i;
      List<BpfObject> objects = readings.stream().map(r -> r.get(number).object()).toList();
      lint(inputs.get(i), objects, file, inputs.size() > 1, release, profiles, findings, out);
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
      List<BpfObject> objects,
      Path file,
      boolean several,
      Release release,
      List<Profile> profiles,
      List<Finding> findings,
      PrintWriter out) {
    BpfObject object = input.object();
    List<Integer> programs =
        IntStream.range(0, object.programs().size())
            .filter(i -> prog == null || object.programs().get(i).name().equals(prog))
            .boxed()
            .toList();
    if (format == Format.HUMAN) {
      object.warnings().stream()
          .filter(warning -> notes || warning.severity() != Diagnostic.Severity.NOTE)
          .forEach(warning -> DiagnosticPrinter.print(warning, out));
      if (several && !programs.isEmpty()) {
        out.printf("%s:%n", Printable.line(input.label()));
      }
    }
    for (int index : programs) {
      Finding finding = judge(objects, index, file, release, profiles);
      findings.add(finding);
      if (format == Format.HUMAN) {
        print(finding, kernel(release), out);
      }
    }
  }

  private static Finding judge(
      List<BpfObject> objects, int index, Path file, Release release, List<Profile> profiles) {
    ProgramSpec program = objects.getFirst().programs().get(index);
    if (!(release instanceof Release.Near)) {
      return new Finding(file, program, Verifier.verify(program, profiles.getFirst(), 0), null);
    }
    var answers = new ArrayList<Neighbours.Answer>();
    for (int i = 0; i < profiles.size(); i++) {
      Profile profile = profiles.get(i);
      ProgramSpec submitted = objects.get(i).programs().get(index);
      answers.add(new Neighbours.Answer(profile.version(), Verifier.verify(submitted, profile, 0)));
    }
    var neighbours = new Neighbours(release.asked(), answers);
    return new Finding(file, program, neighbours.verdict(program), neighbours);
  }

  private static void print(Finding finding, KernelVersion kernel, PrintWriter out) {
    String name =
        Printable.line(
            finding.file()
                + ": "
                + finding.program().name()
                + " ("
                + finding.program().type().kernelName()
                + ")");
    if (finding.neighbours() != null) {
      print(finding.neighbours(), name, out);
      return;
    }
    switch (finding.verdict()) {
      case Verdict.Accepted accepted ->
          out.printf(
              "%s: accepted by %s, %d instructions processed%n",
              name, kernel, accepted.statistics().processed());
      case Verdict.Rejected rejected -> {
        out.printf("%s: rejected by %s, %s%n", name, kernel, rejected.errno());
        DiagnosticPrinter.print(rejected.diagnostic(), out);
      }
      case Verdict.NotModelled unknown -> {
        out.printf("%s: cannot be judged%n", name);
        DiagnosticPrinter.print(unknown.diagnostic(), out);
      }
    }
  }

  private static void print(Neighbours neighbours, String name, PrintWriter out) {
    out.printf("%s: %s%n", name, neighbours.inWords());
    for (Neighbours.Answer answer : neighbours.answers()) {
      if (!(answer.verdict() instanceof Verdict.Accepted)) {
        out.printf("Linux %s:%n", answer.kernel());
        DiagnosticPrinter.print(diagnostic(answer.verdict()), out);
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
      List<Finding> findings, List<CommandFailure> unreadable, KernelVersion kernel) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("kernel", kernel.toString());
    var programs = new ArrayList<Object>();
    for (Finding finding : findings) {
      var program = new LinkedHashMap<String, @Nullable Object>();
      program.put("file", finding.file().toString());
      program.put("program", finding.program().name());
      program.put("section", finding.program().section());
      program.put("type", finding.program().type().kernelName());
      put(finding.verdict(), program);
      if (finding.neighbours() != null) {
        program.put("verdict", "not checked");
        var neighbours = new ArrayList<Object>();
        for (Neighbours.Answer answer : finding.neighbours().answers()) {
          var one = new LinkedHashMap<String, @Nullable Object>();
          one.put("kernel", answer.kernel().toString());
          put(answer.verdict(), one);
          neighbours.add(one);
        }
        program.put("neighbours", neighbours);
      }
      programs.add(program);
    }
    json.put("programs", programs);
    json.put("unreadable", unreadable.stream().map(CommandFailure::getMessage).toList());
    return json;
  }

  private static void put(Verdict verdict, Map<String, @Nullable Object> json) {
    switch (verdict) {
      case Verdict.Accepted _ -> json.put("verdict", "accepted");
      case Verdict.Rejected rejected -> {
        json.put("verdict", "rejected");
        json.put("errno", rejected.errno());
        json.put("message", rejected.message());
        json.put("diagnostic", DiagnosticPrinter.json(rejected.diagnostic()));
      }
      case Verdict.NotModelled unknown -> {
        json.put("verdict", "not modelled");
        json.put("what", unknown.what());
        json.put("diagnostic", DiagnosticPrinter.json(unknown.diagnostic()));
      }
    }
    json.put("processed", verdict.statistics().processed());
  }

  static Diagnostic diagnostic(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Rejected rejected -> rejected.diagnostic();
      case Verdict.NotModelled unknown -> unknown.diagnostic();
      case Verdict.Accepted _ -> throw new IllegalArgumentException("nothing to say");
    };
  }
}
