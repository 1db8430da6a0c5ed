package dev.skep.verifier.cfg;

import dev.skep.catalog.Behaviours;
import dev.skep.catalog.Feature;
import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;

/** Which release brought an instruction: earlier ones refuse its opcode or its fields. */
public final class InstructionVersions {

  private static final int BSWAP = 0xd7;
  private static final int GOTOL = 0x06;
  private static final int MAY_GOTO = 0xe5;

  private InstructionVersions() {}

  /** Whether a kernel knows the opcode byte; those that all have are not looked at. */
  static boolean knowsOpcode(Behaviours kernel, int opcode) {
    return switch (opcode) {
      case BSWAP, GOTOL -> kernel.has(Feature.CPU_V4);
      case MAY_GOTO -> kernel.has(Feature.MAY_GOTO);
      default -> true;
    };
  }

  /** Whether a kernel loads with sign extension. */
  static boolean knowsSignedLoads(Behaviours kernel) {
    return kernel.has(Feature.CPU_V4);
  }

  /** Whether a kernel knows the instruction, whose opcode it knows. */
  public static boolean knows(Behaviours kernel, Instruction instruction) {
    return switch (instruction) {
      case Instruction.MoveSignExtend move -> kernel.has(Feature.CPU_V4);
      case Instruction.Alu(var width, AluOp op, var dst, var src)
          when op == AluOp.SDIV || op == AluOp.SMOD ->
          kernel.has(Feature.CPU_V4);
      case Instruction.AddressSpaceCast cast -> kernel.has(Feature.ARENA);
      case Instruction.LoadAcquire load -> kernel.has(Feature.LOAD_ACQUIRE_STORE_RELEASE);
      case Instruction.StoreRelease store -> kernel.has(Feature.LOAD_ACQUIRE_STORE_RELEASE);
      default -> true;
    };
  }
}
