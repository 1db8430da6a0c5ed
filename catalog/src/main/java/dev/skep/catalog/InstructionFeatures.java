package dev.skep.catalog;

import dev.skep.isa.AtomicOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.JumpOp;
import dev.skep.isa.WideKind;
import dev.skep.isa.Width;
import org.jspecify.annotations.Nullable;

/** Which {@link Feature} an instruction needs. */
public final class InstructionFeatures {

  private InstructionFeatures() {}

  /** The newest feature that an instruction needs; null for what every kernel with eBPF has. */
  public static @Nullable Feature of(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Alu alu ->
          switch (alu.op()) {
            case SDIV, SMOD -> Feature.CPU_V4;
            case ADD, SUB, MUL, DIV, OR, AND, LSH, RSH, MOD, XOR, MOV, ARSH -> null;
          };
      case Instruction.MoveSignExtend _, Instruction.LongJump _ -> Feature.CPU_V4;
      case Instruction.Negate _ -> null;
      case Instruction.ByteSwap swap ->
          swap.kind() == Instruction.ByteSwapKind.SWAP ? Feature.CPU_V4 : null;
      case Instruction.AddressSpaceCast _ -> Feature.ARENA;
      case Instruction.Load load -> load.signExtend() ? Feature.CPU_V4 : null;
      case Instruction.Store _ -> null;
      case Instruction.Atomic atomic -> atomic.op() == AtomicOp.ADD ? null : Feature.ATOMICS;
      case Instruction.LoadAcquire _, Instruction.StoreRelease _ ->
          Feature.LOAD_ACQUIRE_STORE_RELEASE;
      case Instruction.LoadPacketAbsolute _, Instruction.LoadPacketIndirect _ -> null;
      case Instruction.LoadImmediate64 load -> ofWide(load.kind());
      case Instruction.Jump _, Instruction.Exit _, Instruction.CallHelper _ -> null;
      case Instruction.ConditionalJump jump ->
          jump.width() == Width.W32 ? Feature.JMP32 : isLess(jump.op()) ? Feature.JUMP_LESS : null;
      case Instruction.MayGoto _ -> Feature.MAY_GOTO;
      case Instruction.CallKfunc _ -> Feature.KFUNCS;
      case Instruction.CallLocal _ -> Feature.PROGRAM_LOCAL_CALLS;
      case Instruction.CallRegister _ -> null;
    };
  }

  private static boolean isLess(JumpOp op) {
    return switch (op) {
      case JLT, JLE, JSLT, JSLE -> true;
      case JEQ, JGT, JGE, JSET, JNE, JSGT, JSGE -> false;
    };
  }

  private static @Nullable Feature ofWide(WideKind kind) {
    return switch (kind) {
      case CONSTANT, MAP_FD -> null;
      case MAP_VALUE -> Feature.GLOBAL_DATA;
      case VARIABLE_ADDRESS -> Feature.KERNEL_VARIABLES;
      case CODE_ADDRESS -> Feature.CALLBACKS;
      case MAP_INDEX, MAP_INDEX_VALUE -> Feature.MAP_INDEX;
    };
  }
}
