package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The permitted result of every program type, against the running kernel's message. */
class ReturnRangeKernelTest {

  private static final int SLEEPABLE = 1 << 4;
  private static final Pattern RANGE =
      Pattern.compile("should have been in \\[(-?\\d+), (-?\\d+)]");

  private static final Set<ProgramType> NEED_BTF_OR_ARE_REFUSED =
      EnumSet.of(
          ProgramType.UNSPEC,
          ProgramType.TRACING,
          ProgramType.STRUCT_OPS,
          ProgramType.EXT,
          ProgramType.LSM,
          ProgramType.LIRC_MODE2);

  @Test
  void everyRangeIsTheKernels() {
    List<String> differences = new ArrayList<>();
    try (KernelLoader kernel = KernelLoader.open()) {
      for (ProgramType type : ProgramType.values()) {
        if (NEED_BTF_OR_ARE_REFUSED.contains(type)) {
          continue;
        }
        for (AttachType attach : AttachRules.of(type)) {
          int flags = type == ProgramType.SYSCALL ? SLEEPABLE : 0;
          // call get_prandom_u32; exit
          var result = kernel.load(type, attach, flags, 0, 0x85L | 7L << 32, 0x95L);
          var matcher = RANGE.matcher(result.log());
          String theirs =
              matcher.find()
                  ? matcher.group(1) + ".." + matcher.group(2)
                  : result.accepted() ? "any" : result.log();
          ReturnRange range = ReturnRange.of(type, attach, KernelVersion.NEWEST);
          String ours = range == null ? "any" : range.min() + ".." + range.max();
          if (!ours.equals(theirs)) {
            differences.add(type + "/" + attach + ": table " + ours + ", kernel " + theirs);
          }
        }
      }
    }
    assertEquals(List.of(), differences);
  }
}
