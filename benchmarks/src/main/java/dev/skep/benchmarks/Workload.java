package dev.skep.benchmarks;

import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.reader.ObjectReader;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;

/** What engines are measured with: programs, the packet, what is in the maps. */
final class Workload {

  /** Programs that the kernel can be compared on; the first is what a call costs. */
  static final String[] PROGRAMS = {
    "tiny", "alu64", "alu32", "sort", "copy", "parse", "map", "calls", "class", "state"
  };

  private Workload() {}

  /** The bytes of {@code engines.bpf.o}. */
  static byte[] bytes() throws IOException {
    try (InputStream in = Workload.class.getResourceAsStream("engines.bpf.o")) {
      if (in == null) {
        throw new IOException("engines.bpf.o is not on the class path");
      }
      return in.readAllBytes();
    }
  }

  static BpfObject object() throws IOException {
    return object(bytes());
  }

  static BpfObject object(byte[] bytes) {
    return ObjectReader.read(bytes, "engines.bpf.o", ReadOptions.defaults()).orElseThrow();
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

  /** What is in the maps {@code numbers} and {@code names}. */
  static long[] numbers() {
    long[] numbers = new long[64];
    Arrays.setAll(numbers, i -> i * 7919L);
    return numbers;
  }

  /** The bytes of the object's constants. */
  static byte[] table(BpfObject object) {
    for (MapSpec spec : object.maps()) {
      Bytes initial = spec.initialValue();
      if (spec.name().endsWith(".rodata") && initial != null) {
        return initial.toArray();
      }
    }
    throw new IllegalStateException("the object has no .rodata");
  }

  static void fill(Machine machine) {
    long[] numbers = numbers();
    for (String name : new String[] {"numbers", "names"}) {
      BpfMap map = machine.map(name).orElse(null);
      for (int i = 0; map != null && i < 48; i++) {
        map.put(bytes(4, i), bytes(8, numbers[i]), BpfMap.ANY);
      }
    }
  }

  /** A number as little-endian bytes. */
  static byte[] bytes(int size, long value) {
    ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    return Arrays.copyOf(buffer.array(), size);
  }

  /**
   * A program that is ready to run.
   *
   * @param cpu the processor that it runs on
   */
  record Prepared(Executable executable, Cpu cpu, Context context) {

    /** Runs once; the result. */
    long run() {
      return switch (executable.run(cpu, context)) {
        case Outcome.Returned(long r0) -> r0;
        case Outcome.Trapped(var trap) -> throw new IllegalStateException(trap.describe());
      };
    }

    /** How many instructions a run executes. */
    long instructions() {
      run();
      return cpu.machine().budget() - cpu.budget();
    }
  }

  /** A program of the object on an engine, with a machine of its own. */
  static Prepared prepare(BpfObject object, Engine engine, String name) {
    Machine machine = Machine.create();
    Executable executable = LoadedObject.load(object, machine, engine).program(name);
    fill(machine);
    return new Prepared(executable, machine.cpu(0), Context.xdp(packet()));
  }

  /** Straight code with branches, of a number of instructions. */
  static ProgramSpec straight(int size) {
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
    return ProgramSpec.of("size", ProgramType.XDP, Code.of(code));
  }

  /** The same on an engine. */
  static LongSupplier straight(ProgramSpec program, Engine engine) {
    Machine machine = Machine.create();
    Executable executable = engine.prepare(program, machine);
    return new Prepared(executable, machine.cpu(0), Context.xdp(packet()))::run;
  }
}
