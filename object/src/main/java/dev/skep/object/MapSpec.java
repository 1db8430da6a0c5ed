package dev.skep.object;

import dev.skep.btf.Btf;
import dev.skep.catalog.MapType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map as it would be created: {@code bpf_attr} of {@code BPF_MAP_CREATE}.
 *
 * @param name as in the object; the kernel keeps 15 characters of it ({@link #kernelName()})
 * @param type the map type
 * @param keySize bytes
 * @param valueSize bytes
 * @param maxEntries number of elements, or bytes for ring buffers
 * @param flags {@code BPF_F_*} of map creation
 * @param extra {@code map_extra}, such as a bloom filter's number of hashes
 * @param btf the types that the key's and value's ids are in, or null; for struct_ops the kernel's,
 *     where the value's id is {@code btf_vmlinux_value_type_id}
 * @param btfKeyTypeId id in {@code btf}, 0 if unknown
 * @param btfValueTypeId id in {@code btf}, 0 if unknown
 * @param inner shape of the inner maps of a map-in-map, otherwise null
 * @param frozen whether user space freezes it before programs are loaded, as libbpf does with
 *     {@code .rodata}
 * @param initialValue contents of element 0 for global data, or null
 * @param initialSlots for prog arrays and map-in-maps: element to name of the program or map; for
 *     struct_ops: byte offset in the value to name of the program whose file descriptor goes there
 * @param pinByName whether it is pinned by name ({@code LIBBPF_PIN_BY_NAME})
 */
public record MapSpec(
    String name,
    MapType type,
    int keySize,
    int valueSize,
    int maxEntries,
    int flags,
    long extra,
    @Nullable Btf btf,
    int btfKeyTypeId,
    int btfValueTypeId,
    @Nullable MapSpec inner,
    boolean frozen,
    @Nullable Bytes initialValue,
    Map<Integer, String> initialSlots,
    boolean pinByName) {

  /** {@code BPF_F_RDONLY_PROG}: programs may only read. */
  public static final int F_RDONLY_PROG = 1 << 7;

  /** {@code BPF_F_WRONLY_PROG}: programs may only write. */
  public static final int F_WRONLY_PROG = 1 << 8;

  /** {@code BPF_F_MMAPABLE}. */
  public static final int F_MMAPABLE = 1 << 10;

  public MapSpec {
    initialSlots = Map.copyOf(initialSlots);
  }

  /** A map without types, initial contents or inner map. */
  public static MapSpec of(String name, MapType type, int keySize, int valueSize, int maxEntries) {
    return new MapSpec(
        name,
        type,
        keySize,
        valueSize,
        maxEntries,
        0,
        0,
        null,
        0,
        0,
        null,
        false,
        null,
        Map.of(),
        false);
  }

  /** The same map with room for another number of elements, or of bytes for ring buffers. */
  public MapSpec withMaxEntries(int other) {
    return new MapSpec(
        name,
        type,
        keySize,
        valueSize,
        other,
        flags,
        extra,
        btf,
        btfKeyTypeId,
        btfValueTypeId,
        inner,
        frozen,
        initialValue,
        initialSlots,
        pinByName);
  }

  /** The same map with other {@code BPF_F_*} of map creation. */
  public MapSpec withFlags(int other) {
    return new MapSpec(
        name,
        type,
        keySize,
        valueSize,
        maxEntries,
        other,
        extra,
        btf,
        btfKeyTypeId,
        btfValueTypeId,
        inner,
        frozen,
        initialValue,
        initialSlots,
        pinByName);
  }

  /** The name as the kernel keeps it: at most 15 characters. */
  public String kernelName() {
    return name.length() <= 15 ? name : name.substring(0, 15);
  }
}
