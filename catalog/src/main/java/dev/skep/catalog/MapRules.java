package dev.skep.catalog;

import static dev.skep.catalog.MapFlag.bits;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code BPF_MAP_CREATE} demands of each map type, and which programs may hold the map: the
 * kernel's {@code map_alloc_check} functions and {@code check_map_prog_compatibility} (Linux 6.18).
 */
public final class MapRules {

  /**
   * Why the kernel refuses to create a map.
   *
   * @param errno the error's name, such as {@code EINVAL}
   * @param cause one sentence
   */
  public record Refusal(String errno, String cause) {}

  /** Sizes of a key or value: {@code smallest} to {@code largest} bytes. */
  private record Sizes(long smallest, long largest) {
    static Sizes of(long exact) {
      return new Sizes(exact, exact);
    }

    boolean contains(long size) {
      return size >= smallest && size <= largest;
    }

    @Override
    public String toString() {
      if (smallest == largest) {
        return String.valueOf(smallest);
      }
      return largest >= ANY_SIZE ? "at least " + smallest : smallest + " to " + largest;
    }
  }

  private record Rule(Sizes key, Sizes value, Sizes entries, int allowedFlags) {}

  private static final long ANY_SIZE = 0xffff_ffffL;
  private static final Sizes NONE = Sizes.of(0);
  private static final Sizes FOUR = Sizes.of(4);
  private static final Sizes SOME = new Sizes(1, ANY_SIZE);

  /** {@code KMALLOC_MAX_SIZE} with 4 KiB pages. */
  private static final long KMALLOC_MAX = 4L << 20;

  /** {@code PCPU_MIN_UNIT_SIZE}. */
  private static final long PER_CPU_MAX = 32 << 10;

  private static final int PAGE_SIZE = 4096;
  private static final int MAX_BPF_STACK = 512;

  private static final int ACCESS =
      bits(MapFlag.RDONLY, MapFlag.WRONLY, MapFlag.RDONLY_PROG, MapFlag.WRONLY_PROG);
  private static final int NUMA = bits(MapFlag.NUMA_NODE);
  private static final int SYSCALL_ACCESS = bits(MapFlag.RDONLY, MapFlag.WRONLY);
  private static final int HASH_FLAGS =
      NUMA | ACCESS | bits(MapFlag.NO_PREALLOC, MapFlag.NO_COMMON_LRU, MapFlag.ZERO_SEED);

  private static final Map<MapType, Rule> RULES = new EnumMap<>(MapType.class);

  static {
    Rule array =
        new Rule(FOUR, SOME, SOME, NUMA | ACCESS | bits(MapFlag.MMAPABLE, MapFlag.INNER_MAP));
    Rule fdArray = new Rule(FOUR, FOUR, SOME, NUMA | SYSCALL_ACCESS);
    Rule hash = new Rule(SOME, SOME, SOME, HASH_FLAGS);
    Rule socketStorage = new Rule(FOUR, SOME, NONE, bits(MapFlag.NO_PREALLOC, MapFlag.CLONE));
    Rule queue = new Rule(NONE, SOME, SOME, NUMA | ACCESS);
    Rule ring = new Rule(NONE, NONE, SOME, NUMA);
    Rule cgroupStorage = new Rule(new Sizes(8, 16), SOME, NONE, NUMA | ACCESS);
    Rule device = new Rule(FOUR, new Sizes(4, 8), SOME, NUMA | SYSCALL_ACCESS);

    RULES.put(MapType.ARRAY, array);
    RULES.put(MapType.PERCPU_ARRAY, new Rule(FOUR, SOME, SOME, NUMA | ACCESS));
    RULES.put(MapType.PROG_ARRAY, fdArray);
    RULES.put(MapType.CGROUP_ARRAY, fdArray);
    RULES.put(
        MapType.PERF_EVENT_ARRAY,
        new Rule(FOUR, FOUR, SOME, NUMA | SYSCALL_ACCESS | bits(MapFlag.PRESERVE_ELEMS)));
    RULES.put(MapType.ARRAY_OF_MAPS, fdArray);
    RULES.put(MapType.HASH, hash);
    RULES.put(MapType.PERCPU_HASH, hash);
    RULES.put(MapType.LRU_HASH, hash);
    RULES.put(MapType.LRU_PERCPU_HASH, hash);
    RULES.put(MapType.HASH_OF_MAPS, new Rule(SOME, FOUR, SOME, HASH_FLAGS));
    RULES.put(
        MapType.LPM_TRIE,
        new Rule(new Sizes(5, 260), SOME, SOME, NUMA | ACCESS | bits(MapFlag.NO_PREALLOC)));
    RULES.put(
        MapType.STACK_TRACE,
        new Rule(FOUR, SOME, SOME, NUMA | SYSCALL_ACCESS | bits(MapFlag.STACK_BUILD_ID)));
    RULES.put(MapType.DEVMAP, device);
    RULES.put(MapType.DEVMAP_HASH, device);
    RULES.put(MapType.CPUMAP, new Rule(FOUR, new Sizes(4, 8), SOME, NUMA));
    RULES.put(MapType.XSKMAP, new Rule(FOUR, FOUR, SOME, NUMA | SYSCALL_ACCESS));
    RULES.put(MapType.SOCKMAP, device);
    RULES.put(MapType.SOCKHASH, new Rule(SOME, new Sizes(4, 8), SOME, NUMA | SYSCALL_ACCESS));
    RULES.put(MapType.REUSEPORT_SOCKARRAY, new Rule(FOUR, new Sizes(4, 8), SOME, NUMA | ACCESS));
    RULES.put(MapType.CGROUP_STORAGE, cgroupStorage);
    RULES.put(MapType.PERCPU_CGROUP_STORAGE, cgroupStorage);
    RULES.put(MapType.QUEUE, queue);
    RULES.put(MapType.STACK, queue);
    RULES.put(
        MapType.BLOOM_FILTER, new Rule(NONE, SOME, SOME, NUMA | ACCESS | bits(MapFlag.ZERO_SEED)));
    RULES.put(MapType.SK_STORAGE, socketStorage);
    RULES.put(MapType.INODE_STORAGE, socketStorage);
    RULES.put(MapType.TASK_STORAGE, socketStorage);
    RULES.put(MapType.CGRP_STORAGE, socketStorage);
    RULES.put(MapType.RINGBUF, ring);
    RULES.put(MapType.USER_RINGBUF, ring);
    RULES.put(
        MapType.STRUCT_OPS,
        new Rule(FOUR, SOME, Sizes.of(1), bits(MapFlag.LINK, MapFlag.VTYPE_BTF_OBJ_FD)));
    RULES.put(
        MapType.ARENA,
        new Rule(
            NONE, NONE, SOME, bits(MapFlag.MMAPABLE, MapFlag.SEGV_ON_FAULT, MapFlag.NO_USER_CONV)));
  }

  private static final Set<MapType> SLEEPABLE =
      EnumSet.of(
          MapType.HASH,
          MapType.LRU_HASH,
          MapType.ARRAY,
          MapType.PERCPU_HASH,
          MapType.PERCPU_ARRAY,
          MapType.LRU_PERCPU_HASH,
          MapType.ARRAY_OF_MAPS,
          MapType.HASH_OF_MAPS,
          MapType.RINGBUF,
          MapType.USER_RINGBUF,
          MapType.INODE_STORAGE,
          MapType.SK_STORAGE,
          MapType.TASK_STORAGE,
          MapType.CGRP_STORAGE,
          MapType.QUEUE,
          MapType.STACK,
          MapType.ARENA);

  private MapRules() {}

  /**
   * Why a kernel with 4 KiB pages refuses to create such a map; null if it creates it, provided
   * that memory, capabilities, BTF and inner map are there.
   *
   * @param keySize bytes
   * @param valueSize bytes
   * @param maxEntries the number of elements; bytes for ring buffers, pages for arenas
   * @param flags {@code map_flags}
   * @param nrCpus the CPUs that the kernel was built for, {@code CONFIG_NR_CPUS}
   */
  public static @Nullable Refusal check(
      MapType type, int keySize, int valueSize, int maxEntries, int flags, int nrCpus) {
    Rule rule = RULES.get(type);
    if (rule == null) {
      return new Refusal("EINVAL", "no map has the type " + type.uapiName());
    }
    int wrong = flags & ~(rule.allowedFlags | bits(MapFlag.TOKEN_FD));
    if (wrong != 0) {
      return invalid(type, "does not take the flags " + MapFlag.names(wrong));
    }
    if (contradicts(flags, MapFlag.RDONLY_PROG, MapFlag.WRONLY_PROG)
        || contradicts(flags, MapFlag.RDONLY, MapFlag.WRONLY)) {
      return invalid(type, "cannot be both read-only and write-only");
    }
    long key = Integer.toUnsignedLong(keySize);
    long value = Integer.toUnsignedLong(valueSize);
    long entries = Integer.toUnsignedLong(maxEntries);
    if (!rule.key.contains(key)) {
      return invalid(type, "needs a key of " + rule.key + " bytes, not " + key);
    }
    if (!rule.value.contains(value)) {
      return invalid(type, "needs a value of " + rule.value + " bytes, not " + value);
    }
    if (!rule.entries.contains(entries)) {
      return invalid(type, "needs max_entries " + rule.entries + ", not " + entries);
    }
    return special(type, key, value, entries, flags, nrCpus);
  }

  private static @Nullable Refusal special(
      MapType type, long key, long value, long entries, int flags, int nrCpus) {
    return switch (type) {
      case ARRAY -> value > Integer.MAX_VALUE ? tooBig("a value of " + value + " bytes") : null;
      case PERCPU_ARRAY -> value > PER_CPU_MAX ? tooBig("a per-CPU value above 32 KiB") : null;
      case HASH, HASH_OF_MAPS, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH ->
          hash(type, key, value, flags);
      case LPM_TRIE ->
          (flags & MapFlag.NO_PREALLOC.bit()) == 0
              ? invalid(type, "needs the flag BPF_F_NO_PREALLOC")
              : null;
      case STACK_TRACE -> {
        int unit = (flags & MapFlag.STACK_BUILD_ID.bit()) != 0 ? 32 : 8;
        yield value % unit != 0
            ? invalid(type, "needs a value of whole entries of " + unit + " bytes")
            : value / unit > 127
                ? invalid(type, "holds at most 127 frames (sysctl kernel.perf_event_max_stack)")
                : null;
      }
      case DEVMAP, DEVMAP_HASH, SOCKMAP, REUSEPORT_SOCKARRAY -> fourOrEight(type, value);
      case SOCKHASH ->
          fourOrEight(type, value) != null
              ? fourOrEight(type, value)
              : key > MAX_BPF_STACK ? tooBig("a key above 512 bytes") : null;
      case CPUMAP ->
          fourOrEight(type, value) != null
              ? fourOrEight(type, value)
              : entries > nrCpus ? tooBig("more entries than CONFIG_NR_CPUS") : null;
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE ->
          key != 8 && key != 16
              ? invalid(type, "needs a key of 8 or 16 bytes, not " + key)
              : value > (type == MapType.CGROUP_STORAGE ? 0xffffL : PER_CPU_MAX)
                  ? tooBig("a value of " + value + " bytes")
                  : null;
      case QUEUE, STACK, BLOOM_FILTER ->
          value > KMALLOC_MAX ? tooBig("a value of " + value + " bytes") : null;
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE ->
          (flags & MapFlag.NO_PREALLOC.bit()) == 0
              ? invalid(type, "needs the flag BPF_F_NO_PREALLOC")
              : value > 0xffff ? tooBig("a value of " + value + " bytes") : null;
      case RINGBUF, USER_RINGBUF ->
          Long.bitCount(entries) != 1 || entries % PAGE_SIZE != 0
              ? invalid(
                  type, "needs max_entries to be a power of two and whole pages, not " + entries)
              : null;
      case ARENA ->
          (flags & MapFlag.MMAPABLE.bit()) == 0
              ? invalid(type, "needs the flag BPF_F_MMAPABLE")
              : entries * PAGE_SIZE > 1L << 32 ? tooBig("an arena above 4 GiB") : null;
      case UNSPEC, PROG_ARRAY, PERF_EVENT_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS, XSKMAP, STRUCT_OPS ->
          null;
    };
  }

  private static @Nullable Refusal hash(MapType type, long key, long value, int flags) {
    boolean lru = type == MapType.LRU_HASH || type == MapType.LRU_PERCPU_HASH;
    boolean perCpu = type == MapType.PERCPU_HASH || type == MapType.LRU_PERCPU_HASH;
    boolean noCommonLru = (flags & MapFlag.NO_COMMON_LRU.bit()) != 0;
    if (!lru && noCommonLru) {
      return invalid(type, "does not take the flag BPF_F_NO_COMMON_LRU");
    }
    if (lru && (flags & MapFlag.NO_PREALLOC.bit()) != 0) {
      return new Refusal("ENOTSUPP", type.uapiName() + " does not take BPF_F_NO_PREALLOC");
    }
    if ((perCpu || noCommonLru) && (flags & MapFlag.NUMA_NODE.bit()) != 0) {
      return invalid(type, "is per CPU, so it has no NUMA node");
    }
    if (key + value >= KMALLOC_MAX - 48) {
      return tooBig("key and value together above 4 MiB");
    }
    if (perCpu && value > PER_CPU_MAX) {
      return tooBig("a per-CPU value above 32 KiB");
    }
    return null;
  }

  private static @Nullable Refusal fourOrEight(MapType type, long value) {
    return value == 4 || value == 8
        ? null
        : invalid(type, "needs a value of 4 or 8 bytes, not " + value);
  }

  private static boolean contradicts(int flags, MapFlag a, MapFlag b) {
    return (flags & a.bit()) != 0 && (flags & b.bit()) != 0;
  }

  private static Refusal invalid(MapType type, String what) {
    return new Refusal("EINVAL", type.uapiName() + " " + what);
  }

  private static Refusal tooBig(String what) {
    return new Refusal("E2BIG", "the kernel does not take " + what);
  }

  /**
   * Whether a sleepable program may hold a map of the type ({@code Sleepable programs can only use
   * array, hash, ringbuf and local storage maps}).
   */
  public static boolean sleepableMayUse(MapType type) {
    return SLEEPABLE.contains(type);
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

  /** What {@code bpf_map_lookup_elem} gives a program. */
  public enum LookupResult {
    /** {@code PTR_TO_MAP_VALUE}: memory of the value's size. */
    VALUE,
    /** {@code CONST_PTR_TO_MAP}: the inner map. */
    MAP,
    /** {@code PTR_TO_XDP_SOCK}. */
    XDP_SOCKET,
    /** {@code PTR_TO_SOCKET}, with a reference that must be released. */
    SOCKET,
    /** Nothing: the helper does not take the map. */
    REFUSED
  }

  /** What {@code bpf_map_lookup_elem} gives a program for a map of the type; it may be NULL. */
  public static LookupResult lookupResult(MapType type) {
    return switch (type) {
      case HASH,
          ARRAY,
          PERCPU_HASH,
          PERCPU_ARRAY,
          LRU_HASH,
          LRU_PERCPU_HASH,
          LPM_TRIE,
          DEVMAP,
          DEVMAP_HASH ->
          LookupResult.VALUE;
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> LookupResult.MAP;
      case XSKMAP -> LookupResult.XDP_SOCKET;
      case SOCKMAP, SOCKHASH -> LookupResult.SOCKET;
      case UNSPEC,
          PROG_ARRAY,
          PERF_EVENT_ARRAY,
          STACK_TRACE,
          CGROUP_ARRAY,
          CPUMAP,
          CGROUP_STORAGE,
          REUSEPORT_SOCKARRAY,
          PERCPU_CGROUP_STORAGE,
          QUEUE,
          STACK,
          SK_STORAGE,
          STRUCT_OPS,
          RINGBUF,
          INODE_STORAGE,
          TASK_STORAGE,
          BLOOM_FILTER,
          USER_RINGBUF,
          CGRP_STORAGE,
          ARENA ->
          LookupResult.REFUSED;
    };
  }

  /** Whether {@link #lookupResult} is a value: memory that programs read and write. */
  public static boolean lookupGivesValue(MapType type) {
    return lookupResult(type) == LookupResult.VALUE;
  }

  /** Whether programs may write values of such a map; the kernel makes device maps read-only. */
  public static boolean programMayWrite(MapType type, int flags) {
    return type != MapType.DEVMAP
        && type != MapType.DEVMAP_HASH
        && (flags & MapFlag.RDONLY_PROG.bit()) == 0;
  }

  /** Whether programs may read values of such a map. */
  public static boolean programMayRead(int flags) {
    return (flags & MapFlag.WRONLY_PROG.bit()) == 0;
  }

  /** Whether a wide load can give the address of a value ({@code map_direct_value_addr}). */
  public static boolean hasDirectValue(MapType type) {
    return type == MapType.ARRAY || type == MapType.ARENA;
  }
}
