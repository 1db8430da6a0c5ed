package dev.skep.cli.assembly;

import dev.skep.assembler.conformance.Conformance;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.cli.options.OwnEngine;
import dev.skep.interpreter.ConformanceRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep conformance}. */
@Command(
    name = "conformance",
    description = {
      "Run a folder of the BPF conformance suite's files on skep's engines, in one process.",
      "",
      "Each .data file holds a program, memory and the expected result. Files in a folder called"
          + " 'negative' must be refused. The last line of each engine counts."
    },
    footer = {
      "",
      "Examples:",
      "  skep conformance bpf_conformance/tests",
      "      only files that do not go as they should, and the count",
      "  skep conformance --all bpf_conformance/tests",
      "      every file",
      "  skep conformance --engine interpreter bpf_conformance",
      "      on one engine only",
      "",
      "Exit codes: 0 all went as they should; 1 some did not; 2 usage; 3 the folder cannot be read."
    })
public final class ConformanceCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "Files that end in .data, in folders or not.")
  private Path folder;

  @Option(names = "--all", description = "Name every file.")
  private boolean all;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "${COMPLETION-CANDIDATES}; without it, all of them.")
  private @Nullable OwnEngine engine;

  @Override
  public Integer call() {
    if (!Files.isDirectory(folder)) {
      throw CommandFailure.unreadable(folder + ": no such folder");
    }
    boolean good = true;
    for (OwnEngine each : OwnEngine.values()) {
      if (engine == null || engine == each) {
        good &= run(each);
      }
    }
    return good ? ExitCode.OK : ExitCode.REJECTED;
  }

  private boolean run(OwnEngine on) {
    var runner = new ConformanceRunner(on.create());
    List<Conformance.Report> reports;
    try {
      reports = Conformance.runFolder(folder, runner::run);
    } catch (IOException e) {
      throw CommandFailure.unreadable(folder + ": cannot be read: " + e.getMessage());
    }
    if (reports.isEmpty()) {
      throw CommandFailure.unreadable(folder + ": no file in it ends in .data");
    }
    PrintWriter out = spec.commandLine().getOut();
    for (Conformance.Report report : reports) {
      if (all || !report.asExpected()) {
        out.printf(
            "%s %s%s%n",
            report.asExpected() ? "pass" : "FAIL",
            report.file(),
            report.detail().isEmpty() ? "" : ": " + report.detail());
      }
    }
    out.printf("%s: %s, %s%n", on, share(reports, false), share(reports, true));
    return reports.stream().allMatch(Conformance.Report::asExpected);
  }

  private static String share(List<Conformance.Report> reports, boolean negative) {
    var some = reports.stream().filter(r -> r.negative() == negative).toList();
    return "%d of %d %s"
        .formatted(
            some.stream().filter(Conformance.Report::asExpected).count(),
            some.size(),
            negative ? "negative" : "positive");
  }
}
