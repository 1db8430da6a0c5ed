package dev.skep.catalog;

import static dev.skep.catalog.MapFlag.bits;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one judge of a map's shape: what {@code BPF_MAP_CREATE} demands of each type (the kernel's
 * {@code map_alloc_check} and {@code map_alloc} functions, Linux 6.18). Memory, capabilities and
 * what the types (BTF) say are another matter.
 */
public final class MapRules {

  private static final Sizes NONE = Sizes.of(0);
  private static final Sizes FOUR = Sizes.of(4);
  private static final Sizes FOUR_OR_EIGHT = Sizes.steps(4, 8, 4);
  private static final Sizes SOME = Sizes.from(1);

  /** {@code KMALLOC_MAX_SIZE} with 4 KiB pages. */
  private static final long KMALLOC_MAX = 4L << 20;

  /** {@code PCPU_MIN_UNIT_SIZE}. */
  private static final long PER_CPU_MAX = 32 << 10;

  /** {@code BPF_LOCAL_STORAGE_MAX_VALUE_SIZE}. */
  private static final long STORAGE_MAX = 65_407;

  /** {@code sizeof(struct htab_elem)}. */
  private static final long HASH_ELEMENT = 48;

  /** {@code LPM_VAL_SIZE_MAX}: beside the longest key and a {@code struct lpm_trie_node}. */
  private static final long TRIE_VALUE_MAX = KMALLOC_MAX - 256 - 24;

  /** Most entries of a table of which each bucket takes 16 of at most 2^32 bytes. */
  private static final long BUCKETS_MAX = 1L << 27;

  /** Most entries whose number can be rounded up to a power of two. */
  private static final long ROUNDED_MAX = 1L << 31;

  private static final int ACCESS =
      bits(MapFlag.RDONLY, MapFlag.WRONLY, MapFlag.RDONLY_PROG, MapFlag.WRONLY_PROG);
  private static final int NUMA = bits(MapFlag.NUMA_NODE);
  private static final int SYSCALL_ACCESS = bits(MapFlag.RDONLY, MapFlag.WRONLY);
  private static final int HASH_FLAGS =
      NUMA | ACCESS | bits(MapFlag.NO_PREALLOC, MapFlag.NO_COMMON_LRU, MapFlag.ZERO_SEED);

  private static final MapDemand ONE_SIDED_PROGRAM =
      new MapDemand.NotBoth(MapFlag.RDONLY_PROG, MapFlag.WRONLY_PROG);
  private static final MapDemand BUCKETS =
      new MapDemand.Entries(Sizes.upTo(BUCKETS_MAX), Errno.E2BIG);
  private static final MapDemand ONE_SIDED = new MapDemand.NotBoth(MapFlag.RDONLY, MapFlag.WRONLY);

  private static final MapDemand NO_COMMON_LRU =
      new MapDemand.Lacks(MapFlag.NO_COMMON_LRU, Errno.EINVAL);
  private static final MapDemand NO_NUMA_NODE =
      new MapDemand.Lacks(MapFlag.NUMA_NODE, Errno.EINVAL);
  private static final MapDemand PREALLOCATED =
      new MapDemand.Lacks(MapFlag.NO_PREALLOC, Errno.ENOTSUPP);
  private static final MapDemand SHARED_OR_ON_A_NODE =
      new MapDemand.NotBoth(MapFlag.NO_COMMON_LRU, MapFlag.NUMA_NODE);

  private MapRules() {}

  /** {@link #check(MapShape, KernelBuild)} for a kernel as distributions build it. */
  public static @Nullable MapRefusal check(MapShape shape) {
    return check(shape, KernelBuild.USUAL);
  }

  /**
   * Why the kernel refuses to create such a map; null if it creates it, provided that memory,
   * capabilities and what the types need are there. A map-in-map's inner map is created first.
   */
  public static @Nullable MapRefusal check(MapShape shape, KernelBuild build) {
    MapShape inner = shape.inner();
    MapRefusal refused = inner == null ? null : check(inner, build);
    if (refused != null) {
      return refused;
    }
    for (MapDemand demand : demands(shape.type(), build)) {
      if (!demand.metBy(shape)) {
        return new MapRefusal(shape, demand);
      }
    }
    return null;
  }

  /**
   * A small map of a type, such as every kernel that has the type takes; with a hash as inner map
   * where one is needed.
   */
  public static MapShape example(MapType type) {
    MapShape shape = MapShape.of(type, 0, 0, 0);
    for (MapDemand demand : demands(type, KernelBuild.USUAL)) {
      if (demand.metBy(shape)) {
        continue;
      }
      shape =
          switch (demand) {
            case MapDemand.Key key -> shape.withKeySize((int) oldest(key.sizes()));
            case MapDemand.Value value -> shape.withValueSize((int) value.sizes().smallest());
            case MapDemand.Frames frames ->
                shape.withValueSize((int) frames.sizes(shape).smallest());
            case MapDemand.Entries entries ->
                shape.withMaxEntries((int) entries.sizes().smallest());
            case MapDemand.Needs needs -> shape.withFlags(shape.flags() | needs.flag().bit());
            case MapDemand.Types types -> shape.withTypes(true, true);
            case MapDemand.KernelType types -> shape.withTypes(false, true);
            case MapDemand.Inner inner -> shape.withInner(example(MapType.HASH));
            case MapDemand.KnownType known -> shape;
            case MapDemand.Element element -> shape;
            case MapDemand.Flags flags -> shape;
            case MapDemand.Lacks flag -> shape;
            case MapDemand.NotBoth flags -> shape;
            case MapDemand.Extra extra -> shape;
            case MapDemand.Window window -> shape;
            case MapDemand.FlatInner inner -> shape;
            case MapDemand.InnerType inner -> shape;
          };
    }
    return shape;
  }

  /** Where keys have two sizes (cgroup storage), the larger one was there first. */
  private static long oldest(Sizes sizes) {
    return sizes.step() > 1 ? sizes.largest() : sizes.smallest();
  }

  /**
   * What the kernel demands of maps of a type, in the order in which it looks where the errors
   * differ.
   */
  public static List<MapDemand> demands(MapType type, KernelBuild build) {
    var all = new ArrayList<MapDemand>();
    if (type != MapType.BLOOM_FILTER && type != MapType.ARENA) {
      all.add(new MapDemand.Extra(0));
    }
    all.add(ONE_SIDED);
    all.addAll(ofType(type, build));
    return List.copyOf(all);
  }

  private static List<MapDemand> ofType(MapType type, KernelBuild build) {
    return switch (type) {
      case UNSPEC -> List.of(new MapDemand.KnownType());
      case ARRAY -> dataArray(NUMA | ACCESS | bits(MapFlag.MMAPABLE, MapFlag.INNER_MAP));
      case PERCPU_ARRAY -> with(dataArray(ACCESS), atMost(PER_CPU_MAX));
      case PROG_ARRAY, CGROUP_ARRAY -> array(FOUR, NUMA | SYSCALL_ACCESS);
      case PERF_EVENT_ARRAY -> array(FOUR, NUMA | SYSCALL_ACCESS | bits(MapFlag.PRESERVE_ELEMS));
      case ARRAY_OF_MAPS -> ofMaps(array(FOUR, NUMA | SYSCALL_ACCESS));
      case HASH -> with(hash(SOME, NO_COMMON_LRU), BUCKETS);
      case PERCPU_HASH ->
          with(hash(SOME, NO_COMMON_LRU, NO_NUMA_NODE), atMost(PER_CPU_MAX), BUCKETS);
      case LRU_HASH -> with(hash(SOME, PREALLOCATED, SHARED_OR_ON_A_NODE), BUCKETS);
      case LRU_PERCPU_HASH ->
          with(hash(SOME, PREALLOCATED, NO_NUMA_NODE), atMost(PER_CPU_MAX), BUCKETS);
      case HASH_OF_MAPS -> with(ofMaps(hash(FOUR, NO_COMMON_LRU)), BUCKETS);
      case LPM_TRIE ->
          List.of(
              key(Sizes.between(5, 260)),
              value(Sizes.between(1, TRIE_VALUE_MAX)),
              entries(SOME),
              new MapDemand.Needs(MapFlag.NO_PREALLOC),
              new MapDemand.Flags(NUMA | ACCESS | bits(MapFlag.NO_PREALLOC)),
              ONE_SIDED_PROGRAM);
      case STACK_TRACE -> stackTrace(build);
      case DEVMAP -> device(FOUR_OR_EIGHT);
      case DEVMAP_HASH ->
          with(device(FOUR_OR_EIGHT), new MapDemand.Entries(Sizes.upTo(ROUNDED_MAX), Errno.EINVAL));
      case SOCKMAP -> device(FOUR_OR_EIGHT);
      case XSKMAP -> device(FOUR);
      case CPUMAP ->
          List.of(
              key(FOUR),
              value(FOUR_OR_EIGHT),
              entries(SOME),
              new MapDemand.Flags(NUMA),
              new MapDemand.Entries(Sizes.upTo(build.nrCpus()), Errno.E2BIG));
      case SOCKHASH ->
          List.of(
              key(SOME),
              value(FOUR_OR_EIGHT),
              entries(SOME),
              new MapDemand.Flags(NUMA | SYSCALL_ACCESS),
              new MapDemand.Key(Sizes.upTo(Limits.MAX_BPF_STACK), Errno.E2BIG),
              new MapDemand.Entries(Sizes.upTo(BUCKETS_MAX), Errno.EINVAL));
      case REUSEPORT_SOCKARRAY -> with(array(FOUR_OR_EIGHT, NUMA | ACCESS), ONE_SIDED_PROGRAM);
      case CGROUP_STORAGE -> cgroupStorage(STORAGE_MAX);
      case PERCPU_CGROUP_STORAGE -> cgroupStorage(PER_CPU_MAX);
      case QUEUE, STACK ->
          List.of(
              key(NONE),
              value(SOME),
              entries(SOME),
              new MapDemand.Flags(NUMA | ACCESS),
              ONE_SIDED_PROGRAM,
              atMost(KMALLOC_MAX));
      case BLOOM_FILTER ->
          List.of(
              atMost(KMALLOC_MAX),
              key(NONE),
              value(SOME),
              entries(SOME),
              new MapDemand.Flags(NUMA | ACCESS | bits(MapFlag.ZERO_SEED)),
              ONE_SIDED_PROGRAM,
              new MapDemand.Extra(0xf));
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE ->
          List.of(
              key(FOUR),
              value(SOME),
              entries(NONE),
              new MapDemand.Needs(MapFlag.NO_PREALLOC),
              new MapDemand.Flags(bits(MapFlag.NO_PREALLOC, MapFlag.CLONE)),
              new MapDemand.Types(),
              atMost(STORAGE_MAX));
      case RINGBUF, USER_RINGBUF ->
          List.of(
              key(NONE),
              value(NONE),
              entries(Sizes.powersOfTwo(KernelBuild.PAGE_SIZE)),
              new MapDemand.Flags(NUMA));
      case STRUCT_OPS ->
          List.of(
              key(FOUR),
              entries(Sizes.of(1)),
              new MapDemand.Flags(bits(MapFlag.LINK, MapFlag.VTYPE_BTF_OBJ_FD)),
              new MapDemand.KernelType());
      case ARENA ->
          List.of(
              key(NONE),
              value(NONE),
              entries(SOME),
              new MapDemand.Needs(MapFlag.MMAPABLE),
              new MapDemand.Flags(
                  bits(MapFlag.MMAPABLE, MapFlag.SEGV_ON_FAULT, MapFlag.NO_USER_CONV)),
              new MapDemand.Extra(-KernelBuild.PAGE_SIZE),
              new MapDemand.Entries(Sizes.upTo((1L << 32) / KernelBuild.PAGE_SIZE), Errno.E2BIG),
              new MapDemand.Window(KernelBuild.PAGE_SIZE));
    };
  }

  private static MapDemand key(Sizes sizes) {
    return new MapDemand.Key(sizes, Errno.EINVAL);
  }

  private static MapDemand value(Sizes sizes) {
    return new MapDemand.Value(sizes, Errno.EINVAL);
  }

  private static MapDemand entries(Sizes sizes) {
    return new MapDemand.Entries(sizes, Errno.EINVAL);
  }

  private static MapDemand atMost(long valueSize) {
    return new MapDemand.Value(Sizes.upTo(valueSize), Errno.E2BIG);
  }

  private static List<MapDemand> with(List<MapDemand> demands, MapDemand... more) {
    var all = new ArrayList<MapDemand>(demands);
    all.addAll(List.of(more));
    return all;
  }

  private static List<MapDemand> array(Sizes value, int flags) {
    return List.of(key(FOUR), value(value), entries(SOME), new MapDemand.Flags(flags));
  }

  private static List<MapDemand> dataArray(int flags) {
    return with(array(SOME, flags), ONE_SIDED_PROGRAM, atMost(Integer.MAX_VALUE));
  }

  private static List<MapDemand> hash(Sizes value, MapDemand... flags) {
    var all = new ArrayList<MapDemand>();
    all.add(new MapDemand.Flags(HASH_FLAGS));
    all.add(ONE_SIDED_PROGRAM);
    all.addAll(List.of(flags));
    all.add(key(SOME));
    all.add(value(value));
    all.add(entries(SOME));
    all.add(new MapDemand.Element(KMALLOC_MAX - HASH_ELEMENT - 1, Errno.E2BIG));
    return all;
  }

  private static List<MapDemand> ofMaps(List<MapDemand> table) {
    return with(table, new MapDemand.Inner(), new MapDemand.FlatInner(), new MapDemand.InnerType());
  }

  private static List<MapDemand> device(Sizes value) {
    return List.of(
        key(FOUR), value(value), entries(SOME), new MapDemand.Flags(NUMA | SYSCALL_ACCESS));
  }

  /** A value is one frame after the other: an address, or a build id with an offset. */
  private static List<MapDemand> stackTrace(KernelBuild build) {
    return List.of(
        key(FOUR),
        entries(SOME),
        new MapDemand.Flags(NUMA | SYSCALL_ACCESS | bits(MapFlag.STACK_BUILD_ID)),
        new MapDemand.Frames(build.maxStackFrames()),
        new MapDemand.Entries(Sizes.upTo(ROUNDED_MAX), Errno.E2BIG));
  }

  /** The key is a cgroup's id, alone or with an attach type. */
  private static List<MapDemand> cgroupStorage(long most) {
    return List.of(
        key(Sizes.steps(8, 16, 8)),
        value(SOME),
        atMost(most),
        new MapDemand.Flags(NUMA | ACCESS),
        ONE_SIDED_PROGRAM,
        entries(NONE));
  }

  /**
   * Whether programs of the type are what the kernel calls tracing programs, which cannot use maps
   * with {@code bpf_spin_lock}, {@code bpf_timer}, {@code bpf_wq}, list heads or tree roots.
   */
  public static boolean isTracing(ProgramType type) {
    return switch (type) {
      case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> true;
      default -> false;
    };
  }
}
