package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code STACK_TRACE}: call stacks by a number that is made of their hash. Programs fill it with
 * {@code bpf_get_stackid}; user space reads and deletes.
 *
 * <p>In the kernel: {@code stack_map_get_next_key}, {@code stack_map_delete_elem}, {@code
 * bpf_stackmap_extract}.
 */
public final class StackTraceMap extends BpfMap {

  /** {@code kernel.perf_event_max_stack}. */
  static final int MAX_DEPTH = 127;

  /** {@code BPF_F_SKIP_FIELD_MASK}. */
  private static final int SKIP = 0xff;

  private static final int FAST_STACK_CMP = 1 << 9;
  private static final int REUSE_STACKID = 1 << 10;
  private static final int USER_STACK = 1 << 8;

  private final TreeMap<Integer, byte[]> traces = new TreeMap<>();
  private final int buckets;

  StackTraceMap(MapHost host, MapSpec spec) {
    super(host, spec);
    buckets = Math.max(Integer.highestOneBit(Math.max(spec.maxEntries() - 1, 0)) * 2, 1);
    host.memory().charge((long) buckets * spec.valueSize());
  }

  /**
   * {@code bpf_get_stackid} of a stack, innermost address first.
   *
   * @return the stack's number, or a negative {@link Errno}
   */
  public synchronized long store(long[] addresses, long flags) {
    if ((flags & ~(long) (SKIP | USER_STACK | FAST_STACK_CMP | REUSE_STACKID)) != 0) {
      return Errno.EINVAL.negated();
    }
    int skip = (int) flags & SKIP;
    int depth = Math.min(addresses.length, skip + valueSize() / 8);
    if (depth <= skip) {
      return Errno.EFAULT.negated();
    }
    byte[] trace = new byte[(depth - skip) * 8];
    for (int i = skip; i < depth; i++) {
      LittleEndian.LONG.set(trace, (i - skip) * 8, addresses[i]);
    }
    int id = JHash.hash(trace, 0, trace.length, 0) & (buckets - 1);
    byte[] there = traces.get(id);
    boolean equal = there != null && Arrays.equals(there, trace);
    if (there != null && (equal || (flags & FAST_STACK_CMP) != 0)) {
      return id;
    }
    if (there != null && (flags & REUSE_STACKID) == 0) {
      return Errno.EEXIST.negated();
    }
    traces.put(id, trace);
    return id;
  }

  private int id(byte[] key) {
    int id = (int) LittleEndian.INT.get(key, 0);
    return Integer.compareUnsigned(id, buckets) < 0 ? id : -1;
  }

  @Override
  public synchronized int read(byte[] key, byte[] value, long flags) {
    int error = mayRead(flags);
    if (error != 0) {
      return error;
    }
    int id = id(key);
    byte[] trace = traces.get(id);
    if (trace == null) {
      return Errno.ENOENT.negated();
    }
    Arrays.fill(value, (byte) 0);
    System.arraycopy(trace, 0, value, 0, trace.length);
    return 0;
  }

  @Override
  public synchronized int take(byte[] key, byte[] value, long flags) {
    int result = read(key, value, flags);
    return result == 0 ? remove(key) : result;
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, valueSize());
    return Errno.EINVAL.negated();
  }

  @Override
  public synchronized int remove(byte[] key) {
    sizes(key, null, 0);
    int id = id(key);
    if (id < 0) {
      return Errno.E2BIG.negated();
    }
    return traces.remove(id) == null ? Errno.ENOENT.negated() : 0;
  }

  @Override
  public synchronized int nextKey(byte @Nullable [] key, byte[] next) {
    int id = key == null ? -1 : id(key);
    Integer found = traces.containsKey(id) ? traces.higherKey(id) : traces.ceilingKey(0);
    if (found == null) {
      return Errno.ENOENT.negated();
    }
    LittleEndian.INT.set(next, 0, found);
    return 0;
  }

  @Override
  public synchronized List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>();
    byte[] next = new byte[4];
    for (byte[] key = null; nextKey(key, next) == 0; ) {
      key = next.clone();
      keys.add(key);
    }
    return keys;
  }
}
