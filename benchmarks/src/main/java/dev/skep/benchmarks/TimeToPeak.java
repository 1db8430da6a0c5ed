package dev.skep.benchmarks;

import dev.skep.interpreter.Interpreter;
import dev.skep.jit.Jit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

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
  private static final int TIMES = 5;
  private static final long BATCH = 100_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** What the runs return, kept so that HotSpot cannot leave them out. */
  @SuppressWarnings("unused") // written only: that is its use
  private static volatile long sink;

  private TimeToPeak() {}

  /**
   * Prints the table.
   *
   * @param args how long each program runs each time, in milliseconds; 600 if there is none
   */
  public static void main(String... args) throws IOException {
    long millis = args.length > 0 ? Long.parseLong(args[0]) : 600;
    System.out.printf(
        "%-8s %12s %12s %12s%n", "program", "prepare ms", "to peak ms", "peak ns/run");
    byte[] bytes = Workload.bytes();
    print("(first)", List.of(measure(bytes, "count", millis)));
    for (int i = 0; i < 20; i++) {
      for (String name : Workload.PROGRAMS) {
        Workload.prepare(Workload.object(bytes), new Jit(new Interpreter()), name).run();
      }
    }
    for (String name : Workload.PROGRAMS) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < TIMES; i++) {
        rows.add(measure(bytes, name, millis));
      }
      print(name, rows);
    }
  }

  /**
   * Milliseconds until it was ready, and until it was as fast as it gets; nanoseconds a run then.
   */
  private record Row(double prepared, double peak, double nanos) {}

  private static void print(String name, List<Row> rows) {
    System.out.printf(
        "%-8s %12.1f %12.1f %12.1f%n",
        name,
        median(rows.stream().mapToDouble(Row::prepared)),
        median(rows.stream().mapToDouble(Row::peak)),
        median(rows.stream().mapToDouble(Row::nanos)));
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private record Batch(long end, double nanosPerRun) {}

  private static Row measure(byte[] bytes, String name, long millis) throws IOException {
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
    return new Row((prepared - start) / 1e6, (peak(batches) - start) / 1e6, speedAtTheEnd(batches));
  }

  /** Half of the batches are over by then; single ones are too short to be relied on. */
  private static double speedAtTheEnd(List<Batch> batches) {
    return median(
        batches.subList(batches.size() / 2, batches.size()).stream()
            .mapToDouble(Batch::nanosPerRun));
  }

  /** When the first batch of the first row of good ones began. */
  private static long peak(List<Batch> batches) {
    double limit = speedAtTheEnd(batches) * AT_PEAK;
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
