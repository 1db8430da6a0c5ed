package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapType;
import dev.skep.object.MapSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code QUEUE} (first in, first out) and {@code STACK} (last in, first out): a ring of values that
 * grows up to {@code max_entries}.
 *
 * <p>In the kernel: {@code queue_stack_map_push_elem}, {@code queue_map_pop_elem}, {@code
 * stack_map_pop_elem}, {@code queue_map_peek_elem}, {@code stack_map_peek_elem}.
 */
final class QueueMap extends BpfMap {

  private final boolean stack;
  private final int capacity;
  private byte[] values;
  private int oldest;
  private int count;

  QueueMap(MapHost host, MapSpec spec) {
    super(host, spec);
    stack = spec.type() == MapType.STACK;
    capacity = spec.maxEntries();
    // As the kernel, the whole ring is paid for at once; it is only filled as it is used.
    host.memory().charge((long) capacity * valueSize());
    if ((long) capacity * valueSize() > Integer.MAX_VALUE - 16) {
      throw new MapRefused(spec, Errno.E2BIG, "at most 2 GiB in one map of a skep machine");
    }
    values = new byte[Math.min(capacity, 16) * valueSize()];
  }

  /** Where the element is that was pushed {@code age} elements after the oldest. */
  private int place(int age) {
    int held = values.length / valueSize();
    return (int) (((long) oldest + age) % held) * valueSize();
  }

  @Override
  public synchronized long push(byte[] value, int at, long flags) {
    if (flags != ANY && flags != EXIST) {
      return Errno.EINVAL.negated();
    }
    if (count == capacity) {
      if (flags != EXIST) {
        return Errno.E2BIG.negated();
      }
      // The oldest element makes room.
      oldest = (oldest + 1) % capacity;
      count--;
    }
    if (count * valueSize() == values.length) {
      byte[] larger = new byte[(int) Math.min((long) capacity * valueSize(), values.length * 2L)];
      for (int i = 0; i < count; i++) {
        System.arraycopy(values, place(i), larger, i * valueSize(), valueSize());
      }
      values = larger;
      oldest = 0;
    }
    System.arraycopy(value, at, values, place(count), valueSize());
    count++;
    return 0;
  }

  @Override
  public synchronized long pop(byte[] value, int at) {
    long result = peek(value, at);
    if (result == 0) {
      count--;
      if (!stack) {
        oldest = (oldest + 1) % (values.length / valueSize());
      }
    }
    return result;
  }

  @Override
  public synchronized long peek(byte[] value, int at) {
    if (count == 0) {
      Arrays.fill(value, at, at + valueSize(), (byte) 0);
      return Errno.ENOENT.negated();
    }
    System.arraycopy(values, place(stack ? count - 1 : 0), value, at, valueSize());
    return 0;
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    int error = mayRead(flags);
    return error != 0 ? error : (int) peek(value, 0);
  }

  @Override
  public int take(byte[] key, byte[] value, long flags) {
    int error = flags != 0 ? Errno.EINVAL.negated() : mayRead(flags);
    return error != 0 ? error : (int) pop(value, 0);
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, valueSize());
    int error = mayWrite(flags);
    return error != 0 ? error : (int) push(value, 0, flags);
  }

  @Override
  public int remove(byte[] key) {
    return Errno.EINVAL.negated();
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    return Errno.EINVAL.negated();
  }

  /** Number of values. */
  public synchronized int size() {
    return count;
  }
}
