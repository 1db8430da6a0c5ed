package dev.skep.report;

import dev.skep.object.BpfObject;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.report.input.Inputs;
import dev.skep.report.input.UnreadableException;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Judges every program of files, as each of some kernels would.
 *
 * <pre>{@code
 * Report report = Lint.of(Path.of("prog.bpf.o")).kernels(Profile.DEFAULT).run();
 * report.findings().forEach(System.out::println);
 * }</pre>
 *
 * <p>A file that cannot be used is a {@link Problem} of the report; the others are judged all the
 * same. Immutable; each method gives another one.
 */
public final class Lint {

  private final List<Path> files;
  private final List<Profile> kernels;
  private final List<Rule> rules;
  private final @Nullable String program;

  private Lint(
      List<Path> files, List<Profile> kernels, List<Rule> rules, @Nullable String program) {
    this.files = files;
    this.kernels = kernels;
    this.rules = rules;
    this.program = program;
  }

  /** Of files: BPF objects, assembly, executables with objects inside. For the newest kernel. */
  public static Lint of(Collection<Path> files) {
    return new Lint(List.copyOf(files), List.of(Profile.DEFAULT), List.of(), null);
  }

  /** Of files. */
  public static Lint of(Path... files) {
    return of(Arrays.asList(files));
  }

  /** For these kernels, in this order; there must be one. */
  public Lint kernels(Collection<Profile> targets) {
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("no kernel to judge for");
    }
    return new Lint(files, List.copyOf(targets), rules, program);
  }

  /** For these kernels. */
  public Lint kernels(Profile... targets) {
    return kernels(Arrays.asList(targets));
  }

  /** Only the programs of this name; null for all. */
  public Lint only(@Nullable String name) {
    return new Lint(files, kernels, rules, name);
  }

  /** With one more rule about programs that are accepted. */
  public Lint with(Rule rule) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(rule);
    return new Lint(files, kernels, List.copyOf(more), program);
  }

  /** Judges all. */
  public Report run() {
    return run(_ -> {});
  }

  /**
   * Judges all.
   *
   * @param listener told of each file when it is done, in the order of the files
   */
  public Report run(Consumer<FileReport> listener) {
    var reports = new ArrayList<FileReport>();
    for (Path file : files) {
      var answers = new ArrayList<FileReport.Answer>();
      for (Profile kernel : kernels) {
        answers.add(judge(file, kernel));
      }
      var report = new FileReport(file, answers);
      reports.add(report);
      listener.accept(report);
    }
    return new Report(kernels, reports);
  }

  private FileReport.Answer judge(Path file, Profile kernel) {
    List<Inputs.Input> inputs;
    try {
      inputs = Inputs.readAll(file, Inputs.optionsFor(kernel));
    } catch (UnreadableException e) {
      return new FileReport.Answer(kernel, List.of(), Problem.unreadable(e));
    }
    var objects = new ArrayList<ObjectReport>();
    boolean any = false;
    for (Inputs.Input input : inputs) {
      var programs = new ArrayList<ProgramReport>();
      for (ProgramSpec spec : input.object().programs()) {
        if (program == null || spec.name().equals(program)) {
          programs.add(judge(spec, kernel));
        }
      }
      any |= !programs.isEmpty();
      objects.add(new ObjectReport(input.label(), input.object().warnings(), programs));
    }
    Problem problem = any ? null : nothingJudged(file, inputs.getFirst().object());
    return new FileReport.Answer(kernel, objects, problem);
  }

  private ProgramReport judge(ProgramSpec spec, Profile kernel) {
    Verdict verdict = Verifier.verify(spec, kernel, 0);
    var findings = new ArrayList<Diagnostic>();
    switch (verdict) {
      case Verdict.Accepted accepted -> {
        findings.addAll(accepted.findings());
        rules.forEach(rule -> findings.addAll(rule.check(spec, kernel, accepted)));
      }
      case Verdict.Rejected rejected -> findings.add(rejected.diagnostic());
      case Verdict.NotModelled unknown -> findings.add(unknown.diagnostic());
    }
    return new ProgramReport(spec, verdict, findings);
  }

  private Problem nothingJudged(Path file, BpfObject first) {
    if (program == null || first.programs().isEmpty()) {
      return new Problem(Problem.Kind.UNREADABLE, file + ": no programs in it", List.of());
    }
    String names =
        first.programs().stream().map(ProgramSpec::name).collect(Collectors.joining(", "));
    return new Problem(
        Problem.Kind.NO_SUCH_PROGRAM,
        file + " has no program '" + program + "'; it has: " + names,
        List.of());
  }
}
