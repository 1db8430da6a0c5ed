package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Helper;
import java.util.Map;

/** {@code bpf_timer} and {@code bpf_wq}; their callbacks run in {@code Machine.advance}. */
final class TimerHelpers {

  private static final int CLOCK_REALTIME = 0;
  private static final int CLOCK_MONOTONIC = 1;
  private static final int CLOCK_BOOTTIME = 7;

  /** {@code BPF_F_TIMER_ABS}. */
  private static final long ABSOLUTE = 1;

  /** {@code BPF_F_TIMER_CPU_PIN}. */
  private static final long PINNED = 2;

  private TimerHelpers() {}

  static void register() {
    Helpers.add("bpf_timer_init", TimerHelpers::init);
    Helpers.add(
        "bpf_timer_set_callback", (cpu, t, f, c, d, e) -> cpu.machine().timers().callback(t, f));
    Helpers.add("bpf_timer_start", TimerHelpers::start);
    Helpers.add("bpf_timer_cancel", (cpu, t, b, c, d, e) -> cpu.machine().timers().cancel(t));
  }

  static void kfuncs(Map<String, Helper> all) {
    all.put(
        "bpf_wq_init",
        (cpu, w, m, flags, d, e) ->
            flags != 0
                ? Errno.EINVAL.negated()
                : cpu.machine().timers().init(w, MapHelpers.map(cpu, m)));
    all.put(
        "bpf_wq_set_callback_impl",
        (cpu, w, f, flags, d, e) ->
            flags != 0 ? Errno.EINVAL.negated() : cpu.machine().timers().callback(w, f));
    all.put(
        "bpf_wq_start",
        (cpu, w, flags, c, d, e) ->
            flags != 0 ? Errno.EINVAL.negated() : cpu.machine().timers().start(w, 0, false));
  }

  private static long init(Cpu cpu, long timer, long m, long flags, long d, long e) {
    long clock = flags & 15;
    if (flags >>> 4 != 0
        || clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME) {
      return Errno.EINVAL.negated();
    }
    return cpu.machine().timers().init(timer, MapHelpers.map(cpu, m));
  }

  private static long start(Cpu cpu, long timer, long nanos, long flags, long d, long e) {
    if ((flags & ~(ABSOLUTE | PINNED)) != 0) {
      return Errno.EINVAL.negated();
    }
    return cpu.machine().timers().start(timer, nanos, (flags & ABSOLUTE) != 0);
  }
}
