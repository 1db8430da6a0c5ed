package dev.skep.cli.object;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.cli.options.Target;
import dev.skep.report.FileReport;
import dev.skep.report.Lint;
import dev.skep.report.Problem;
import dev.skep.report.Report;
import dev.skep.report.format.JsonFormat;
import dev.skep.report.format.ReportFormat;
import dev.skep.report.format.SarifFormat;
import dev.skep.report.format.TextFormat;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ReportFormat writer =
        switch (format) {
          case HUMAN -> new TextFormat(notes);
          case JSON -> new JsonFormat();
          case SARIF -> new SarifFormat();
        };
    Report report =
        Lint.of(files)
            .kernels(List.of(target.release().asked()), target::profile)
            .only(prog)
            .run(
                file -> {
                  writer.file(file, out);
                  complain(file);
                });
    writer.end(report, out);
    if (report.problems().findAny().isPresent()) {
      return report.problems().mapToInt(LintCommand::exitCode).max().orElseThrow();
    }
    return report.clean() ? ExitCode.OK : ExitCode.REJECTED;
  }

  /** Says what is wrong with a file; if it is the only one, nothing else is said. */
  private void complain(FileReport file) {
    for (FileReport.Answer answer : file.answers()) {
      Problem problem = answer.problem();
      if (problem == null) {
        continue;
      }
      if (files.size() == 1) {
        throw problem.kind() == Problem.Kind.UNREADABLE
            ? CommandFailure.unreadable(problem.message(), problem.details())
            : CommandFailure.usage(problem.message());
      }
      spec.commandLine().getErr().println("skep: " + problem.message());
    }
  }

  private static int exitCode(Problem problem) {
    return switch (problem.kind()) {
      case UNREADABLE -> ExitCode.UNREADABLE;
      case NO_SUCH_PROGRAM -> ExitCode.USAGE;
    };
  }
}
