package dev.skep.agreement.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.isa.AluOp;
import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.isa.Width;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShrinkTest {

  private static final Instruction NEEDED =
      new Instruction.Alu(Width.W64, AluOp.ADD, 3, Operand.imm(7));
  private static final Instruction OTHER =
      new Instruction.Alu(Width.W64, AluOp.MOV, 2, Operand.imm(1));
  private static final Instruction WIDE =
      new Instruction.LoadImmediate64(1, WideKind.CONSTANT, 5, 6);

  @Test
  void onlyWhatIsNeededStays() {
    Code code = code(OTHER, WIDE, NEEDED, OTHER, WIDE);
    RawInstruction needed = Encoder.encode(NEEDED).getFirst();
    Code small = Shrink.of(code, c -> c.at(3).equals(needed));
    assertEquals(code.size(), small.size());
    for (int pc = 0; pc < small.size(); pc++) {
      assertEquals(pc != 3, Shrink.isNothing(small.at(pc)), "slot " + pc);
    }
  }

  @Test
  void aWideInstructionGoesOrStaysAsAWhole() {
    Code code = code(WIDE, OTHER);
    Code small = Shrink.of(code, c -> c.at(0).isWide());
    assertEquals(code.bitsAt(0), small.bitsAt(0));
    assertEquals(code.bitsAt(1), small.bitsAt(1));
    assertTrue(Shrink.isNothing(small.at(2)));
    assertFalse(Shrink.isNothing(small.at(0)));
  }

  private static Code code(Instruction... instructions) {
    List<RawInstruction> slots = new ArrayList<>();
    for (Instruction instruction : instructions) {
      slots.addAll(Encoder.encode(instruction));
    }
    return Code.of(slots.toArray(RawInstruction[]::new));
  }
}
