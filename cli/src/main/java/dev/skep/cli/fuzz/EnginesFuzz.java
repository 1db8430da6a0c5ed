package dev.skep.cli.fuzz;

import dev.skep.agreement.fuzz.EnginesCampaign;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.kernel.Kernel;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skep fuzz engines}. */
@Command(
    name = "engines",
    mixinStandardHelpOptions = true,
    description = {
      "Run generated programs on the interpreter, the jit and this machine's kernel.",
      "",
      "Odd numbers are programs that a verifier may accept: of these, a share goes to the kernel"
          + " as well. Even ones are wild. Result, packet and trap must be the same. A program"
          + " that shows a difference is made smaller and stored as engines-NUMBER.txt."
    },
    footer = {
      "",
      "Examples:",
      "  skep fuzz engines --count 1000000",
      "      a million programs, some of them in the kernel too (as root)",
      "  skep fuzz engines --seed 4711 --count 1",
      "      one program again",
      "",
      "Exit codes: 0 nothing was found; 1 engines differ; 2 usage; 4 no kernel, with"
          + " --require-kernel."
    })
public final class EnginesFuzz implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private Limits limits;

  @Option(
      names = "--kernel",
      paramLabel = "PERCENT",
      defaultValue = "25",
      description =
          "How many of the programs that may be accepted go to the kernel (${DEFAULT-VALUE}).")
  private int percent = 25;

  @Option(names = "--require-kernel", description = "Fail if there is no kernel to ask.")
  private boolean requireKernel;

  /** For the command line. */
  public EnginesFuzz() {}

  /** {@code skep fuzz --engines}: with the outer command's limits. */
  EnginesFuzz(CommandSpec spec, Limits limits) {
    this.spec = spec;
    this.limits = limits;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    String why = percent > 0 ? Kernel.whyNot() : "not asked for";
    if (why != null) {
      if (requireKernel) {
        throw CommandFailure.noKernel(why);
      }
      out.println("without the kernel: " + why);
    }
    try (Kernel kernel = why == null ? Kernel.open() : null) {
      int differences = new EnginesCampaign(limits.all(), kernel, percent, out).run();
      return differences == 0 ? ExitCode.OK : ExitCode.REJECTED;
    }
  }
}
