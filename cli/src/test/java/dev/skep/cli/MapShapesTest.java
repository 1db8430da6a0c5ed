package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.MapType;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.object.MapSpec;
import dev.skep.runtime.Machine;
import dev.skep.runtime.map.MapRefused;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which sizes and flags {@code BPF_MAP_CREATE} takes, and what each type says to each command. */
class MapShapesTest {

  private static final int[] KEYS = {0, 1, 4, 5, 8, 16, 260, 261, 512, 513};
  private static final int[] VALUES = {0, 1, 4, 7, 8, 16, 64, 1016, 1024, 32 << 10, (32 << 10) + 1};
  private static final int[] ENTRIES = {0, 1, 2, 3, 8, 64, 4096, 8192, 12_288};
  private static final long[] EXTRAS = {0, 0, 0, 0, 3, 15, 16, 4096};

  private static MapSpec spec(MapType type, int[] numbers, int flags, long extra) {
    boolean nested = type == MapType.ARRAY_OF_MAPS || type == MapType.HASH_OF_MAPS;
    return MapSpec.of("skep_shape", type, numbers[0], numbers[1], numbers[2]).toBuilder()
        .flags(flags)
        .extra(extra)
        .inner(nested ? MapSpec.of("inner", MapType.ARRAY, 4, 4, 1) : null)
        .build();
  }

  private static int theirs(Kernel kernel, MapSpec spec) {
    try {
      kernel.createMap(spec).close();
      return 0;
    } catch (KernelCallException e) {
      return e.errorNumber();
    }
  }

  private static int ours(MapSpec spec) {
    try {
      Machine.create().map(spec);
      return 0;
    } catch (MapRefused refused) {
      return refused.errno().number();
    }
  }

  /** Storage needs types, struct_ops a kernel type: the kernel says no to these for that alone. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "UNSPEC",
        "SK_STORAGE",
        "INODE_STORAGE",
        "TASK_STORAGE",
        "CGRP_STORAGE",
        "STRUCT_OPS"
      })
  void sameShapesAreTaken(MapType type) {
    Random random = new Random(type.number());
    int taken = 0;
    try (Kernel kernel = RunningKernel.open()) {
      for (int i = 0; i < 600; i++) {
        int[] numbers = {pick(random, KEYS), pick(random, VALUES), pick(random, ENTRIES)};
        // Half of the time something that the type may well want.
        if (random.nextBoolean()) {
          numbers = usual(type, random);
        }
        // How many CPUs a kernel was built for is its own affair.
        int most = type == MapType.CPUMAP ? 64 : 1 << 20;
        if ((long) numbers[1] * numbers[2] > 1 << 20 || numbers[2] > most) {
          continue;
        }
        int flags =
            switch (random.nextInt(4)) {
              case 0 -> 0;
              case 1 -> 1 << random.nextInt(12);
              case 2 -> usualFlags(type) | 1 << random.nextInt(12);
              default -> usualFlags(type);
            };
        long extra = EXTRAS[random.nextInt(EXTRAS.length)];
        if (type == MapType.ARENA && extra == 4096) {
          // A good shape, but no process may map its lowest pages.
          extra = 1L << 40;
        }
        MapSpec spec = spec(type, numbers, flags, extra);
        int expected = theirs(kernel, spec);
        assertEquals(expected, ours(spec), spec::toString);
        taken += expected == 0 ? 1 : 0;
      }
    }
    assertTrue(taken > 5, "the kernel took " + taken);
  }

  private static int pick(Random random, int[] from) {
    return from[random.nextInt(from.length)];
  }

  private static int[] usual(MapType type, Random random) {
    int entries = 1 + random.nextInt(16);
    return switch (type) {
      case QUEUE, STACK, BLOOM_FILTER -> new int[] {0, 8, entries};
      case RINGBUF, USER_RINGBUF -> new int[] {0, 0, 4096 << random.nextInt(2)};
      case ARENA -> new int[] {0, 0, entries};
      case LPM_TRIE, HASH_OF_MAPS, SOCKHASH -> new int[] {8, 4, entries};
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> new int[] {random.nextBoolean() ? 8 : 16, 8, 0};
      case STACK_TRACE -> new int[] {4, 64, entries};
      default -> new int[] {4, 4, entries};
    };
  }

  private static int usualFlags(MapType type) {
    return switch (type) {
      case LPM_TRIE -> 1;
      case ARENA -> 1 << 10;
      default -> 0;
    };
  }

  /** Every command on every type, with keys inside and outside. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "UNSPEC",
        "SK_STORAGE",
        "INODE_STORAGE",
        "TASK_STORAGE",
        "CGRP_STORAGE",
        "STRUCT_OPS",
        "CGROUP_STORAGE",
        "PERCPU_CGROUP_STORAGE"
      })
  void sameErrors(MapType type) {
    try (Kernel kernel = RunningKernel.open();
        MapPair pair =
            new MapPair(kernel, spec(type, usual(type, new Random(3)), usualFlags(type), 0))) {
      boolean numbers = updatesByNumber(type);
      for (int key : new int[] {0, 1, 200}) {
        byte[] bytes = new byte[pair.ours().keySize()];
        if (bytes.length > 0) {
          bytes[0] = (byte) key;
        }
        byte[] asked = type == MapType.BLOOM_FILTER ? new byte[8] : bytes;
        byte[] value = new byte[pair.ours().elementBytes()];
        if (value.length > 0) {
          value[0] = 1;
        }
        for (int round = 0; round < 2; round++) {
          pair.lookup(asked, 0);
          pair.lookup(asked, 4);
          pair.lookup(asked, 1);
          if (numbers) {
            for (long flags : new long[] {2, 1, 0, 3, 4, 8}) {
              pair.update(bytes, value, flags);
            }
          }
          pair.lookup(asked, 0);
          pair.next(null);
          pair.take(bytes);
          if (bytes.length > 0) {
            pair.next(bytes);
            pair.delete(bytes);
            pair.delete(bytes);
          }
        }
      }
    }
  }

  /** Types whose elements are no descriptors. */
  private static boolean updatesByNumber(MapType type) {
    return switch (type) {
      case PROG_ARRAY,
          PERF_EVENT_ARRAY,
          CGROUP_ARRAY,
          ARRAY_OF_MAPS,
          HASH_OF_MAPS,
          XSKMAP,
          SOCKMAP,
          SOCKHASH,
          REUSEPORT_SOCKARRAY ->
          false;
      default -> true;
    };
  }

  /** A full LRU map never says no, and has no more elements than it may. */
  @Test
  void fullLruMapsTakeEverything() {
    try (Kernel kernel = RunningKernel.open();
        MapPair pair = new MapPair(kernel, spec(MapType.LRU_HASH, new int[] {4, 4, 16}, 0, 0))) {
      for (int i = 0; i < 200; i++) {
        byte[] key = {(byte) i, 1, 0, 0};
        assertEquals("0", pair.update(key, key, 0));
        assertEquals("00".length() * 4, pair.lookup(key, 0).length());
      }
      assertTrue(pair.ours().keys().size() <= 16);
    }
  }
}
