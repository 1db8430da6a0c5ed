package dev.skep.agreement.fuzz;

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
import org.jspecify.annotations.Nullable;

/**
 * Generated programs on the interpreter, the jit and the kernel: result, packet and trap must be
 * the same.
 *
 * <p>Odd numbers are programs that a verifier may accept, of which a share goes to the kernel; even
 * ones are wild. A program that shows a difference is made smaller and stored.
 */
public final class EnginesCampaign {

  private static final long PROGRESS_NANOS = 10_000_000_000L;
  private static final int MAX_FAILURES = 10;

  private final CampaignLimits limits;
  private final @Nullable Kernel kernel;
  private final int percent;
  private final PrintWriter out;
  private final EngineTrial trial = new EngineTrial();
  private long tried;
  private long notRun;
  private long outOfBudget;
  private long onKernel;
  private int failures;

  /**
   * A campaign that tells of itself as it goes on.
   *
   * @param kernel asked too, if there is one
   * @param percent how many of the programs that may be accepted go to the kernel
   * @param out gets a line now and then, each difference, and the counts at the end
   */
  public EnginesCampaign(
      CampaignLimits limits, @Nullable Kernel kernel, int percent, PrintWriter out) {
    this.limits = limits;
    this.kernel = kernel;
    this.percent = percent;
    this.out = out;
  }

  /** Goes on until a limit, or until there are too many differences; how many there were. */
  public int run() throws IOException {
    long start = System.nanoTime();
    long shown = start;
    long first = limits.firstSeed();
    out.println("first seed " + first);
    for (long i = 0; i < limits.most() && failures < MAX_FAILURES; i++) {
      one(first + i);
      long now = System.nanoTime();
      if (now - shown > PROGRESS_NANOS) {
        shown = now;
        show(now - start);
      }
      if (now - start >= limits.nanos()) {
        break;
      }
    }
    show(System.nanoTime() - start);
    return failures;
  }

  private void show(long nanos) {
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

  private void one(long number) throws IOException {
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
      long number, Code code, byte[] packet, String first, @Nullable Kernel asked) {
    String now =
        trial.run(code, packet, asked) instanceof EngineTrial.Result.Different(String what)
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
