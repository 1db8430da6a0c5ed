package dev.skep.assembler;

import dev.skep.isa.AluOp;
import dev.skep.isa.AtomicOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.ByteSwapKind;
import dev.skep.isa.JumpOp;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.WideKind;
import dev.skep.isa.Width;
import java.util.Random;

/** Instructions of every form, with operands that prefer the edges of their ranges. */
final class InstructionGenerator {

  private static final int[] BITS = {16, 32, 64};

  private final Random random;

  InstructionGenerator(long seed) {
    random = new Random(seed);
  }

  /** Any valid instruction. */
  Instruction any() {
    return switch (random.nextInt(22)) {
      case 0, 1, 2, 3 ->
          new Instruction.Alu(pick(Width.values()), pick(AluOp.values()), register(), operand());
      case 4 -> moveSignExtend();
      case 5 -> new Instruction.Negate(pick(Width.values()), register());
      case 6 ->
          new Instruction.ByteSwap(
              pick(ByteSwapKind.values()), register(), BITS[random.nextInt(BITS.length)]);
      case 7 -> {
        int spaces = imm();
        int toSpace = spaces >>> 16;
        yield new Instruction.AddressSpaceCast(
            register(), register(), toSpace, toSpace == 0 ? 1 : spaces & 0xffff);
      }
      case 8, 9 -> {
        MemorySize size = pick(MemorySize.values());
        boolean signed = size != MemorySize.DW && random.nextInt(3) == 0;
        yield new Instruction.Load(size, signed, register(), register(), offset());
      }
      case 10, 11 ->
          new Instruction.Store(pick(MemorySize.values()), register(), offset(), operand());
      case 12 ->
          new Instruction.Atomic(
              pick(AtomicOp.values()), atomicSize(), register(), offset(), register());
      case 13 ->
          random.nextBoolean()
              ? new Instruction.LoadAcquire(
                  pick(MemorySize.values()), register(), register(), offset())
              : new Instruction.StoreRelease(
                  pick(MemorySize.values()), register(), offset(), register());
      case 14 ->
          random.nextBoolean()
              ? new Instruction.LoadPacketAbsolute(packetSize(), imm())
              : new Instruction.LoadPacketIndirect(packetSize(), register(), imm());
      case 15 -> wide();
      case 16 ->
          switch (random.nextInt(3)) {
            case 0 -> new Instruction.Jump(offset());
            case 1 -> new Instruction.LongJump(imm());
            default -> new Instruction.MayGoto(offset());
          };
      case 17, 18, 19 ->
          new Instruction.ConditionalJump(
              pick(Width.values()), pick(JumpOp.values()), register(), operand(), offset());
      case 20 ->
          switch (random.nextInt(4)) {
            case 0 ->
                new Instruction.CallHelper(random.nextBoolean() ? random.nextInt(220) : imm());
            case 1 -> new Instruction.CallKfunc(imm(), random.nextBoolean() ? 0 : offset());
            case 2 -> new Instruction.CallLocal(imm());
            default -> new Instruction.CallRegister(register());
          };
      default -> new Instruction.Exit();
    };
  }

  private Instruction moveSignExtend() {
    Width width = pick(Width.values());
    int[] bits = width == Width.W64 ? new int[] {8, 16, 32} : new int[] {8, 16};
    return new Instruction.MoveSignExtend(
        width, register(), register(), bits[random.nextInt(bits.length)]);
  }

  private Instruction wide() {
    WideKind kind = pick(WideKind.values());
    boolean plain = kind == WideKind.MAP_FD || kind == WideKind.MAP_INDEX;
    return new Instruction.LoadImmediate64(register(), kind, imm(), plain ? 0 : imm());
  }

  private int register() {
    return random.nextInt(11);
  }

  private Operand operand() {
    return random.nextBoolean() ? Operand.reg(register()) : Operand.imm(imm());
  }

  private MemorySize atomicSize() {
    return random.nextBoolean() ? MemorySize.W : MemorySize.DW;
  }

  private MemorySize packetSize() {
    return new MemorySize[] {MemorySize.B, MemorySize.H, MemorySize.W}[random.nextInt(3)];
  }

  private int offset() {
    return switch (random.nextInt(4)) {
      case 0 -> (short) random.nextInt();
      case 1 -> new int[] {0, 1, -1, Short.MAX_VALUE, Short.MIN_VALUE}[random.nextInt(5)];
      default -> random.nextInt(-64, 64);
    };
  }

  private int imm() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt();
      case 1 -> new int[] {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}[random.nextInt(5)];
      default -> random.nextInt(-256, 256);
    };
  }

  private <E> E pick(E[] values) {
    return values[random.nextInt(values.length)];
  }
}
