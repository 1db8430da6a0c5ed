package dev.skep.assembler;

import dev.skep.catalog.MapType;
import dev.skep.object.MapSpec;
import org.jspecify.annotations.Nullable;

/** What of a map's shape Linux refuses with {@code EINVAL}, in words. */
final class MapShape {

  private MapShape() {}

  /** Why the kernel will not create the map, or null if nothing is known against it. */
  static @Nullable String refusal(MapSpec map) {
    return switch (map.type()) {
      case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, LPM_TRIE -> {
        if (map.type() == MapType.LPM_TRIE && (map.flags() & 1) == 0) {
          yield "its type wants flags=no_prealloc";
        }
        yield map.type() == MapType.LPM_TRIE && map.keySize() < 5
            ? "its key is a prefix length of 4 bytes and at least one byte more"
            : all(map);
      }
      case ARRAY, PERCPU_ARRAY -> map.keySize() == 4 ? all(map) : "its key is an index of 4 bytes";
      case PROG_ARRAY, PERF_EVENT_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS, XSKMAP ->
          map.keySize() != 4
              ? "its key is an index of 4 bytes"
              : map.valueSize() != 4
                  ? "its value is a descriptor of 4 bytes"
                  : map.type() == MapType.PERF_EVENT_ARRAY ? null : entriesOrInner(map);
      case HASH_OF_MAPS ->
          map.valueSize() != 4 ? "its value is a descriptor of 4 bytes" : entriesOrInner(map);
      case RINGBUF, USER_RINGBUF -> {
        if (map.keySize() != 0 || map.valueSize() != 0) {
          yield "a ring buffer has neither key nor value";
        }
        // libbpf rounds other sizes up.
        yield map.maxEntries() == 0 ? "its entries are bytes, a power of two of pages" : null;
      }
      case QUEUE, STACK, BLOOM_FILTER ->
          map.keySize() != 0
              ? "its type has no key"
              : map.valueSize() == 0 ? "it has no value size" : entries(map);
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE ->
          map.keySize() != 4
              ? "its key is a descriptor of 4 bytes"
              : map.maxEntries() != 0
                  ? "a storage has no entries of its own"
                  : (map.flags() & 1) == 0 ? "its type wants flags=no_prealloc" : null;
      default -> null;
    };
  }

  private static @Nullable String all(MapSpec map) {
    if (map.keySize() == 0) {
      return "it has no key size";
    }
    return map.valueSize() == 0 ? "it has no value size" : entries(map);
  }

  private static @Nullable String entries(MapSpec map) {
    return map.maxEntries() == 0 ? "it has no entries" : null;
  }

  private static @Nullable String entriesOrInner(MapSpec map) {
    boolean ofMaps = map.type() == MapType.ARRAY_OF_MAPS || map.type() == MapType.HASH_OF_MAPS;
    if (ofMaps && map.inner() == null && map.initialSlots().isEmpty()) {
      return "the shape of its inner maps is not known; name one of them with inner=";
    }
    return entries(map);
  }
}
