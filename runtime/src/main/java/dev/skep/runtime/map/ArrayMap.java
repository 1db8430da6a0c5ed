package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.LittleEndian;
import dev.skep.runtime.memory.Region;
import org.jspecify.annotations.Nullable;

/**
 * {@code ARRAY} and {@code PERCPU_ARRAY}: one region per copy, elements 8-byte aligned.
 *
 * <p>Global data sections are such maps of one element.
 */
final class ArrayMap extends Indexed {

  private final Region[] copies;
  private final int stride;
  private final boolean perCpu;

  ArrayMap(MapHost host, MapSpec spec, boolean perCpu) {
    super(host, spec);
    this.perCpu = perCpu;
    stride = roundUp8(spec.valueSize());
    copies = new Region[perCpu ? host.cpuCount() : 1];
    long size = (long) (entries() - 1) * stride + spec.valueSize();
    for (int i = 0; i < copies.length; i++) {
      String name = perCpu ? spec.name() + " (cpu " + i + ")" : spec.name();
      copies[i] =
          host.memory()
              .add(
                  Region.Kind.MAP_VALUE, name, host.memory().allocate(size), programsWrite(), this);
    }
    Bytes initial = spec.initialValue();
    if (initial != null) {
      System.arraycopy(
          initial.toArray(), 0, copies[0].bytes(), 0, Math.min(initial.size(), (int) size));
    }
  }

  @Override
  public @Nullable Region values() {
    return perCpu ? null : copies[0];
  }

  @Override
  public long valueAddress(int offset) {
    return perCpu || offset < 0 || offset >= copies[0].bytes().length
        ? 0
        : copies[0].address() + offset;
  }

  @Override
  public int elementBytes() {
    return perCpu ? stride * copies.length : valueSize();
  }

  @Override
  public long lookup(int cpu, byte[] key, int at) {
    return element(perCpu ? cpu : 0, index(key, at));
  }

  @Override
  public long lookupOn(int cpu, byte[] key, int at) {
    return perCpu && cpu >= 0 && cpu < copies.length ? element(cpu, index(key, at)) : 0;
  }

  @Override
  public byte @Nullable [] keyOf(long valueAddress) {
    for (Region copy : copies) {
      long offset = valueAddress - copy.address();
      if (offset >= 0 && offset < copy.bytes().length && offset % stride == 0) {
        byte[] key = new byte[4];
        LittleEndian.INT.set(key, 0, (int) (offset / stride));
        return key;
      }
    }
    return null;
  }

  /** The address of an element, or 0 if there is none. */
  private long element(int copy, int index) {
    return outside(index) ? 0 : copies[copy].address() + (long) index * stride;
  }

  @Override
  public long update(int cpu, byte[] key, int at, byte[] value, int valueAt, long flags) {
    int index = index(key, at);
    int error = checkUpdate(index, flags);
    if (error == 0) {
      valueCopy()
          .copy(value, valueAt, copies[perCpu ? cpu : 0].bytes(), index * stride, valueSize());
    }
    return error;
  }

  private int checkUpdate(int index, long flags) {
    if ((flags & ~(perCpu ? 0 : F_LOCK)) > EXIST || flags < 0) {
      return Errno.EINVAL.negated();
    }
    if (outside(index)) {
      return Errno.E2BIG.negated();
    }
    if ((flags & NOEXIST) != 0) {
      return Errno.EEXIST.negated();
    }
    return (flags & F_LOCK) != 0 && !fields().hasLock() ? Errno.EINVAL.negated() : 0;
  }

  @Override
  public long delete(int cpu, byte[] key, int at) {
    return Errno.EINVAL.negated();
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    int error = mayRead(flags);
    if (error != 0) {
      return error;
    }
    int index = index(key, 0);
    if (outside(index)) {
      return Errno.ENOENT.negated();
    }
    for (int i = 0; i < copies.length; i++) {
      export(copies[i].bytes(), index * stride, value, i * stride);
    }
    return 0;
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, elementBytes());
    int index = index(key, 0);
    int error = mayWrite(flags);
    if (error == 0) {
      error = checkUpdate(index, flags);
    }
    if (error == 0) {
      for (int i = 0; i < copies.length; i++) {
        valueCopy().copy(value, i * stride, copies[i].bytes(), index * stride, valueSize());
      }
    }
    return error;
  }

  @Override
  public int remove(byte[] key) {
    return Errno.EINVAL.negated();
  }
}
