package dev.skep.isa;

import dev.skep.isa.Instruction.AddressSpaceCast;
import dev.skep.isa.Instruction.Alu;
import dev.skep.isa.Instruction.Atomic;
import dev.skep.isa.Instruction.ByteSwap;
import dev.skep.isa.Instruction.CallHelper;
import dev.skep.isa.Instruction.CallKfunc;
import dev.skep.isa.Instruction.CallLocal;
import dev.skep.isa.Instruction.CallRegister;
import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.Instruction.Exit;
import dev.skep.isa.Instruction.Jump;
import dev.skep.isa.Instruction.Load;
import dev.skep.isa.Instruction.LoadAcquire;
import dev.skep.isa.Instruction.LoadImmediate64;
import dev.skep.isa.Instruction.LoadPacketAbsolute;
import dev.skep.isa.Instruction.LoadPacketIndirect;
import dev.skep.isa.Instruction.LongJump;
import dev.skep.isa.Instruction.MayGoto;
import dev.skep.isa.Instruction.MoveSignExtend;
import dev.skep.isa.Instruction.Negate;
import dev.skep.isa.Instruction.Store;
import dev.skep.isa.Instruction.StoreRelease;
import java.util.List;

/**
 * Turns {@link Instruction}s into slots: the exact inverse of {@link Decoder} on everything that
 * the decoder calls valid.
 *
 * <p>Fields are cut to their widths without a check, as {@link RawInstruction#of} does; whoever
 * builds an instruction from text or by hand checks ranges first, in words of its own.
 */
public final class Encoder {

  private static final int REGISTER = 0x08;
  private static final int MEM = 0x60;
  private static final int MEMSX = 0x80;
  private static final int ATOMIC = 0xc0;

  private Encoder() {}

  /** The slots of an instruction: two for the wide load, otherwise one. */
  public static List<RawInstruction> encode(Instruction instruction) {
    if (instruction instanceof LoadImmediate64 wide) {
      return List.of(first(wide), RawInstruction.of(0, 0, 0, 0, wide.nextImm()));
    }
    return List.of(first(instruction));
  }

  /** The first slot of an instruction, which is the only one except for the wide load. */
  public static RawInstruction first(Instruction instruction) {
    return switch (instruction) {
      case Alu i -> {
        int opcode = classOf(i.width()) | i.op().code();
        yield operand(opcode, i.dst(), i.src(), i.op().offset());
      }
      case MoveSignExtend i ->
          RawInstruction.of(
              classOf(i.width()) | AluOp.MOV.code() | REGISTER, i.dst(), i.src(), i.bits(), 0);
      case Negate i -> RawInstruction.of(classOf(i.width()) | 0x80, i.dst(), 0, 0, 0);
      case ByteSwap i ->
          RawInstruction.of(
              switch (i.kind()) {
                case TO_LE -> 0xd4;
                case TO_BE -> 0xdc;
                case SWAP -> 0xd7;
              },
              i.dst(),
              0,
              0,
              i.bits());
      case AddressSpaceCast i ->
          RawInstruction.of(
              0xbf, i.dst(), i.src(), 1, i.toSpace() << 16 | (i.fromSpace() & 0xffff));
      case Load i ->
          RawInstruction.of(
              InstructionClass.LDX.code() | (i.signExtend() ? MEMSX : MEM) | i.size().code(),
              i.dst(),
              i.src(),
              i.offset(),
              0);
      case Store i ->
          switch (i.src()) {
            case Operand.Reg(int index) ->
                RawInstruction.of(
                    InstructionClass.STX.code() | MEM | i.size().code(),
                    i.dst(),
                    index,
                    i.offset(),
                    0);
            case Operand.Imm(int value) ->
                RawInstruction.of(
                    InstructionClass.ST.code() | MEM | i.size().code(),
                    i.dst(),
                    0,
                    i.offset(),
                    value);
          };
      case Atomic i -> atomic(i.size(), i.dst(), i.src(), i.offset(), i.op().code());
      case LoadAcquire i -> atomic(i.size(), i.dst(), i.src(), i.offset(), Decoder.LOAD_ACQUIRE);
      case StoreRelease i -> atomic(i.size(), i.dst(), i.src(), i.offset(), Decoder.STORE_RELEASE);
      case LoadPacketAbsolute i -> RawInstruction.of(0x20 | i.size().code(), 0, 0, 0, i.imm());
      case LoadPacketIndirect i ->
          RawInstruction.of(0x40 | i.size().code(), 0, i.src(), 0, i.imm());
      case LoadImmediate64 i ->
          RawInstruction.of(RawInstruction.WIDE_OPCODE, i.dst(), i.kind().code(), 0, i.imm());
      case Jump i -> RawInstruction.of(0x05, 0, 0, i.offset(), 0);
      case LongJump i -> RawInstruction.of(0x06, 0, 0, 0, i.offset());
      case ConditionalJump i -> {
        int jumpClass = i.width() == Width.W64 ? 0x05 : 0x06;
        yield operand(jumpClass | i.op().code(), i.dst(), i.src(), i.offset());
      }
      case MayGoto i -> RawInstruction.of(0xe5, 0, 0, i.offset(), 0);
      case CallHelper i -> RawInstruction.of(Opcode.CALL, 0, 0, 0, i.id());
      case CallLocal i -> RawInstruction.of(Opcode.CALL, 0, Opcode.PSEUDO_CALL, 0, i.offset());
      case CallKfunc i ->
          RawInstruction.of(Opcode.CALL, 0, Opcode.PSEUDO_KFUNC_CALL, i.module(), i.btfId());
      case CallRegister i -> RawInstruction.of(0x8d, i.dst(), 0, 0, 0);
      case Exit i -> RawInstruction.of(0x95, 0, 0, 0, 0);
    };
  }

  private static RawInstruction operand(int opcode, int dst, Operand src, int offset) {
    return switch (src) {
      case Operand.Reg(int index) -> RawInstruction.of(opcode | REGISTER, dst, index, offset, 0);
      case Operand.Imm(int value) -> RawInstruction.of(opcode, dst, 0, offset, value);
    };
  }

  private static RawInstruction atomic(MemorySize size, int dst, int src, int offset, int imm) {
    return RawInstruction.of(
        InstructionClass.STX.code() | ATOMIC | size.code(), dst, src, offset, imm);
  }

  private static int classOf(Width width) {
    return width == Width.W32 ? InstructionClass.ALU.code() : InstructionClass.ALU64.code();
  }
}
