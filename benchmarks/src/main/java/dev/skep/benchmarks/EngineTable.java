package dev.skep.benchmarks;

import dev.skep.catalog.ProgramType;
import dev.skep.interpreter.Interpreter;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.jit.Jit;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.kernel.TestRunOptions;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.object.ObjectReader;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Engine;
import dev.skep.runtime.Executable;
import dev.skep.runtime.LoadedObject;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.map.BpfMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The table of engines: each program of {@code engines.bpf.o} on the jit, the interpreter, in plain
 * Java and in this machine's kernel, measured in turns in one run.
 */
public final class EngineTable {

  /** Rows that the kernel can be compared on; the first is what a call costs. */
  static final String[] PROGRAMS = {
    "tiny", "alu64", "alu32", "sort", "copy", "parse", "map", "calls", "class", "state"
  };

  /** What is measured is at least this long, in nanoseconds. */
  private static final long TURN = 20_000_000;

  private final BpfObject object;
  private final byte[] packet = packet();
  private final PrintStream out;
  private final int turns;
  private final @Nullable Kernel kernel;

  private EngineTable(PrintStream out, int turns, @Nullable Kernel kernel) throws IOException {
    this.out = out;
    this.turns = turns;
    this.kernel = kernel;
    this.object = object();
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

  static BpfObject object() throws IOException {
    try (InputStream in = EngineTable.class.getResourceAsStream("engines.bpf.o")) {
      if (in == null) {
        throw new IOException("engines.bpf.o is not on the class path");
      }
      return ObjectReader.read(in.readAllBytes(), "engines.bpf.o", ReadOptions.defaults())
          .orElseThrow();
    }
  }

  /** 1,500 bytes: Ethernet, IPv4, TCP, and random ones. */
  static byte[] packet() {
    byte[] packet = new byte[1500];
    new Random(7).nextBytes(packet);
    packet[12] = 8;
    packet[13] = 0;
    packet[14] = 0x45;
    packet[23] = 6;
    return packet;
  }

  private void print() throws IOException {
    out.printf(
        "%-8s %10s %10s %10s %12s %10s%n",
        "program", "kernel", "jit", "java", "interpreter", "jit/kernel");
    double[] overhead = null;
    double product = 0;
    int rows = 0;
    for (String name : PROGRAMS) {
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
          "%-8s %10.1f %10.1f %10.1f %12.1f %10s%n",
          name, row[0], row[1], row[2], row[3], first ? "(a call)" : "%.2f".formatted(ratio));
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
      ProgramSpec program = ProgramSpec.of("size", ProgramType.XDP, straight(size));
      Machine machine = Machine.create();
      Executable executable = new Jit(new Interpreter()).prepare(program, machine);
      Cpu cpu = machine.cpu(0);
      Context context = Context.xdp(packet);
      LongSupplier run =
          () -> executable.run(cpu, context) instanceof Outcome.Returned end ? end.r0() : -1;
      double jit = Double.MAX_VALUE;
      double there = Double.NaN;
      for (int turn = 0; turn < turns; turn++) {
        jit = Math.min(jit, measure(run, turn == 0));
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

  private static Code straight(int size) {
    RawInstruction[] code = new RawInstruction[size];
    code[0] = RawInstruction.of(0xb7, 0, 0, 0, 1);
    code[1] = RawInstruction.of(0xb7, 2, 0, 0, 7);
    for (int i = 2; i < 7; i++) {
      code[i] = RawInstruction.of(0x7a, 10, 0, -8 * (i - 1), i);
    }
    for (int i = 7; i < size - 1; i++) {
      code[i] =
          switch (i % 8) {
            case 0 -> RawInstruction.of(0x25, 0, 0, i + 3 < size - 1 ? 2 : 0, 1 << 20);
            case 1 -> RawInstruction.of(0x77, 0, 0, 0, 3);
            case 2 -> RawInstruction.of(0xaf, 0, 2, 0, 0);
            case 3 -> RawInstruction.of(0x7b, 10, 0, -8 * (1 + i % 5), 0);
            case 4 -> RawInstruction.of(0x79, 2, 10, -8 * (1 + i % 5), 0);
            default -> RawInstruction.of(0x0f, 0, 2, 0, 0);
          };
    }
    code[size - 1] = RawInstruction.of(0x95, 0, 0, 0, 0);
    return Code.of(code);
  }

  /** Kernel, jit, plain Java, interpreter: nanoseconds a run, the least of all turns. */
  private double[] row(String name) throws IOException {
    PlainJava plain = new PlainJava(packet, table(), numbers());
    try (KernelSide side = kernel == null ? null : new KernelSide(kernel, name)) {
      LongSupplier jit = engine(new Jit(new Interpreter()), name);
      LongSupplier interpreter = engine(new Interpreter(), name);
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
        figures[1][turn] = measure(jit, turn == 0);
        figures[2][turn] = measure(java, turn == 0);
        figures[3][turn] = measure(interpreter, turn == 0);
      }
      return Arrays.stream(figures).mapToDouble(EngineTable::least).toArray();
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

  private LongSupplier engine(Engine engine, String name) {
    Machine machine = Machine.create();
    LoadedObject loaded = LoadedObject.load(object, machine, engine);
    Executable executable = loaded.program(name);
    fill(machine);
    Cpu cpu = machine.cpu(0);
    Context context = Context.xdp(packet);
    return () ->
        switch (executable.run(cpu, context)) {
          case Outcome.Returned(long r0) -> r0;
          case Outcome.Trapped(var trap) -> throw new IllegalStateException(trap.describe());
        };
  }

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** What the loops compute, kept so that the JIT cannot leave them out. */
  @SuppressWarnings("unused") // written only: that is its use
  private static volatile long sink;

  private static double measure(LongSupplier run, boolean warm) {
    long runs = 1;
    if (warm) {
      long end = System.nanoTime() + 1_500_000_000L;
      while (System.nanoTime() < end) {
        time(run, 1000);
      }
    }
    while (true) {
      long nanos = time(run, runs);
      if (nanos >= TURN) {
        return (double) nanos / runs;
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

  private static long[] numbers() {
    long[] numbers = new long[64];
    Arrays.setAll(numbers, i -> i * 7919L);
    return numbers;
  }

  private byte[] table() {
    for (MapSpec spec : object.maps()) {
      Bytes initial = spec.initialValue();
      if (spec.name().endsWith(".rodata") && initial != null) {
        return initial.toArray();
      }
    }
    throw new IllegalStateException("the object has no .rodata");
  }

  private static void fill(Machine machine) {
    long[] numbers = numbers();
    for (String name : new String[] {"numbers", "names"}) {
      BpfMap map = machine.map(name).orElse(null);
      for (int i = 0; map != null && i < 48; i++) {
        map.put(bytes(4, i), bytes(8, numbers[i]), BpfMap.ANY);
      }
    }
  }

  private static byte[] bytes(int size, long value) {
    ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    return Arrays.copyOf(buffer.array(), size);
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
      long[] numbers = numbers();
      for (MapSpec map : spec.maps()) {
        if (map.name().equals("numbers") || map.name().equals("names")) {
          KernelMap filled = session.map(map);
          for (int i = 0; i < 48; i++) {
            filled.update(bytes(4, i), bytes(8, numbers[i]));
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
