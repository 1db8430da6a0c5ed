package dev.skep.object;

import dev.skep.btf.Btf;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapShape;
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

  public MapSpec {
    initialSlots = Map.copyOf(initialSlots);
  }

  /** A map without types, initial contents or inner map. */
  public static MapSpec of(String name, MapType type, int keySize, int valueSize, int maxEntries) {
    return builder(name, type).keySize(keySize).valueSize(valueSize).maxEntries(maxEntries).build();
  }

  /** The same map with room for another number of elements, or of bytes for ring buffers. */
  public MapSpec withMaxEntries(int other) {
    return toBuilder().maxEntries(other).build();
  }

  /** The same map with other {@code BPF_F_*} of map creation. */
  public MapSpec withFlags(int other) {
    return toBuilder().flags(other).build();
  }

  /** Whether a flag is set. */
  public boolean has(MapFlag flag) {
    return (flags & flag.bit()) != 0;
  }

  /** What the kernel looks at when it is asked to create the map. */
  public MapShape shape() {
    return MapShape.of(type, keySize, valueSize, maxEntries)
        .withFlags(flags)
        .withExtra(extra)
        .withTypes(btfKeyTypeId != 0, btfValueTypeId != 0)
        .withInner(inner == null ? null : inner.shape());
  }

  /** The name as the kernel keeps it: at most 15 characters. */
  public String kernelName() {
    return name.length() <= 15 ? name : name.substring(0, 15);
  }

  /** A map whose sizes are 0 and that has nothing else: to be filled. */
  public static Builder builder(String name, MapType type) {
    return new Builder(name, type);
  }

  /** A builder that holds what this map has. */
  public Builder toBuilder() {
    return new Builder(name, type)
        .keySize(keySize)
        .valueSize(valueSize)
        .maxEntries(maxEntries)
        .flags(flags)
        .extra(extra)
        .btf(btf)
        .btfKeyTypeId(btfKeyTypeId)
        .btfValueTypeId(btfValueTypeId)
        .inner(inner)
        .frozen(frozen)
        .initialValue(initialValue)
        .initialSlots(initialSlots)
        .pinByName(pinByName);
  }

  /** Builds a {@link MapSpec}; each method sets the component of its name. */
  public static final class Builder {

    private String name;
    private MapType type;
    private int keySize;
    private int valueSize;
    private int maxEntries;
    private int flags;
    private long extra;
    private @Nullable Btf btf;
    private int btfKeyTypeId;
    private int btfValueTypeId;
    private @Nullable MapSpec inner;
    private boolean frozen;
    private @Nullable Bytes initialValue;
    private Map<Integer, String> initialSlots = Map.of();
    private boolean pinByName;

    private Builder(String name, MapType type) {
      this.name = name;
      this.type = type;
    }

    /** The name as in the object. */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /** The map type. */
    public Builder type(MapType value) {
      this.type = value;
      return this;
    }

    /** Bytes; 0 by default. */
    public Builder keySize(int value) {
      this.keySize = value;
      return this;
    }

    /** Bytes; 0 by default. */
    public Builder valueSize(int value) {
      this.valueSize = value;
      return this;
    }

    /** Elements, or bytes for ring buffers; 0 by default. */
    public Builder maxEntries(int value) {
      this.maxEntries = value;
      return this;
    }

    /** {@code BPF_F_*} of map creation; 0 by default. */
    public Builder flags(int value) {
      this.flags = value;
      return this;
    }

    /** {@code map_extra}; 0 by default. */
    public Builder extra(long value) {
      this.extra = value;
      return this;
    }

    /** The types that both ids are in; null by default. */
    public Builder btf(@Nullable Btf value) {
      this.btf = value;
      return this;
    }

    /** Id of the key's type; 0 by default. */
    public Builder btfKeyTypeId(int value) {
      this.btfKeyTypeId = value;
      return this;
    }

    /** Id of the value's type; 0 by default. */
    public Builder btfValueTypeId(int value) {
      this.btfValueTypeId = value;
      return this;
    }

    /** Shape of the inner maps of a map-in-map; null by default. */
    public Builder inner(@Nullable MapSpec value) {
      this.inner = value;
      return this;
    }

    /** Whether user space freezes it before programs are loaded; false by default. */
    public Builder frozen(boolean value) {
      this.frozen = value;
      return this;
    }

    /** Contents of element 0 for global data; null by default. */
    public Builder initialValue(@Nullable Bytes value) {
      this.initialValue = value;
      return this;
    }

    /** Names of the programs or maps in slots; empty by default. */
    public Builder initialSlots(Map<Integer, String> value) {
      this.initialSlots = value;
      return this;
    }

    /** {@code LIBBPF_PIN_BY_NAME}; false by default. */
    public Builder pinByName(boolean value) {
      this.pinByName = value;
      return this;
    }

    /** The map. */
    public MapSpec build() {
      return new MapSpec(
          name,
          type,
          keySize,
          valueSize,
          maxEntries,
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
  }
}
