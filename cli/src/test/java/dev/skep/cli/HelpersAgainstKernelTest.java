package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skep.catalog.ProgramType;
import dev.skep.interpreter.Interpreter;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.kernel.TestRun;
import dev.skep.kernel.TestRunOptions;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.reader.ObjectReader;
import dev.skep.runtime.Context;
import dev.skep.runtime.LoadedObject;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.SkBuff;
import dev.skep.runtime.memory.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Helpers in the interpreter against the kernel's. Each program of the objects in {@code helpers/}
 * writes what its calls gave to {@code results[]}; results, return value and packet are the same.
 */
class HelpersAgainstKernelTest {

  /** Ethernet, IPv4, UDP, 22 bytes. */
  private static final byte[] PACKET =
      HexFormat.of()
          .parseHex(
              "020000000002020000000001"
                  + "0800"
                  + "450000320000400040110000c0000201c6336402"
                  + "c0000035001e0000"
                  + "000102030405060708090a0b0c0d0e0f101112131415");

  private static BpfObject object(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            HelpersAgainstKernelTest.class.getResourceAsStream("helpers/" + name), name)) {
      var options = ReadOptions.defaults();
      try (Kernel kernel = Kernel.whyNot() == null ? Kernel.open() : null) {
        if (kernel != null && kernel.btf() != null) {
          options = options.withKernelBtf(kernel.btf());
        }
        return ObjectReader.read(in.readAllBytes(), name, options).orElseThrow();
      }
    }
  }

  static Stream<String> programs() throws IOException {
    List<String> all = new ArrayList<>();
    for (String file : List.of("plain.bpf.o", "skb.bpf.o", "xdp.bpf.o")) {
      for (ProgramSpec program : object(file).programs()) {
        all.add(file + " " + program.name());
      }
    }
    return all.stream();
  }

  /** Where the results differ, a line each. */
  private static String differences(MapSpec bss, byte[] theirs, byte @Nullable [] ours, int used) {
    int at = offset(bss, "results");
    StringBuilder text = new StringBuilder();
    for (int i = 0; ours != null && i < Math.min(used, 64); i++) {
      long expected = (long) LittleEndian.LONG.get(theirs, at + i * 8);
      long actual = (long) LittleEndian.LONG.get(ours, at + i * 8);
      if (expected != actual) {
        text.append("result %d: kernel 0x%x, machine 0x%x%n".formatted(i, expected, actual));
      }
    }
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void sameResults(String name) throws IOException {
    BpfObject object = object(name.substring(0, name.indexOf(' ')));
    ProgramSpec program = object.program(name.substring(name.indexOf(' ') + 1)).orElseThrow();
    MapSpec bss = data(program);
    Machine machine = Machine.create();
    Context context =
        program.type() == ProgramType.SYSCALL
            ? Context.of(new byte[8])
            : Context.testRun(program.type(), PACKET);
    Outcome outcome =
        LoadedObject.load(object, machine, new Interpreter()).program(program.name()).run(context);
    long r0 = assertInstanceOf(Outcome.Returned.class, outcome, outcome::toString).r0();
    byte[] ours = machine.map(bss).get(new byte[4]);
    try (Kernel kernel = RunningKernel.open();
        KernelObject session = kernel.object(object)) {
      LoadResult loaded =
          session.load(
              program, LoadOptions.DEFAULT.unchecked().withLogLevel(1).withMaxLogBytes(1 << 24));
      if (loaded instanceof LoadResult.Refused refused) {
        Assumptions.abort("this kernel has not all of its functions: " + refused.log());
      }
      TestRunOptions options =
          program.type() == ProgramType.SYSCALL
              ? TestRunOptions.NONE.withContext(new byte[8])
              : TestRunOptions.packet(PACKET);
      TestRun run = ((LoadResult.Loaded) loaded).program().testRun(options);
      byte[] theirs = Objects.requireNonNull(session.map(bss).lookup(new byte[4]));
      assertEquals("", differences(bss, theirs, ours, used(bss, theirs)));
      assertEquals(Integer.toUnsignedLong(run.retval()), r0 & 0xffff_ffffL);
      if (program.type() != ProgramType.SYSCALL) {
        assertEquals(
            run.dataOut().toString(),
            dev.skep.object.Bytes.of(context.packet()).toString(),
            "packet");
      }
    }
  }

  /** What {@code ctx_in} sets, a program reads; what it may not set, both refuse. */
  @Test
  void contextsThatAreGivenToATestRun() throws IOException {
    BpfObject object = object("skb.bpf.o");
    ProgramSpec program = object.program("given").orElseThrow();
    MapSpec bss = data(program);
    byte[] contextIn = new byte[SkBuff.BYTES];
    int[] fields = {SkBuff.MARK, SkBuff.PRIORITY, SkBuff.CB, SkBuff.CB + 16, SkBuff.GSO_SEGS};
    for (int i = 0; i < fields.length; i++) {
      LittleEndian.INT.set(contextIn, fields[i], 100 + i);
    }
    LittleEndian.LONG.set(contextIn, SkBuff.TSTAMP, 1L << 40);
    try (Kernel kernel = RunningKernel.open();
        KernelObject session = kernel.object(object)) {
      var loaded =
          (LoadResult.Loaded)
              session.load(program, LoadOptions.DEFAULT.unchecked().withLogLevel(0));
      for (int wireLength : new int[] {0, 64}) {
        LittleEndian.INT.set(contextIn, SkBuff.WIRE_LEN, wireLength);
        var options = TestRunOptions.packet(PACKET).withContext(contextIn);
        TestRun run = loaded.program().testRun(options);
        Machine machine = Machine.create();
        Outcome outcome =
            LoadedObject.load(object, machine, new Interpreter())
                .program("given")
                .run(Context.testRun(program.type(), PACKET, contextIn));
        byte[] theirs = Objects.requireNonNull(session.map(bss).lookup(new byte[4]));
        byte[] ours = machine.map(bss).get(new byte[4]);
        assertEquals("", differences(bss, theirs, ours, used(bss, theirs)));
        assertEquals(run.retval(), assertInstanceOf(Outcome.Returned.class, outcome).retval());
        session.map(bss).update(new byte[4], new byte[bss.valueSize()]);
      }
      for (int refused : new int[] {SkBuff.LEN, SkBuff.HASH, SkBuff.PROTOCOL, SkBuff.SK}) {
        byte[] wrong = contextIn.clone();
        wrong[refused] = 1;
        var options = TestRunOptions.packet(PACKET).withContext(wrong);
        assertEquals(
            22,
            assertThrows(KernelCallException.class, () -> loaded.program().testRun(options))
                .errorNumber());
        assertThrows(
            IllegalArgumentException.class, () -> Context.testRun(program.type(), PACKET, wrong));
      }
    }
  }

  private static MapSpec data(ProgramSpec program) {
    return program.maps().stream().filter(m -> m.name().endsWith(".bss")).findFirst().orElseThrow();
  }

  private static int used(MapSpec bss, byte[] data) {
    return (int) LittleEndian.INT.get(data, offset(bss, "used"));
  }

  private static int offset(MapSpec bss, String name) {
    var btf = Objects.requireNonNull(bss.btf());
    var section = (dev.skep.btf.BtfType.Datasec) btf.type(bss.btfValueTypeId());
    for (var variable : section.vars()) {
      if (btf.type(variable.type()).name().equals(name)) {
        return variable.offset();
      }
    }
    throw new IllegalStateException("no variable " + name);
  }
}
