package dev.skep.testkit;

import dev.skep.catalog.HelperId;
import dev.skep.isa.AluOp;
import dev.skep.isa.AtomicOp;
import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.JumpOp;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.Width;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes programs that no verifier would accept but every engine must survive: any register, jumps
 * and calls to anywhere, loops without end, accesses through what happens to be in a register. The
 * same seed gives the same program.
 */
public final class WildProgramGenerator {

  private static final int[] NUMBERS = {
    0, 1, -1, 7, 8, 31, 32, 61, 255, 256, 65535, 0x7fffffff, 0x80000000, -8, -16, -512
  };

  private final Random random;

  public WildProgramGenerator(long seed) {
    this.random = new Random(seed);
  }

  /** An XDP program of up to {@code most} instructions. */
  public Code next(int most) {
    int size = 1 + random.nextInt(most);
    List<RawInstruction> slots = new ArrayList<>();
    for (int i = 0; i < size - 1; i++) {
      slots.addAll(Encoder.encode(instruction(i, size)));
    }
    slots.addAll(Encoder.encode(new Instruction.Exit()));
    return Code.of(slots.toArray(RawInstruction[]::new));
  }

  private Instruction instruction(int at, int size) {
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> new Instruction.Alu(width(), any(AluOp.values()), register(), operand());
      case 4 -> new Instruction.Alu(Width.W64, AluOp.MOV, register(), Operand.reg(10));
      case 5 ->
          new Instruction.Alu(
              Width.W64, AluOp.ADD, register(), Operand.imm(-8 * (1 + random.nextInt(8))));
      case 6, 7 -> new Instruction.Store(any(MemorySize.values()), base(), offset(), operand());
      case 8, 9 ->
          new Instruction.Load(
              any(MemorySize.values()), random.nextInt(4) == 0, register(), base(), offset());
      case 10, 11 ->
          new Instruction.ConditionalJump(
              width(), any(JumpOp.values()), register(), operand(), distance(at, size));
      case 12 -> new Instruction.Load(MemorySize.W, false, register(), 1, 4 * random.nextInt(3));
      case 13 ->
          random.nextBoolean()
              ? new Instruction.CallLocal(random.nextInt(size) - at - 1)
              : new Instruction.CallHelper(
                  random.nextInt(3) == 0 ? HelperId.KTIME_GET_NS : HelperId.GET_SMP_PROCESSOR_ID);
      case 14 ->
          new Instruction.ByteSwap(
              any(Instruction.ByteSwapKind.values()), register(), 16 << random.nextInt(3));
      default -> rare(at, size);
    };
  }

  private Instruction rare(int at, int size) {
    return switch (random.nextInt(7)) {
      case 0 -> new Instruction.Exit();
      case 1 ->
          new Instruction.MoveSignExtend(width(), register(), register(), 8 << random.nextInt(2));
      case 2 -> new Instruction.Negate(width(), register());
      case 3 -> new Instruction.Jump(random.nextInt(size) - at - 1);
      case 4 -> new Instruction.MayGoto(random.nextInt(Math.min(4, size - at)));
      case 5 -> new Instruction.LoadPacketAbsolute(MemorySize.H, random.nextInt(64) - 8);
      default ->
          new Instruction.Atomic(
              any(AtomicOp.values()),
              random.nextBoolean() ? MemorySize.DW : MemorySize.W,
              base(),
              -8 * (1 + random.nextInt(3)),
              register());
    };
  }

  private int distance(int at, int size) {
    return random.nextInt(4) == 0
        ? random.nextInt(size) - at - 1
        : random.nextInt(Math.min(4, size - at) + 1);
  }

  private int base() {
    return random.nextInt(3) == 0 ? register() : 10;
  }

  private int offset() {
    return -8 * (1 + random.nextInt(5)) + random.nextInt(3);
  }

  private Operand operand() {
    return random.nextBoolean()
        ? Operand.reg(random.nextInt(11))
        : Operand.imm(NUMBERS[random.nextInt(NUMBERS.length)]);
  }

  private Width width() {
    return random.nextBoolean() ? Width.W64 : Width.W32;
  }

  private int register() {
    return random.nextInt(10);
  }

  private <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }
}
