package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapRefusal;
import dev.skep.catalog.MapRules;
import dev.skep.catalog.MapShape;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.MapType;
import dev.skep.object.MapSpec;

/** Makes maps. */
public final class Maps {

  /** Elements that a machine's maps can number. */
  private static final int MAX_ENTRIES = 1 << 28;

  private Maps() {}

  /**
   * A new map.
   *
   * @throws MapRefused if the kernel would refuse its shape
   * @throws dev.skep.runtime.memory.AddressSpace.OutOfMemory if the machine has no room for it
   */
  public static BpfMap create(MapHost host, MapSpec spec) {
    check(spec);
    return switch (spec.type()) {
      case ARRAY, CGROUP_STORAGE, STRUCT_OPS -> new ArrayMap(host, single(spec), false);
      case PERCPU_ARRAY, PERCPU_CGROUP_STORAGE -> new ArrayMap(host, single(spec), true);
      case HASH, DEVMAP_HASH, SOCKHASH -> new HashMap(host, spec, false, false);
      case PERCPU_HASH -> new HashMap(host, spec, true, false);
      case LRU_HASH -> new HashMap(host, spec, false, true);
      case LRU_PERCPU_HASH -> new HashMap(host, spec, true, true);
      case DEVMAP, CPUMAP, XSKMAP, SOCKMAP, REUSEPORT_SOCKARRAY -> new DeviceMap(host, spec);
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> new StorageMap(host, spec);
      case LPM_TRIE -> new LpmTrie(host, spec);
      case QUEUE, STACK -> new QueueMap(host, spec);
      case BLOOM_FILTER -> new BloomFilter(host, spec);
      case RINGBUF -> new RingBuffer(host, spec);
      case USER_RINGBUF -> new UserRingBuffer(host, spec);
      case PERF_EVENT_ARRAY -> new PerfEventArray(host, spec);
      case PROG_ARRAY -> new ProgArray(host, spec);
      case CGROUP_ARRAY -> new CgroupArray(host, spec);
      case STACK_TRACE -> new StackTraceMap(host, spec);
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> new MapOfMaps(host, spec);
      case ARENA -> new ArenaMap(host, spec);
      case UNSPEC -> throw new IllegalStateException("refused by MapRules");
    };
  }

  /**
   * Asks the catalog. Three things are looser than in the kernel: a machine has no kernel's BTF, so
   * storage and struct_ops maps need no types, and the shape of inner maps may come later.
   */
  private static void check(MapSpec spec) {
    MapShape shape = spec.shape().withTypes(true, true);
    boolean innerComesLater = shape.inner() == null && spec.type().is(MapTrait.HOLDS_MAPS);
    MapRefusal refusal =
        MapRules.check(innerComesLater ? shape.withInner(MapRules.example(MapType.HASH)) : shape);
    if (refusal != null) {
      throw new MapRefused(spec, refusal);
    }
    if (spec.maxEntries() < 0 || spec.maxEntries() > MAX_ENTRIES) {
      throw new MapRefused(
          spec, Errno.E2BIG, "at most %d elements on a skep machine".formatted(MAX_ENTRIES));
    }
  }

  /** Storage of a cgroup is created with no number of elements; the machine has one cgroup. */
  private static MapSpec single(MapSpec spec) {
    if (spec.maxEntries() > 0) {
      return spec;
    }
    return spec.toBuilder().maxEntries(1).build();
  }
}
