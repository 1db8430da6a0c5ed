package dev.skep.cli.fuzz;

import dev.skep.agreement.fuzz.CampaignLimits;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long a campaign goes on, where it starts, and where it stores what it finds. */
final class Limits {

  private static final long NANOS = 1_000_000_000L;
  private static final long DEFAULT_SECONDS = 60;

  @Option(
      names = "--time",
      paramLabel = "SECONDS",
      description = "How long; 60 if no --count is given.")
  private @Nullable Long seconds;

  @Option(names = "--count", paramLabel = "N", description = "How many inputs at most.")
  private @Nullable Long count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The first input's seed; taken from the clock if it is not given.")
  private @Nullable Long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "skep-fuzz",
      description = "Where what was found is stored (${DEFAULT-VALUE}).")
  private Path out = Path.of("skep-fuzz");

  /** The most inputs to try. */
  long most() {
    return count == null ? Long.MAX_VALUE : Math.max(0, count);
  }

  /** The longest time in nanoseconds; so large that it never passes if only a count was given. */
  long nanos() {
    long time = seconds != null ? seconds : count != null ? Long.MAX_VALUE : DEFAULT_SECONDS;
    return Math.clamp(time, 0, Long.MAX_VALUE / NANOS / 2) * NANOS;
  }

  /** The first input's seed. */
  long firstSeed() {
    Long given = seed;
    if (given == null) {
      given = System.currentTimeMillis() % NANOS * 1000;
      seed = given;
    }
    return given;
  }

  Path out() {
    return out;
  }

  /** All of them. */
  CampaignLimits all() {
    return new CampaignLimits(firstSeed(), most(), nanos(), out);
  }
}
