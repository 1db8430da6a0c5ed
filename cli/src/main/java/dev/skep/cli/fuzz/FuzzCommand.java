package dev.skep.cli.fuzz;

import dev.skep.agreement.fuzz.Campaign;
import dev.skep.agreement.fuzz.Findings;
import dev.skep.agreement.fuzz.KernelCampaign;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep fuzz}. */
@Command(
    name = "fuzz",
    mixinStandardHelpOptions = true,
    description = {
      "Try generated inputs for a while, and store every difference.",
      "",
      "The same seed makes the same input, so that a difference can be looked at again: it is"
          + " stored with its seed, made as small as it gets. A line on standard error tells how"
          + " far the campaign is; the last line of the output counts."
    },
    commandListHeading = "%nOther campaigns:%n",
    subcommands = {ObjectsFuzz.class, EnginesFuzz.class},
    footer = {
      "",
      "Examples:",
      "  skep fuzz --against kernel --time 600",
      "      ten minutes of generated programs, skep's verdict beside the running kernel's",
      "  skep fuzz --against kernel --time 60 examples/*.bpf.o",
      "      also changed copies of these objects' programs",
      "  skep fuzz --against kernel --count 1 --seed 4711",
      "      one program again",
      "  skep fuzz objects --count 100000 examples/*.bpf.o",
      "      damaged objects and types, read by everything that reads them",
      "  skep fuzz engines --count 1000000",
      "      generated programs on the interpreter, the jit and the kernel",
      "",
      "Exit codes: 0 no difference; 1 differences, stored in --out; 2 usage; 3 a file cannot be",
      "read; 4 no kernel or no privilege."
    })
public final class FuzzCommand implements Callable<Integer> {

  private static final long NANOS = 1_000_000_000L;
  private static final long PROGRESS_NANOS = 5 * NANOS;

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "0..1")
  private @Nullable What what;

  /** What is compared with what: exactly one is given. */
  static final class What {
    @Option(
        names = "--against",
        paramLabel = "kernel",
        description = "The verifier beside the running kernel's.")
    @Nullable String against;

    @Option(
        names = "--engines",
        description = "The interpreter, the jit and the kernel: the same as the command 'engines'.")
    boolean engines;
  }

  @Mixin private Limits limits;

  @Parameters(
      paramLabel = "FILE",
      description = "Objects whose programs are changed and tried, too.")
  private List<Path> files = List.of();

  @Override
  public Integer call() throws IOException {
    if (what == null) {
      throw new ParameterException(
          spec.commandLine(),
          "name a campaign: --against kernel, --engines, or "
              + String.join(", ", spec.commandLine().getSubcommands().keySet()));
    }
    if (what.engines) {
      if (!files.isEmpty()) {
        throw CommandFailure.usage("--engines generates its programs, it takes no files");
      }
      return new EnginesFuzz(spec, limits).call();
    }
    if (!"kernel".equals(what.against)) {
      throw CommandFailure.usage("--against takes 'kernel', not '" + what.against + "'");
    }
    try (Campaign campaign = KernelCampaign.open(files, new Findings(limits.out()))) {
      return run(campaign);
    } catch (UncheckedIOException e) {
      throw CommandFailure.unreadable(String.valueOf(e.getMessage()));
    }
  }

  private int run(Campaign campaign) {
    long first = limits.firstSeed();
    long start = System.nanoTime();
    PrintWriter err = spec.commandLine().getErr();
    err.println("seed " + first);
    long shown = start;
    long done = 0;
    while (done < limits.most()) {
      long now = System.nanoTime();
      if (now - start >= limits.nanos()) {
        break;
      }
      if (now - shown >= PROGRESS_NANOS) {
        shown = now;
        progress(err, campaign, done, now - start);
      }
      campaign.run(first + done);
      done++;
    }
    double elapsed = (System.nanoTime() - start) / (double) NANOS;
    PrintWriter text = spec.commandLine().getOut();
    text.printf(
        "%s, %.0f s, seeds %d to %d%n", campaign.summary(), elapsed, first, first + done - 1);
    if (campaign.differences() > 0) {
      text.println("differences are in " + limits.out());
      return ExitCode.REJECTED;
    }
    return ExitCode.OK;
  }

  private static void progress(PrintWriter err, Campaign campaign, long done, long nanos) {
    err.printf(
        "%d s: %d %s, %d a second, %d differences%n",
        nanos / NANOS,
        done,
        campaign.unit(),
        done * NANOS / Math.max(1, nanos),
        campaign.differences());
    err.flush();
  }
}
