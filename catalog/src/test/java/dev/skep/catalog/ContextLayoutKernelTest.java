package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every context access of every program type, against the running kernel's answer. */
class ContextLayoutKernelTest {

  private static final int SLEEPABLE = 1 << 4;

  /** Their contexts follow BTF, or the kernel refuses the type before it looks at the program. */
  private static final Set<ProgramType> NOT_BY_TABLE =
      EnumSet.of(
          ProgramType.UNSPEC,
          ProgramType.TRACING,
          ProgramType.STRUCT_OPS,
          ProgramType.EXT,
          ProgramType.LSM,
          ProgramType.LIRC_MODE2);

  @Test
  void everyAccessHasTheKernelsAnswer() {
    List<String> differences = new ArrayList<>();
    int loads = 0;
    try (KernelLoader kernel = KernelLoader.open()) {
      for (ProgramType type : ProgramType.values()) {
        if (NOT_BY_TABLE.contains(type)) {
          continue;
        }
        for (AttachType attach : AttachRules.of(type)) {
          ContextLayout layout = ContextLayout.of(type, attach);
          if (layout == null) {
            differences.add(type + "/" + attach + " has no layout");
            continue;
          }
          int end = layout.size() == 0 ? 128 : layout.size() + 16;
          IntStream offsets =
              IntStream.of(-32768, -1000, 8183, 8184, 8188, 8191, 8192, 32760, 32767);
          for (int offset : IntStream.concat(offsets, IntStream.range(-8, end)).toArray()) {
            for (int log = 0; log < 4; log++) {
              for (Form form : Form.values()) {
                if (form == Form.LOAD_SIGNED && log == 3) {
                  continue;
                }
                loads++;
                String difference = compare(kernel, layout, type, attach, offset, 1 << log, form);
                if (difference != null) {
                  differences.add(difference);
                }
              }
            }
          }
        }
      }
    }
    assertEquals(List.of(), differences.stream().limit(20).toList(), loads + " loads");
  }

  private enum Form {
    LOAD,
    LOAD_SIGNED,
    STORE
  }

  private static @Nullable String compare(
      KernelLoader kernel,
      ContextLayout layout,
      ProgramType type,
      @Nullable AttachType attach,
      int offset,
      int size,
      Form form) {
    long sizeBits =
        switch (size) {
          case 1 -> 0x10;
          case 2 -> 0x08;
          case 4 -> 0x00;
          default -> 0x18;
        };
    long at = (offset & 0xffffL) << 16;
    long access =
        switch (form) {
          case LOAD -> 0x61 | sizeBits | 0x1000 | at;
          case LOAD_SIGNED -> 0x81 | sizeBits | 0x1000 | at;
          case STORE -> 0x63 | sizeBits | 0x0100 | at;
        };
    var result =
        kernel.load(
            type,
            attach,
            type == ProgramType.SYSCALL ? SLEEPABLE : 0,
            0,
            0xb7L,
            access,
            // r0 = 1: in the range of every program type's result
            0xb7L | 1L << 32,
            0x95L);
    boolean kernelAllows = !result.log().contains("invalid bpf_context access");
    boolean tableAllows =
        layout
            .access(
                offset, size, form == Form.STORE, form == Form.LOAD_SIGNED, KernelVersion.NEWEST)
            .allowed();
    if (kernelAllows == tableAllows && (result.accepted() || !kernelAllows)) {
      return null;
    }
    return type
        + "/"
        + attach
        + " "
        + form
        + " offset "
        + offset
        + " size "
        + size
        + ": table "
        + tableAllows
        + ", kernel says "
        + result;
  }
}
