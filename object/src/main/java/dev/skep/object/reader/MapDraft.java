package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.MapType;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map while its parts are being collected. */
final class MapDraft {

  /** Where a map's definition comes from. */
  enum Origin {
    /** A variable in {@code .maps}, or in the legacy {@code maps}. */
    DEFINED,
    DATA,
    RODATA,
    BSS,
    KCONFIG,
    STRUCT_OPS
  }

  final String name;
  final Origin origin;
  final int section;
  final long offset;
  int type;
  int keySize;
  int valueSize;
  int maxEntries;
  int flags;
  long extra;
  int keyTypeId;
  int valueTypeId;
  boolean pinByName;
  @Nullable MapDraft inner;

  /** The types that the ids are in, if they are not the object's. */
  @Nullable Btf types;

  byte @Nullable [] initialValue;
  final Map<Integer, String> slots = new HashMap<>();

  MapDraft(String name, Origin origin, int section, long offset) {
    this.name = name;
    this.origin = origin;
    this.section = section;
    this.offset = offset;
  }

  MapType mapType() {
    MapType known = MapType.ofNumber(type);
    if (known == null) {
      throw new BadObject(
          "object/map-type",
          "map '%s': type %d is unknown; the highest known is %d (%s)"
              .formatted(
                  name,
                  Integer.toUnsignedLong(type),
                  MapType.values().length - 1,
                  MapType.values()[MapType.values().length - 1].kernelName()));
    }
    return known;
  }

  MapSpec spec(@Nullable Btf objectTypes) {
    MapType mapType = mapType();
    Btf btf = types != null ? types : objectTypes;
    boolean typed =
        btf != null
            && !mapType.is(MapTrait.UNTYPED_BY_LIBBPF)
            && (keyTypeId != 0 || valueTypeId != 0);
    return MapSpec.of(name, mapType, keySize, valueSize, maxEntries).toBuilder()
        .flags(flags)
        .extra(extra)
        .btf(typed ? btf : null)
        .btfKeyTypeId(typed ? keyTypeId : 0)
        .btfValueTypeId(typed ? valueTypeId : 0)
        .inner(inner == null ? null : inner.spec(objectTypes))
        .frozen(origin == Origin.RODATA || origin == Origin.KCONFIG)
        .initialValue(initialValue == null ? null : Bytes.of(initialValue))
        .initialSlots(slots)
        .pinByName(pinByName)
        .build();
  }
}
