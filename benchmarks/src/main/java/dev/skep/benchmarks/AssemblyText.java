package dev.skep.benchmarks;

import dev.skep.assembler.Syntax;
import java.util.Random;

/**
 * Assembly files as people and compilers write them: programs of about a thousand lines with
 * comments, labels, maps, helper calls, wide loads and atomics; every number and register drawn
 * from a fixed seed.
 */
final class AssemblyText {

  private static final int BLOCKS_A_PROGRAM = 40;

  private static final String KERNEL =
      """
      # block %1$d: is the header inside the packet?
      block_%1$d:
          r2 = *(u32 *)(r6 + 0)
          r3 = *(u32 *)(r6 + 4)
          r4 = r2
          r4 += %2$d
          if r4 > r3 goto out_%1$d           # %2$d bytes are needed
          w5 = *(u8 *)(r2 + %3$d)
          w5 &= 0x%3$x
          *(u32 *)(r10 - 4) = r5
          r1 = map[flows] ll
          r2 = r10
          r2 += -4
          call bpf_map_lookup_elem
          if r0 == 0 goto out_%1$d
          r%4$d = %5$d
          lock *(u64 *)(r0 + 8) += r%4$d
          r%4$d = 0x%6$x ll

          if w5 s> -%3$d goto block_%1$d
          r%4$d = be16 r%4$d
      out_%1$d:
          r%4$d *= r5
          r%4$d s>>= 7
          *(u64 *)(r10 - 16) = r%4$d
      """;

  private static final String MNEMONIC =
      """
      # block %1$d: is the header inside the packet?
      block_%1$d:
          ldxw %%r2, [%%r6+0]
          ldxw %%r3, [%%r6+4]
          mov %%r4, %%r2
          add %%r4, %2$d
          jgt %%r4, %%r3, out_%1$d           # %2$d bytes are needed
          ldxb %%r5, [%%r2+%3$d]
          and32 %%r5, 0x%3$x
          stxw [%%r10-4], %%r5
          lddw %%r1, map[flows]
          mov %%r2, %%r10
          add %%r2, -4
          call bpf_map_lookup_elem
          jeq %%r0, 0, out_%1$d
          mov %%r%4$d, %5$d
          lock add [%%r0+8], %%r%4$d
          lddw %%r%4$d, 0x%6$x

          jsgt32 %%r5, -%3$d, block_%1$d
          be16 %%r%4$d
      out_%1$d:
          mul %%r%4$d, %%r5
          arsh %%r%4$d, 7
          stxdw [%%r10-16], %%r%4$d
      """;

  private AssemblyText() {}

  /** A file of exactly so many lines. */
  static String generate(int lines, Syntax syntax) {
    boolean mnemonic = syntax == Syntax.MNEMONIC;
    String block = mnemonic ? MNEMONIC : KERNEL;
    String exit = mnemonic ? "    mov32 %r0, 2\n    exit\n" : "    w0 = 2\n    exit\n";
    Random random = new Random(20_260_101);
    StringBuilder text = new StringBuilder(lines * 28);
    text.append(".license \"GPL\"\n");
    text.append(".map flows type=hash key=4 value=16 entries=1024\n");
    int blockLines = (int) block.lines().count();
    int programLines = 2 + BLOCKS_A_PROGRAM * blockLines + 2;
    int left = lines - 2;
    for (int program = 0; left >= 2 + blockLines + 2; program++) {
      int blocks = Math.min(BLOCKS_A_PROGRAM, (left - 4) / blockLines);
      text.append("\n.program program_").append(program).append(" type=xdp\n");
      for (int i = 0; i < blocks; i++) {
        text.append(
            block.formatted(
                program * BLOCKS_A_PROGRAM + i,
                random.nextInt(14, 1500),
                random.nextInt(1, 120),
                random.nextInt(6, 10),
                random.nextInt(),
                random.nextLong()));
      }
      text.append(exit);
      left -= blocks == BLOCKS_A_PROGRAM ? programLines : 4 + blocks * blockLines;
    }
    return text.append("# the end\n".repeat(left)).toString();
  }
}
