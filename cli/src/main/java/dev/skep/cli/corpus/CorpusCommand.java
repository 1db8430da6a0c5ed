package dev.skep.cli.corpus;

import dev.skep.agreement.corpus.CorpusArchive;
import dev.skep.agreement.corpus.CorpusRecord;
import dev.skep.agreement.corpus.CorpusRun;
import dev.skep.agreement.corpus.Judge;
import dev.skep.agreement.corpus.Judgement;
import dev.skep.agreement.corpus.RecordPrinter;
import dev.skep.agreement.corpus.RecordReader;
import dev.skep.agreement.corpus.Tally;
import dev.skep.btf.Btf;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Release;
import dev.skep.catalog.Releases;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.cli.options.Target;
import dev.skep.object.Profile;
import dev.skep.report.input.KernelOptions;
import dev.skep.report.input.KernelTypes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep corpus}. */
@Command(
    name = "corpus",
    description = {
      "Judge a file of recorded programs and compare with what the kernel said.",
      "",
      "FILE has one JSON object a line: a program as it was submitted to bpf(2), and the kernel's"
          + " answer. Logs and types are in a zip of the same name beside it. The last line of the"
          + " output counts: how many verdicts are the same; false accepts (skep accepts, the"
          + " kernel refused); false rejects; programs that both refuse with the same last message;"
          + " programs that skep says it cannot judge; failures of skep's verifier."
    },
    footer = {
      "",
      "Examples:",
      "  skep corpus programs.jsonl",
      "      the figure for the kernel that recorded the corpus",
      "  skep corpus programs.jsonl --list false-accepts",
      "      name the programs that skep should have refused",
      "  skep corpus programs.jsonl --list not-modelled --group",
      "      what is missing, most frequent first",
      "  skep corpus programs.jsonl --show tc.o:ingress",
      "      skep's log beside the recorded one",
      "  skep corpus programs.jsonl --compare-log --jobs 2",
      "      also count the logs that are equal line for line",
      "",
      "Exit codes: 0 the corpus was judged; 2 usage; 3 the corpus cannot be read."
    })
public final class CorpusCommand implements Callable<Integer> {

  /** What can be listed. */
  enum Which {
    ALL(j -> true),
    SAME(j -> j.agreement() == Judgement.Agreement.SAME),
    DIFFERENT(j -> j.agreement() != Judgement.Agreement.SAME),
    FALSE_ACCEPTS(j -> j.agreement() == Judgement.Agreement.FALSE_ACCEPT),
    FALSE_REJECTS(j -> j.agreement() == Judgement.Agreement.FALSE_REJECT),
    NOT_MODELLED(j -> j.agreement() == Judgement.Agreement.NOT_MODELLED),
    CRASHES(j -> j.agreement() == Judgement.Agreement.CRASH),
    OTHER_MESSAGE(
        j ->
            j.agreement() == Judgement.Agreement.SAME
                && !j.sameMessage()
                && !j.ours().equals("accepted")),
    OTHER_WORK(
        j -> j.agreement() == Judgement.Agreement.SAME && j.processed() != j.kernelProcessed()),
    OTHER_LOG(j -> j.logCompared() && j.log() != null);

    private final Predicate<Judgement> test;

    Which(Predicate<Judgement> test) {
      this.test = test;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FILE", description = "The corpus, one program a line.")
  private Path file;

  @Option(
      names = "--kernel",
      paramLabel = "VERSION",
      description = {
        "Judge for, and compare with, this kernel; otherwise the one that the corpus was recorded"
            + " on. A series such as 6.12 stands for its point release that was recorded."
      })
  private @Nullable String kernel;

  @Option(
      names = "--btf",
      paramLabel = "FILE",
      description =
          "The kernel's types, raw or gzipped; otherwise those of the running kernel, if any.")
  private @Nullable Path btf;

  @Option(
      names = "--list",
      paramLabel = "WHICH",
      description = "Name programs: ${COMPLETION-CANDIDATES}.")
  private @Nullable Which list;

  @Option(
      names = "--group",
      description = "With --list: count them by skep's answer, most frequent first.")
  private boolean group;

  @Option(
      names = "--show",
      paramLabel = "ID",
      description = "One program: skep's log beside the recorded one, the first difference marked.")
  private @Nullable String show;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      description = "Only programs whose id contains this text.")
  private @Nullable String only;

  @Option(
      names = "--compare-log",
      description =
          "Compare the logs at level 2 line for line, except for addresses and the time taken.")
  private boolean compareLog;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "1",
      description = "Programs judged at the same time (${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "A program that takes longer counts as a crash (${DEFAULT-VALUE}).")
  private int timeLimit;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      defaultValue = "2",
      description = "Possible CPUs of the kernel that recorded the corpus (${DEFAULT-VALUE}).")
  private int cpus;

  @Option(
      names = "--kconfig",
      paramLabel = "FILE",
      description = {
        "Build options of the kernel that recorded the corpus; otherwise those of the running"
            + " kernel, if it is of that version and offers them."
      })
  private @Nullable Path kconfig;

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw CommandFailure.unreadable(file + ": no such file");
    }
    if (jobs < 1 || timeLimit < 1 || cpus < 1) {
      throw CommandFailure.usage("--jobs, --time-limit and --cpus take a number from 1 on");
    }
    KernelVersion version = version();
    // The recorded ids of kernel types are those of the kernel that recorded the corpus.
    @Nullable Btf types = KernelTypes.read(btf);
    var profile = new Profile(version, types, cpus, true, KernelOptions.of(kconfig, version));
    try (CorpusArchive archive = CorpusArchive.beside(file)) {
      var judge = new Judge(version, profile, archive, compareLog, timeLimit);
      var run =
          new CorpusRun(
              file,
              new RecordReader(archive, types),
              judge,
              id -> only == null || id.contains(only));
      PrintWriter out = spec.commandLine().getOut();
      if (show != null) {
        return show(run, judge, archive, show, out);
      }
      List<Judgement> judgements = run.run(jobs, this::progress);
      clearProgress();
      if (list != null) {
        print(judgements.stream().filter(list.test).toList(), out);
      }
      Tally tally = Tally.of(judgements);
      if (compareLog) {
        out.printf("same log %d of %d compared%n", tally.sameLog(), tally.logsCompared());
      }
      out.println(tally.line());
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.unreadable(file + ": " + e.getMessage());
    }
  }

  /** The kernel to go by; one that is not known ends the command. */
  private KernelVersion version() throws IOException {
    KernelVersion version;
    try {
      version = kernel != null ? Target.version(kernel) : CorpusRun.recordedOn(file);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.unreadable(file + ": " + e.getMessage());
    }
    if (version == null) {
      throw CommandFailure.unreadable(file + ": no records in it");
    }
    if (!(Releases.of(version) instanceof Release.Known)) {
      throw CommandFailure.usage(Releases.whyNot(version));
    }
    return version;
  }

  private void print(List<Judgement> judgements, PrintWriter out) {
    if (!group) {
      for (Judgement j : judgements) {
        out.printf("%s%n    kernel: %s (processed %d)%n", j.id(), j.kernel(), j.kernelProcessed());
        out.printf("    skep:   %s (processed %d)%n", j.ours(), j.processed());
        if (j.log() != null) {
          out.printf("    log line %d%n", j.log().line());
          out.printf("    kernel: %s%n    skep:   %s%n", j.log().left(), j.log().right());
        }
      }
      return;
    }
    Map<String, List<Judgement>> groups =
        judgements.stream().collect(Collectors.groupingBy(Judgement::ours));
    groups.entrySet().stream()
        .sorted(
            Comparator.comparingInt((Map.Entry<String, List<Judgement>> e) -> -e.getValue().size())
                .thenComparing(Map.Entry::getKey))
        .forEach(
            e ->
                out.printf(
                    "%5d  %s  (%s)%n",
                    e.getValue().size(), e.getKey(), e.getValue().getFirst().id()));
  }

  private int show(CorpusRun run, Judge judge, CorpusArchive archive, String id, PrintWriter out)
      throws IOException {
    CorpusRecord record =
        run.find(id)
            .orElseThrow(
                () ->
                    CommandFailure.usage(
                        "the corpus has no program '" + id + "'; --list all names them"));
    RecordPrinter.print(record, judge, archive, out);
    return ExitCode.OK;
  }

  private void progress(List<Judgement> done) {
    if (onTerminal() && done.size() % 25 == 0) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf("\r%d programs judged", done.size());
      err.flush();
    }
  }

  private static boolean onTerminal() {
    return Boolean.getBoolean("skep.terminal"); // the launcher looks: it costs a JVM more
  }

  private void clearProgress() {
    if (onTerminal()) {
      PrintWriter err = spec.commandLine().getErr();
      err.print("\r                              \r");
      err.flush();
    }
  }
}
