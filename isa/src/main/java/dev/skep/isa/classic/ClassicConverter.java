package dev.skep.isa.classic;

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

/**
 * Converts a filter to BPF with the meaning that the kernel's own conversion gives it.
 *
 * <p>The accumulator lives in {@code r0}, the index register in {@code r7}, the context in {@code
 * r6}, where legacy packet access wants it. What a filter may ask about a packet is read from
 * {@code struct __sk_buff}, which not everything is in ({@link Unconvertible}).
 */
public final class ClassicConverter {

  private static final int A = 0;
  private static final int ARGUMENT = 1;
  private static final int SCRATCH = 2;
  private static final int CONTEXT = 6;
  private static final int X = 7;
  private static final int SAVED = 8;
  private static final int FRAME = 10;

  /** A filter that asks for what only the kernel's own structures hold. */
  public static final class Unconvertible extends Exception {
    private static final long serialVersionUID = 1;

    Unconvertible(String message) {
      super(message);
    }
  }

  private final List<ClassicInstruction> program;
  private final List<Instruction> out = new ArrayList<>();
  private int[] starts = new int[0];
  private boolean placed;

  private ClassicConverter(List<ClassicInstruction> program) {
    this.program = program;
  }

  /**
   * The program in BPF, for program types whose context is {@code struct __sk_buff}.
   *
   * @param program one that {@link ClassicCheck} has nothing against
   * @throws Unconvertible if it uses an extension that {@code struct __sk_buff} does not offer
   */
  public static Code convert(List<ClassicInstruction> program) throws Unconvertible {
    ClassicConverter converter = new ClassicConverter(program);
    converter.pass(); // The lengths do not depend on distances: now all starts are known.
    converter.placed = true;
    converter.pass();
    return Code.of(converter.out.stream().map(Encoder::first).toArray(RawInstruction[]::new));
  }

  private void pass() throws Unconvertible {
    int[] places = new int[program.size() + 1];
    out.clear();
    // The kernel clears both with an exclusive or, which its own verifier would not take from us.
    alu32(AluOp.MOV, A, Operand.imm(0));
    alu32(AluOp.MOV, X, Operand.imm(0));
    move(CONTEXT, ARGUMENT);
    for (int pc = 0; pc < program.size(); pc++) {
      places[pc] = out.size();
      instruction(program.get(pc), pc);
    }
    places[program.size()] = out.size();
    starts = places;
  }

  private void instruction(ClassicInstruction i, int pc) throws Unconvertible {
    switch (i.instructionClass()) {
      case Classic.LD -> load(i);
      case Classic.LDX -> loadX(i);
      case Classic.ST -> out.add(memory(i.k(), A));
      case Classic.STX -> out.add(memory(i.k(), X));
      case Classic.ALU -> arithmetic(i);
      case Classic.JMP -> jump(i, pc);
      case Classic.RET -> {
        if (i.code() == Classic.RET_K) {
          alu32(AluOp.MOV, A, Operand.imm(i.k()));
        }
        out.add(new Instruction.Exit());
      }
      default -> {
        if (i.code() == Classic.TAX) {
          move(X, A);
        } else {
          move(A, X);
        }
      }
    }
  }

  private void load(ClassicInstruction i) throws Unconvertible {
    MemorySize size = MemorySize.of(i.code());
    switch (i.code() & 0xe0) {
      case Classic.IMM -> alu32(AluOp.MOV, A, Operand.imm(i.k()));
      case Classic.MEM -> out.add(word(A, i.k()));
      case Classic.LEN -> context(A, 0);
      case Classic.IND -> out.add(new Instruction.LoadPacketIndirect(size, X, i.k()));
      default -> {
        Classic.Ancillary extension = Classic.ancillary(i);
        if (extension == null) {
          out.add(new Instruction.LoadPacketAbsolute(size, i.k()));
        } else {
          extension(extension);
        }
      }
    }
  }

  private void loadX(ClassicInstruction i) {
    switch (i.code() & 0xe0) {
      case Classic.IMM -> alu32(AluOp.MOV, X, Operand.imm(i.k()));
      case Classic.MEM -> out.add(word(X, i.k()));
      case Classic.LEN -> context(X, 0);
      default -> {
        move(SAVED, A);
        out.add(new Instruction.LoadPacketAbsolute(MemorySize.B, i.k()));
        alu32(AluOp.AND, A, Operand.imm(0xf));
        alu32(AluOp.LSH, A, Operand.imm(2));
        move(X, A);
        move(A, SAVED);
      }
    }
  }

  private void extension(Classic.Ancillary extension) throws Unconvertible {
    switch (extension) {
      case PROTOCOL -> {
        context(A, 16);
        out.add(new Instruction.ByteSwap(Instruction.ByteSwapKind.TO_BE, A, 16));
      }
      case PKTTYPE -> context(A, 4);
      case IFINDEX -> context(A, 40);
      case MARK -> context(A, 8);
      case QUEUE -> context(A, 12);
      case RXHASH -> context(A, 68);
      case VLAN_TAG -> context(A, 24);
      case VLAN_TAG_PRESENT -> context(A, 20);
      case VLAN_TPID -> {
        context(A, 28);
        out.add(new Instruction.ByteSwap(Instruction.ByteSwapKind.TO_BE, A, 16));
      }
      case CPU -> out.add(new Instruction.CallHelper(8));
      case RANDOM -> out.add(new Instruction.CallHelper(7));
      case ALU_XOR_X -> alu32(AluOp.XOR, A, Operand.reg(X));
      case NLATTR, NLATTR_NEST, HATYPE, PAY_OFFSET ->
          throw new Unconvertible(
              "extension " + extension.assemblyName + " reads what struct __sk_buff does not have");
    }
  }

  private void arithmetic(ClassicInstruction i) {
    if (i.code() == Classic.NEG) {
      out.add(new Instruction.Negate(Width.W32, A));
      return;
    }
    AluOp op =
        switch (i.operation()) {
          case 0x00 -> AluOp.ADD;
          case 0x10 -> AluOp.SUB;
          case 0x20 -> AluOp.MUL;
          case 0x30 -> AluOp.DIV;
          case 0x40 -> AluOp.OR;
          case 0x50 -> AluOp.AND;
          case 0x60 -> AluOp.LSH;
          case 0x70 -> AluOp.RSH;
          case 0x90 -> AluOp.MOD;
          default -> AluOp.XOR;
        };
    if (i.usesX() && (op == AluOp.DIV || op == AluOp.MOD)) {
      // A filter that divides by zero returns 0.
      out.add(new Instruction.ConditionalJump(Width.W64, JumpOp.JNE, X, Operand.imm(0), 2));
      alu32(AluOp.XOR, A, Operand.reg(A));
      out.add(new Instruction.Exit());
    }
    alu32(op, A, i.usesX() ? Operand.reg(X) : Operand.imm(i.k()));
  }

  private void jump(ClassicInstruction i, int pc) {
    if (i.operation() == 0) {
      out.add(new Instruction.Jump(distance(pc, i.k())));
      return;
    }
    Operand operand = i.usesX() ? Operand.reg(X) : Operand.imm(i.k());
    if (!i.usesX() && i.k() < 0) {
      // 64-bit comparisons extend the sign of an immediate, and A has none.
      alu32(AluOp.MOV, SCRATCH, operand);
      operand = Operand.reg(SCRATCH);
    }
    JumpOp op =
        switch (i.operation()) {
          case 0x10 -> JumpOp.JEQ;
          case 0x20 -> JumpOp.JGT;
          case 0x30 -> JumpOp.JGE;
          default -> JumpOp.JSET;
        };
    if (i.jf() != 0 && i.jt() == 0 && op != JumpOp.JSET) {
      JumpOp opposite = op == JumpOp.JEQ ? JumpOp.JNE : op == JumpOp.JGT ? JumpOp.JLE : JumpOp.JLT;
      branch(opposite, operand, distance(pc, i.jf()));
      return;
    }
    branch(op, operand, distance(pc, i.jt()));
    if (i.jf() != 0) {
      out.add(new Instruction.Jump(distance(pc, i.jf())));
    }
  }

  private void branch(JumpOp op, Operand operand, int distance) {
    out.add(new Instruction.ConditionalJump(Width.W64, op, A, operand, distance));
  }

  /** From the instruction that is written next to the one {@code skipped} filter slots on. */
  private int distance(int pc, int skipped) {
    return placed ? starts[pc + 1 + skipped] - (out.size() + 1) : 0;
  }

  private void alu32(AluOp op, int dst, Operand src) {
    out.add(new Instruction.Alu(Width.W32, op, dst, src));
  }

  private void move(int dst, int src) {
    out.add(new Instruction.Alu(Width.W64, AluOp.MOV, dst, Operand.reg(src)));
  }

  private void context(int dst, int offset) {
    out.add(new Instruction.Load(MemorySize.W, false, dst, CONTEXT, offset));
  }

  private static Instruction word(int dst, int index) {
    return new Instruction.Load(MemorySize.W, false, dst, FRAME, stack(index));
  }

  private static Instruction memory(int index, int src) {
    return new Instruction.Store(MemorySize.W, FRAME, stack(index), Operand.reg(src));
  }

  private static int stack(int index) {
    return -(Classic.WORDS - index) * 4;
  }
}
