package dev.skep.jit;

import static org.objectweb.asm.Opcodes.*;

import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.Instruction.Jump;
import dev.skep.isa.Instruction.LongJump;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import dev.skep.jit.IntLoops.IntLoop;
import java.util.HashMap;
import java.util.Map;
import org.objectweb.asm.Label;

/** Writes where control goes: jumps in the method and to other pieces, and how loops go round. */
final class BranchEmitter {

  private final Code code;
  private final Plan plan;
  private final Function function;
  private final JumpEmitter jumps;
  private final Fuel fuel;
  private final LoopEmitter loops;
  private final EntryEmitter ends;
  private final int first;
  private final int end;
  private final Map<Integer, Label> labels = new HashMap<>();

  /** A writer for the jumps of a piece. */
  BranchEmitter(
      Code code, Piece piece, JumpEmitter jumps, Fuel fuel, LoopEmitter loops, EntryEmitter ends) {
    this.code = code;
    this.plan = piece.plan();
    this.function = plan.function();
    this.jumps = jumps;
    this.fuel = fuel;
    this.loops = loops;
    this.ends = ends;
    this.first = piece.first();
    this.end = piece.end();
  }

  /** Says at which slots the method is entered; their labels. */
  Label[] entries(int... entries) {
    Label[] targets = new Label[entries.length];
    for (int i = 0; i < entries.length; i++) {
      targets[i] = label(entries[i]);
    }
    return targets;
  }

  /** Where a slot begins, if anything jumps there. */
  void place(int pc) {
    if (function.isTarget(pc) || labels.containsKey(pc)) {
      code.place(label(pc));
    }
  }

  /** The label of a slot in this method. */
  private Label label(int pc) {
    return labels.computeIfAbsent(pc, _ -> new Label());
  }

  private boolean isHere(int pc) {
    return pc >= function.pc(first) && pc <= function.pc(end - 1);
  }

  /** Goes to a slot, in this method or in another piece. */
  void goTo(int pc) {
    if (isHere(pc)) {
      code.goTo(label(pc));
    } else {
      ends.leaveFor(pc);
    }
  }

  /** Takes a jump: one that goes back pays for what it repeats. */
  void jump(int n, int pc, int target) {
    IntLoop left = loops.leaving(n, target);
    if (left != null) {
      loops.payLate(left, n);
    }
    if (target <= pc) {
      fuel.charge(pc, function.shortest(target, pc));
    }
    goTo(target);
  }

  /** Writes a conditional jump; true if that took the plain jump behind it along. */
  boolean conditional(int n, int pc, ConditionalJump jump) {
    Value dst = plan.values().at(n, jump.dst());
    Value src =
        switch (jump.src()) {
          case Operand.Reg(int index) -> plan.values().at(n, index);
          case Operand.Imm(int imm) -> Value.constant(imm);
        };
    int target = Flow.target(pc, jump);
    if (target > pc) {
      int back = backJump(n + 1);
      if (back == Flow.NONE || jump.op() == JumpOp.JSET) {
        way(n, jump, jump.op(), dst, src, target);
        return false;
      }
      // "if done goto out; goto head" is a loop that ends with its test, too.
      turn(n, jump, Refinement.inverse(jump.op()), dst, src, back);
      goTo(target);
      return true;
    }
    turn(n, jump, jump.op(), dst, src, target);
    return false;
  }

  /** Where an instruction jumps back to, if it does nothing else and is reached from above only. */
  private int backJump(int n) {
    if (n >= end) {
      return Flow.NONE;
    }
    int pc = function.pc(n);
    Instruction instruction = function.instruction(n);
    if (!(instruction instanceof Jump || instruction instanceof LongJump)
        || function.isTarget(pc)
        || labels.containsKey(pc)) {
      return Flow.NONE;
    }
    int target = Flow.target(pc, instruction);
    return target < pc ? target : Flow.NONE;
  }

  /** The test at a loop's end. */
  private void turn(int n, ConditionalJump jump, JumpOp op, Value dst, Value src, int target) {
    int pc = function.pc(n);
    IntLoop loop = loops.endingAt(n);
    // The test of the loop's counter comes last, so that HotSpot sees what it counts.
    long turns = turns(n);
    boolean late = loop != null && loop.paysLate();
    boolean eachTurn = turns == 0 && !late;
    long cost = function.shortest(target, pc);
    if (eachTurn) {
      fuel.charge(pc, cost);
    }
    if (loop != null) {
      loops.goBack(loop, op, dst);
    } else if (op != JumpOp.JNE || !comparable(jump, dst, src)) {
      way(n, jump, op, dst, src, target);
    } else {
      // Not equal is less or greater. HotSpot counts such loops; a way that is never taken is gone.
      if (dst.low() < src.high()) {
        way(n, jump, JumpOp.JSLT, dst, src, target);
      }
      if (dst.high() > src.low()) {
        way(n, jump, JumpOp.JSGT, dst, src, target);
      }
    }
    // The last turn is paid for by whatever comes to here again: a loop around this one.
    if (eachTurn) {
      fuel.refund(cost);
    } else if (turns > 1) {
      fuel.charge(pc, (turns - 1) * cost);
    } else if (turns == 0 && loop != null) {
      loops.payLate(loop, n);
    }
  }

  private long turns(int n) {
    for (InnerLoop loop : plan.values().loops()) {
      if (loop.test() == n) {
        return loop.turns(plan.values().entering(function.pc(loop.first()), loop.counter()));
      }
    }
    return 0;
  }

  /** Whether both are numbers whose order is that of the compared halves. */
  private static boolean comparable(ConditionalJump jump, Value dst, Value src) {
    return jump.width() == Width.W64
        ? dst.isNumber() && src.isNumber()
        : dst.isSmall() && src.isSmall();
  }

  private void way(int n, ConditionalJump jump, JumpOp op, Value dst, Value src, int target) {
    IntLoop left = loops.leaving(n, target);
    if (left == null && isHere(target)) {
      jumps.conditional(jump, op, dst, src, label(target));
      return;
    }
    Label taken = new Label();
    jumps.conditional(jump, op, dst, src, taken);
    code.later(
        () -> {
          code.place(taken);
          if (left != null) {
            loops.payLate(left, n);
          }
          goTo(target);
        });
  }

  /** Writes {@code may_goto}: the jump is taken when the run has no loops left. */
  void mayGoto(int n, int pc, int target) {
    Label on = new Label();
    code.load(ILOAD, Locals.MAY_GOTO);
    code.jump(IFNE, on);
    jump(n, pc, target);
    code.place(on);
    code.method().visitIincInsn(Locals.MAY_GOTO, -1);
  }
}
