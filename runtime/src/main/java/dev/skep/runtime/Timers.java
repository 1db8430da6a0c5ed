package dev.skep.runtime;

import dev.skep.catalog.Errno;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.Region;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code bpf_timer} and {@code bpf_wq} on virtual time: callbacks wait until {@link
 * Machine#advance} passes their moment. Known by the address of the field in the map's value.
 */
public final class Timers {

  private final Machine machine;
  private final Map<Long, Timer> timers = new HashMap<>();
  private final TreeMap<Long, Timer> due = new TreeMap<>();
  private @Nullable Timer running;

  /** Timers at one moment run in the order in which they were started. */
  private static final class Timer {
    private final long address;
    private final BpfMap map;
    private long callback;
    private boolean active;
    private long moment;

    Timer(long address, BpfMap map) {
      this.address = address;
      this.map = map;
    }
  }

  Timers(Machine machine) {
    this.machine = machine;
  }

  /** {@code bpf_timer_init}. */
  public synchronized long init(long address, BpfMap map) {
    if (timers.containsKey(address)) {
      return Errno.EBUSY.negated();
    }
    timers.put(address, new Timer(address, map));
    return 0;
  }

  /** {@code bpf_timer_set_callback}. */
  public synchronized long callback(long address, long function) {
    Timer timer = timers.get(address);
    if (timer == null) {
      return Errno.EINVAL.negated();
    }
    timer.callback = function;
    return 0;
  }

  /**
   * {@code bpf_timer_start}.
   *
   * @param nanos from now, or since boot
   */
  public synchronized long start(long address, long nanos, boolean absolute) {
    Timer timer = timers.get(address);
    if (timer == null || timer.callback == 0) {
      return Errno.EINVAL.negated();
    }
    forget(timer);
    long now = machine.clock() instanceof Clock.Virtual v ? v.peek() : machine.clock().nanos();
    timer.moment = absolute ? nanos : now + nanos;
    // Below one nanosecond, the order of starting decides.
    while (due.containsKey(timer.moment)) {
      timer.moment++;
    }
    timer.active = true;
    due.put(timer.moment, timer);
    return 0;
  }

  /** {@code bpf_timer_cancel}: 1 if it was running, 0 if not. */
  public synchronized long cancel(long address) {
    Timer timer = timers.get(address);
    if (timer == null) {
      return Errno.EINVAL.negated();
    }
    if (timer == running) {
      return -EDEADLK;
    }
    boolean active = timer.active;
    forget(timer);
    return active ? 1 : 0;
  }

  private static final int EDEADLK = 35;

  /** A value goes away with its timers. */
  public synchronized void drop(long address) {
    Timer timer = timers.remove(address);
    if (timer != null) {
      forget(timer);
    }
  }

  /** Whether a timer is waiting at an address. */
  public synchronized boolean active(long address) {
    Timer timer = timers.get(address);
    return timer != null && timer.active;
  }

  private void forget(Timer timer) {
    if (timer.active) {
      due.remove(timer.moment);
      timer.active = false;
    }
  }

  private synchronized @Nullable Timer next(long end) {
    Map.Entry<Long, Timer> first = due.firstEntry();
    if (first == null || first.getKey() > end) {
      return null;
    }
    Timer timer = first.getValue();
    forget(timer);
    running = timer;
    return timer;
  }

  int advance(Clock.Virtual clock, long nanos) {
    long end = clock.peek() + nanos;
    int count = 0;
    for (Timer timer = next(end); timer != null; timer = next(end)) {
      clock.reach(timer.moment);
      try {
        run(timer);
      } finally {
        synchronized (this) {
          running = null;
        }
      }
      count++;
    }
    clock.reach(end);
    return count;
  }

  /** Calls {@code callback(map, key, value)} in a run of its own. */
  private void run(Timer timer) {
    Cpu cpu = machine.cpu(0);
    int offset = timer.map.offsetOfField(timer.address);
    long value = timer.address - offset;
    byte[] key = timer.map.keyOf(value);
    Context context = Context.raw(new byte[0]);
    cpu.enter(context);
    try {
      Region lent = cpu.lend("key", key == null ? new byte[8] : key);
      cpu.callback(timer.callback, timer.map.address(), lent.address(), value, 0, 0);
    } finally {
      cpu.leave(context);
    }
  }
}
