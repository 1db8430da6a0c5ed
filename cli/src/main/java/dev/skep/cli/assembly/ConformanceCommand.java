package dev.skep.cli.assembly;

import dev.skep.assembler.conformance.Conformance;
import dev.skep.cli.CommandFailure;
import dev.skep.cli.ExitCode;
import dev.skep.interpreter.ConformanceRunner;
import dev.skep.interpreter.Interpreter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep conformance}. */
@Command(
    name = "conformance",
    description = {
      "Run a folder of the BPF conformance suite's files on the interpreter.",
      "",
      "Each .data file holds a program, memory and the expected result. Files in a folder called"
          + " 'negative' must be refused. The last line counts."
    },
    footer = {
      "",
      "Examples:",
      "  skep conformance bpf_conformance/tests",
      "      only files that do not go as they should, and the count",
      "  skep conformance --all bpf_conformance/tests",
      "      every file",
      "",
      "Exit codes: 0 all went as they should; 1 some did not; 2 usage; 3 the folder cannot be read."
    })
public final class ConformanceCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "Files that end in .data, in folders or not.")
  private Path folder;

  @Option(names = "--all", description = "Name every file.")
  private boolean all;

  @Override
  public Integer call() {
    if (!Files.isDirectory(folder)) {
      throw CommandFailure.unreadable(folder + ": no such folder");
    }
    var runner = new ConformanceRunner(new Interpreter());
    List<Conformance.Report> reports;
    try {
      reports = Conformance.runFolder(folder, runner::run);
    } catch (IOException e) {
      throw CommandFailure.unreadable(folder + ": cannot be read: " + e.getMessage());
    }
    PrintWriter out = spec.commandLine().getOut();
    int good = 0;
    for (Conformance.Report report : reports) {
      good += report.asExpected() ? 1 : 0;
      if (all || !report.asExpected()) {
        out.printf(
            "%s %s%s%n",
            report.asExpected() ? "pass" : "FAIL",
            report.file(),
            report.detail().isEmpty() ? "" : ": " + report.detail());
      }
    }
    out.printf("files %d, as expected %d%n", reports.size(), good);
    return good == reports.size() ? ExitCode.OK : ExitCode.REJECTED;
  }
}
