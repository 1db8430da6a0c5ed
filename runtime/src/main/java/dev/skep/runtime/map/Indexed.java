package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.LittleEndian;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map whose keys are the numbers from 0 to {@code max_entries - 1}, whether set or not.
 *
 * <p>In the kernel: {@code array_map_get_next_key}.
 */
abstract class Indexed extends BpfMap {

  private final int entries;

  Indexed(MapHost host, MapSpec spec) {
    super(host, spec);
    entries = spec.maxEntries();
  }

  /** Number of elements. */
  final int entries() {
    return entries;
  }

  static int index(byte[] key, int at) {
    return (int) LittleEndian.INT.get(key, at);
  }

  final boolean outside(int index) {
    return Integer.compareUnsigned(index, entries) >= 0;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    int index = key == null ? -1 : index(key, 0);
    if (key == null || outside(index)) {
      LittleEndian.INT.set(next, 0, 0);
      return 0;
    }
    if (index == entries - 1) {
      return Errno.ENOENT.negated();
    }
    LittleEndian.INT.set(next, 0, index + 1);
    return 0;
  }

  @Override
  public List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>(Math.min(entries, 1 << 16));
    for (int i = 0; i < entries; i++) {
      byte[] key = new byte[4];
      LittleEndian.INT.set(key, 0, i);
      keys.add(key);
    }
    return keys;
  }
}
