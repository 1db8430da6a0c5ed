package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.info.ProgramInfo;
import java.util.LinkedHashMap;

/**
 * {@code skep kernel prog profile PROG [duration SECONDS] [METRIC…]}: how often a program runs and
 * how long, by the kernel's own statistics. bpftool's metrics of the processor's counters are not
 * taken: they need fentry programs and a hardware PMU.
 */
final class ProgramProfile {

  private final Kernel kernel;
  private final Output out;

  ProgramProfile(Kernel kernel, Output out) {
    this.kernel = kernel;
    this.out = out;
  }

  void run(Words words) {
    try (KernelProgram program = References.program(kernel, words)) {
      int seconds = 1;
      while (words.hasNext()) {
        String word = words.next("a metric");
        switch (word) {
          case "duration" -> seconds = words.integer("the seconds");
          case "run_cnt", "run_time_ns" -> {
            // both are always shown
          }
          default ->
              throw CommandFailure.usage(
                  "unknown metric '"
                      + word
                      + "'; there are run_cnt and run_time_ns, which the kernel counts itself");
        }
      }
      try (var counting = kernel.enableStatistics()) {
        ProgramInfo before = program.info();
        sleep(seconds, counting);
        ProgramInfo after = program.info();
        long runs = after.runCount() - before.runCount();
        long nanos = after.runTimeNanos() - before.runTimeNanos();
        var json = new LinkedHashMap<String, Object>();
        json.put("run_cnt", runs);
        json.put("run_time_ns", nanos);
        out.print(
            json,
            "%18d run_cnt\n%18d run_time_ns%s\n"
                .formatted(
                    runs, nanos, runs == 0 ? "" : "  # %d ns a run".formatted(nanos / runs)));
      }
    }
  }

  /** Statistics are on as long as {@code counting} is open. */
  private static void sleep(int seconds, Kernel.Counting counting) {
    try {
      Thread.sleep(1000L * seconds);
    } catch (InterruptedException e) {
      counting.close();
      Thread.currentThread().interrupt();
    }
  }
}
