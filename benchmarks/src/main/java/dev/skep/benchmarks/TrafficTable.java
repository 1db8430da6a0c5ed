package dev.skep.benchmarks;

import dev.skep.interpreter.Interpreter;
import dev.skep.jit.Jit;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Engine;
import dev.skep.runtime.Executable;
import dev.skep.runtime.LoadedObject;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.packet.PcapReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The program {@code count}, which counts packets by their source in a hash map: over the packets
 * of a capture file, and by several processors of one machine at the same time. What it has counted
 * is checked.
 */
public final class TrafficTable {

  private static final int PACKETS = 10_000;
  private static final int SOURCES = 1_000;
  private static final int RUNS = 2_000_000;

  /** Sources of the concurrent runs. */
  private static final int FLOWS = 64;

  private TrafficTable() {}

  /**
   * Prints the table.
   *
   * @param args how many times each figure is measured; 5 if there is none
   */
  public static void main(String... args) throws Exception {
    int turns = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    System.out.printf("%-30s %16s %16s%n", "count, wall time", "jit ns/packet", "interpreter");
    Path capture = capture();
    try {
      System.out.printf(
          "%-30s %16.1f %16.1f%n",
          "capture of 10,000, with reading",
          replay(capture, new Jit(new Interpreter()), turns * 4),
          replay(capture, new Interpreter(), turns * 4));
    } finally {
      Files.delete(capture);
    }
    for (int threads : new int[] {1, 2}) {
      System.out.printf(
          "%-30s %16.1f %16.1f%n",
          threads + " thread(s), one map",
          concurrent(threads, new Jit(new Interpreter()), turns),
          concurrent(threads, new Interpreter(), turns));
    }
  }

  /** The benchmark's packet with a source of its own. */
  private static byte[] packet(int number) {
    byte[] packet = Workload.packet();
    System.arraycopy(Workload.bytes(4, number % SOURCES), 0, packet, 26, 4);
    return packet;
  }

  /** A file in the classic pcap format. */
  private static Path capture() throws IOException {
    ByteBuffer file =
        ByteBuffer.allocate(24 + PACKETS * (16 + 1500)).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0xa1b2_c3d4).putShort((short) 2).putShort((short) 4);
    file.putInt(0).putInt(0).putInt(65_535).putInt(1);
    for (int i = 0; i < PACKETS; i++) {
      file.putInt(i).putInt(0).putInt(1500).putInt(1500).put(packet(i));
    }
    Path path = Files.createTempFile("skep-benchmark", ".pcap");
    return Files.write(path, file.array());
  }

  private static double replay(Path capture, Engine engine, int turns) throws IOException {
    Machine machine = Machine.create();
    Executable program = LoadedObject.load(Workload.object(), machine, engine).program("count");
    long least = Long.MAX_VALUE;
    for (int turn = 0; turn < turns; turn++) {
      long start = System.nanoTime();
      try (PcapReader reader = PcapReader.open(capture)) {
        for (PcapReader.Packet next = reader.next(); next != null; next = reader.next()) {
          pass(program, machine.cpu(0), Context.xdp(next.data()));
        }
      }
      least = Math.min(least, System.nanoTime() - start);
    }
    check(machine, (long) turns * PACKETS);
    return (double) least / PACKETS;
  }

  private static double concurrent(int threads, Engine engine, int turns)
      throws IOException, InterruptedException, ExecutionException {
    Machine machine = Machine.builder().cpus(threads).build();
    Executable program = LoadedObject.load(Workload.object(), machine, engine).program("count");
    long least = Long.MAX_VALUE;
    // Two first packets of a source at the same time would be counted as one, in the kernel too.
    work(program, machine.cpu(0), FLOWS);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int turn = 0; turn < turns; turn++) {
        List<Future<?>> parts = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
          Cpu cpu = machine.cpu(i);
          parts.add(executor.submit(() -> work(program, cpu, RUNS / threads)));
        }
        for (Future<?> part : parts) {
          part.get();
        }
        least = Math.min(least, System.nanoTime() - start);
      }
    }
    check(machine, (long) turns * RUNS + FLOWS);
    return (double) least / RUNS;
  }

  private static void work(Executable program, Cpu cpu, int runs) {
    Context[] contexts = new Context[FLOWS];
    for (int i = 0; i < contexts.length; i++) {
      contexts[i] = Context.xdp(packet(i * 7));
    }
    for (int i = 0; i < runs; i++) {
      pass(program, cpu, contexts[i % FLOWS]);
    }
  }

  private static void pass(Executable program, Cpu cpu, Context context) {
    if (!(program.run(cpu, context) instanceof Outcome.Returned(long r0)) || r0 != 2) {
      throw new IllegalStateException("a packet was not passed");
    }
  }

  /** Every packet must have been counted, whoever ran at the same time. */
  private static void check(Machine machine, long expected) {
    BpfMap flows = machine.map("flows").orElseThrow();
    long sum = 0;
    for (byte[] key : flows.keys()) {
      byte[] value = flows.get(key);
      sum += value == null ? 0 : ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
    if (sum != expected) {
      throw new IllegalStateException(sum + " packets were counted instead of " + expected);
    }
  }
}
