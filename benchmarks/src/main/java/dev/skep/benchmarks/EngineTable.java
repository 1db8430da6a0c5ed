package dev.skep.benchmarks;

import dev.skep.interpreter.Interpreter;
import dev.skep.jit.Jit;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.kernel.TestRunOptions;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The table of engines: each program of {@code engines.bpf.o} on the jit, the interpreter, in plain
 * Java and in this machine's kernel, measured in turns in one run.
 */
public final class EngineTable {

  /** What is measured is at least this long, in nanoseconds. */
  private static final long TURN = 20_000_000;

  private final BpfObject object;
  private final byte[] packet = Workload.packet();
  private final PrintStream out;
  private final int turns;
  private final @Nullable Kernel kernel;

  private EngineTable(PrintStream out, int turns, @Nullable Kernel kernel) throws IOException {
    this.out = out;
    this.turns = turns;
    this.kernel = kernel;
    this.object = Workload.object();
  }

  /**
   * Prints the table.
   *
   * @param args how many times each figure is measured; 7 if there is none
   */
  public static void main(String... args) throws IOException {
    int turns = args.length > 0 ? Integer.parseInt(args[0]) : 7;
    String why = Kernel.whyNot();
    if (why != null) {
      System.out.println("without the kernel: " + why);
    }
    try (Kernel kernel = why == null ? Kernel.open() : null) {
      new EngineTable(System.out, turns, kernel).print();
    }
  }

  private void print() throws IOException {
    out.printf(
        "%-8s %10s %10s %10s %10s %12s %12s %8s%n",
        "program", "kernel", "jit", "java", "jit/kernel", "interpreter", "instructions", "ns/insn");
    double[] overhead = null;
    double product = 0;
    int rows = 0;
    for (String name : Workload.PROGRAMS) {
      double[] row = row(name);
      if (overhead == null) {
        overhead = row;
      }
      boolean first = overhead == row;
      double ratio =
          first ? Double.NaN : (row[1] - overhead[1]) / Math.max(row[0] - overhead[0], 0.1);
      if (!Double.isNaN(ratio)) {
        product += Math.log(ratio);
        rows++;
      }
      out.printf(
          "%-8s %10.1f %10.1f %10.1f %10s %12.1f %12.0f %8.2f%n",
          name,
          row[0],
          row[1],
          row[2],
          first ? "(a call)" : "%.2f".formatted(ratio),
          row[3],
          row[4],
          (row[3] - (first ? 0 : overhead[3])) / row[4]);
    }
    out.printf(
        "geometric mean over %d rows, a call's cost subtracted on both sides: %.2f%n",
        rows, Math.exp(product / rows));
    sizes();
  }

  /** Straight code with branches: one method below about 300 instructions, pieces above. */
  private void sizes() {
    out.printf(
        "%n%-8s %10s %10s %14s %10s%n", "size", "kernel", "jit", "jit ns/insn", "jit/kernel");
    for (int size : new int[] {1_000, 4_000, 8_000, 64_000}) {
      ProgramSpec program = Workload.straight(size);
      LongSupplier run = Workload.straight(program, new Jit(new Interpreter()));
      double jit = Double.MAX_VALUE;
      double there = Double.NaN;
      for (int turn = 0; turn < turns; turn++) {
        jit = Math.min(jit, measure(run, turn == 0 ? LONG_WARM_UP : 0));
      }
      if (kernel != null
          && kernel.load(program, LoadOptions.DEFAULT.unchecked())
              instanceof LoadResult.Loaded loaded) {
        try (KernelProgram taken = loaded.program()) {
          check(
              "size", (int) run.getAsLong(), taken.testRun(TestRunOptions.packet(packet)).retval());
          there =
              taken
                  .testRun(TestRunOptions.packet(packet).withRepeat(200_000_000 / size / 10))
                  .durationNanos();
        }
      }
      out.printf("%-8d %10.0f %10.0f %14.3f %10.2f%n", size, there, jit, jit / size, jit / there);
    }
  }

  /**
   * Nanoseconds a run, the least of all turns: kernel, jit, Java, interpreter; its instructions.
   */
  private double[] row(String name) throws IOException {
    PlainJava plain = new PlainJava(packet, Workload.table(object), Workload.numbers());
    try (KernelSide side = kernel == null ? null : new KernelSide(kernel, name)) {
      LongSupplier jit = Workload.prepare(object, new Jit(new Interpreter()), name)::run;
      Workload.Prepared interpreted = Workload.prepare(object, new Interpreter(), name);
      LongSupplier interpreter = interpreted::run;
      LongSupplier java = () -> plain.run(name);
      int expected = (int) jit.getAsLong();
      check(name, expected, (int) interpreter.getAsLong());
      check(name, expected, (int) java.getAsLong());
      if (side != null) {
        check(name, expected, side.result());
      }
      double[][] figures = new double[4][turns];
      for (int turn = 0; turn < turns; turn++) {
        figures[0][turn] = side == null ? Double.NaN : side.measure();
        figures[1][turn] = measure(jit, turn == 0 ? WARM_UP : 0);
        figures[2][turn] = measure(java, turn == 0 ? WARM_UP : 0);
        figures[3][turn] = measure(interpreter, turn == 0 ? WARM_UP : 0);
      }
      double[] row =
          Arrays.copyOf(Arrays.stream(figures).mapToDouble(EngineTable::least).toArray(), 5);
      row[4] = interpreted.instructions();
      return row;
    }
  }

  private static void check(String name, int expected, int actual) {
    if (expected != actual) {
      throw new IllegalStateException(name + ": " + actual + " instead of " + expected);
    }
  }

  private static double least(double[] values) {
    Arrays.sort(values);
    return values[0];
  }

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** What the loops compute, kept so that the JIT cannot leave them out. */
  @SuppressWarnings("unused") // written only: that is its use
  private static volatile long sink;

  /** Nanoseconds; the second for programs of many methods, which are compiled one by one. */
  private static final long WARM_UP = 1_500_000_000L;

  private static final long LONG_WARM_UP = 5_000_000_000L;

  private static double measure(LongSupplier run, long warmUp) {
    long runs = 1;
    if (warmUp > 0) {
      long end = System.nanoTime() + warmUp;
      while (System.nanoTime() < end) {
        time(run, 1000);
      }
    }
    while (true) {
      long nanos = time(run, runs);
      if (nanos >= TURN) {
        return (double) nanos / runs;
      }
      if (runs > 1L << 40) {
        throw new IllegalStateException(
            "HotSpot has left the runs out: start it with benchmarks/engines");
      }
      runs = nanos < 1000 ? runs * 100 : Math.max(runs + 1, runs * TURN * 11 / 10 / nanos);
    }
  }

  private static long time(LongSupplier run, long runs) {
    long sum = 0;
    long start = THREADS.getCurrentThreadCpuTime();
    for (long i = 0; i < runs; i++) {
      sum += run.getAsLong();
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - start;
    sink = sum;
    return nanos;
  }

  /** A program in the kernel. */
  private final class KernelSide implements AutoCloseable {
    private final KernelObject session;
    private final KernelProgram program;

    KernelSide(Kernel kernel, String name) {
      session = kernel.object(object);
      ProgramSpec spec = object.program(name).orElseThrow();
      switch (session.load(spec, LoadOptions.DEFAULT.unchecked())) {
        case LoadResult.Loaded loaded -> program = loaded.program();
        case LoadResult.Refused refused -> {
          session.close();
          throw new IllegalStateException(name + ": " + refused.reason() + "\n" + refused.log());
        }
      }
      long[] numbers = Workload.numbers();
      for (MapSpec map : spec.maps()) {
        if (map.name().equals("numbers") || map.name().equals("names")) {
          KernelMap filled = session.map(map);
          for (int i = 0; i < 48; i++) {
            filled.update(Workload.bytes(4, i), Workload.bytes(8, numbers[i]));
          }
        }
      }
    }

    int result() {
      return program.testRun(TestRunOptions.packet(packet)).retval();
    }

    /** The kernel's own figure for a repeated run. */
    double measure() {
      TestRunOptions options = TestRunOptions.packet(packet).withRepeat(1000);
      long first = Math.max(program.testRun(options).durationNanos(), 1);
      int repeat = Math.clamp(TURN / first, 1000, 10_000_000);
      return program.testRun(options.withRepeat(repeat)).durationNanos();
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
