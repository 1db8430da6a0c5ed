package dev.skep.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Shapes of maps, most of them a step or two away from one that is right; the limits of all types
 * come often.
 */
final class MapShapes {

  /** What one map of the tests may take of the machine's memory. */
  static final long AFFORDABLE = 16L << 20;

  private static final int[] KEYS = {
    0,
    1,
    3,
    4,
    5,
    7,
    8,
    9,
    12,
    16,
    17,
    32,
    64,
    255,
    256,
    259,
    260,
    261,
    511,
    512,
    513,
    4096,
    32768,
    65536,
    4_194_231,
    4_194_232,
    4_194_251,
    4_194_252,
    1 << 22,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -1
  };
  private static final int[] VALUES = {
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    12,
    16,
    24,
    31,
    32,
    33,
    40,
    64,
    1008,
    1015,
    1016,
    1017,
    1024,
    4032,
    4064,
    4065,
    4096,
    32_760,
    32_761,
    32_767,
    32_768,
    32_769,
    40_000,
    65_151,
    65_152,
    65_279,
    65_280,
    65_343,
    65_344,
    65_391,
    65_392,
    65_399,
    65_400,
    65_406,
    65_407,
    65_408,
    65_409,
    65_471,
    65_472,
    65_534,
    65_535,
    65_536,
    70_000,
    4_193_999,
    4_194_000,
    4_194_001,
    4_194_007,
    4_194_008,
    4_194_009,
    4_194_015,
    4_194_016,
    4_194_023,
    4_194_024,
    4_194_025,
    4_194_250,
    4_194_251,
    4_194_252,
    4_194_255,
    4_194_256,
    4_194_303,
    4_194_304,
    4_194_305,
    Integer.MAX_VALUE - 7,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -8,
    -1
  };
  private static final int[] ENTRIES = {
    0,
    1,
    2,
    3,
    4,
    7,
    16,
    63,
    64,
    65,
    127,
    128,
    129,
    255,
    256,
    257,
    511,
    512,
    513,
    1023,
    1024,
    1025,
    4095,
    4096,
    4097,
    8191,
    8192,
    8193,
    12_288,
    65_536,
    1 << 20,
    (1 << 20) + 1,
    1 << 27,
    (1 << 27) + 1,
    1 << 28,
    (1 << 28) + 1,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Integer.MIN_VALUE + 1,
    -4096,
    -1
  };
  private static final long[] EXTRAS = {
    1,
    5,
    15,
    16,
    4095,
    4096,
    8192,
    1L << 20,
    (1L << 32) - 4096,
    1L << 32,
    (1L << 32) + 4096,
    (1L << 40) - 8192,
    1L << 40,
    Long.MIN_VALUE,
    -4096,
    -8192,
    -1
  };

  private final Random random;

  MapShapes(long seed) {
    random = new Random(seed);
  }

  MapShape next() {
    MapType[] types = MapType.values();
    MapType type = types[random.nextInt(types.length)];
    boolean wild = random.nextInt(8) == 0;
    MapShape shape = wild ? MapShape.of(type, 0, 0, 0) : MapRules.example(type);
    if (shape.keyType() && random.nextInt(8) == 0) {
      shape = MapShape.of(type, 4, shape.valueSize(), 0).withFlags(shape.flags());
    }
    if (type == MapType.STRUCT_OPS) {
      // a value's type would have to be the kernel's
      shape = MapShape.of(type, 4, 4, 1);
    }
    if (shape.keySize() == 1 && random.nextBoolean()) {
      shape = shape.withKeySize(4).withValueSize(8);
    }
    int steps = wild ? 6 : random.nextInt(4);
    for (int i = 0; i < steps; i++) {
      shape = step(shape);
    }
    return shape;
  }

  private MapShape step(MapShape shape) {
    return switch (random.nextInt(shape.inner() == null ? 12 : 14)) {
      case 0, 1 -> shape.withKeySize(pick(KEYS));
      case 2, 3, 4 -> shape.withValueSize(pick(VALUES));
      case 5, 6, 7 -> shape.withMaxEntries(pick(ENTRIES));
      case 8, 9, 10 -> shape.withFlags(flags(shape.flags()));
      case 11 -> shape.withExtra(EXTRAS[random.nextInt(EXTRAS.length)]);
      case 12 -> shape.withInner(null);
      default -> shape.withInner(inner());
    };
  }

  private int pick(int[] from) {
    return from[random.nextInt(from.length)];
  }

  private int flags(int flags) {
    return switch (random.nextInt(8)) {
      case 0 -> flags | MapFlag.RDONLY.bit() | MapFlag.WRONLY.bit();
      case 1 -> flags | MapFlag.RDONLY_PROG.bit() | MapFlag.WRONLY_PROG.bit();
      case 2 -> flags | MapFlag.NO_COMMON_LRU.bit() | MapFlag.NUMA_NODE.bit();
      case 3 -> flags ^ bit() ^ bit();
      default -> flags ^ bit();
    };
  }

  /** Any bit but that of a token, which would need one. */
  private int bit() {
    int bit;
    do {
      bit = 1 << random.nextInt(random.nextInt(4) == 0 ? 32 : 20);
    } while (bit == MapFlag.TOKEN_FD.bit());
    return bit;
  }

  private MapShape inner() {
    List<MapShape> possible = new ArrayList<>();
    for (MapType type : MapType.values()) {
      if (type != MapType.UNSPEC && type != MapType.STRUCT_OPS) {
        possible.add(MapRules.example(type));
      }
    }
    return possible.get(random.nextInt(possible.size()));
  }

  /** Bytes that the kernel allocates at once for such a map, roughly and rather too many. */
  static long memory(MapShape shape) {
    long entries = Integer.toUnsignedLong(shape.maxEntries());
    long key = Integer.toUnsignedLong(shape.keySize());
    long value = Integer.toUnsignedLong(shape.valueSize());
    long element = key + value + 80;
    return switch (shape.type()) {
      case UNSPEC, STRUCT_OPS, ARENA -> 0;
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> 0;
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> 0;
      case RINGBUF, USER_RINGBUF -> entries;
      case BLOOM_FILTER -> Math.min(entries * 4, 1L << 29);
      case LPM_TRIE -> element * 64;
      case HASH, HASH_OF_MAPS, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH ->
          shape.has(MapFlag.NO_PREALLOC) ? entries * 32 + element * 64 : entries * element * 4;
      case ARRAY,
          PERCPU_ARRAY,
          PROG_ARRAY,
          PERF_EVENT_ARRAY,
          CGROUP_ARRAY,
          ARRAY_OF_MAPS,
          STACK_TRACE,
          DEVMAP,
          DEVMAP_HASH,
          SOCKMAP,
          SOCKHASH,
          CPUMAP,
          XSKMAP,
          REUSEPORT_SOCKARRAY,
          QUEUE,
          STACK ->
          entries * element;
    };
  }
}
