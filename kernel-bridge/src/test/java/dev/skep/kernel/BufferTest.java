package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.sys.Native;
import dev.skep.kernel.sys.Syscalls;
import dev.skep.object.Bytes;
import dev.skep.object.FunctionInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@SuppressWarnings("NullAway.Init") // the kernel is opened before each test
class BufferTest {

  private static final int SCHED_GETAFFINITY = 204;
  private static final long CPU_SET_BYTES = 128;
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration FOREVER = Duration.ofSeconds(-1);

  private Kernel kernel;

  @BeforeEach
  void open() {
    kernel = Kernel.open();
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  /** Sends the packet's first 8 bytes; returns the helper's result. */
  private static ProgramSpec sender(MapSpec buffer) {
    var code = new ArrayList<RawInstruction>();
    code.add(Programs.movReg(6, 1));
    code.add(RawInstruction.of(0x61, 2, 1, 0, 0)); // r2 = ctx->data
    code.add(RawInstruction.of(0x61, 3, 1, 4, 0)); // r3 = ctx->data_end
    code.add(Programs.movReg(4, 2));
    code.add(RawInstruction.of(0x07, 4, 0, 0, 8));
    code.add(Programs.mov(0, -1));
    boolean perf = buffer.type() == MapType.PERF_EVENT_ARRAY;
    code.add(RawInstruction.of(0x2d, 4, 3, 9, 0)); // if r4 > r3 goto exit
    code.add(RawInstruction.of(0x79, 4, 2, 0, 0));
    code.add(RawInstruction.of(0x7b, 10, 4, -8, 0));
    if (perf) {
      code.addAll(Programs.map(2, 0));
      code.add(RawInstruction.of(0xb4, 3, 0, 0, -1)); // BPF_F_CURRENT_CPU
      code.add(Programs.movReg(4, 10));
      code.add(RawInstruction.of(0x07, 4, 0, 0, -8));
      code.add(Programs.mov(5, 8));
      code.add(Programs.call(25)); // bpf_perf_event_output(ctx, map, flags, data, size)
    } else {
      code.addAll(Programs.map(1, 0));
      code.add(Programs.movReg(2, 10));
      code.add(RawInstruction.of(0x07, 2, 0, 0, -8));
      code.add(Programs.mov(3, 8));
      code.add(Programs.mov(4, 0));
      code.add(Programs.call(130)); // bpf_ringbuf_output(map, data, size, flags)
    }
    code.add(Programs.exit());
    return Programs.withMaps("sender", ProgramType.XDP, code, buffer);
  }

  private KernelProgram load(ProgramSpec spec) {
    LoadResult result = kernel.load(spec, LoadOptions.DEFAULT);
    if (result instanceof LoadResult.Loaded loaded) {
      return loaded.program();
    }
    throw new AssertionError(result.log());
  }

  private static byte[] packet(long number) {
    byte[] packet = new byte[64];
    System.arraycopy(MapKeys.u64(number), 0, packet, 0, 8);
    return packet;
  }

  private static KernelMap only(KernelProgram program) {
    return program.maps().values().iterator().next();
  }

  @Test
  void ringBufferKeepsOrderAcrossItsEnd() {
    try (var program = load(sender(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096)));
        RingBufferReader reader = only(program).ringBuffer()) {
      assertNull(reader.next(NOW));
      long taken = 0;
      long sent = 0;
      for (int round = 0; round < 30; round++) {
        for (int i = 0; i < 50; i++) {
          assertEquals(0, program.testRun(packet(sent++)).retval());
        }
        for (Bytes b = reader.next(NOW); b != null; b = reader.next(NOW)) {
          assertEquals(taken++, b.littleEndian(0, 8));
        }
      }
      assertEquals(sent, taken);
      assertEquals(0, reader.pendingBytes());
    }
  }

  @Test
  void aFullRingBufferRefusesAndRecovers() {
    try (var program = load(sender(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096)));
        RingBufferReader reader = only(program).ringBuffer()) {
      int accepted = 0;
      while (program.testRun(packet(accepted)).retval() == 0) {
        accepted++;
      }
      assertEquals(255, accepted); // 4096 bytes of 16-byte records; one that fills it is refused
      assertNotNull(reader.next(NOW));
      assertEquals(0, program.testRun(packet(accepted)).retval());
    }
  }

  @Test
  void aWaitingReaderIsWokenByARecordAndSleepsOtherwise() throws InterruptedException {
    try (var program = load(sender(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096)));
        RingBufferReader reader = only(program).ringBuffer()) {
      var seen = new AtomicReference<Bytes>();
      var cpuNanos = new AtomicLong();
      Thread waiter =
          Thread.ofPlatform()
              .start(
                  () -> {
                    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                    seen.set(reader.next(SOON));
                    cpuNanos.set(
                        ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
                  });
      Thread.sleep(200);
      program.testRun(packet(77));
      waiter.join(5000);
      assertFalse(waiter.isAlive());
      Bytes record = seen.get();
      assertEquals(77, record == null ? -1 : record.littleEndian(0, 8));
      assertTrue(cpuNanos.get() < 100_000_000, "waiting used " + cpuNanos + " ns of CPU time");
    }
  }

  @Test
  void closingEndsAWait() throws InterruptedException {
    try (var program = load(sender(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096)))) {
      RingBufferReader reader = only(program).ringBuffer();
      Thread waiter = Thread.ofPlatform().start(() -> assertNull(reader.next(FOREVER)));
      Thread.sleep(50);
      reader.close();
      waiter.join(5000);
      assertFalse(waiter.isAlive());
      assertTrue(reader.isClosed());
      assertNull(reader.next(FOREVER));
      reader.close();
    }
  }

  @Test
  void perfBufferGivesRecordsAndCountsLosses() {
    onOneCpu(this::perfRecordsAndLosses);
  }

  /** Each CPU has a buffer of its own, which tells of its losses only. */
  private static void onOneCpu(Runnable work) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = arena.allocate(CPU_SET_BYTES, 8);
      MemorySegment one = arena.allocate(CPU_SET_BYTES, 8);
      Native.call("sched_getaffinity", SCHED_GETAFFINITY, 0, CPU_SET_BYTES, all.address());
      int first = 0;
      while ((all.get(ValueLayout.JAVA_BYTE, first / 8) >> first % 8 & 1) == 0) {
        first++;
      }
      one.set(ValueLayout.JAVA_BYTE, first / 8, (byte) (1 << first % 8));
      affinity(one);
      try {
        work.run();
      } finally {
        affinity(all);
      }
    }
  }

  private static void affinity(MemorySegment cpus) {
    Native.call("sched_setaffinity", Syscalls.SCHED_SETAFFINITY, 0, CPU_SET_BYTES, cpus.address());
  }

  private void perfRecordsAndLosses() {
    try (var program = load(sender(MapSpec.of("perf", MapType.PERF_EVENT_ARRAY, 4, 4, 0)));
        PerfBufferReader reader = only(program).perfBuffer(1)) {
      assertNull(reader.next(NOW));
      assertEquals(0, program.testRun(packet(5)).retval());
      PerfBufferReader.Sample sample = reader.next(SOON);
      assertNotNull(sample);
      assertEquals(5, sample.data().littleEndian(0, 8));
      int sent = 0;
      for (int i = 0; i < 400; i++) {
        program.testRun(packet(i));
        sent++;
      }
      int received = 0;
      while (reader.next(NOW) != null) {
        received++;
      }
      assertTrue(received < sent, "one page cannot hold " + sent);
      // The kernel tells of losses with the next record that fits.
      for (int i = 0; i < 8; i++) {
        program.testRun(packet(i));
        sent++;
      }
      while (reader.next(NOW) != null) {
        received++;
      }
      assertEquals(sent, received + reader.lost());
    }
  }

  @Test
  void closingEndsAWaitForPerfRecords() throws InterruptedException {
    try (var program = load(sender(MapSpec.of("perf", MapType.PERF_EVENT_ARRAY, 4, 4, 0)))) {
      PerfBufferReader reader = only(program).perfBuffer(2);
      Thread waiter = Thread.ofPlatform().start(() -> assertNull(reader.next(FOREVER)));
      Thread.sleep(50);
      reader.close();
      waiter.join(5000);
      assertFalse(waiter.isAlive());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          try (KernelMap map =
              kernel.createMap(MapSpec.of("perf", MapType.PERF_EVENT_ARRAY, 4, 4, 2))) {
            map.perfBuffer(3);
          }
        });
  }

  /** A program that drains a user ring buffer into a counter by a callback. */
  @Test
  void programsDrainAUserRingBuffer() {
    MapSpec buffer = MapSpec.of("user", MapType.USER_RINGBUF, 0, 0, 4096);
    var code = new ArrayList<RawInstruction>();
    code.addAll(Programs.map(1, 0));
    code.add(RawInstruction.of(0x18, 2, 4, 0, 5)); // callback, relative to the next slot
    code.add(RawInstruction.of(0, 0, 0, 0, 0));
    code.add(Programs.mov(3, 0));
    code.add(Programs.mov(4, 0));
    code.add(Programs.call(209)); // bpf_user_ringbuf_drain(map, callback, ctx, flags)
    code.add(Programs.exit());
    code.set(2, RawInstruction.of(0x18, 2, 4, 0, 8 - 2 - 1));
    code.add(Programs.mov(0, 0)); // slot 8: the callback
    code.add(Programs.exit());
    var b = new BtfBuilder();
    int anInt = b.add(BtfType.Int.signed("int", 4));
    int pointer = b.add(new BtfType.Ptr(0));
    int main = b.add(new BtfType.FuncProto(anInt, List.of(new BtfType.Param("ctx", pointer))));
    int mainFunc = b.add(new BtfType.Func("drain", main, BtfType.Linkage.GLOBAL));
    int callback =
        b.add(
            new BtfType.FuncProto(
                anInt,
                List.of(new BtfType.Param("dynptr", pointer), new BtfType.Param("ctx", pointer))));
    int callbackFunc = b.add(new BtfType.Func("each", callback, BtfType.Linkage.STATIC));
    var spec =
        ProgramSpec.builder(
                "drain", ProgramType.SOCKET_FILTER, Code.of(code.toArray(RawInstruction[]::new)))
            .maps(List.of(buffer))
            .btf(b.build())
            .functions(List.of(new FunctionInfo(0, mainFunc), new FunctionInfo(8, callbackFunc)))
            .build();
    try (var program = load(spec);
        UserRingBuffer writer = only(program).userRingBuffer()) {
      for (int round = 0; round < 40; round++) {
        for (int i = 0; i < 10; i++) {
          assertTrue(writer.offer(MapKeys.u64(i)));
        }
        assertEquals(10, program.testRun(new byte[64]).retval());
      }
      int fit = 0;
      while (writer.offer(new byte[24])) {
        fit++;
      }
      assertEquals(128, fit);
      assertThrows(IllegalArgumentException.class, () -> writer.offer(new byte[4096]));
    }
  }
}
