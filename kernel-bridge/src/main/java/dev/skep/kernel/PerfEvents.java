package dev.skep.kernel;

import dev.skep.catalog.Errno;
import dev.skep.kernel.call.Host;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.CStruct;
import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** {@code perf_event_open(2)} for the events that BPF programs attach to. */
final class PerfEvents {

  /**
   * {@code struct perf_event_attr} up to version 5 (Linux 4.1), with its bit fields as one word.
   */
  static final CStruct ATTR =
      CStruct.of(
          "perf_event_attr",
          """
          u32 type, u32 size, u64 config, u64 sample_period, u64 sample_type, u64 read_format,
          u64 bits, u32 wakeup_events, u32 bp_type, u64 config1, u64 config2,
          u64 branch_sample_type, u64 sample_regs_user, u32 sample_stack_user, s32 clockid,
          u64 sample_regs_intr, u32 aux_watermark, u16 sample_max_stack, u16 reserved_2\
          """);

  static final int TYPE_SOFTWARE = 1;
  static final int TYPE_TRACEPOINT = 2;
  static final int COUNT_SW_BPF_OUTPUT = 10;
  static final int SAMPLE_RAW = 1 << 10;

  private PerfEvents() {}

  static Block attr(Arena arena, int type, long config) {
    return Block.of(arena, ATTR).set("type", type).set("size", ATTR.size()).set("config", config);
  }

  /** An event of a tracepoint on all processes. */
  static Fd tracepoint(String category, String name) {
    long id = tracepointId(category, name);
    try (Arena arena = Arena.ofConfined()) {
      Block attr = attr(arena, TYPE_TRACEPOINT, id).set("sample_period", 1);
      return Native.perfEventOpen(attr.set("wakeup_events", 1), -1, 0);
    }
  }

  private static long tracepointId(String category, String name) {
    Path mounted = Path.of("/sys/kernel/tracing/events");
    if (Files.isDirectory(mounted)) {
      return tracepointId(mounted, category, name);
    }
    try (Fd mount = Native.privateMount("tracefs")) {
      int number = mount.acquire();
      try {
        return tracepointId(Path.of("/proc/self/fd/" + number + "/events"), category, name);
      } finally {
        mount.release();
      }
    }
  }

  private static long tracepointId(Path events, String category, String name) {
    try {
      return Long.parseLong(
          Files.readString(events.resolve(category).resolve(name).resolve("id")).strip());
    } catch (NoSuchFileException e) {
      throw new KernelCallException(
          "opening tracepoint " + category + "/" + name,
          Errno.ENOENT.number(),
          "kernel " + Host.release() + " has no such tracepoint");
    } catch (IOException e) {
      throw new KernelCallException(
          "opening tracepoint " + category + "/" + name,
          Errno.EACCES.number(),
          "its id in tracefs cannot be read: " + e.getMessage());
    }
  }

  static Fd uprobe(AttachTarget.Uprobe target) {
    try (Arena arena = Arena.ofConfined()) {
      // The counter's offset has the upper half of config.
      long config = target.counter() << 32 | (target.returns() ? 1 : 0);
      Block attr =
          attr(arena, pmu("uprobe", "uprobes"), config)
              .set("config1", arena.allocateFrom(target.binary().toString()))
              .set("config2", target.offset());
      return Native.perfEventOpen(attr, target.pid(), target.pid() < 0 ? 0 : -1);
    }
  }

  static Fd kprobe(String function, long offset, boolean returns) {
    try (Arena arena = Arena.ofConfined()) {
      Block attr =
          attr(arena, pmu("kprobe", "kprobes"), returns ? 1 : 0)
              .set("config1", arena.allocateFrom(function))
              .set("config2", offset);
      return Native.perfEventOpen(attr, -1, 0);
    }
  }

  static Fd sampling(int type, long config, long period, int pid, int cpu) {
    try (Arena arena = Arena.ofConfined()) {
      Block attr = attr(arena, type, config).set("sample_period", period);
      return Native.perfEventOpen(attr, pid, cpu);
    }
  }

  /** The number of a dynamic event source, which the kernel gives out at boot. */
  private static int pmu(String name, String feature) {
    Path file = Path.of("/sys/bus/event_source/devices", name, "type");
    try {
      return Integer.parseInt(Files.readString(file).strip());
    } catch (IOException e) {
      throw new KernelCallException(
          "perf_event_open of a " + name,
          Errno.ENODEV.number(),
          "kernel " + Host.release() + " was built without " + feature + " (no " + file + ")");
    }
  }
}
