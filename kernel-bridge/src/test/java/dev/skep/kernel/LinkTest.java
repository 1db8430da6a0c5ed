package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.Errno;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkType;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs that really run because of calls and events; objects by id and pin. */
@KernelTest
class LinkTest extends LinkTestBase {
  @Test
  void commandsThatThisMachineRefusesSayWhy() {
    try (var program = load(counting(ProgramType.XDP, 2))) {
      if (kernel.version().isAtLeast(6, 17)) {
        assertEquals("", program.readStream(1));
      }
      var noToken =
          assertThrows(KernelCallException.class, () -> kernel.createToken(Path.of("/proc/self")));
      assertTrue(noToken.getMessage().startsWith("BPF_TOKEN_CREATE: E"), noToken.getMessage());
      var noEvent =
          assertThrows(
              KernelCallException.class,
              () -> kernel.taskDescriptor((int) ProcessHandle.current().pid(), 0));
      assertTrue(noEvent.getMessage().startsWith("BPF_TASK_FD_QUERY: E"), noEvent.getMessage());
      try (KernelMap map = kernel.createMap(Programs.counters("metadata"))) {
        program.bind(map);
        assertEquals(2, program.info().mapIds().size());
      }
    }
  }

  /** Counts only calls of this process. */
  private static ProgramSpec ownCalls(ProgramType type) {
    var code = new ArrayList<RawInstruction>();
    code.add(Programs.call(14)); // bpf_get_current_pid_tgid
    code.add(RawInstruction.of(0x77, 0, 0, 0, 32)); // r0 >>= 32
    code.add(RawInstruction.of(0x55, 0, 0, 9, (int) ProcessHandle.current().pid()));
    ProgramSpec counting = counting(type, 0);
    Code tail = counting.code();
    for (int pc = 0; pc < tail.size(); pc++) {
      code.add(tail.at(pc));
    }
    return Programs.withMaps("own_calls", type, code, counting.maps().toArray(MapSpec[]::new));
  }

  private static void makeCalls() throws IOException {
    for (int i = 0; i < 10; i++) {
      Files.exists(Path.of("/proc/self/skep-" + i));
    }
  }

  @Test
  void rawTracepointsSeeThisProcess() throws IOException {
    try (var program = load(ownCalls(ProgramType.RAW_TRACEPOINT));
        KernelLink link = program.attach(new AttachTarget.RawTracepoint("sys_enter", 0))) {
      makeCalls();
      assertTrue(count(program) >= 10, "counted " + count(program));
      assertEquals("sys_enter", link.info().details().get("tp_name"));
      var e =
          assertThrows(
              KernelCallException.class,
              () -> program.attach(new AttachTarget.RawTracepoint("no_such", 0)));
      assertTrue(e.getMessage().contains("no tracepoint of this name"), e.getMessage());
    }
  }

  @Test
  void tracepointsSeeThisProcess() throws IOException {
    try (var program = load(ownCalls(ProgramType.TRACEPOINT));
        KernelLink link =
            program.attach(new AttachTarget.Tracepoint("raw_syscalls", "sys_enter", 7))) {
      makeCalls();
      assertTrue(count(program) >= 10, "counted " + count(program));
      assertEquals(LinkType.PERF_EVENT, link.info().type());
      if (kernel.version().isAtLeast(6, 9)) {
        assertEquals(7L, link.info().details().get("cookie"));
      }
      var e =
          assertThrows(
              KernelCallException.class,
              () -> program.attach(new AttachTarget.Tracepoint("raw_syscalls", "none", 0)));
      assertTrue(e.getMessage().contains("no such tracepoint"), e.getMessage());
    }
  }

  @Test
  void uprobesSeeALibraryFunction() throws IOException {
    Path libc = Path.of("/lib/x86_64-linux-gnu/libc.so.6").toRealPath();
    long offset = UserSymbols.offsetOf(libc, "getppid").orElseThrow();
    assertTrue(UserSymbols.offsetOf(libc, "no_such_function").isEmpty());
    assertTrue(UserSymbols.offsetOf(Path.of("/proc/self/cmdline"), "x").isEmpty());
    try (var program = load(counting(ProgramType.KPROBE, 0));
        KernelLink link = program.attach(new AttachTarget.Uprobe(libc, offset, false, -1, 3))) {
      command("sh", "-c", "exec bash -c 'echo $PPID'");
      command("perl", "-e", "getppid() for 1..5");
      assertTrue(count(program) >= 1, "counted " + count(program));
      if (kernel.version().isAtLeast(6, 6)) {
        assertTrue(String.valueOf(link.info().details().get("file_name")).endsWith("libc.so.6"));
      }
    }
    needs(6, 6, "the link of many uprobes");
    try (var program =
            load(attachedAs(counting(ProgramType.KPROBE, 0), AttachType.TRACE_UPROBE_MULTI, null));
        KernelLink link =
            program.attach(
                new AttachTarget.UprobeMulti(libc, List.of(offset), List.of(9L), false, -1))) {
      command("perl", "-e", "getppid() for 1..5");
      assertTrue(count(program) >= 1, "counted " + count(program));
      assertEquals(1L, link.info().details().get("count"));
    }
  }

  private static void command(String... words) throws IOException {
    Process process = Needs.command(words).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    process.onExit().join();
  }

  @Test
  void kprobesSayThatThisKernelHasNone() {
    if (Files.exists(Path.of("/sys/bus/event_source/devices/kprobe"))) {
      try (var program = load(counting(ProgramType.KPROBE, 0));
          KernelLink link =
              program.attach(new AttachTarget.Kprobe("do_sys_openat2", 0, false, 0))) {
        Files.exists(Path.of("/proc/self/status"));
        assertEquals(LinkType.PERF_EVENT, link.info().type());
      }
      return;
    }
    try (var program = load(counting(ProgramType.KPROBE, 0))) {
      var e =
          assertThrows(
              KernelCallException.class,
              () -> program.attach(new AttachTarget.Kprobe("do_sys_openat2", 0, false, 0)));
      assertTrue(e.getMessage().contains("built without kprobes"), e.getMessage());
    }
  }

  /** Where this kernel refuses fentry, it is by EPERM before the verifier looks. */
  @Test
  void fentryAndFexitRunWhereTheKernelAllowsThem() {
    for (AttachType type : List.of(AttachType.TRACE_FENTRY, AttachType.TRACE_FEXIT)) {
      ProgramSpec spec = attachedAs(counting(ProgramType.TRACING, 0), type, "bpf_fentry_test1");
      switch (kernel.load(spec, LoadOptions.DEFAULT)) {
        case LoadResult.Refused refused -> {
          assertEquals(Errno.EPERM, refused.errno(), refused.log());
          assertTrue(refused.reason().contains("kernel's build"), refused.reason());
        }
        case LoadResult.Loaded loaded -> {
          try (var program = loaded.program();
              KernelLink link = program.attach(new AttachTarget.Tracing(0))) {
            assertEquals(LinkType.TRACING, link.info().type());
            program.testRun(TestRunOptions.NONE);
            assertTrue(count(program) >= 1);
          }
        }
      }
    }
  }

  @Test
  void manyKprobesInOneLinkWhereTheKernelHasThem() {
    ProgramSpec spec =
        attachedAs(counting(ProgramType.KPROBE, 0), AttachType.TRACE_KPROBE_MULTI, null);
    try (var program = load(spec)) {
      var target = new AttachTarget.KprobeMulti(List.of("bpf_fentry_test1"), List.of(5L), false);
      try (KernelLink link = program.attach(target)) {
        assertEquals(LinkType.KPROBE_MULTI, link.info().type());
      } catch (KernelCallException e) {
        assertEquals(Errno.EOPNOTSUPP, e.errno(), e.getMessage());
      }
    }
  }

  @Test
  void samplingEventsRunPrograms() throws InterruptedException {
    // PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, each millisecond of CPU 0
    try (var program = load(counting(ProgramType.PERF_EVENT, 0));
        KernelLink link = program.attach(new AttachTarget.PerfEvent(1, 0, 1_000_000, -1, 0, 0))) {
      for (int i = 0; i < 100 && count(program) == 0; i++) {
        Thread.sleep(20);
      }
      assertTrue(count(program) > 0);
      assertEquals(LinkType.PERF_EVENT, link.info().type());
    }
  }

  @Test
  void iteratorsWalkTasksAndMaps() throws IOException {
    if (!refused("task")) {
      try (var program = load(iterator("task"));
          KernelLink all = program.attach(new AttachTarget.Iterator());
          KernelLink one =
              program.attach(
                  new AttachTarget.TaskIterator(0, (int) ProcessHandle.current().pid()))) {
        int threads = read(one);
        assertTrue(threads >= 8 * 3 && threads % 8 == 0, "bytes of this JVM's threads: " + threads);
        assertTrue(read(all) > threads);
        assertEquals("task", all.info().details().get("target_name"));
      }
    }
    if (refused("bpf_map_elem")) {
      return;
    }
    try (var program = load(iterator("bpf_map_elem"));
        KernelMap map =
            kernel.createMap(MapSpec.of("walked", dev.skep.catalog.MapType.ARRAY, 4, 4, 5));
        KernelLink link = program.attach(new AttachTarget.MapIterator(map))) {
      // Five elements, and a last call without one.
      assertEquals(6 * 8, read(link));
      assertEquals((long) map.info().id(), link.info().details().get("map_id"));
    }
  }

  /** Where this kernel refuses an iterator, it is by EPERM before the verifier looks. */
  private boolean refused(String target) {
    return switch (kernel.load(iterator(target), LoadOptions.DEFAULT)) {
      case LoadResult.Refused refused -> {
        assertEquals(Errno.EPERM, refused.errno(), refused.log());
        assertTrue(refused.reason().contains("kernel's build"), refused.reason());
        yield true;
      }
      case LoadResult.Loaded loaded -> {
        loaded.program().close();
        yield false;
      }
    };
  }

  private static int read(KernelLink link) throws IOException {
    try (IteratorReader reader = link.iterate()) {
      return reader.readAllBytes().length;
    }
  }

  @Test
  void statisticsCountRunsWhileOn() {
    try (var program = load(counting(ProgramType.XDP, 2))) {
      try (Kernel.Counting counting = kernel.enableStatistics()) {
        program.testRun(TestRunOptions.packet(new byte[64]));
        assertTrue(counting != null);
      }
      assertEquals(1, program.info().runCount());
      program.testRun(TestRunOptions.packet(new byte[64]));
      assertEquals(1, program.info().runCount());
      assertTrue(program.info().runTimeNanos() > 0);
    }
  }
}
