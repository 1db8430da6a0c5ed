package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.Errno;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.ProgramInfo;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import dev.skep.object.LineInfo;
import dev.skep.object.ProgramSpec;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code BPF_PROG_TEST_RUN} for each program type, and what the kernel tells of a program. */
@KernelTest
class TestRunTest extends LinkTestBase {

  private static final byte[] PACKET = ipv4();

  /** Ethernet, an IPv4 header, and a datagram to nowhere. */
  private static byte[] ipv4() {
    byte[] packet = new byte[64];
    packet[12] = 8;
    packet[14] = 0x45;
    packet[17] = 50;
    packet[22] = 64;
    packet[23] = 17;
    return packet;
  }

  /**
   * A type that can be run.
   *
   * @param since the Linux version of its test run, as 100 times the major number plus the minor
   */
  record Row(ProgramType type, int since, ProgramSpec program, TestRunOptions input, int result) {
    @Override
    public String toString() {
      return type.kernelName();
    }
  }

  private static Row row(ProgramType type, int since, TestRunOptions input, int result) {
    return row(type, since, null, null, input, result);
  }

  private static Row row(
      ProgramType type,
      int since,
      @Nullable AttachType attach,
      @Nullable String target,
      TestRunOptions input,
      int result) {
    ProgramSpec plain = ProgramSpec.of("run", type, Programs.returning(result));
    return new Row(type, since, attachedAs(plain, attach, target), input, result);
  }

  static List<Row> rows() {
    TestRunOptions packet = TestRunOptions.packet(PACKET);
    TestRunOptions eight = TestRunOptions.NONE.withContext(new byte[8]);
    byte[] lookup = new byte[72];
    lookup[8] = 2; // AF_INET
    lookup[12] = 17;
    return List.of(
        row(ProgramType.SOCKET_FILTER, 412, packet.withRepeat(3), 9),
        row(ProgramType.SCHED_CLS, 412, packet.withContext(new byte[192]), 2),
        row(ProgramType.SCHED_ACT, 412, packet, 2),
        row(ProgramType.XDP, 412, packet.withRepeat(100), 2),
        row(ProgramType.CGROUP_SKB, 412, packet, 1),
        row(ProgramType.LWT_IN, 412, packet, 0),
        row(ProgramType.LWT_OUT, 412, packet, 0),
        row(ProgramType.LWT_XMIT, 412, packet, 0),
        row(ProgramType.FLOW_DISSECTOR, 501, packet, 0),
        row(ProgramType.RAW_TRACEPOINT, 510, eight, 77),
        row(ProgramType.RAW_TRACEPOINT, 510, eight.onCpu(0), 78),
        row(
            ProgramType.SK_LOOKUP,
            512,
            AttachType.SK_LOOKUP,
            null,
            TestRunOptions.NONE.withContext(lookup),
            1),
        row(ProgramType.SYSCALL, 514, eight, 1234),
        row(ProgramType.STRUCT_OPS, 516, null, "bpf_dummy_ops.test_1", eight, 5),
        row(ProgramType.NETFILTER, 604, AttachType.NETFILTER, null, packet, 1));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aProgramOfEachTypeIsRun(Row row) {
    needs(row.since() / 100, row.since() % 100, "the test run of " + row);
    int sleepable = row.type() == ProgramType.SYSCALL ? ProgramSpec.F_SLEEPABLE : 0;
    var options = LoadOptions.DEFAULT.withExtraFlags(sleepable);
    switch (kernel.load(row.program(), options)) {
      case LoadResult.Loaded loaded -> {
        try (KernelProgram program = loaded.program()) {
          TestRun run = program.testRun(row.input());
          assertEquals(row.result(), run.retval());
          if (row.type() == ProgramType.XDP || row.type() == ProgramType.SCHED_CLS) {
            assertEquals(Bytes.of(PACKET), run.dataOut());
          }
        }
      }
      case LoadResult.Refused refused ->
          throw new AssertionError(refused.reason() + "\n" + refused.log());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProgramType.class,
      names = {
        "KPROBE",
        "TRACEPOINT",
        "PERF_EVENT",
        "CGROUP_SOCK",
        "CGROUP_DEVICE",
        "LWT_SEG6LOCAL",
        "SK_MSG"
      })
  void typesWithoutATestRunSaySo(ProgramType type) {
    try (var program = load(ProgramSpec.of("norun", type, Programs.returning(0)))) {
      var e =
          assertThrows(
              KernelCallException.class, () -> program.testRun(TestRunOptions.packet(PACKET)));
      assertEquals(Errno.ENOTSUPP, e.errno());
      assertTrue(e.getMessage().contains("no test run"), e::getMessage);
    }
  }

  /** Frames of a test run that are really sent: those that pass come up at the device's socket. */
  @Test
  void liveFramesReachTheDevice() {
    needs(5, 18, "live frames");
    try (var network = new NetworkNamespace();
        var pass = load(counting(ProgramType.XDP, 2));
        var seen = load(counting(ProgramType.SCHED_CLS, 0))) {
      network.command("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
      network.command("ip", "link", "set", "v0", "up");
      network.command("ip", "link", "set", "v1", "up");
      int ifindex = network.ifindex("v1");
      byte[] context = new byte[24]; // struct xdp_md: data, data_end, data_meta, ingress_ifindex
      System.arraycopy(Programs.u32(PACKET.length), 0, context, 4, 4);
      System.arraycopy(Programs.u32(ifindex), 0, context, 12, 4);
      network.call(() -> ClassicTc.attach(seen, new ClassicTc.Place(ifindex, true, 1, 1)));
      long before = count(seen);
      network.call(
          () ->
              pass.testRun(
                  TestRunOptions.packet(PACKET)
                      .withContext(context)
                      .withRepeat(200)
                      .withLiveFrames(64)));
      assertEquals(200, count(pass));
      assertTrue(count(seen) - before >= 200, "seen " + (count(seen) - before));
    }
  }

  @Test
  void whatTheKernelRemembersOfAProgram() {
    BpfObject object = TestObjects.read(kernel, "externs");
    try (KernelObject session = kernel.object(object)) {
      KernelProgram program = TestObjects.load(session, object, "ask");
      ProgramSource source = program.source();
      assertEquals("ask", source.functions().getFirst().name());
      assertEquals(0, source.functions().getFirst().pc());
      ProgramSpec spec = object.program("ask").orElseThrow();
      // The verifier removes lines whose code it removes, and moves the others.
      assertTrue(source.lines().size() > 3 && source.lines().size() <= spec.lines().size());
      LineInfo first = Objects.requireNonNull(source.lineAt(0));
      assertEquals(spec.lines().getFirst(), first);
      assertTrue(first.file().endsWith("externs.bpf.c"), first.file());
      LineInfo last = source.lines().getLast();
      assertTrue(last.text().contains("return 7;"), last.text());
      assertEquals(null, source.lineStartingAt(first.pc() + 1));
      ProgramInfo info = program.info();
      if (info.jitedBytes() > 0) {
        assertEquals(1, source.machineFunctions().size());
        assertEquals(info.jitedBytes(), source.machineFunctions().getFirst().bytes());
        assertEquals(info.tag(), source.machineFunctions().getFirst().tag());
        assertEquals(source.lines().size(), source.machineLines().size());
        assertFalse(program.jited().size() == 0);
      }
    }
  }

  /** A program without types has no functions and lines, and its machine code all the same. */
  @Test
  void aBareProgramHasNoLines() {
    try (var program =
        load(
            ProgramSpec.of(
                "bare", ProgramType.XDP, Code.of(Programs.mov(0, 2), Programs.exit())))) {
      assertEquals(List.of(), program.source().functions());
      assertEquals(List.of(), program.source().lines());
      assertEquals(null, program.source().lineAt(0));
    }
  }
}
