package dev.skep.jit;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.Alu;
import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.Instruction.Jump;
import dev.skep.isa.Instruction.LongJump;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop that has neither loops nor calls inside, is entered at its head only, and compares a
 * counter with a constant at its end; the counter is changed in one place, by a constant.
 *
 * @param first the number of its first instruction
 * @param test the number of the comparison at its end
 * @param written the registers that the loop writes, a bit each
 */
record InnerLoop(int first, int test, Counting counting, int written, Ways ways) {

  /**
   * How a loop counts.
   *
   * @param op what is true of the comparison's operands when there is another turn
   * @param counter the register that counts
   * @param change the number of the instruction that adds to it
   * @param step what that instruction adds
   * @param limit what the counter is compared with
   */
  record Counting(JumpOp op, int counter, int change, int step, int limit) {}

  /**
   * How control comes into a loop, through it and out of it.
   *
   * @param once whether the counter is changed exactly once in each turn that comes to its end
   * @param enteredFromBelow whether jumps from behind the loop go to its head, too
   * @param leftEarly whether there is another way out
   */
  record Ways(boolean once, boolean enteredFromBelow, boolean leftEarly) {}

  int counter() {
    return counting.counter();
  }

  int change() {
    return counting.change();
  }

  int step() {
    return counting.step();
  }

  int limit() {
    return counting.limit();
  }

  boolean once() {
    return ways.once();
  }

  /** Loops with more turns pay turn by turn. */
  private static final long MAX_TURNS = 1 << 16;

  /** Longer loops are not looked at. */
  private static final int MAX_INSTRUCTIONS = 2000;

  /** All such loops of a function, none inside another. */
  static List<InnerLoop> of(Function function) {
    List<InnerLoop> loops = new ArrayList<>();
    if (!function.loops()) {
      return loops;
    }
    for (int n = 0; n < function.size(); n++) {
      InnerLoop loop = endingAt(function, n);
      if (loop != null) {
        loops.add(loop);
      }
    }
    return loops;
  }

  private static @Nullable InnerLoop endingAt(Function function, int n) {
    if (!(function.instruction(n) instanceof ConditionalJump jump)
        || jump.op() == JumpOp.JSET
        || !(jump.src() instanceof Operand.Imm(int limit))) {
      return null;
    }
    int target = Flow.target(function.pc(n), jump);
    JumpOp op = jump.op();
    int last = n;
    if (target > function.pc(n)) {
      // "if done goto out; goto head" is a loop that ends with its test, too.
      target = backJump(function, n + 1);
      op = Refinement.inverse(op);
      last = n + 1;
    }
    int first = target == Flow.NONE ? -1 : function.number(target);
    if (first < 0 || n - first > MAX_INSTRUCTIONS || target == function.entry()) {
      return null;
    }
    Body body = new Body(function, first, n, last);
    return body.look(jump)
        ? new InnerLoop(
            first,
            n,
            new Counting(op, jump.dst(), body.change, body.step, limit),
            body.written,
            new Ways(body.once, body.enteredFromBelow, body.leftEarly))
        : null;
  }

  /** Where a plain jump goes back to that is reached from above only. */
  private static int backJump(Function function, int n) {
    if (n >= function.size()) {
      return Flow.NONE;
    }
    Instruction instruction = function.instruction(n);
    int pc = function.pc(n);
    if (!(instruction instanceof Jump || instruction instanceof LongJump)
        || function.isTarget(pc)) {
      return Flow.NONE;
    }
    int target = Flow.target(pc, instruction);
    return target < pc ? target : Flow.NONE;
  }

  /** What is inside. */
  private static final class Body {
    private final Function function;
    private final int first;
    private final int test;
    private final int last;
    private int written;
    private int change = -1;
    private int step;
    private boolean once;
    private boolean enteredFromBelow;
    private boolean leftEarly;

    Body(Function function, int first, int test, int last) {
      this.function = function;
      this.first = first;
      this.test = test;
      this.last = last;
    }

    boolean look(ConditionalJump jump) {
      int furthest = -1;
      for (int i = first; i < test; i++) {
        Instruction instruction = function.instruction(i);
        int register = destination(instruction);
        if (instruction == null || register == NOT_ALLOWED) {
          return false;
        }
        int to = Flow.target(function.pc(i), instruction);
        if (to != Flow.NONE && to <= function.pc(i)) {
          return false;
        }
        if (to > function.pc(last)) {
          leftEarly = true;
        } else {
          furthest = Math.max(furthest, to);
        }
        if (register >= 0) {
          written |= 1 << register;
        }
        if (register == jump.dst()) {
          if (change >= 0 || !adds(instruction, jump)) {
            return false;
          }
          change = i;
          once = furthest <= function.pc(i);
        }
      }
      return change >= 0 && entries();
    }

    private boolean adds(Instruction instruction, ConditionalJump jump) {
      if (instruction instanceof Alu alu
          && (alu.op() == AluOp.ADD || alu.op() == AluOp.SUB)
          && (alu.width() == Width.W64 || jump.width() == Width.W32)
          && alu.src() instanceof Operand.Imm(int imm)
          && imm != 0
          && Math.abs((long) imm) <= MAX_TURNS) {
        step = alu.op() == AluOp.ADD ? imm : -imm;
        return true;
      }
      return false;
    }

    /** Looks at where jumps from outside go: false if one goes past the head. */
    private boolean entries() {
      int head = function.pc(first);
      for (int source : function.jumpsInto(head, function.pc(last))) {
        boolean outside = source < head || source > function.pc(last);
        int to = function.target(source);
        if (outside && to > head) {
          return false;
        }
        enteredFromBelow |= outside && source > head;
      }
      return true;
    }

    private static final int NOTHING = -1;
    private static final int NOT_ALLOWED = -2;

    private static int destination(@Nullable Instruction instruction) {
      return switch (instruction) {
        case Alu alu -> alu.dst();
        case Instruction.MoveSignExtend move -> move.dst();
        case Instruction.Negate negate -> negate.dst();
        case Instruction.ByteSwap swap -> swap.dst();
        case Instruction.Load load -> load.dst();
        case Instruction.LoadImmediate64 load -> load.dst();
        case Instruction.Store _, ConditionalJump _, Jump _, LongJump _ -> NOTHING;
        case null -> NOT_ALLOWED;
        default -> NOT_ALLOWED;
      };
    }
  }

  /** Whether the number of turns depends on nothing but the counter's start. */
  private boolean isCounted() {
    return ways.once() && !ways.enteredFromBelow();
  }

  /** How often the loop runs, or 0 if that is not known. */
  long turns(Value start) {
    if (ways.leftEarly() || !isCounted() || !start.isConstant()) {
      return 0;
    }
    return turns(start.low());
  }

  /** For non-negative numbers below 2<sup>31</sup>, where all orders and widths agree. */
  private long turns(long start) {
    int step = counting.step();
    int limit = counting.limit();
    long distance = step > 0 ? limit - start : start - limit;
    long size = Math.abs((long) step);
    if (start < 0 || limit < 0 || distance <= 0 || Math.max(start, limit) + size > MAX_NUMBER) {
      return 0;
    }
    long turns =
        switch (counting.op()) {
          case JNE -> distance % size == 0 ? distance / size : 0;
          case JLT, JSLT -> step > 0 ? (distance + size - 1) / size : 0;
          case JLE, JSLE -> step > 0 ? distance / size + 1 : 0;
          case JSGT -> step < 0 ? (distance + size - 1) / size : 0;
          case JEQ, JGT, JGE, JSGE, JSET -> 0;
        };
    return turns > MAX_TURNS ? 0 : turns;
  }

  private static final long MAX_NUMBER = Integer.MAX_VALUE;

  /**
   * The counter at the loop's head, where it starts at a known number and the loop ends when it is
   * equal to the limit: the one thing that ranges alone do not tell. Otherwise the value as it is.
   */
  Value atHead(Value start, Value value) {
    if (counting.op() != JumpOp.JNE
        || !isCounted()
        || !start.isConstant()
        || turns(start.low()) == 0) {
      return value;
    }
    long end = (long) limit() - step();
    return Value.number(Math.min(start.low(), end), Math.max(start.low(), end));
  }
}
