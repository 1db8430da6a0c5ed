package dev.skep.cli.fuzz;

import dev.skep.agreement.fuzz.DamagedCopies;
import dev.skep.agreement.fuzz.ObjectsCampaign;
import dev.skep.agreement.fuzz.ReaderTrial;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.object.ReadOptions;
import dev.skep.report.input.Inputs;
import dev.skep.report.input.KernelTypes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep fuzz objects}. */
@Command(
    name = "objects",
    mixinStandardHelpOptions = true,
    description = {
      "Feed damaged objects and types (BTF) to all that reads them.",
      "",
      "Each input is read, inspected, printed and written again. It fails by an exception that is"
          + " not documented, by more than a second of CPU time, or by more than 512 MiB. A"
          + " failing input is stored as object-NUMBER.bin."
    },
    footer = {
      "",
      "Examples:",
      "  skep fuzz objects --count 1000000 examples/*.bpf.o /usr/sbin/execsnoop",
      "      a million inputs made from these",
      "  skep fuzz objects --seed 4711 --count 1 examples/*.bpf.o",
      "      one input again, made from the same files in the same order",
      "",
      "Exit codes: 0 nothing was found; 1 an input failed; 2 usage; 3 a file cannot be read."
    })
public final class ObjectsFuzz implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Objects, programs, raw BTF.")
  private List<Path> files = List.of();

  @Mixin private Limits limits;

  @Option(
      names = "--btf",
      paramLabel = "FILE",
      description = "The kernel's types for CO-RE; the running kernel's by default.")
  private @Nullable Path btf;

  @Override
  public Integer call() throws InterruptedException {
    var seeds = new ArrayList<byte[]>();
    for (Path file : files) {
      Inputs.requireFile(file);
      seeds.addAll(ReaderTrial.seeds(Inputs.bytes(file)));
    }
    if (seeds.isEmpty()) {
      throw CommandFailure.unreadable("there is no BPF object and no BTF in these files");
    }
    var trial = new ReaderTrial(ReadOptions.defaults().withKernelBtf(KernelTypes.read(btf)));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "%d seeds, first input %d%n", seeds.size(), limits.firstSeed());
    out.flush();
    var campaign = new ObjectsCampaign(new DamagedCopies(seeds), trial, limits.all(), out);
    return campaign.run() == 0 ? ExitCode.OK : ExitCode.REJECTED;
  }
}
