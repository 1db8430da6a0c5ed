package dev.skep.runtime.map;

import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Region;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code ARRAY} and {@code PERCPU_ARRAY}: one region per copy, elements 8-byte aligned.
 *
 * <p>Global data sections are such maps of one element.
 */
final class ArrayMap extends BpfMap {

  private final Region[] copies;
  private final int stride;
  private final int entries;
  private final boolean perCpu;

  ArrayMap(Machine machine, MapSpec spec, boolean perCpu) {
    super(machine, spec);
    this.perCpu = perCpu;
    stride = roundUp8(spec.valueSize());
    entries = spec.maxEntries();
    copies = new Region[perCpu ? machine.cpuCount() : 1];
    long size = (long) (entries - 1) * stride + spec.valueSize();
    for (int i = 0; i < copies.length; i++) {
      String name = perCpu ? spec.name() + " (cpu " + i + ")" : spec.name();
      copies[i] =
          machine
              .memory()
              .add(
                  Region.Kind.MAP_VALUE,
                  name,
                  machine.memory().allocate(size),
                  programsWrite(),
                  this);
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
  public long lookup(Cpu cpu, byte[] key, int at) {
    return element(perCpu ? cpu.number() : 0, (int) Access.INT.get(key, at));
  }

  @Override
  public long lookupOn(int cpu, byte[] key, int at) {
    return perCpu && cpu >= 0 && cpu < copies.length
        ? element(cpu, (int) Access.INT.get(key, at))
        : 0;
  }

  /** The address of an element, or 0 if there is none. */
  private long element(int copy, int index) {
    return Integer.compareUnsigned(index, entries) < 0
        ? copies[copy].address() + (long) index * stride
        : 0;
  }

  @Override
  public long update(Cpu cpu, byte[] key, int at, byte[] value, int valueAt, long flags) {
    int index = (int) Access.INT.get(key, at);
    int error = checkUpdate(index, flags);
    if (error == 0) {
      byte[] bytes = copies[perCpu ? cpu.number() : 0].bytes();
      System.arraycopy(value, valueAt, bytes, index * stride, valueSize());
    }
    return error;
  }

  private int checkUpdate(int index, long flags) {
    if ((flags & ~F_LOCK) > EXIST || flags < 0) {
      return -Errno.EINVAL;
    }
    if (Integer.compareUnsigned(index, entries) >= 0) {
      return -Errno.E2BIG;
    }
    return (flags & NOEXIST) != 0 ? -Errno.EEXIST : 0;
  }

  @Override
  public long delete(Cpu cpu, byte[] key, int at) {
    return -Errno.EINVAL;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    sizes(key, null, 0);
    int index = (int) Access.INT.get(key, 0);
    if (Integer.compareUnsigned(index, entries) >= 0) {
      return null;
    }
    byte[] value = new byte[perCpu ? stride * copies.length : valueSize()];
    for (int i = 0; i < copies.length; i++) {
      System.arraycopy(copies[i].bytes(), index * stride, value, i * stride, valueSize());
    }
    return value;
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, perCpu ? stride * copies.length : valueSize());
    int index = (int) Access.INT.get(key, 0);
    int error = checkUpdate(index, flags);
    if (error == 0) {
      for (int i = 0; i < copies.length; i++) {
        System.arraycopy(value, i * stride, copies[i].bytes(), index * stride, valueSize());
      }
    }
    return error;
  }

  @Override
  public int remove(byte[] key) {
    return -Errno.EINVAL;
  }

  @Override
  public List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>(entries);
    for (int i = 0; i < entries; i++) {
      byte[] key = new byte[4];
      Access.INT.set(key, 0, i);
      keys.add(key);
    }
    return keys;
  }
}
