package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which helper takes which map, against the running kernel's answer. */
class HelperMapsKernelTest {

  private static final ProgramType[] CALLERS = {
    ProgramType.SOCKET_FILTER, ProgramType.SCHED_CLS, ProgramType.XDP, ProgramType.KPROBE,
    ProgramType.SOCK_OPS, ProgramType.SK_SKB, ProgramType.SK_MSG, ProgramType.SK_REUSEPORT,
    ProgramType.CGROUP_SKB, ProgramType.SK_LOOKUP
  };

  @Test
  void everyPairHasTheKernelsAnswer() {
    List<String> differences = new ArrayList<>();
    int conclusive = 0;
    try (KernelLoader kernel = KernelLoader.open()) {
      Map<MapType, Long> maps = openMaps(kernel);
      for (ProgramType type : CALLERS) {
        for (AttachType attach : AttachRules.of(type).subList(0, 1)) {
          for (int id = 1; id <= Helpers.LAST_ID; id++) {
            HelperPrototype prototype = Helpers.prototype(id, type, attach);
            if (prototype == null || !takesMap(prototype)) {
              continue;
            }
            for (Map.Entry<MapType, Long> map : maps.entrySet()) {
              long[] program = call(prototype, map.getValue());
              if (program == null) {
                continue;
              }
              var result = kernel.load(type, attach, 0, 0, program);
              boolean refused = result.log().contains("cannot pass map_type");
              boolean reached = refused || result.accepted() || result.log().contains("R0=");
              if (!reached) {
                continue;
              }
              conclusive++;
              if (refused == HelperMaps.compatible(id, map.getKey(), type, attach)) {
                differences.add(
                    type
                        + " "
                        + prototype.name()
                        + " "
                        + map.getKey()
                        + ": kernel refuses "
                        + refused);
              }
            }
          }
        }
      }
      maps.values().forEach(kernel::closeMap);
    }
    assertEquals(List.of(), differences);
    assertTrue(conclusive > 1500, "only " + conclusive + " conclusive");
  }

  private static boolean takesMap(HelperPrototype prototype) {
    return prototype.arguments().stream().anyMatch(a -> a.kind() == ArgumentKind.CONST_MAP_PTR);
  }

  /** r6 = r1; the stack's lower half zeroed; the arguments; the call; exit. */
  private static long @Nullable [] call(HelperPrototype prototype, long mapFd) {
    List<Long> code = new ArrayList<>();
    code.add(0x16bfL);
    for (int slot = 1; slot <= 16; slot++) {
      // *(u64 *)(r10 - 8 * slot) = 0
      code.add(0x0a7aL | (-8L * slot & 0xffff) << 16);
    }
    int register = 1;
    for (Argument argument : prototype.arguments()) {
      long dst = (long) register << 8;
      switch (argument.kind()) {
        case CONST_MAP_PTR -> {
          code.add(0x18L | dst | 0x1000 | mapFd << 32);
          code.add(0L);
        }
        case PTR_TO_CTX -> code.add(0x60bfL | dst);
        case PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE, PTR_TO_MEM -> {
          code.add(0xa0bfL | dst);
          code.add(0x07L | dst | -128L << 32);
        }
        case CONST_SIZE, CONST_SIZE_OR_ZERO, CONST_ALLOC_SIZE_OR_ZERO ->
            code.add(0xb7L | dst | 8L << 32);
        case ANYTHING -> code.add(0xb7L | dst);
        default -> {
          return null;
        }
      }
      register++;
    }
    code.add(0x85L | (long) prototype.id() << 32);
    code.add(0xb7L);
    code.add(0x95L);
    return code.stream().mapToLong(Long::longValue).toArray();
  }

  private static Map<MapType, Long> openMaps(KernelLoader kernel) {
    Map<MapType, Long> maps = new EnumMap<>(MapType.class);
    for (MapType type : MapType.values()) {
      // all but struct_ops maps, which need one of the kernel's types
      long fd = kernel.openMap(MapRules.example(type));
      if (fd >= 0) {
        maps.put(type, fd);
      }
    }
    return maps;
  }
}
