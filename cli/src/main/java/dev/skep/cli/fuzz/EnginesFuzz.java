package dev.skep.cli.fuzz;

import dev.skep.cli.CommandFailure;
import dev.skep.cli.ExitCode;
import dev.skep.isa.Code;
import dev.skep.isa.Listing;
import dev.skep.isa.Names;
import dev.skep.kernel.Kernel;
import dev.skep.testkit.ProgramGenerator;
import dev.skep.testkit.WildProgramGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

  private static final long PROGRESS_NANOS = 10_000_000_000L;
  private static final int MAX_FAILURES = 10;

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

  private final EngineTrial trial = new EngineTrial();
  private long tried;
  private long notRun;
  private long outOfBudget;
  private long onKernel;
  private int failures;

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
    long start = System.nanoTime();
    long shown = start;
    try (Kernel kernel = why == null ? Kernel.open() : null) {
      long first = limits.firstSeed();
      out.println("first seed " + first);
      for (long i = 0; i < limits.most() && failures < MAX_FAILURES; i++) {
        one(first + i, kernel, out);
        long now = System.nanoTime();
        if (now - shown > PROGRESS_NANOS) {
          shown = now;
          show(out, now - start);
        }
        if (now - start >= limits.nanos()) {
          break;
        }
      }
    }
    show(out, System.nanoTime() - start);
    return failures == 0 ? ExitCode.OK : ExitCode.REJECTED;
  }

  private void show(PrintWriter out, long nanos) {
    out.printf(
        Locale.ROOT,
        "%d programs in %d s: interpreter = jit on %d, kernel too on %d; %d out of budget, %d"
            + " malformed; %d differences%n",
        tried,
        nanos / 1_000_000_000L,
        tried - notRun - outOfBudget - failures,
        onKernel,
        outOfBudget,
        notRun,
        failures);
    out.flush();
  }

  private void one(long number, @Nullable Kernel kernel, PrintWriter out) throws IOException {
    var random = new Random(number);
    boolean wild = number % 2 == 0;
    byte[] packet = new byte[wild ? random.nextInt(64) : 14 + random.nextInt(50)];
    random.nextBytes(packet);
    Code code =
        wild
            ? new WildProgramGenerator(number).next(40)
            : new ProgramGenerator(number).next(4 + random.nextInt(40));
    Kernel asked = !wild && random.nextInt(100) < percent ? kernel : null;
    tried++;
    switch (trial.run(code, packet, asked)) {
      case EngineTrial.Result.Same(boolean there) -> onKernel += there ? 1 : 0;
      case EngineTrial.Result.NotRun() -> notRun++;
      case EngineTrial.Result.OutOfBudget() -> outOfBudget++;
      case EngineTrial.Result.Different(String what) -> {
        failures++;
        Code smaller =
            Shrink.of(
                code, c -> trial.run(c, packet, asked) instanceof EngineTrial.Result.Different);
        String text = describe(number, smaller, packet, what, asked);
        Path file = limits.out().resolve("engines-" + number + ".txt");
        Files.createDirectories(limits.out());
        Files.writeString(file, text);
        out.printf("program %d: engines differ; stored as %s%n%s", number, file, text);
        out.flush();
      }
    }
  }

  private String describe(
      long number, Code code, byte[] packet, String first, @Nullable Kernel kernel) {
    String now =
        trial.run(code, packet, kernel) instanceof EngineTrial.Result.Different(String what)
            ? what
            : first;
    return "program %d, packet of %d bytes%n%s%n%s%n"
        .formatted(number, packet.length, now, listing(code));
  }

  private static String listing(Code code) {
    var text = new StringBuilder();
    for (int pc = 0; pc < code.size(); pc++) {
      if (Shrink.isNothing(code.at(pc))) {
        continue;
      }
      text.append(pc).append(": ").append(Listing.text(code, pc, Names.NONE)).append('\n');
    }
    for (int pc = 0; pc < code.size(); pc++) {
      text.append("%016x%n".formatted(code.bitsAt(pc)));
    }
    return text.toString();
  }
}
