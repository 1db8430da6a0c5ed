package dev.skep.runtime.map;

import dev.skep.catalog.MapType;
import dev.skep.object.MapSpec;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code QUEUE} (first in, first out) and {@code STACK} (last in, first out). */
final class QueueMap extends BpfMap {

  private final ArrayDeque<byte[]> values = new ArrayDeque<>();
  private final boolean stack;

  QueueMap(Machine machine, MapSpec spec) {
    super(machine, spec);
    stack = spec.type() == MapType.STACK;
  }

  @Override
  public synchronized long push(byte[] value, int at, long flags) {
    if (flags != ANY && flags != EXIST) {
      return -Errno.EINVAL;
    }
    if (values.size() >= spec().maxEntries()) {
      if (flags != EXIST) {
        return -Errno.E2BIG;
      }
      remove();
    }
    byte[] copy = Arrays.copyOfRange(value, at, at + valueSize());
    if (stack) {
      values.addFirst(copy);
    } else {
      values.addLast(copy);
    }
    return 0;
  }

  private void remove() {
    // The oldest element makes room: the far end of a stack, the front of a queue.
    if (stack) {
      values.pollLast();
    } else {
      values.pollFirst();
    }
  }

  @Override
  public synchronized long pop(byte[] value, int at) {
    return give(values.pollFirst(), value, at);
  }

  @Override
  public synchronized long peek(byte[] value, int at) {
    return give(values.peekFirst(), value, at);
  }

  private long give(byte @Nullable [] element, byte[] value, int at) {
    if (element == null) {
      Arrays.fill(value, at, at + valueSize(), (byte) 0);
      return -Errno.ENOENT;
    }
    System.arraycopy(element, 0, value, at, valueSize());
    return 0;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    byte[] value = new byte[valueSize()];
    return peek(value, 0) == 0 ? value : null;
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, valueSize());
    return (int) push(value, 0, flags);
  }
}
