package dev.skep.agreement.fuzz;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Damaged objects and types for all that reads them. An input fails by an exception that is not
 * documented, by more than a second of CPU time, or by more than 512 MiB; it is stored.
 */
public final class ObjectsCampaign {

  private static final long CPU_LIMIT_NANOS = 1_000_000_000L;
  private static final long HANG_NANOS = 20_000_000_000L;
  private static final long MEMORY_LIMIT = 512L << 20;
  private static final int PROGRESS_MILLIS = 10_000;
  private static final int MAX_FAILURES = 10;

  private final DamagedCopies copies;
  private final ReaderTrial trial;
  private final CampaignLimits limits;
  private final PrintWriter out;

  private final com.sun.management.ThreadMXBean meter =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  // Written by the thread that tries inputs, read by the one that watches it.
  private volatile long number;
  private volatile long tried;
  private final AtomicLong readable = new AtomicLong();
  private volatile long slowest;
  private volatile long largest;
  private final AtomicInteger failures = new AtomicInteger();

  /**
   * A campaign that tells of itself as it goes on.
   *
   * @param copies the inputs, by number
   * @param out gets a line now and then, each failure, and the counts at the end
   */
  public ObjectsCampaign(
      DamagedCopies copies, ReaderTrial trial, CampaignLimits limits, PrintWriter out) {
    this.copies = copies;
    this.trial = trial;
    this.limits = limits;
    this.out = out;
  }

  /** Goes on until a limit, or until there are too many failures; how many there were. */
  public int run() throws InterruptedException {
    var thread = new Thread(this::campaign, "inputs");
    thread.setDaemon(true);
    long start = System.nanoTime();
    thread.start();
    watch(thread, start);
    out.println("objects: " + state(start));
    return failures.get();
  }

  private void campaign() {
    long start = System.nanoTime();
    for (long i = 0; i < limits.most() && failures.get() < MAX_FAILURES; i++) {
      if (System.nanoTime() - start >= limits.nanos()) {
        return;
      }
      number = limits.firstSeed() + i;
      String failure = attempt(copies.input(number));
      tried = i + 1;
      if (failure != null) {
        fail(failure);
      }
    }
  }

  /** Tries an input; says what is wrong, or null. */
  private @Nullable String attempt(byte[] input) {
    long cpu = meter.getCurrentThreadCpuTime();
    long memory = meter.getCurrentThreadAllocatedBytes();
    try {
      if (trial.run(input)) {
        readable.incrementAndGet();
      }
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      StackTraceElement[] trace = e.getStackTrace();
      return e + (trace.length == 0 ? "" : " at " + trace[0]);
    }
    cpu = meter.getCurrentThreadCpuTime() - cpu;
    // What was allocated is never less than what was held at once.
    memory = meter.getCurrentThreadAllocatedBytes() - memory;
    slowest = Math.max(slowest, cpu);
    largest = Math.max(largest, memory);
    if (cpu > CPU_LIMIT_NANOS) {
      return "takes " + cpu / 1_000_000 + " ms";
    }
    return memory > MEMORY_LIMIT ? "allocates " + (memory >> 20) + " MiB" : null;
  }

  private void fail(String failure) {
    failures.incrementAndGet();
    Path file = limits.out().resolve("object-" + number + ".bin");
    String stored = ", stored in " + file;
    try {
      Files.createDirectories(limits.out());
      Files.write(file, copies.input(number));
    } catch (IOException e) {
      stored = ", not stored: " + e.getMessage();
    }
    out.printf("input %d: %s%s%n", number, failure, stored);
    out.flush();
  }

  /** Prints progress until the end, or until an input does not come to its end. */
  private void watch(Thread thread, long start) throws InterruptedException {
    long stuck = -1;
    long since = 0;
    while (!thread.join(java.time.Duration.ofMillis(PROGRESS_MILLIS))) {
      out.println(state(start));
      out.flush();
      long cpu = meter.getThreadCpuTime(thread.threadId());
      if (stuck != number) {
        stuck = number;
        since = cpu;
      } else if (cpu - since > HANG_NANOS) {
        fail("does not come to its end");
        return;
      }
    }
  }

  private String state(long start) {
    double passed = (System.nanoTime() - start) / 1e9;
    return String.format(
        Locale.ROOT,
        "inputs %d, readable %d, failures %d, slowest %d ms, largest %d MiB, %.0f s (%.0f/s)",
        tried,
        readable.get(),
        failures.get(),
        slowest / 1_000_000,
        largest >> 20,
        passed,
        tried / passed);
  }
}
