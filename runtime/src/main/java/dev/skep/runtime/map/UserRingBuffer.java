package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * {@code USER_RINGBUF}: records that user space sends and {@code bpf_user_ringbuf_drain} takes,
 * oldest first, each with a header of 8 bytes in a ring of {@code max_entries} bytes.
 *
 * <p>In the kernel: {@code ringbuf_map_alloc}, {@code __bpf_user_ringbuf_peek}.
 */
public final class UserRingBuffer extends BpfMap {

  /** Most records that one call of the helper takes: {@code BPF_MAX_USER_RINGBUF_SAMPLES}. */
  public static final int MAX_SAMPLES = 128 * 1024;

  private static final int HEADER = 8;

  private final ArrayDeque<byte[]> records = new ArrayDeque<>();
  private long used;
  private boolean draining;

  UserRingBuffer(MapHost host, MapSpec spec) {
    super(host, spec);
    host.memory().charge(Integer.toUnsignedLong(spec.maxEntries()));
  }

  /** Sends a record; false if the ring has no room for it. */
  public synchronized boolean offer(byte[] record) {
    long total = total(record.length);
    if (used + total > Integer.toUnsignedLong(spec().maxEntries())) {
      return false;
    }
    used += total;
    records.addLast(record.clone());
    return true;
  }

  private static long total(int size) {
    return (size + HEADER + 7L) & -8;
  }

  /** Takes the oldest record, or null: what the helper does before each callback. */
  public synchronized byte @Nullable [] poll() {
    byte[] record = records.pollFirst();
    if (record != null) {
      used -= total(record.length);
    }
    return record;
  }

  /** Starts draining; false if someone is at it: {@code EBUSY}. */
  public synchronized boolean startDrain() {
    boolean free = !draining;
    draining = true;
    return free;
  }

  /** Ends draining. */
  public synchronized void endDrain() {
    draining = false;
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    return unreadable(flags, Errno.ENOTSUPP);
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    int error = mayWrite(flags);
    return error != 0 ? error : Errno.ENOTSUPP.negated();
  }

  @Override
  public int remove(byte[] key) {
    return Errno.ENOTSUPP.negated();
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    return Errno.ENOTSUPP.negated();
  }
}
