package dev.skep.cli.object;

import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.Release;
import dev.skep.catalog.Releases;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.cli.options.Chosen;
import dev.skep.cli.options.Target;
import dev.skep.object.BpfObject;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.report.input.Inputs;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep verify}. */
@Command(
    name = "verify",
    description = {
      "Print the verifier's log for one program, in the kernel's own format.",
      "",
      "Level 1 shows the path that leads to the error; level 2 the state at every instruction of"
          + " every path, whatever the verdict. 'skep lint' says the same for people in a hurry."
    },
    footer = {
      "",
      "Examples:",
      "  skep verify examples/broken/missing_bounds_check.bpf.o",
      "      the log of the only program in the object, level 1",
      "  skep verify examples/tc_account.bpf.o --prog account_ingress --log-level 2",
      "      everything that the verifier saw",
      "",
      "Exit codes: 0 accepted; 1 rejected or cannot be judged; 2 usage; 3 the file cannot be read."
    })
public final class VerifyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private Target target;

  @Parameters(paramLabel = "FILE", description = "A BPF object.")
  private Path file;

  @Option(
      names = "--prog",
      paramLabel = "NAME",
      description = "The program; may be left out if there is only one.")
  private @Nullable String prog;

  @Option(
      names = "--log-level",
      paramLabel = "N",
      defaultValue = "1",
      description = "1 or 2, plus 4 for statistics, as in bpf(2) (${DEFAULT-VALUE}).")
  private int logLevel;

  @Override
  public Integer call() {
    if (logLevel < 1 || logLevel > 7) {
      throw CommandFailure.usage("--log-level is 1 or 2, plus 4 for statistics");
    }
    PrintWriter out = spec.commandLine().getOut();
    return switch (target.release()) {
      case Release.Known known -> verify(target.profile(known.version()), out);
      case Release.Unknown unknown -> verify(target.profile(unknown.asked()), out);
      case Release.Near near -> {
        for (KernelVersion neighbour : near.neighbours()) {
          out.println("Linux " + neighbour + ":");
          verify(target.profile(neighbour), out);
        }
        out.flush();
        spec.commandLine().getErr().println("skep: " + Releases.whyNot(near.asked()));
        yield ExitCode.REJECTED;
      }
    };
  }

  private int verify(Profile profile, PrintWriter out) {
    BpfObject object = Chosen.object(file, Inputs.optionsFor(profile));
    ProgramSpec program = Chosen.program(object, file, prog);
    Verdict verdict = Verifier.verify(program, profile, logLevel);
    out.print(verdict.log());
    if (!verdict.log().isEmpty() && !verdict.log().endsWith("\n")) {
      out.println();
    }
    if (verdict instanceof Verdict.NotModelled unknown) {
      out.flush();
      spec.commandLine()
          .getErr()
          .println("skep: cannot judge " + program.name() + ": " + unknown.diagnostic().message());
    }
    return verdict instanceof Verdict.Accepted ? ExitCode.OK : ExitCode.REJECTED;
  }
}
