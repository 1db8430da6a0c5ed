package dev.skep.testkit;

import dev.skep.isa.AluOp;
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
 * Makes programs that the verifier often accepts: numbers in registers, spills and fills, forward
 * branches, packet reads behind a bounds check that is sometimes wrong. The same seed gives the
 * same program.
 */
public final class ProgramGenerator {

  private static final int[] NUMBERS = {0, 1, -1, 7, 8, 255, 256, 65535, 0x7fffffff, 0x80000000};

  private final Random random;

  public ProgramGenerator(long seed) {
    this.random = new Random(seed);
  }

  /** An XDP program of about {@code size} instructions. */
  public Code next(int size) {
    List<Instruction> code = new ArrayList<>();
    code.add(new Instruction.Load(MemorySize.W, false, 6, 1, 0));
    code.add(new Instruction.Load(MemorySize.W, false, 7, 1, 4));
    for (int register = 0; register < 6; register++) {
      code.add(new Instruction.Alu(Width.W64, AluOp.MOV, register, Operand.imm(number())));
    }
    for (int slot = 1; slot <= 4; slot++) {
      code.add(new Instruction.Store(MemorySize.DW, 10, -8 * slot, Operand.imm(number())));
    }
    int body = code.size();
    for (int i = 0; i < size; i++) {
      code.addAll(step(size - i));
    }
    code.add(new Instruction.Alu(Width.W64, AluOp.AND, 0, Operand.imm(3)));
    code.add(new Instruction.Exit());
    return encode(clip(code, body));
  }

  /** Keeps forward jumps inside the program. */
  private static List<Instruction> clip(List<Instruction> code, int body) {
    List<Instruction> clipped = new ArrayList<>(code);
    int last = code.size() - 2;
    for (int i = body; i < last; i++) {
      if (code.get(i) instanceof Instruction.ConditionalJump jump && i + 1 + jump.offset() > last) {
        clipped.set(
            i,
            new Instruction.ConditionalJump(
                jump.width(), jump.op(), jump.dst(), jump.src(), last - i - 1));
      }
    }
    return clipped;
  }

  private List<Instruction> step(int rest) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> List.of(arithmetic());
      case 3 -> List.of(branch(rest));
      case 4 ->
          List.of(
              new Instruction.Store(
                  MemorySize.DW, 10, -8 * (1 + random.nextInt(4)), Operand.reg(register())));
      case 5 ->
          List.of(
              new Instruction.Load(
                  MemorySize.DW, false, register(), 10, -8 * (1 + random.nextInt(4))));
      case 6 -> packetRead();
      default ->
          List.of(new Instruction.Alu(width(), AluOp.MOV, register(), Operand.reg(register())));
    };
  }

  private List<Instruction> packetRead() {
    int needed = 1 + random.nextInt(16);
    int at = Math.max(0, needed - (random.nextInt(8) == 0 ? 0 : 1));
    return List.of(
        new Instruction.Alu(Width.W64, AluOp.MOV, 8, Operand.reg(6)),
        new Instruction.Alu(Width.W64, AluOp.ADD, 8, Operand.imm(needed)),
        new Instruction.ConditionalJump(Width.W64, JumpOp.JGT, 8, Operand.reg(7), 1),
        new Instruction.Load(MemorySize.B, false, register(), 6, at));
  }

  private Instruction arithmetic() {
    AluOp op = AluOp.values()[random.nextInt(AluOp.values().length)];
    Width width = width();
    boolean shifts = op == AluOp.LSH || op == AluOp.RSH || op == AluOp.ARSH;
    boolean divides = op == AluOp.DIV || op == AluOp.SDIV || op == AluOp.MOD || op == AluOp.SMOD;
    Operand source =
        random.nextBoolean()
            ? Operand.reg(register())
            : Operand.imm(
                shifts ? random.nextInt(width.bits()) : divides ? 1 + random.nextInt(9) : number());
    return new Instruction.Alu(width, op, register(), source);
  }

  private Instruction branch(int rest) {
    JumpOp op = JumpOp.values()[random.nextInt(JumpOp.values().length)];
    Operand source = random.nextBoolean() ? Operand.reg(register()) : Operand.imm(number());
    return new Instruction.ConditionalJump(
        width(), op, register(), source, random.nextInt(Math.min(rest, 4) + 1));
  }

  private Width width() {
    return random.nextBoolean() ? Width.W64 : Width.W32;
  }

  private int register() {
    return random.nextInt(6);
  }

  private int number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private static Code encode(List<Instruction> instructions) {
    List<RawInstruction> slots = new ArrayList<>();
    for (Instruction instruction : instructions) {
      slots.addAll(Encoder.encode(instruction));
    }
    return Code.of(slots.toArray(RawInstruction[]::new));
  }
}
