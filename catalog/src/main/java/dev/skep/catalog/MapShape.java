package dev.skep.catalog;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@code BPF_MAP_CREATE} is asked for, as far as the map's type decides whether it may be. The
 * numbers are unsigned, as in {@code bpf_attr}.
 *
 * @param type the map's type
 * @param keySize bytes
 * @param valueSize bytes
 * @param maxEntries the number of elements; bytes for ring buffers, pages for arenas
 * @param flags {@code map_flags}
 * @param extra {@code map_extra}
 * @param keyType whether BTF says what the key is ({@code btf_key_type_id})
 * @param valueType whether BTF says what the value is ({@code btf_value_type_id}; for struct_ops
 *     {@code btf_vmlinux_value_type_id})
 * @param inner what the inner maps of a map-in-map are like; null for none
 */
public record MapShape(
    MapType type,
    int keySize,
    int valueSize,
    int maxEntries,
    int flags,
    long extra,
    boolean keyType,
    boolean valueType,
    @Nullable MapShape inner) {

  /** A shape without flags, extra, types and inner map. */
  public static MapShape of(MapType type, int keySize, int valueSize, int maxEntries) {
    var builder = new Builder(type);
    builder.keySize = keySize;
    builder.valueSize = valueSize;
    builder.maxEntries = maxEntries;
    return builder.build();
  }

  /** The same with another size of the key. */
  public MapShape withKeySize(int other) {
    return with(b -> b.keySize = other);
  }

  /** The same with another size of the value. */
  public MapShape withValueSize(int other) {
    return with(b -> b.valueSize = other);
  }

  /** The same with another number of entries. */
  public MapShape withMaxEntries(int other) {
    return with(b -> b.maxEntries = other);
  }

  /** The same with other flags. */
  public MapShape withFlags(int other) {
    return with(b -> b.flags = other);
  }

  /** The same with another {@code map_extra}. */
  public MapShape withExtra(long other) {
    return with(b -> b.extra = other);
  }

  /** The same with or without types of key and value. */
  public MapShape withTypes(boolean key, boolean value) {
    return with(
        b -> {
          b.keyType = key;
          b.valueType = value;
        });
  }

  /** The same with inner maps of a shape; null for none. */
  public MapShape withInner(@Nullable MapShape other) {
    return with(b -> b.inner = other);
  }

  private MapShape with(Consumer<Builder> change) {
    var builder = new Builder(type);
    builder.keySize = keySize;
    builder.valueSize = valueSize;
    builder.maxEntries = maxEntries;
    builder.flags = flags;
    builder.extra = extra;
    builder.keyType = keyType;
    builder.valueType = valueType;
    builder.inner = inner;
    change.accept(builder);
    return builder.build();
  }

  /** So that nobody counts nine components. */
  private static final class Builder {
    private final MapType type;
    private int keySize;
    private int valueSize;
    private int maxEntries;
    private int flags;
    private long extra;
    private boolean keyType;
    private boolean valueType;
    private @Nullable MapShape inner;

    Builder(MapType type) {
      this.type = type;
    }

    MapShape build() {
      return new MapShape(
          type, keySize, valueSize, maxEntries, flags, extra, keyType, valueType, inner);
    }
  }

  /** Whether a flag is set. */
  public boolean has(MapFlag flag) {
    return (flags & flag.bit()) != 0;
  }

  /** In words, such as {@code hash, keys of 4 bytes, values of 8 bytes, 16 entries, no flags}. */
  @Override
  public String toString() {
    var text = new StringBuilder(type.kernelName());
    text.append(", keys of ").append(Integer.toUnsignedString(keySize));
    text.append(" bytes, values of ").append(Integer.toUnsignedString(valueSize));
    text.append(" bytes, ").append(Integer.toUnsignedString(maxEntries)).append(" entries, ");
    text.append(flags == 0 ? "no flags" : MapFlag.names(flags));
    if (extra != 0) {
      text.append(", extra 0x").append(Long.toHexString(extra));
    }
    if (keyType || valueType) {
      text.append(keyType && valueType ? ", typed" : keyType ? ", typed key" : ", typed value");
    }
    if (inner != null) {
      text.append(", of [").append(inner).append(']');
    }
    return text.toString();
  }
}
