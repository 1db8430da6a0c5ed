package dev.skep.runtime.map;

import dev.skep.object.MapSpec;
import dev.skep.runtime.Machine;

/** Makes maps. */
public final class Maps {

  private static final int PAGE = 4096;

  private Maps() {}

  /**
   * A new map.
   *
   * @throws IllegalArgumentException if the kernel would refuse its shape, or skep does not have
   *     its type
   */
  public static BpfMap create(Machine machine, MapSpec spec) {
    check(spec);
    return switch (spec.type()) {
      case ARRAY, CGROUP_STORAGE, STRUCT_OPS -> new ArrayMap(machine, single(spec), false);
      case PERCPU_ARRAY, PERCPU_CGROUP_STORAGE -> new ArrayMap(machine, single(spec), true);
      case HASH, DEVMAP, DEVMAP_HASH, CPUMAP, XSKMAP, SOCKMAP, SOCKHASH, REUSEPORT_SOCKARRAY ->
          new HashMap(machine, spec, false, false);
      case PERCPU_HASH -> new HashMap(machine, spec, true, false);
      case LRU_HASH -> new HashMap(machine, spec, false, true);
      case LRU_PERCPU_HASH -> new HashMap(machine, spec, true, true);
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> new StorageMap(machine, spec);
      case LPM_TRIE -> new LpmTrie(machine, spec);
      case QUEUE, STACK -> new QueueMap(machine, spec);
      case BLOOM_FILTER -> new BloomFilter(machine, spec);
      case RINGBUF -> new RingBuffer(machine, spec);
      case PERF_EVENT_ARRAY -> new PerfEventArray(machine, spec);
      case PROG_ARRAY -> new ProgArray(machine, spec);
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> new MapOfMaps(machine, spec);
      case UNSPEC, STACK_TRACE, CGROUP_ARRAY, USER_RINGBUF, ARENA ->
          throw new IllegalArgumentException(
              "skep's machine has no maps of type " + spec.type().uapiName());
    };
  }

  /** Storage of a cgroup is created with no number of elements; the machine has one cgroup. */
  private static MapSpec single(MapSpec spec) {
    if (spec.maxEntries() > 0) {
      return spec;
    }
    return new MapSpec(
        spec.name(),
        spec.type(),
        spec.keySize(),
        spec.valueSize(),
        1,
        spec.flags(),
        spec.extra(),
        spec.btf(),
        spec.btfKeyTypeId(),
        spec.btfValueTypeId(),
        spec.inner(),
        spec.frozen(),
        spec.initialValue(),
        spec.initialSlots(),
        spec.pinByName());
  }

  private static void check(MapSpec spec) {
    int key = spec.keySize();
    boolean positive = spec.valueSize() > 0 && spec.maxEntries() > 0;
    boolean fine =
        switch (spec.type()) {
          case ARRAY, PERCPU_ARRAY -> key == 4 && positive;
          case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH -> key > 0 && positive;
          case LPM_TRIE -> key >= 5 && key <= 260 && positive;
          case QUEUE, STACK, BLOOM_FILTER -> key == 0 && positive;
          case RINGBUF ->
              key == 0
                  && spec.valueSize() == 0
                  && spec.maxEntries() >= PAGE
                  && Integer.bitCount(spec.maxEntries()) == 1
                  && spec.maxEntries() <= 1 << 29;
          case PROG_ARRAY, PERF_EVENT_ARRAY, ARRAY_OF_MAPS ->
              key == 4 && spec.valueSize() == 4 && spec.maxEntries() > 0;
          case HASH_OF_MAPS -> key > 0 && spec.valueSize() == 4 && spec.maxEntries() > 0;
          default -> key >= 0 && spec.valueSize() >= 0 && spec.maxEntries() >= 0;
        };
    if (!fine || spec.maxEntries() > 1 << 28 || spec.valueSize() > 1 << 24) {
      throw new IllegalArgumentException(
          "EINVAL: no %s has keys of %d bytes, values of %d bytes and %d elements"
              .formatted(spec.type().uapiName(), key, spec.valueSize(), spec.maxEntries()));
    }
  }
}
