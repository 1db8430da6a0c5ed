package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;

/**
 * What {@code BPF_MAP_CREATE} asks of sizes and flags, type by type (each type's {@code
 * map_alloc_check} in Linux 6.18).
 *
 * <p>Two things are looser than in the kernel: storage maps need no types, and struct_ops maps need
 * no kernel type, since a machine runs without a kernel's BTF.
 */
final class MapShape {

  private static final int PAGE = 4096;

  /** {@code KMALLOC_MAX_SIZE}: the largest element that the kernel allocates in one piece. */
  private static final int KMALLOC_MAX = 1 << 22;

  /** {@code PCPU_MIN_UNIT_SIZE}: the largest per-CPU value. */
  private static final int PERCPU_MAX = 32 << 10;

  /** {@code BPF_LOCAL_STORAGE_MAX_VALUE_SIZE}, rounded down. */
  private static final int STORAGE_MAX = 0xfe00;

  /** Bytes of a hash element before its key. */
  private static final int HASH_ELEMENT = 48;

  /** Elements that a machine's maps can number. */
  static final int MAX_ENTRIES = 1 << 28;

  private final MapSpec spec;

  private MapShape(MapSpec spec) {
    this.spec = spec;
  }

  /**
   * Checks a shape.
   *
   * @throws MapRefused with the kernel's error number
   */
  static void check(MapSpec spec) {
    MapShape shape = new MapShape(spec);
    shape.common();
    shape.byType();
  }

  private MapRefused refuse(Errno errno, String reason) {
    return new MapRefused(spec, errno, reason);
  }

  private void require(boolean condition, String reason) {
    if (!condition) {
      throw refuse(Errno.EINVAL, reason);
    }
  }

  private void limit(boolean condition, String reason) {
    if (!condition) {
      throw refuse(Errno.E2BIG, reason);
    }
  }

  private boolean has(int flags) {
    return (spec.flags() & flags) != 0;
  }

  private void flags(int allowed) {
    require((spec.flags() & ~allowed) == 0, "flags 0x%x at most".formatted(allowed));
    require(
        !(has(MapFlags.RDONLY_PROG) && has(MapFlags.WRONLY_PROG)),
        "programs may be kept from writing or from reading, not from both");
  }

  private void entries() {
    require(spec.maxEntries() != 0, "a number of elements is needed");
  }

  private void key(int bytes) {
    require(spec.keySize() == bytes, "keys have %d bytes".formatted(bytes));
  }

  private void value(int... sizes) {
    for (int size : sizes) {
      if (spec.valueSize() == size) {
        return;
      }
    }
    throw refuse(Errno.EINVAL, "values have another size");
  }

  private void common() {
    switch (spec.type()) {
      case BLOOM_FILTER, ARENA -> {}
      default -> require(spec.extra() == 0, "map_extra is for bloom filters and arenas");
    }
    require(!(has(MapFlags.RDONLY) && has(MapFlags.WRONLY)), "neither readable nor writable");
  }

  private void byType() {
    switch (spec.type()) {
      case ARRAY -> array(false);
      case PERCPU_ARRAY -> array(true);
      case HASH -> hash(false, false);
      case PERCPU_HASH -> hash(true, false);
      case LRU_HASH -> hash(false, true);
      case LRU_PERCPU_HASH -> hash(true, true);
      case LPM_TRIE -> trie();
      case QUEUE, STACK -> queue();
      case BLOOM_FILTER -> bloom();
      case RINGBUF, USER_RINGBUF -> ring();
      case PROG_ARRAY, PERF_EVENT_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS -> descriptors();
      case HASH_OF_MAPS -> {
        value(4);
        hash(false, false);
      }
      case STACK_TRACE -> stackTrace();
      case DEVMAP, DEVMAP_HASH -> recorder(MapFlags.RDONLY | MapFlags.WRONLY, 4, 8);
      case CPUMAP -> recorder(0, 4, 8);
      case XSKMAP -> recorder(MapFlags.RDONLY | MapFlags.WRONLY, 4);
      case SOCKMAP -> recorder(MapFlags.RDONLY | MapFlags.WRONLY, 4, 8);
      case SOCKHASH -> {
        require(spec.keySize() > 0, "a key is needed");
        entries();
        value(4, 8);
        flags(MapFlags.NUMA_NODE | MapFlags.RDONLY | MapFlags.WRONLY);
        limit(spec.keySize() <= 512, "keys of at most 512 bytes");
      }
      case REUSEPORT_SOCKARRAY -> {
        value(4, 8);
        array(false);
      }
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> cgroupStorage();
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> localStorage();
      case STRUCT_OPS -> {
        key(4);
        require(spec.maxEntries() == 1, "one element");
        flags(MapFlags.LINK | MapFlags.VTYPE_BTF_OBJ_FD);
      }
      case ARENA -> arena();
      case UNSPEC -> throw refuse(Errno.EINVAL, "that is no type");
    }
    limit(
        spec.maxEntries() >= 0 && spec.maxEntries() <= MAX_ENTRIES,
        "at most %d elements on a skep machine".formatted(MAX_ENTRIES));
  }

  private void array(boolean perCpu) {
    entries();
    key(4);
    require(spec.valueSize() != 0, "a value is needed");
    boolean plain = spec.type() == dev.skep.catalog.MapType.ARRAY;
    boolean perf = spec.type() == dev.skep.catalog.MapType.PERF_EVENT_ARRAY;
    flags(
        MapFlags.NUMA_NODE
            | MapFlags.ACCESS
            | (plain ? MapFlags.MMAPABLE | MapFlags.INNER_MAP : 0)
            | (perf ? MapFlags.PRESERVE_ELEMS : 0));
    require(!(perCpu && has(MapFlags.NUMA_NODE)), "per-CPU maps have no NUMA node");
    limit(spec.valueSize() > 0, "values of at most 2 GiB");
    limit(!perCpu || BpfMap.roundUp8(spec.valueSize()) <= PERCPU_MAX, "per-CPU values to 32 KiB");
  }

  private void hash(boolean perCpu, boolean lru) {
    flags(
        MapFlags.NO_PREALLOC
            | MapFlags.NO_COMMON_LRU
            | MapFlags.NUMA_NODE
            | MapFlags.ACCESS
            | MapFlags.ZERO_SEED);
    require(lru || !has(MapFlags.NO_COMMON_LRU), "BPF_F_NO_COMMON_LRU is for LRU maps");
    if (lru && has(MapFlags.NO_PREALLOC)) {
      throw refuse(Errno.ENOTSUPP, "LRU maps are always preallocated");
    }
    require(
        !(has(MapFlags.NUMA_NODE) && (perCpu || has(MapFlags.NO_COMMON_LRU))),
        "per-CPU maps have no NUMA node");
    entries();
    require(spec.keySize() != 0 && spec.valueSize() != 0, "key and value are needed");
    limit(
        Integer.toUnsignedLong(spec.keySize()) + Integer.toUnsignedLong(spec.valueSize())
            < KMALLOC_MAX - HASH_ELEMENT,
        "key and value together are too large");
    limit(!perCpu || BpfMap.roundUp8(spec.valueSize()) <= PERCPU_MAX, "per-CPU values to 32 KiB");
  }

  private void trie() {
    entries();
    require(has(MapFlags.NO_PREALLOC), "BPF_F_NO_PREALLOC is needed");
    flags(MapFlags.NO_PREALLOC | MapFlags.NUMA_NODE | MapFlags.ACCESS);
    require(spec.keySize() >= 5 && spec.keySize() <= 4 + 256, "keys of 5 to 260 bytes");
    require(
        spec.valueSize() >= 1 && spec.valueSize() <= KMALLOC_MAX - 256 - HASH_ELEMENT,
        "a value is needed");
  }

  private void queue() {
    entries();
    key(0);
    require(spec.valueSize() != 0, "a value is needed");
    flags(MapFlags.NUMA_NODE | MapFlags.ACCESS);
    limit(
        spec.valueSize() > 0 && spec.valueSize() <= KMALLOC_MAX,
        "values of at most %d bytes".formatted(KMALLOC_MAX));
  }

  private void bloom() {
    key(0);
    require(spec.valueSize() != 0, "a value is needed");
    entries();
    flags(MapFlags.NUMA_NODE | MapFlags.ZERO_SEED | MapFlags.ACCESS);
    require((spec.extra() & ~0xfL) == 0, "map_extra is a number of hashes, 15 at most");
    limit(
        spec.valueSize() > 0 && spec.valueSize() <= KMALLOC_MAX,
        "values of at most %d bytes".formatted(KMALLOC_MAX));
  }

  private void ring() {
    flags(MapFlags.NUMA_NODE);
    key(0);
    value(0);
    require(
        Integer.bitCount(spec.maxEntries()) == 1
            && Integer.compareUnsigned(spec.maxEntries(), PAGE) >= 0,
        "the size is a power of two, a page or more");
  }

  private void descriptors() {
    value(4);
    require(!has(MapFlags.RDONLY_PROG | MapFlags.WRONLY_PROG), "programs do not see the values");
    array(false);
  }

  private void stackTrace() {
    flags(MapFlags.NUMA_NODE | MapFlags.RDONLY | MapFlags.WRONLY | MapFlags.STACK_BUILD_ID);
    entries();
    key(4);
    int entry = has(MapFlags.STACK_BUILD_ID) ? 32 : 8;
    require(
        spec.valueSize() >= 8
            && spec.valueSize() % entry == 0
            && spec.valueSize() / entry <= StackTraceMap.MAX_DEPTH,
        "a value is 1 to %d entries of %d bytes".formatted(StackTraceMap.MAX_DEPTH, entry));
  }

  private void recorder(int allowed, int... sizes) {
    entries();
    key(4);
    value(sizes);
    flags(MapFlags.NUMA_NODE | allowed);
  }

  private void cgroupStorage() {
    require(spec.keySize() == 8 || spec.keySize() == 16, "keys of 8 or 16 bytes");
    require(spec.valueSize() != 0, "a value is needed");
    boolean perCpu = spec.type() == dev.skep.catalog.MapType.PERCPU_CGROUP_STORAGE;
    limit(
        spec.valueSize() > 0 && spec.valueSize() <= (perCpu ? PERCPU_MAX : STORAGE_MAX),
        "values to 32 KiB per CPU, otherwise 63.5 KiB");
    flags(MapFlags.NUMA_NODE | MapFlags.ACCESS);
    require(spec.maxEntries() == 0, "max_entries is 0");
  }

  private void localStorage() {
    flags(MapFlags.NO_PREALLOC | MapFlags.CLONE);
    require(has(MapFlags.NO_PREALLOC), "BPF_F_NO_PREALLOC is needed");
    require(spec.maxEntries() == 0, "max_entries is 0");
    key(4);
    require(spec.valueSize() != 0, "a value is needed");
    limit(spec.valueSize() > 0 && spec.valueSize() <= STORAGE_MAX, "values to 63.5 KiB");
  }

  private void arena() {
    key(0);
    value(0);
    entries();
    require(has(MapFlags.MMAPABLE), "BPF_F_MMAPABLE is needed");
    flags(MapFlags.MMAPABLE | MapFlags.SEGV_ON_FAULT | MapFlags.NO_USER_CONV);
    require((spec.extra() & (PAGE - 1)) == 0, "map_extra is the address of a page");
    limit(Integer.toUnsignedLong(spec.maxEntries()) * PAGE <= 1L << 32, "at most 4 GiB");
  }
}
