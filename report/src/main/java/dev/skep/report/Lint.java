package dev.skep.report;

import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Release;
import dev.skep.catalog.Releases;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private final List<Asked> kernels;
  private final List<Rule> rules;
  private final @Nullable String program;

  private Lint(List<Path> files, List<Asked> kernels, List<Rule> rules, @Nullable String program) {
    this.files = files;
    this.kernels = kernels;
    this.rules = rules;
    this.program = program;
  }

  /**
   * A kernel that is asked about.
   *
   * @param profiles what is judged for: the kernel itself, or its neighbours if it is not known
   */
  private record Asked(Release release, List<Profile> profiles) {

    static Asked of(KernelVersion version, Function<KernelVersion, Profile> profiles) {
      Release release = Releases.of(version);
      return switch (release) {
        case Release.Known known -> new Asked(release, List.of(profiles.apply(known.version())));
        case Release.Near near ->
            new Asked(release, near.neighbours().stream().map(profiles).toList());
        case Release.Unknown unknown ->
            new Asked(release, List.of(profiles.apply(unknown.asked())));
      };
    }

    KernelVersion kernel() {
      return release instanceof Release.Known known ? known.version() : release.asked();
    }
  }

  /** Of files: BPF objects, assembly, executables with objects inside. For the newest kernel. */
  public static Lint of(Collection<Path> files) {
    return new Lint(List.copyOf(files), List.of(), List.of(), null).kernels(Profile.DEFAULT);
  }

  /** Of files. */
  public static Lint of(Path... files) {
    return of(Arrays.asList(files));
  }

  /**
   * For these kernels, in this order. For one that is not known, those around it are judged for.
   *
   * @param asked there must be one
   * @param profiles what is judged for, by release
   */
  public Lint kernels(Collection<KernelVersion> asked, Function<KernelVersion, Profile> profiles) {
    if (asked.isEmpty()) {
      throw new IllegalArgumentException("no kernel to judge for");
    }
    return new Lint(files, asked.stream().map(k -> Asked.of(k, profiles)).toList(), rules, program);
  }

  /** For these kernels. */
  public Lint kernels(Profile... targets) {
    if (targets.length == 0) {
      throw new IllegalArgumentException("no kernel to judge for");
    }
    return new Lint(
        files,
        Stream.of(targets).map(p -> Asked.of(p.version(), p::withVersion)).toList(),
        rules,
        program);
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
      for (Asked kernel : kernels) {
        answers.add(judge(file, kernel));
      }
      var report = new FileReport(file, answers);
      reports.add(report);
      listener.accept(report);
    }
    return new Report(kernels.stream().map(Asked::kernel).toList(), reports);
  }

  private FileReport.Answer judge(Path file, Asked asked) {
    List<List<Inputs.Input>> readings = new ArrayList<>();
    try {
      // What a loader submits depends on the kernel: the file is read for each.
      for (Profile profile : asked.profiles()) {
        readings.add(Inputs.readAll(file, Inputs.optionsFor(profile)));
      }
    } catch (UnreadableException e) {
      return new FileReport.Answer(asked.kernel(), List.of(), Problem.unreadable(e));
    }
    List<Inputs.Input> inputs = readings.getFirst();
    var objects = new ArrayList<ObjectReport>();
    boolean any = false;
    for (int i = 0; i < inputs.size(); i++) {
      int number = i;
      List<BpfObject> read = readings.stream().map(r -> r.get(number).object()).toList();
      List<ProgramReport> programs = judge(read, asked);
      any |= !programs.isEmpty();
      objects.add(new ObjectReport(inputs.get(i).label(), read.getFirst().warnings(), programs));
    }
    Problem problem = any ? null : nothingJudged(file, inputs.getFirst().object());
    return new FileReport.Answer(asked.kernel(), objects, problem);
  }

  /**
   * Judges the programs of an object.
   *
   * @param readings the same object, read for each profile
   */
  private List<ProgramReport> judge(List<BpfObject> readings, Asked asked) {
    List<ProgramSpec> programs = readings.getFirst().programs();
    var reports = new ArrayList<ProgramReport>();
    for (int i = 0; i < programs.size(); i++) {
      int number = i;
      if (program == null || programs.get(i).name().equals(program)) {
        List<ProgramSpec> submitted = readings.stream().map(r -> r.programs().get(number)).toList();
        reports.add(
            asked.release() instanceof Release.Near
                ? judgeAround(submitted, asked)
                : judge(submitted.getFirst(), asked.profiles().getFirst()));
      }
    }
    return reports;
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
    return new ProgramReport(spec, verdict, findings, null);
  }

  private static ProgramReport judgeAround(List<ProgramSpec> submitted, Asked asked) {
    var answers = new ArrayList<Neighbours.Answer>();
    for (int i = 0; i < submitted.size(); i++) {
      Profile profile = asked.profiles().get(i);
      Verdict verdict = Verifier.verify(submitted.get(i), profile, 0);
      answers.add(new Neighbours.Answer(profile.version(), verdict));
    }
    var neighbours = new Neighbours(asked.kernel(), answers);
    Verdict.NotModelled verdict = neighbours.verdict(submitted.getFirst());
    return new ProgramReport(
        submitted.getFirst(), verdict, List.of(verdict.diagnostic()), neighbours);
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
