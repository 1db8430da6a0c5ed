package dev.skep.kernel.info;

import dev.skep.catalog.MapType;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct bpf_map_info}.
 *
 * @param typeNumber the map type's number
 * @param shape sizes and flags
 * @param types where the types of its keys and values are
 * @param device what it is offloaded to
 */
public record MapInfo(
    int id, int typeNumber, String name, Shape shape, Types types, OffloadDevice device) {

  /** Bytes of a key and of a value, number of elements, {@code map_flags}, {@code map_extra}. */
  public record Shape(int keySize, int valueSize, int maxEntries, int flags, long extra) {}

  /**
   * The BTF of a map.
   *
   * @param object id of the BTF object, 0 if there is none
   * @param key type of the keys in it
   * @param value type of the values in it
   * @param vmlinuxValue of a struct_ops map, otherwise 0
   * @param vmlinuxObject the kernel's or module's BTF object that it is in (Linux 6.9)
   */
  public record Types(int object, int key, int value, int vmlinuxValue, int vmlinuxObject) {}

  /** The map type, or null if skep does not know the number. */
  public @Nullable MapType type() {
    return MapType.ofNumber(typeNumber);
  }

  /** Bytes of a key. */
  public int keySize() {
    return shape.keySize();
  }

  /** Bytes of a value. */
  public int valueSize() {
    return shape.valueSize();
  }

  /** Number of elements, or bytes of a ring buffer. */
  public int maxEntries() {
    return shape.maxEntries();
  }

  /** {@code BPF_F_*} of map creation. */
  public int flags() {
    return shape.flags();
  }

  /** {@code map_extra}. */
  public long extra() {
    return shape.extra();
  }
}
