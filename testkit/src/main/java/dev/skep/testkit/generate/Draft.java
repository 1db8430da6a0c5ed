package dev.skep.testkit.generate;

import dev.skep.isa.AluOp;
import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.JumpOp;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.isa.Width;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program under construction: instructions, and jumps and calls to labels that come later. */
final class Draft {

  private final List<Instruction> code = new ArrayList<>();

  /** Label that the instruction at an index leads to. */
  private final Map<Integer, Integer> targets = new HashMap<>();

  /** Index of the instruction that a label stands before. */
  private final Map<Integer, Integer> places = new HashMap<>();

  private int labels;

  int label() {
    return labels++;
  }

  void place(int label) {
    places.put(label, code.size());
  }

  int size() {
    return code.size();
  }

  void add(Instruction instruction) {
    code.add(instruction);
  }

  void mov(int dst, int imm) {
    add(new Instruction.Alu(Width.W64, AluOp.MOV, dst, Operand.imm(imm)));
  }

  void copy(int dst, int src) {
    add(new Instruction.Alu(Width.W64, AluOp.MOV, dst, Operand.reg(src)));
  }

  void alu(Width width, AluOp op, int dst, Operand src) {
    add(new Instruction.Alu(width, op, dst, src));
  }

  void add(int dst, int imm) {
    alu(Width.W64, AluOp.ADD, dst, Operand.imm(imm));
  }

  void load(MemorySize size, int dst, int src, int off) {
    add(new Instruction.Load(size, false, dst, src, off));
  }

  void store(MemorySize size, int dst, int off, Operand src) {
    add(new Instruction.Store(size, dst, off, src));
  }

  void map(int dst, int index) {
    add(new Instruction.LoadImmediate64(dst, WideKind.MAP_FD, index, 0));
  }

  void helper(int id) {
    add(new Instruction.CallHelper(id));
  }

  void exit() {
    add(new Instruction.Exit());
  }

  void jump(Width width, JumpOp op, int dst, Operand src, int label) {
    targets.put(code.size(), label);
    add(new Instruction.ConditionalJump(width, op, dst, src, 0));
  }

  void jump(int label) {
    targets.put(code.size(), label);
    add(new Instruction.Jump(0));
  }

  void call(int label) {
    targets.put(code.size(), label);
    add(new Instruction.CallLocal(0));
  }

  /** The encoded program, with all labels in place. */
  Code finish() {
    int[] slot = new int[code.size() + 1];
    for (int i = 0; i < code.size(); i++) {
      slot[i + 1] = slot[i] + code.get(i).slots();
    }
    List<RawInstruction> slots = new ArrayList<>();
    for (int i = 0; i < code.size(); i++) {
      Instruction instruction = code.get(i);
      Integer label = targets.get(i);
      if (label != null) {
        Integer place = places.get(label);
        if (place == null) {
          throw new IllegalStateException("label " + label + " was never placed");
        }
        instruction = towards(instruction, slot[place] - slot[i + 1]);
      }
      slots.addAll(Encoder.encode(instruction));
    }
    return Code.of(slots.toArray(RawInstruction[]::new));
  }

  private static Instruction towards(Instruction instruction, int offset) {
    return switch (instruction) {
      case Instruction.Jump jump -> new Instruction.Jump(offset);
      case Instruction.CallLocal call -> new Instruction.CallLocal(offset);
      case Instruction.ConditionalJump jump ->
          new Instruction.ConditionalJump(jump.width(), jump.op(), jump.dst(), jump.src(), offset);
      default -> throw new IllegalStateException("no jump: " + instruction);
    };
  }
}
