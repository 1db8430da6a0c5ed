package dev.skep.object.core;

import dev.skep.isa.Opcode;
import dev.skep.isa.RawInstruction;

/** Writes the result of a relocation into the instruction at hand, with libbpf's checks. */
public final class CorePatch {

  /**
   * The helper that a poisoned instruction calls: {@code 0xbad2310}, "bad relo". The kernel says
   * {@code invalid func unknown#195896080} if it is reached.
   */
  public static final int POISON = 195896080;

  private CorePatch() {}

  /**
   * Patches the instruction at {@code pc}.
   *
   * @return whether the instruction is poisoned now
   * @throws CoreException if this is no instruction that the relocation can be for
   */
  public static boolean apply(long[] slots, int pc, CoreResult result) {
    var instruction = new RawInstruction(slots[pc]);
    return switch (instruction.opcode() & 7) {
      case 4, 7 -> arithmetic(slots, pc, instruction, result);
      case 1, 2, 3 -> memory(slots, pc, instruction, result);
      case 0 -> wide(slots, pc, instruction, result);
      default -> throw unexpected(instruction);
    };
  }

  private static boolean arithmetic(
      long[] slots, int pc, RawInstruction instruction, CoreResult result) {
    if ((instruction.opcode() & 8) != 0) {
      throw unexpected(instruction);
    }
    if (!(result instanceof CoreResult.Found found)) {
      return poison(slots, pc, 1);
    }
    check(instruction.imm(), result);
    slots[pc] = instruction.withImm((int) found.now()).bits();
    return false;
  }

  private static boolean memory(
      long[] slots, int pc, RawInstruction instruction, CoreResult result) {
    if (!(result instanceof CoreResult.Found found)) {
      return poison(slots, pc, 1);
    }
    check(instruction.offset(), result);
    if (Long.compareUnsigned(found.now(), Short.MAX_VALUE) > 0) {
      throw new CoreException(
          "offset %d does not fit a load or store, whose offset goes up to 32767"
              .formatted(found.now()));
    }
    CoreResult.FieldSizes sizes = found.sizes();
    if (!sizes.fits()) {
      return poison(slots, pc, 1);
    }
    instruction = instruction.withOffset((int) found.now());
    if (sizes.now() != sizes.original()) {
      int bytes = sizeOf(instruction.opcode());
      if (bytes != sizes.original()) {
        throw new CoreException(
            "an access of %d bytes to a field of %d bytes".formatted(bytes, sizes.original()));
      }
      int opcode = (instruction.opcode() & ~0x18) | encodedSize(sizes.now());
      instruction = new RawInstruction((instruction.bits() & ~0xffL) | opcode);
    }
    slots[pc] = instruction.bits();
    return false;
  }

  private static boolean wide(long[] slots, int pc, RawInstruction instruction, CoreResult result) {
    if (!instruction.isWide()
        || pc + 1 >= slots.length
        || instruction.srcReg() != 0
        || instruction.offset() != 0
        || (slots[pc + 1] & 0xffff_ffffL) != 0) {
      throw unexpected(instruction);
    }
    if (!(result instanceof CoreResult.Found found)) {
      return poison(slots, pc, 2);
    }
    check((instruction.imm() & 0xffff_ffffL) | slots[pc + 1] & 0xffff_ffff_0000_0000L, result);
    slots[pc] = instruction.withImm((int) found.now()).bits();
    slots[pc + 1] = found.now() & 0xffff_ffff_0000_0000L;
    return false;
  }

  private static void check(long held, CoreResult result) {
    if (result.validate() && held != result.original()) {
      throw new CoreException(
          "the instruction holds %d, but the program's own types give %d"
              .formatted(held, result.original()));
    }
  }

  private static boolean poison(long[] slots, int pc, int count) {
    for (int i = 0; i < count; i++) {
      slots[pc + i] = RawInstruction.of(Opcode.CALL, 0, 0, 0, POISON).bits();
    }
    return true;
  }

  private static int sizeOf(int opcode) {
    return switch (opcode & 0x18) {
      case 0x18 -> 8;
      case 0x00 -> 4;
      case 0x08 -> 2;
      default -> 1;
    };
  }

  private static int encodedSize(int bytes) {
    return switch (bytes) {
      case 8 -> 0x18;
      case 4 -> 0x00;
      case 2 -> 0x08;
      case 1 -> 0x10;
      default -> throw new CoreException("no load or store has a size of " + bytes + " bytes");
    };
  }

  private static CoreException unexpected(RawInstruction instruction) {
    return new CoreException(
        "a relocation on an instruction that it cannot be for: " + instruction);
  }
}
