package dev.skep.testkit.generate;

import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import java.util.Random;

/** Changes a few fields of a program's instructions. */
public final class Mutation {

  private static final int[] IMMEDIATES = {0, 1, -1, 4, 8, 64, 255, 4096, 0x7fffffff, 0x80000000};

  private Mutation() {}

  /** The program with one to {@code most} changes; the length stays. */
  public static Code of(Code code, Random random, int most) {
    RawInstruction[] slots = new RawInstruction[code.size()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = code.at(i);
    }
    int changes = 1 + random.nextInt(most);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(slots.length);
      slots[at] = changed(slots, at, random);
    }
    return Code.of(slots);
  }

  private static RawInstruction changed(RawInstruction[] slots, int at, Random random) {
    RawInstruction old = slots[at];
    int opcode = old.opcode();
    int dst = old.dstReg();
    int src = old.srcReg();
    int offset = old.offset();
    int imm = old.imm();
    switch (random.nextInt(9)) {
      case 0 -> dst = random.nextInt(11);
      case 1 -> src = random.nextInt(11);
      case 2 -> offset += random.nextInt(17) - 8;
      case 3 -> imm += random.nextInt(17) - 8;
      case 4 -> imm = IMMEDIATES[random.nextInt(IMMEDIATES.length)];
      case 5 -> opcode ^= 0x10 << random.nextInt(4);
      case 6 -> opcode ^= 8;
      case 7 -> {
        return slots[random.nextInt(slots.length)];
      }
      default -> {
        return RawInstruction.of(0x05, 0, 0, 0, 0);
      }
    }
    return RawInstruction.of(opcode & 0xff, dst, src, (short) offset, imm);
  }
}
