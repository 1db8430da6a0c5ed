package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code ARRAY_OF_MAPS} and {@code HASH_OF_MAPS}: a look-up gives the inner map. User space reads
 * its {@linkplain BpfMap#id number}.
 *
 * <p>In the kernel: {@code array_of_map_lookup_elem}, {@code htab_of_map_lookup_elem}, {@code
 * bpf_fd_array_map_update_elem}, {@code bpf_fd_htab_map_update_elem}.
 */
public final class MapOfMaps extends BpfMap {

  private final Map<Bytes, BpfMap> inner = new ConcurrentHashMap<>();

  MapOfMaps(MapHost host, MapSpec spec) {
    super(host, spec);
  }

  private static Bytes part(byte[] key, int at, int size) {
    return Bytes.of(Arrays.copyOfRange(key, at, at + size));
  }

  private boolean outside(byte[] key) {
    return type() == MapType.ARRAY_OF_MAPS
        && Integer.compareUnsigned((int) LittleEndian.INT.get(key, 0), spec().maxEntries()) >= 0;
  }

  @Override
  public long lookup(int cpu, byte[] key, int at) {
    BpfMap map = inner.get(part(key, at, keySize()));
    return map == null ? 0 : map.address();
  }

  @Override
  public long delete(int cpu, byte[] key, int at) {
    return inner.remove(part(key, at, keySize())) == null ? Errno.ENOENT.negated() : 0;
  }

  @Override
  public int remove(byte[] key) {
    sizes(key, null, 0);
    if (outside(key)) {
      return Errno.E2BIG.negated();
    }
    return inner.remove(Bytes.of(key)) == null ? Errno.ENOENT.negated() : 0;
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    int error = mayRead(flags);
    if (error != 0) {
      return error;
    }
    BpfMap map = inner.get(Bytes.of(key));
    if (map == null) {
      return Errno.ENOENT.negated();
    }
    LittleEndian.INT.set(value, 0, map.id());
    return 0;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    List<byte[]> all = keys();
    int at = 0;
    for (int i = 0; key != null && i < all.size(); i++) {
      if (Arrays.equals(all.get(i), key)) {
        at = i + 1;
      }
    }
    if (at >= all.size()) {
      return Errno.ENOENT.negated();
    }
    System.arraycopy(all.get(at), 0, next, 0, next.length);
    return 0;
  }

  @Override
  public List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>();
    if (type() == MapType.ARRAY_OF_MAPS) {
      for (int i = 0; i < spec().maxEntries(); i++) {
        byte[] key = new byte[4];
        LittleEndian.INT.set(key, 0, i);
        keys.add(key);
      }
    } else {
      inner.keySet().forEach(k -> keys.add(k.toArray()));
      keys.sort(Arrays::compareUnsigned);
    }
    return keys;
  }

  /** The inner map of a key, or null. */
  public @Nullable BpfMap inner(byte[] key) {
    return inner.get(Bytes.of(key));
  }

  /** Sets the inner map of a key: 0 or a negative {@link Errno}. */
  public synchronized int set(byte[] key, BpfMap map) {
    sizes(key, null, 0);
    MapSpec shape = spec().inner();
    if (shape != null && !sameShape(shape, map)) {
      return Errno.EINVAL.negated();
    }
    if (outside(key)) {
      return Errno.E2BIG.negated();
    }
    Bytes text = Bytes.of(key.clone());
    if (!inner.containsKey(text) && inner.size() >= spec().maxEntries()) {
      return Errno.E2BIG.negated();
    }
    inner.put(text, map);
    return 0;
  }

  /** As {@code bpf_map_meta_equal}; only arrays that say so may differ in their size. */
  private static boolean sameShape(MapSpec shape, BpfMap map) {
    return shape.type() == map.type()
        && shape.keySize() == map.keySize()
        && shape.valueSize() == map.valueSize()
        && shape.flags() == map.spec().flags()
        && (shape.type() != MapType.ARRAY
            || shape.has(MapFlag.INNER_MAP)
            || shape.maxEntries() == map.spec().maxEntries());
  }
}
