package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code PERF_EVENT_ARRAY}, as if a reader had opened a buffer of {@value #BUFFER_BYTES} bytes on
 * every processor.
 *
 * <p>In the kernel: {@code perf_event_fd_array_get_ptr}.
 */
public final class PerfEventArray extends Indexed {

  static final int BUFFER_BYTES = 1 << 24;

  private final List<Event> events = new ArrayList<>();
  private long bytes;

  /** A record that a program sent to the buffer of a processor. */
  public record Event(int cpu, Bytes data) {}

  PerfEventArray(MapHost host, MapSpec spec) {
    super(host, spec);
  }

  /** {@code bpf_perf_event_output}. */
  public synchronized long output(int cpu, byte[] data) {
    if (Integer.compareUnsigned(cpu, spec().maxEntries()) >= 0) {
      return Errno.E2BIG.negated();
    }
    if (cpu >= host().cpuCount()) {
      return Errno.ENOENT.negated();
    }
    if (bytes + data.length > BUFFER_BYTES) {
      return Errno.ENOSPC.negated();
    }
    bytes += data.length;
    events.add(new Event(cpu, Bytes.of(data)));
    return 0;
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    return unreadable(flags, Errno.ENOTSUPP);
  }

  @Override
  public int remove(byte[] key) {
    sizes(key, null, 0);
    return outside(index(key, 0)) ? Errno.E2BIG.negated() : Errno.ENOENT.negated();
  }

  @Override
  public List<byte[]> keys() {
    return List.of();
  }

  /** Takes out all records, oldest first. */
  public synchronized List<Event> drain() {
    List<Event> drained = List.copyOf(events);
    events.clear();
    bytes = 0;
    return drained;
  }
}
