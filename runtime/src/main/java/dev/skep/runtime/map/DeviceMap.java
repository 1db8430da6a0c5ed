package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.LittleEndian;
import dev.skep.runtime.memory.Region;
import java.util.Arrays;
import java.util.BitSet;

/**
 * {@code DEVMAP}, {@code CPUMAP}, {@code XSKMAP}, {@code SOCKMAP} and {@code REUSEPORT_SOCKARRAY}
 * as recorders: an element is the number that user space put there (an interface, a queue's size, a
 * socket), and a redirection to it is written down in the context.
 *
 * <p>In the kernel: {@code dev_map_lookup_elem}, {@code dev_map_update_elem}, {@code
 * cpu_map_update_elem}, {@code sock_map_update_elem}, {@code xsk_map_update_elem}.
 */
final class DeviceMap extends Indexed {

  /** Longest queue of a {@code CPUMAP}'s element. */
  private static final int MAX_QUEUE = 16_384;

  private static final int EOVERFLOW = 75;

  private final Region values;
  private final BitSet set = new BitSet();
  private final int stride;

  DeviceMap(MapHost host, MapSpec spec) {
    super(host, spec);
    stride = roundUp8(spec.valueSize());
    values =
        host.memory()
            .add(
                Region.Kind.MAP_VALUE,
                spec.name(),
                host.memory().allocate((long) entries() * stride),
                false,
                this);
  }

  @Override
  public synchronized long lookup(int cpu, byte[] key, int at) {
    int index = index(key, at);
    return outside(index) || !set.get(index) ? 0 : values.address() + (long) index * stride;
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    int error = mayRead(flags);
    if (error != 0) {
      return error;
    }
    switch (type()) {
      case XSKMAP -> {
        return Errno.EOPNOTSUPP.negated();
      }
      case SOCKMAP, REUSEPORT_SOCKARRAY -> {
        if (valueSize() != 8) {
          return Errno.ENOSPC.negated();
        }
      }
      default -> {}
    }
    int index = index(key, 0);
    synchronized (this) {
      if (outside(index) || !set.get(index)) {
        return Errno.ENOENT.negated();
      }
      System.arraycopy(values.bytes(), index * stride, value, 0, valueSize());
    }
    return 0;
  }

  @Override
  public long update(int cpu, byte[] key, int at, byte[] value, int valueAt, long flags) {
    return Errno.EOPNOTSUPP.negated();
  }

  @Override
  public synchronized int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, valueSize());
    int error = mayWrite(flags);
    if (error != 0) {
      return error;
    }
    int index = index(key, 0);
    if (flags < 0 || flags > EXIST) {
      return Errno.EINVAL.negated();
    }
    if (outside(index)) {
      return Errno.E2BIG.negated();
    }
    int number = (int) LittleEndian.INT.get(value, 0);
    switch (type()) {
      case DEVMAP -> {
        if (flags == NOEXIST) {
          return Errno.EEXIST.negated();
        }
      }
      case CPUMAP -> {
        if (flags == NOEXIST) {
          return Errno.EEXIST.negated();
        }
        if (Integer.compareUnsigned(number, MAX_QUEUE) > 0) {
          return -EOVERFLOW;
        }
        if (index >= host().cpuCount()) {
          return Errno.ENODEV.negated();
        }
      }
      default -> {
        if (flags == NOEXIST && set.get(index)) {
          return Errno.EEXIST.negated();
        }
        if (flags == EXIST && !set.get(index)) {
          return Errno.ENOENT.negated();
        }
      }
    }
    boolean clears = number == 0 && type() != dev.skep.catalog.MapType.XSKMAP;
    if (clears) {
      Arrays.fill(values.bytes(), index * stride, index * stride + stride, (byte) 0);
    } else {
      System.arraycopy(value, 0, values.bytes(), index * stride, valueSize());
    }
    set.set(index, !clears);
    return 0;
  }

  @Override
  public synchronized int remove(byte[] key) {
    sizes(key, null, 0);
    int index = index(key, 0);
    if (outside(index)) {
      return type() == dev.skep.catalog.MapType.REUSEPORT_SOCKARRAY
          ? Errno.E2BIG.negated()
          : Errno.EINVAL.negated();
    }
    boolean there = set.get(index);
    set.clear(index);
    return switch (type()) {
      case SOCKMAP -> there ? 0 : Errno.EINVAL.negated();
      case REUSEPORT_SOCKARRAY -> there ? 0 : Errno.ENOENT.negated();
      default -> 0;
    };
  }
}
