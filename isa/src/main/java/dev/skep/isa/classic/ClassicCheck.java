package dev.skep.isa.classic;

import java.util.ArrayList;
import java.util.List;

/** Checks a program as Linux does before it accepts a socket filter; all mistakes at once. */
public final class ClassicCheck {

  private ClassicCheck() {}

  /**
   * A mistake.
   *
   * @param pc the instruction's number, or -1 for the program as a whole
   * @param message one sentence
   */
  public record Problem(int pc, String message) {}

  /** What is wrong with a program; empty if the kernel takes it. */
  public static List<Problem> check(List<ClassicInstruction> program) {
    List<Problem> problems = new ArrayList<>();
    if (program.isEmpty() || program.size() > Classic.MAX_INSTRUCTIONS) {
      problems.add(
          new Problem(
              -1,
              "a filter has 1 to %d instructions, not %d"
                  .formatted(Classic.MAX_INSTRUCTIONS, program.size())));
      return problems;
    }
    for (int pc = 0; pc < program.size(); pc++) {
      instruction(program, pc, problems);
    }
    int last = program.getLast().code();
    if (last != Classic.RET_K && last != Classic.RET_A) {
      problems.add(new Problem(program.size() - 1, "the last instruction is to be a ret"));
    }
    if (problems.isEmpty()) {
      memory(program, problems);
    }
    return problems;
  }

  private static void instruction(
      List<ClassicInstruction> program, int pc, List<Problem> problems) {
    ClassicInstruction i = program.get(pc);
    long left = program.size() - pc - 1L;
    long k = i.k() & 0xffff_ffffL;
    if (!isKnown(i.code())) {
      problems.add(new Problem(pc, "there is no instruction 0x%x".formatted(i.code())));
      return;
    }
    switch (i.code()) {
      case 0x34, 0x94 -> {
        if (k == 0) {
          problems.add(new Problem(pc, "this divides by the constant 0"));
        }
      }
      case 0x64, 0x74 -> {
        if (k >= 32) {
          problems.add(new Problem(pc, "a shift by " + k + " is not 0 to 31"));
        }
      }
      case 0x60, 0x61, 0x02, 0x03 -> {
        if (k >= Classic.WORDS) {
          problems.add(new Problem(pc, "there is no word " + k + "; memory is M[0] to M[15]"));
        }
      }
      case 0x05 -> {
        if (k >= left) {
          problems.add(new Problem(pc, "this jumps " + k + " instructions on, out of the filter"));
        }
      }
      case 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d -> {
        if (i.jt() >= left || i.jf() >= left) {
          int distance = Math.max(i.jt(), i.jf());
          problems.add(
              new Problem(pc, "this jumps " + distance + " instructions on, out of the filter"));
        }
      }
      case 0x20, 0x28, 0x30 -> {
        if (i.k() < 0 && i.k() >= Classic.ANCILLARY && Classic.ancillary(i) == null) {
          problems.add(
              new Problem(pc, "offset 0x%x is no extension that Linux has".formatted(i.k())));
        }
      }
      default -> {
        // Any operand will do.
      }
    }
  }

  /** The codes that Linux allows. */
  static boolean isKnown(int code) {
    return switch (code) {
      // add sub mul div or and lsh rsh mod xor with k and with X; neg
      case 0x04, 0x14, 0x24, 0x34, 0x44, 0x54, 0x64, 0x74, 0x94, 0xa4 -> true;
      case 0x0c, 0x1c, 0x2c, 0x3c, 0x4c, 0x5c, 0x6c, 0x7c, 0x9c, 0xac, 0x84 -> true;
      // ld: abs, ind (w h b), len, imm, mem
      case 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x80, 0x00, 0x60 -> true;
      // ldx: len, msh, imm, mem; st; stx; tax; txa; ret k; ret a
      case 0x81, 0xb1, 0x01, 0x61, 0x02, 0x03, 0x07, 0x87, 0x06, 0x16 -> true;
      // ja, jeq, jgt, jge, jset
      case 0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d -> true;
      default -> false;
    };
  }

  /** A word must have been written, on every way, before it is read. */
  private static void memory(List<ClassicInstruction> program, List<Problem> problems) {
    int[] written = new int[program.size() + 1];
    java.util.Arrays.fill(written, 0xffff);
    int now = 0;
    for (int pc = 0; pc < program.size(); pc++) {
      ClassicInstruction i = program.get(pc);
      now &= written[pc];
      switch (i.code()) {
        case 0x02, 0x03 -> now |= 1 << i.k();
        case 0x60, 0x61 -> {
          if ((now & 1 << i.k()) == 0) {
            problems.add(
                new Problem(pc, "M[" + i.k() + "] is read, but not written on every way here"));
          }
        }
        case 0x05 -> {
          written[pc + 1 + i.k()] &= now;
          now = 0xffff;
        }
        case 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d -> {
          written[pc + 1 + i.jt()] &= now;
          written[pc + 1 + i.jf()] &= now;
          now = 0xffff;
        }
        default -> {
          // Neither memory nor a jump.
        }
      }
    }
  }
}
