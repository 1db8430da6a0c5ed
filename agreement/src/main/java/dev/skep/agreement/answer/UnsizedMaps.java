package dev.skep.agreement.answer;

import dev.skep.catalog.MapType;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;

/** Maps whose size is not in the file, because their loader sets it before it loads. */
public final class UnsizedMaps {

  /** Ring buffers are whole pages. */
  private static final int PAGE = 4096;

  private UnsizedMaps() {}

  /** The object with room for one element in each such map, so that it can be loaded. */
  public static BpfObject sized(BpfObject object) {
    return object.withMaps(map -> isUnsized(map) ? map.withMaxEntries(smallest(map)) : map);
  }

  private static boolean isUnsized(MapSpec map) {
    return map.maxEntries() == 0
        && switch (map.type()) {
          case ARRAY,
              PERCPU_ARRAY,
              HASH,
              PERCPU_HASH,
              LRU_HASH,
              LRU_PERCPU_HASH,
              PROG_ARRAY,
              CGROUP_ARRAY,
              ARRAY_OF_MAPS,
              HASH_OF_MAPS,
              STACK_TRACE,
              LPM_TRIE,
              DEVMAP,
              DEVMAP_HASH,
              CPUMAP,
              XSKMAP,
              SOCKMAP,
              SOCKHASH,
              REUSEPORT_SOCKARRAY,
              QUEUE,
              STACK,
              BLOOM_FILTER,
              RINGBUF,
              USER_RINGBUF ->
              true;
          default -> false;
        };
  }

  private static int smallest(MapSpec map) {
    return map.type() == MapType.RINGBUF || map.type() == MapType.USER_RINGBUF ? PAGE : 1;
  }
}
