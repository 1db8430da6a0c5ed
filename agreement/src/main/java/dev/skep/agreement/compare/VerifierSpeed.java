package dev.skep.agreement.compare;

import dev.skep.agreement.answer.KernelAnswer;
import dev.skep.kernel.KernelObject;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long both verifiers take for the same programs: the kernel's own figure ({@code verification
 * time N usec}), and ours warm, without a log on either side; medians.
 */
public final class VerifierSpeed {

  /** {@code BPF_LOG_STATS}. */
  private static final int STATISTICS = 4;

  private static final int KERNEL_RUNS = 7;
  private static final int MOST_RUNS = 500;
  private static final long TURN_NANOS = 300_000_000L;
  private static final Pattern TIME = Pattern.compile("(?m)^verification time (\\d+) usec");

  private final List<Double> ratios = new ArrayList<>();
  private double slowest;

  /** Measures one accepted program, and says so in a line. */
  public String measure(KernelObject session, ProgramSpec program, Profile profile) {
    long[] theirs = new long[KERNEL_RUNS];
    for (int i = 0; i < KERNEL_RUNS; i++) {
      KernelAnswer answer = KernelAnswer.of(session, program, STATISTICS);
      if (answer.loaded() != null) {
        answer.loaded().program().close();
      }
      Matcher time = TIME.matcher(answer.log());
      if (!time.find()) {
        return "  time       the kernel's log has none";
      }
      theirs[i] = Long.parseLong(time.group(1)) * 1000;
    }
    long end = System.nanoTime() + TURN_NANOS;
    var ours = new ArrayList<Long>();
    while (ours.isEmpty() || ours.size() < MOST_RUNS && System.nanoTime() < end) {
      long start = System.nanoTime();
      Verifier.verify(program, profile, 0);
      ours.add(System.nanoTime() - start);
    }
    // The first half warms up.
    List<Long> warm = ours.subList(ours.size() / 2, ours.size());
    double mine = median(warm.stream().mapToLong(Long::longValue).toArray());
    double kernels = Math.max(median(theirs), 1000);
    ratios.add(mine / kernels);
    slowest = Math.max(slowest, mine);
    return String.format(
        Locale.ROOT,
        "  time       kernel %.0f us, skep %.0f us, ratio %.2f",
        kernels / 1000,
        mine / 1000,
        mine / kernels);
  }

  /** The last line, empty if nothing was measured. */
  public String summary() {
    if (ratios.isEmpty()) {
      return "";
    }
    double middle = median(ratios.stream().mapToLong(r -> Math.round(r * 1000)).toArray()) / 1000;
    return String.format(
        Locale.ROOT,
        "speed: %d programs, median ratio skep / kernel %.2f, slowest %.0f ms",
        ratios.size(),
        middle,
        slowest / 1e6);
  }

  private static double median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
