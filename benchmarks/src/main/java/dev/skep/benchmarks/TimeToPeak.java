package dev.skep.benchmarks;

import dev.skep.interpreter.Interpreter;
import dev.skep.jit.Jit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * How long it takes from an object's bytes until a program runs at its best on the jit, with the
 * JVM's own settings.
 *
 * <p>The clock starts with the bytes: they are read, loaded, compiled, and the program runs in
 * batches of about 0.1 ms. It stops at the first of ten batches in a row that take at most 1.5
 * times what the best of all takes. The first row is the JVM's first program; the others come when
 * skep's own code is warm.
 */
public final class TimeToPeak {

  private static final double AT_PEAK = 1.5;
  private static final int BATCHES = 10;
  private static final long BATCH = 100_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** What the runs return, kept so that HotSpot cannot leave them out. */
  @SuppressWarnings("unused") // written only: that is its use
  private static volatile long sink;

  private TimeToPeak() {}

  /**
   * Prints the table.
   *
   * @param args how long each program runs, in milliseconds; 1500 if there is none
   */
  public static void main(String... args) throws IOException {
    long millis = args.length > 0 ? Long.parseLong(args[0]) : 1500;
    System.out.printf(
        "%-8s %12s %12s %12s%n", "program", "prepare ms", "to peak ms", "peak ns/run");
    byte[] bytes = Workload.bytes();
    print("(first)", bytes, "count", millis);
    for (int i = 0; i < 20; i++) {
      for (String name : Workload.PROGRAMS) {
        Workload.prepare(Workload.object(bytes), new Jit(new Interpreter()), name).run();
      }
    }
    for (String name : Workload.PROGRAMS) {
      print(name, bytes, name, millis);
    }
  }

  private record Batch(long end, double nanosPerRun) {}

  private static void print(String row, byte[] bytes, String name, long millis) {
    long start = System.nanoTime();
    Workload.Prepared program =
        Workload.prepare(Workload.object(bytes), new Jit(new Interpreter()), name);
    long prepared = System.nanoTime();
    List<Batch> batches = new ArrayList<>();
    long runs = 1;
    while (System.nanoTime() - prepared < millis * 1_000_000) {
      long before = THREADS.getCurrentThreadCpuTime();
      long sum = 0;
      for (long i = 0; i < runs; i++) {
        sum += program.run();
      }
      sink = sum;
      long nanos = THREADS.getCurrentThreadCpuTime() - before;
      batches.add(new Batch(System.nanoTime(), (double) nanos / runs));
      runs = Math.clamp(runs * BATCH / Math.max(nanos, 1), 1, runs * 4);
    }
    System.out.printf(
        "%-8s %12.1f %12.1f %12.1f%n",
        row, (prepared - start) / 1e6, (peak(batches) - start) / 1e6, best(batches, 0));
  }

  private static double best(List<Batch> batches, int from) {
    return batches.subList(from, batches.size()).stream()
        .mapToDouble(Batch::nanosPerRun)
        .min()
        .orElse(Double.NaN);
  }

  /** When the first batch of the first row of good ones began. */
  private static long peak(List<Batch> batches) {
    double limit = best(batches, 0) * AT_PEAK;
    int row = 0;
    for (int i = 0; i < batches.size(); i++) {
      row = batches.get(i).nanosPerRun() <= limit ? row + 1 : 0;
      if (row == BATCHES) {
        return batches.get(Math.max(i - BATCHES, 0)).end();
      }
    }
    return batches.getLast().end();
  }
}
