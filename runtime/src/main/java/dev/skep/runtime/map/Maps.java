package dev.skep.runtime.map;

import dev.skep.object.MapSpec;
import dev.skep.runtime.Machine;

/** Makes maps. */
public final class Maps {

  private Maps() {}

  /**
   * A new map.
   *
   * @throws MapRefused if the kernel would refuse its shape
   * @throws dev.skep.runtime.AddressSpace.OutOfMemory if the machine has no room for it
   */
  public static BpfMap create(Machine machine, MapSpec spec) {
    MapShape.check(spec);
    return switch (spec.type()) {
      case ARRAY, CGROUP_STORAGE, STRUCT_OPS -> new ArrayMap(machine, single(spec), false);
      case PERCPU_ARRAY, PERCPU_CGROUP_STORAGE -> new ArrayMap(machine, single(spec), true);
      case HASH, DEVMAP_HASH, SOCKHASH -> new HashMap(machine, spec, false, false);
      case PERCPU_HASH -> new HashMap(machine, spec, true, false);
      case LRU_HASH -> new HashMap(machine, spec, false, true);
      case LRU_PERCPU_HASH -> new HashMap(machine, spec, true, true);
      case DEVMAP, CPUMAP, XSKMAP, SOCKMAP, REUSEPORT_SOCKARRAY -> new DeviceMap(machine, spec);
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> new StorageMap(machine, spec);
      case LPM_TRIE -> new LpmTrie(machine, spec);
      case QUEUE, STACK -> new QueueMap(machine, spec);
      case BLOOM_FILTER -> new BloomFilter(machine, spec);
      case RINGBUF -> new RingBuffer(machine, spec);
      case USER_RINGBUF -> new UserRingBuffer(machine, spec);
      case PERF_EVENT_ARRAY -> new PerfEventArray(machine, spec);
      case PROG_ARRAY -> new ProgArray(machine, spec);
      case CGROUP_ARRAY -> new CgroupArray(machine, spec);
      case STACK_TRACE -> new StackTraceMap(machine, spec);
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> new MapOfMaps(machine, spec);
      case ARENA -> new ArenaMap(machine, spec);
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
