package dev.skep.runtime.typed;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapTrait;
import dev.skep.runtime.map.BpfMap;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A map on a machine as a {@code java.util.Map}: the system call's view, live, by BTF.
 *
 * <p>Iteration walks over the keys that were there when it began. A per-CPU map has a value for
 * each processor: {@link #perCpu}; {@link #get} gives the one of processor 0.
 *
 * @param <K> a record or number, as {@link Codec} takes them
 * @param <V> likewise
 */
public final class TypedMap<K, V> extends AbstractMap<K, V> {

  private final BpfMap map;
  private final Codec<K> keys;
  private final Codec<V> values;

  private TypedMap(BpfMap map, Codec<K> keys, Codec<V> values) {
    this.map = map;
    this.keys = keys;
    this.values = values;
  }

  /**
   * The view of a map.
   *
   * @throws IllegalArgumentException if the classes do not fit its types
   */
  public static <K, V> TypedMap<K, V> of(BpfMap map, Class<K> key, Class<V> value) {
    var spec = map.spec();
    return new TypedMap<>(
        map,
        Codec.of(key, new Shape(spec.btf(), spec.btfKeyTypeId(), map.keySize())),
        Codec.of(value, new Shape(spec.btf(), spec.btfValueTypeId(), map.valueSize())));
  }

  /** The map behind it. */
  public BpfMap map() {
    return map;
  }

  /** The value of each processor, or null if there is no such element. */
  public @Nullable List<V> perCpu(K key) {
    byte[] all = map.get(keys.bytes(key));
    if (all == null) {
      return null;
    }
    int stride = (map.valueSize() + 7) & -8;
    List<V> parts = new ArrayList<>();
    for (int at = 0; at + map.valueSize() <= all.length; at += stride) {
      parts.add(values.read(all, at));
    }
    return parts;
  }

  /** A key of the right class, or null: {@code Map}'s methods take any object. */
  private byte @Nullable [] bytes(@Nullable Object key) {
    if (key == null || !box(keys.type()).isInstance(key)) {
      return null;
    }
    @SuppressWarnings("unchecked") // Just checked; a primitive's class cannot be cast to.
    K known = (K) key;
    return keys.bytes(known);
  }

  private static Class<?> box(Class<?> type) {
    return java.lang.invoke.MethodType.methodType(type).wrap().returnType();
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    byte[] wanted = bytes(key);
    byte[] value = wanted == null ? null : map.get(wanted);
    return value == null ? null : values.read(value);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    byte[] wanted = bytes(key);
    return wanted != null && map.get(wanted) != null;
  }

  /**
   * Sets an element; all processors' values of a per-CPU map.
   *
   * @throws IllegalStateException if the map refuses it, with the error's name
   */
  @Override
  public @Nullable V put(K key, V value) {
    byte[] bytes = keys.bytes(key);
    byte[] before = map.get(bytes);
    byte[] one = values.bytes(value);
    byte[] all = new byte[map.elementBytes()];
    int stride = all.length == one.length ? one.length : (map.valueSize() + 7) & -8;
    for (int at = 0; at + one.length <= all.length; at += stride) {
      System.arraycopy(one, 0, all, at, one.length);
    }
    refused(map.put(bytes, all, BpfMap.ANY), "put");
    return before == null ? null : values.read(before);
  }

  @Override
  public @Nullable V remove(@Nullable Object key) {
    byte[] wanted = bytes(key);
    byte[] before = wanted == null ? null : map.get(wanted);
    if (wanted == null || before == null) {
      return null;
    }
    refused(map.remove(wanted), "remove");
    return values.read(before);
  }

  private void refused(int result, String operation) {
    if (result < 0) {
      String name =
          switch (Errno.of(-result)) {
            case E2BIG -> "E2BIG: the map is full, or the index too large";
            case ENOMEM -> "ENOMEM: the machine's memory is used up";
            case ENOSPC -> "ENOSPC: the map is full";
            case EINVAL -> "EINVAL: maps of this type do not allow it";
            case EPERM -> "EPERM: user space may not write it";
            default -> "error " + -result;
          };
      throw new IllegalStateException(operation + " on " + map + ": " + name);
    }
  }

  @Override
  public int size() {
    return (int) elements().count();
  }

  private java.util.stream.Stream<byte[]> elements() {
    // Slots of arrays are always there; those of other indexed maps only when they are set.
    boolean always = map.type().is(MapTrait.FILLED);
    return map.keys().stream().filter(k -> always || map.get(k) != null);
  }

  @Override
  public Set<Entry<K, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<K, V>> iterator() {
        Iterator<byte[]> all = elements().toList().iterator();
        return new Iterator<>() {
          private byte @Nullable [] last;

          @Override
          public boolean hasNext() {
            return all.hasNext();
          }

          @Override
          public Entry<K, V> next() {
            if (!all.hasNext()) {
              throw new NoSuchElementException();
            }
            byte[] key = all.next();
            last = key;
            byte[] value = map.get(key);
            byte[] there = value == null ? new byte[map.elementBytes()] : value;
            return new SimpleImmutableEntry<>(keys.read(key), values.read(there));
          }

          @Override
          public void remove() {
            byte[] key = last;
            if (key == null) {
              throw new IllegalStateException("no element yet");
            }
            refused(map.remove(Arrays.copyOf(key, key.length)), "remove");
            last = null;
          }
        };
      }

      @Override
      public int size() {
        return TypedMap.this.size();
      }
    };
  }
}
