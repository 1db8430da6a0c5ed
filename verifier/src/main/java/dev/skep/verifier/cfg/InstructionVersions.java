package dev.skep.verifier.cfg;

import dev.skep.catalog.KernelVersion;
import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;

/** Which release brought an instruction: earlier ones refuse its opcode or its fields. */
public final class InstructionVersions {

  private static final int BSWAP = 0xd7;
  private static final int GOTOL = 0x06;
  private static final int MAY_GOTO = 0xe5;

  private InstructionVersions() {}

  /** Whether a kernel knows the opcode byte; those that all have are not looked at. */
  static boolean knowsOpcode(KernelVersion version, int opcode) {
    return switch (opcode) {
      case BSWAP, GOTOL -> version.isAtLeast(6, 6);
      case MAY_GOTO -> version.isAtLeast(6, 9);
      default -> true;
    };
  }

  /** Whether a kernel loads with sign extension. */
  static boolean knowsSignedLoads(KernelVersion version) {
    return version.isAtLeast(6, 6);
  }

  /** Whether a kernel knows the instruction, whose opcode it knows. */
  public static boolean knows(KernelVersion version, Instruction instruction) {
    return switch (instruction) {
      case Instruction.MoveSignExtend move -> version.isAtLeast(6, 6);
      case Instruction.Alu(var width, AluOp op, var dst, var src)
          when op == AluOp.SDIV || op == AluOp.SMOD ->
          version.isAtLeast(6, 6);
      case Instruction.AddressSpaceCast cast -> version.isAtLeast(6, 9);
      case Instruction.LoadAcquire load -> version.isAtLeast(6, 15);
      case Instruction.StoreRelease store -> version.isAtLeast(6, 15);
      default -> true;
    };
  }
}
