package dev.skep.runtime.map;

import dev.skep.object.MapSpec;

/** Makes maps. */
public final class Maps {

  private Maps() {}

  /**
   * A new map.
   *
   * @throws MapRefused if the kernel would refuse its shape
   * @throws dev.skep.runtime.memory.AddressSpace.OutOfMemory if the machine has no room for it
   */
  public static BpfMap create(MapHost host, MapSpec spec) {
    MapShape.check(spec);
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
      case UNSPEC -> throw new IllegalStateException("refused by MapShape");
    };
  }

  /** Storage of a cgroup is created with no number of elements; the machine has one cgroup. */
  private static MapSpec single(MapSpec spec) {
    if (spec.maxEntries() > 0) {
      return spec;
    }
    return spec.toBuilder().maxEntries(1).build();
  }
}
