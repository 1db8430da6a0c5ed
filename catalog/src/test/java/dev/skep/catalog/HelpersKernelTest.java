package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every helper for every program type, against the running kernel's answer. */
class HelpersKernelTest {

  private static final int SLEEPABLE = 1 << 4;

  /** The kernel refuses these types before it looks at the program's first call. */
  private static final Set<ProgramType> NOT_TRIED =
      EnumSet.of(
          ProgramType.UNSPEC,
          ProgramType.TRACING,
          ProgramType.STRUCT_OPS,
          ProgramType.EXT,
          ProgramType.LSM,
          ProgramType.LIRC_MODE2);

  @Test
  void everyHelperIsKnownOrRefusedAsTheKernelDoes() {
    List<String> differences = new ArrayList<>();
    int compared = 0;
    try (KernelLoader kernel = KernelLoader.open()) {
      for (ProgramType type : ProgramType.values()) {
        if (NOT_TRIED.contains(type)) {
          continue;
        }
        for (AttachType attach : AttachRules.of(type)) {
          for (int id = 0; id <= Helpers.LAST_ID + 2; id++) {
            if (Helpers.configuration(id) != null) {
              continue;
            }
            compared++;
            int flags = type == ProgramType.SYSCALL ? SLEEPABLE : 0;
            var result = kernel.load(type, attach, flags, 0, 0x85L | (long) id << 32, 0x95L);
            boolean kernelRefuses =
                result.log().contains("program of this type cannot use helper")
                    || result.log().contains("invalid func unknown")
                    || result.log().contains("invalid func ");
            boolean weRefuse =
                Helpers.allowed(id, type, attach, true, KernelVersion.NEWEST)
                    == Availability.NOT_ALLOWED;
            if (kernelRefuses != weRefuse || result.log().isEmpty()) {
              differences.add(
                  type
                      + "/"
                      + attach
                      + " "
                      + Helpers.nameOf(id)
                      + "#"
                      + id
                      + ": table refuses "
                      + weRefuse
                      + ", kernel says "
                      + result);
            }
          }
        }
      }
    }
    assertEquals(List.of(), differences.stream().limit(20).toList(), compared + " compared");
  }
}
