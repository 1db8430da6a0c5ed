package dev.skep.runtime.map;

import dev.skep.catalog.MapType;
import dev.skep.object.MapSpec;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** {@code ARRAY_OF_MAPS} and {@code HASH_OF_MAPS}: a look-up gives the inner map. */
public final class MapOfMaps extends BpfMap {

  private final Map<String, BpfMap> inner = new ConcurrentHashMap<>();

  MapOfMaps(Machine machine, MapSpec spec) {
    super(machine, spec);
  }

  private static String text(byte[] key, int at, int size) {
    return HexFormat.of().formatHex(key, at, at + size);
  }

  @Override
  public long lookup(Cpu cpu, byte[] key, int at) {
    BpfMap map = inner.get(text(key, at, keySize()));
    return map == null ? 0 : map.address();
  }

  @Override
  public long delete(Cpu cpu, byte[] key, int at) {
    return inner.remove(text(key, at, keySize())) == null ? -Errno.ENOENT : 0;
  }

  @Override
  public int remove(byte[] key) {
    sizes(key, null, 0);
    return inner.remove(text(key, 0, key.length)) == null ? -Errno.ENOENT : 0;
  }

  /** The inner map of a key, or null. */
  public @Nullable BpfMap inner(byte[] key) {
    return inner.get(text(key, 0, key.length));
  }

  /** Sets the inner map of a key: 0 or a negative {@link Errno}. */
  public int set(byte[] key, BpfMap map) {
    sizes(key, null, 0);
    MapSpec shape = spec().inner();
    if (shape != null
        && (shape.type() != map.type()
            || shape.keySize() != map.keySize()
            || shape.valueSize() != map.valueSize())) {
      return -Errno.EINVAL;
    }
    if (type() == MapType.ARRAY_OF_MAPS
        && Integer.compareUnsigned((int) Access.INT.get(key, 0), spec().maxEntries()) >= 0) {
      return -Errno.E2BIG;
    }
    String text = text(Arrays.copyOf(key, key.length), 0, key.length);
    if (!inner.containsKey(text) && inner.size() >= spec().maxEntries()) {
      return -Errno.E2BIG;
    }
    inner.put(text, map);
    return 0;
  }
}
