package dev.skep.verifier;

import static dev.skep.verifier.Small.EXIT;
import static dev.skep.verifier.Small.RANDOM;
import static dev.skep.verifier.Small.alu;
import static dev.skep.verifier.Small.copy;
import static dev.skep.verifier.Small.fill;
import static dev.skep.verifier.Small.jump;
import static dev.skep.verifier.Small.mov;
import static dev.skep.verifier.Small.spill;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Programs of some twenty to sixty instructions: numbers in r6 to r9, spilled and filled, forward
 * branches, a bounded loop, calls of a static function and of {@code bpf_loop} with a callback.
 * Most are accepted; some go wrong on purpose, at the end.
 */
final class SmallGenerator {

  private static final AluOp[] OPERATORS = {
    AluOp.ADD, AluOp.SUB, AluOp.AND, AluOp.OR, AluOp.XOR, AluOp.LSH, AluOp.RSH, AluOp.MUL
  };
  private static final JumpOp[] COMPARISONS = {
    JumpOp.JEQ, JumpOp.JNE, JumpOp.JGT, JumpOp.JLE, JumpOp.JSLT, JumpOp.JSGE, JumpOp.JSET
  };

  private final Random random;

  /** Calls whose distance is known when the functions behind the program are placed. */
  private final List<Integer> calls = new ArrayList<>();

  private final List<Integer> handed = new ArrayList<>();
  private final List<Instruction> code = new ArrayList<>();
  private int slots;

  private SmallGenerator(long seed) {
    this.random = new Random(seed);
  }

  static List<Instruction> generate(long seed) {
    return new SmallGenerator(seed).all();
  }

  private void add(Instruction instruction) {
    code.add(instruction);
    slots += instruction.slots();
  }

  private List<Instruction> all() {
    for (int reg = 6; reg <= 9; reg++) {
      if (random.nextInt(3) == 0) {
        add(mov(reg, random.nextInt(20) - 4));
      } else {
        add(RANDOM);
        add(copy(reg, 0));
      }
    }
    add(spill(-8, 6));
    add(spill(-16, 7));
    for (int i = 4 + random.nextInt(8); i > 0; i--) {
      piece();
    }
    if (random.nextInt(5) == 0) {
      add(copy(0, 3)); // never written, or gone with a call
    }
    add(mov(0, 0));
    add(EXIT);
    functions();
    return code;
  }

  private void piece() {
    switch (random.nextInt(8)) {
      case 0 -> {
        int body = 1 + random.nextInt(3);
        add(jump(comparison(), number(), random.nextInt(16) - 2, body));
        for (int i = 0; i < body; i++) {
          add(alu(operator(), number(), random.nextInt(8)));
        }
      }
      case 1 -> {
        add(jump(comparison(), number(), random.nextInt(16) - 2, 1));
        add(mov(number(), random.nextInt(4)));
      }
      case 2 -> {
        int counter = number();
        add(mov(counter, 0));
        add(alu(AluOp.ADD, counter, 1));
        add(jump(JumpOp.JLT, counter, 2 + random.nextInt(6), -2));
      }
      case 3 -> add(spill(-8 * (1 + random.nextInt(3)), number()));
      case 4 -> add(fill(number(), -8 * (1 + random.nextInt(2))));
      case 5 -> add(alu(operator(), number(), Operand.reg(number())));
      case 6 -> {
        add(copy(1, number()));
        calls.add(code.size());
        add(new Instruction.CallLocal(slots)); // where it stands, for now
        add(copy(number(), 0));
      }
      default -> {
        add(mov(1, 1 + random.nextInt(4)));
        handed.add(code.size());
        add(Small.function(2, slots));
        add(copy(3, 10));
        add(mov(4, 0));
        add(Small.LOOP_HELPER);
      }
    }
  }

  private void functions() {
    if (!calls.isEmpty()) {
      int start = slots;
      add(copy(0, 1));
      add(jump(comparison(), 0, 5, 1));
      add(alu(AluOp.ADD, 0, 3));
      add(EXIT);
      calls.forEach(i -> code.set(i, new Instruction.CallLocal(distance(i, start))));
    }
    if (!handed.isEmpty()) {
      int start = slots;
      add(mov(0, 0));
      add(jump(comparison(), 1, 2, 1));
      add(mov(0, 1));
      add(EXIT);
      handed.forEach(i -> code.set(i, Small.function(2, distance(i, start))));
    }
  }

  private int distance(int index, int start) {
    int at = code.subList(0, index).stream().mapToInt(Instruction::slots).sum();
    return start - at - 1;
  }

  private int number() {
    return 6 + random.nextInt(4);
  }

  private AluOp operator() {
    return OPERATORS[random.nextInt(OPERATORS.length)];
  }

  private JumpOp comparison() {
    return COMPARISONS[random.nextInt(COMPARISONS.length)];
  }
}
