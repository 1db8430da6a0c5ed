package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of map creation, against the running kernel's errors. */
class MapRulesKernelTest {

  private static final int EINVAL = 22;
  private static final int E2BIG = 7;
  private static final int ENOTSUPP = 524;

  private static final int[] KEYS = {0, 1, 4, 5, 8, 16, 260, 261, 513};
  private static final int[] VALUES = {0, 1, 4, 6, 8, 16, 32, 1024, 1064, 32768, 32769, 70000};
  private static final int[] ENTRIES = {0, 1, 3, 4096};

  /** They need BTF, an inner map or a kernel structure: EINVAL or EBADF for a plain request. */
  private static final Set<MapType> NOT_PLAIN =
      EnumSet.of(
          MapType.UNSPEC,
          MapType.ARRAY_OF_MAPS,
          MapType.HASH_OF_MAPS,
          MapType.STRUCT_OPS,
          MapType.SK_STORAGE,
          MapType.INODE_STORAGE,
          MapType.TASK_STORAGE,
          MapType.CGRP_STORAGE);

  @Test
  void everyRefusalIsTheKernels() {
    List<String> differences = new ArrayList<>();
    int tried = 0;
    // more than the small numbers of entries here, fewer than the large one
    int cpus = 64;
    try (KernelLoader kernel = KernelLoader.open()) {
      for (MapType type : MapType.values()) {
        if (NOT_PLAIN.contains(type)) {
          continue;
        }
        for (int key : KEYS) {
          for (int value : VALUES) {
            for (int entries : ENTRIES) {
              for (int flags : flagsToTry(type)) {
                if (needsMuchMemory(value, entries)) {
                  continue;
                }
                tried++;
                int theirs = kernel.createMap(type, key, value, entries, flags);
                MapRules.Refusal refusal = MapRules.check(type, key, value, entries, flags, cpus);
                int ours = refusal == null ? 0 : number(refusal.errno());
                if (ours != theirs && !bothRefuse(ours, theirs)) {
                  differences.add(
                      type
                          + " key "
                          + key
                          + " value "
                          + value
                          + " entries "
                          + entries
                          + " flags "
                          + MapFlag.names(flags)
                          + ": ours "
                          + refusal
                          + ", kernel errno "
                          + theirs);
                }
              }
            }
          }
        }
      }
    }
    assertEquals(
        List.of(),
        differences.stream().limit(20).toList(),
        tried + " tried, " + differences.size() + " differ");
  }

  private static boolean needsMuchMemory(int value, int entries) {
    return (long) value * entries > 1 << 20;
  }

  /** Which of two reasons is found first does not matter: both say no. */
  private static boolean bothRefuse(int ours, int theirs) {
    return ours != 0 && theirs != 0;
  }

  private static int[] flagsToTry(MapType type) {
    List<Integer> flags = new ArrayList<>();
    int base =
        switch (type) {
          case LPM_TRIE -> MapFlag.NO_PREALLOC.bit();
          case ARENA -> MapFlag.MMAPABLE.bit();
          default -> 0;
        };
    flags.add(base);
    for (MapFlag flag : MapFlag.values()) {
      boolean needsAnArgument =
          flag == MapFlag.NUMA_NODE || flag == MapFlag.TOKEN_FD || flag == MapFlag.VTYPE_BTF_OBJ_FD;
      if (!needsAnArgument) {
        flags.add(base ^ flag.bit());
      }
    }
    flags.add(base | MapFlag.RDONLY.bit() | MapFlag.WRONLY.bit());
    flags.add(base | MapFlag.RDONLY_PROG.bit() | MapFlag.WRONLY_PROG.bit());
    flags.add(1 << 30);
    return flags.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int number(String errno) {
    return switch (errno) {
      case "EINVAL" -> EINVAL;
      case "E2BIG" -> E2BIG;
      case "ENOTSUPP" -> ENOTSUPP;
      default -> throw new IllegalArgumentException(errno);
    };
  }
}
