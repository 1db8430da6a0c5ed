package dev.skep.cli.object;

import dev.skep.agreement.answer.KernelAnswer;
import dev.skep.agreement.answer.UnsizedMaps;
import dev.skep.agreement.compare.Comparison;
import dev.skep.agreement.compare.ComparisonCounts;
import dev.skep.agreement.compare.TestRunComparison;
import dev.skep.agreement.compare.VerifierSpeed;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Releases;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.cli.options.Chosen;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelObject;
import dev.skep.object.BpfObject;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.report.input.Inputs;
import dev.skep.report.input.KernelOptions;
import dev.skep.report.input.UnreadableException;
import dev.skep.report.text.Json;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep compare}. */
@Command(
    name = "compare",
    description = {
      "Load each program into this machine's kernel, and put its answer beside skep's.",
      "",
      "For each program: both verdicts, both last messages, instructions processed, the first line"
          + " at which the logs at level 2 differ (addresses and times apart), and the result of a"
          + " test run. Programs are unloaded again at once; nothing is attached. Maps whose size"
          + " the file leaves to its loader get room for one element. Needs root or"
          + " CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN."
    },
    footer = {
      "",
      "Examples:",
      "  skep compare examples/*.bpf.o examples/broken/*.bpf.o",
      "      do we say what this kernel says?",
      "  skep compare tc.bpf.o --prog ingress --logs",
      "      both logs, the place where they part marked",
      "  skep compare --record answers.json examples/*.bpf.o",
      "      write the kernel's answers to a file",
      "",
      "Exit codes: 0 no difference; 1 a verdict, message or test run differs, or skep cannot",
      "judge a program; 2 usage; 3 a file cannot be read; 4 no kernel or no privilege."
    })
public final class CompareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "BPF objects.")
  private List<Path> files = List.of();

  @Option(names = "--prog", paramLabel = "NAME", description = "Only the programs of this name.")
  private @Nullable String prog;

  @Option(
      names = {"-q", "--quiet"},
      description = "Only programs that differ, and the last line.")
  private boolean quiet;

  @Option(names = "--logs", description = "Print both logs, the first difference marked.")
  private boolean logs;

  @Option(names = "--no-test-run", description = "Do not run the programs.")
  private boolean noTestRun;

  @Option(
      names = "--speed",
      description = "Also measure how long both verifiers take for the accepted programs.")
  private boolean speed;

  private final VerifierSpeed times = new VerifierSpeed();

  @Option(
      names = "--record",
      paramLabel = "OUT",
      description = "Write the kernel's answers to this file, as JSON.")
  private @Nullable Path record;

  @Option(
      names = "--counts",
      paramLabel = "OUT",
      description = {
        "Write a line for each file to this file: its name and, between tabs, how many programs it"
            + " has, how many of them the kernel refused before its verifier looked, how many skep"
            + " cannot judge, and how many were the same in verdict, in verdict and message, in"
            + " verdict and work, in the log; how many were run on both, and how many of those the"
            + " same. A file that cannot be read has its name only."
      })
  private @Nullable Path counts;

  private final List<Object> answers = new ArrayList<>();
  private final ComparisonCounts totals = new ComparisonCounts();
  private final List<String> countLines = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    try (Kernel kernel = KernelAnswer.open()) {
      KernelVersion version = Releases.beside(kernel.version());
      if (!version.equals(kernel.version())) {
        spec.commandLine()
            .getErr()
            .println("skep: " + Releases.whyNot(kernel.version()) + "; skep answers for that one");
      }
      var profile =
          new Profile(
              version,
              kernel.btf(),
              kernel.possibleCpus(),
              kernel.profile().privileged(),
              KernelOptions.of(null, version));
      PrintWriter out = spec.commandLine().getOut();
      int worst = ExitCode.OK;
      for (Path file : files) {
        try {
          ComparisonCounts same = compare(kernel, profile, file, out);
          countLines.add(file + "\t" + same.columns());
          totals.add(same);
        } catch (CommandFailure failure) {
          worst = Math.max(worst, goOn(file, failure, failure.exitCode()));
        } catch (UnreadableException failure) {
          worst = Math.max(worst, goOn(file, failure, ExitCode.UNREADABLE));
        }
      }
      writeRecord(kernel);
      writeCounts();
      out.println(totals.line());
      if (speed) {
        out.println(times.summary());
      }
      return worst != ExitCode.OK ? worst : totals.different() ? ExitCode.REJECTED : ExitCode.OK;
    }
  }

  /** With the next file, if there is one: a bad one does not hide it. */
  private int goOn(Path file, RuntimeException failure, int exitCode) throws IOException {
    countLines.add(file.toString());
    if (files.size() == 1) {
      writeCounts();
      throw failure;
    }
    spec.commandLine().getErr().println("skep: " + failure.getMessage());
    return exitCode;
  }

  private ComparisonCounts compare(Kernel kernel, Profile profile, Path file, PrintWriter out) {
    var same = new ComparisonCounts();
    ReadOptions options = Inputs.optionsFor(profile);
    BpfObject object = UnsizedMaps.sized(Chosen.object(file, options));
    List<ProgramSpec> programs =
        prog == null ? object.programs() : List.of(Chosen.program(object, file, prog));
    for (ProgramSpec program : programs) {
      // A session for each: one program's maps must not fail another.
      try (KernelObject session = kernel.object(object)) {
        KernelAnswer theirs = KernelAnswer.of(session, program);
        Verdict ours = Verifier.verify(program, profile, 2);
        TestRunComparison runs =
            noTestRun || theirs.loaded() == null
                ? null
                : TestRunComparison.of(theirs.loaded().program(), program, session);
        var comparison = new Comparison(file, program, theirs, ours, runs);
        same.add(comparison);
        if (record != null) {
          answers.add(answer(comparison));
        }
        if (!quiet || comparison.differs() || theirs.beforeVerifier()) {
          comparison.print(out, logs);
        }
        if (speed && theirs.accepted() && comparison.sameVerdict()) {
          String time = times.measure(session, program, profile);
          if (!quiet) {
            out.println(time);
          }
        }
        out.flush();
      }
    }
    return same;
  }

  private static Object answer(Comparison comparison) {
    KernelAnswer kernel = comparison.theirs();
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("object", comparison.file().toString());
    json.put("program", comparison.program().name());
    json.put("accepted", kernel.accepted());
    json.put("errno", kernel.errno());
    json.put("message", kernel.message());
    json.put("processed", kernel.processed());
    return json;
  }

  private void writeRecord(Kernel kernel) throws IOException {
    if (record == null) {
      return;
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kernel", kernel.version().toString());
    json.put("possible_cpus", kernel.possibleCpus());
    json.put("loader", "all capabilities");
    json.put("answers", answers);
    Files.writeString(record, Json.pretty(json) + "\n");
  }

  private void writeCounts() throws IOException {
    if (counts != null) {
      Files.write(counts, countLines);
    }
  }
}
