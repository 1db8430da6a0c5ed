package dev.skep.verifier.transfer;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Operand;
import dev.skep.verifier.check.MemoryBounds;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.InstructionFacts;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.path.Rejection;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.VerifierState;
import org.jspecify.annotations.Nullable;

/**
 * What a processor may do before it knows better (Spectre v1), which a program of an unprivileged
 * loader must be safe under too: it goes the wrong way at a jump whose outcome is known, and it
 * adds to a pointer what Linux masks out of a number that is too large.
 */
final class Speculation {

  /** {@code BPF_ALU_SANITIZE_SRC}, {@code _DST}: which register is masked. */
  private static final int SANITIZE_SRC = 1;

  private static final int SANITIZE_DST = 1 << 1;

  /** {@code BPF_ALU_NEG_VALUE}: the number is negative. */
  private static final int NEGATIVE = 1 << 2;

  /** {@code BPF_ALU_NON_POINTER}: nothing is masked. */
  private static final int NON_POINTER = 1 << 3;

  /** {@code BPF_ALU_IMMEDIATE}: the number is known. */
  private static final int IMMEDIATE = 1 << 4;

  private static final int STACK_SIZE = 512;

  private static final String PROHIBITED = ", pointer arithmetic with it prohibited for !root";

  private final Path path;
  private final Environment env;

  Speculation(Path path) {
    this.path = path;
    this.env = path.env();
  }

  /** How Linux will mask the number: what, and by how much at most. */
  record Window(int state, int limit) {}

  /** A sum at hand, before and after. */
  record Sum(Instruction.Alu alu, boolean pointerIsDst, boolean toLeft, @Nullable Window window) {

    private int numberRegister() {
      return pointerIsDst ? ((Operand.Reg) alu.src()).index() : alu.dst();
    }

    private int pointerRegister() {
      return pointerIsDst ? alu.dst() : ((Operand.Reg) alu.src()).index();
    }
  }

  /** Makes the edge wait that the program never takes, but a processor may. */
  void otherEdge(Instruction.ConditionalJump jump, int src, int pc) {
    if (env.profile.privileged()) {
      return;
    }
    VerifierState branch = path.fork(pc, env.pc);
    branch.speculative = true;
    branch.set(jump.dst(), Reg.UNKNOWN);
    if (src >= 0) {
      branch.set(src, Reg.UNKNOWN);
    }
  }

  /** A sum of two numbers: the instruction must not be one of pointers on another path. */
  void numbers(Instruction.Alu alu) {
    if (!isSanitized(alu)) {
      return;
    }
    if (!update(new Window(NON_POINTER, 0))) {
      throw paths(alu);
    }
  }

  /**
   * A pointer and a number, before they are added.
   *
   * @return to be given to {@link #after}; null if nothing is masked
   */
  @Nullable Sum before(Instruction.Alu alu, Reg pointer, ScalarRange number, boolean pointerIsDst) {
    if (!isSanitized(alu)) {
      return null;
    }
    boolean known = number.isConst();
    boolean negative = number.smin() < 0;
    if (env.state.speculative) {
      simulate(alu, pointer, known);
      return null;
    }
    boolean toLeft = alu.op() == AluOp.ADD ? negative : !negative;
    Sum sum = new Sum(alu, pointerIsDst, toLeft, null);
    if (!known && negative != number.smax() < 0) {
      throw env.deny(
          "R" + sum.numberRegister() + " has unknown scalar with mixed signed bounds" + PROHIBITED);
    }
    int state =
        (negative ? NEGATIVE : 0)
            | (known ? IMMEDIATE : 0)
            | (pointerIsDst ? SANITIZE_SRC : SANITIZE_DST);
    if (!known) {
      env.exploresAluLimits = true;
    }
    Window window = new Window(state, limit(sum, pointer));
    simulate(alu, pointer, known);
    return new Sum(alu, pointerIsDst, toLeft, window);
  }

  /** The result must stay where it can be masked, and be masked alike on all paths. */
  void after(Instruction.Alu alu, @Nullable Sum sum, Reg result) {
    if (env.profile.privileged()) {
      return;
    }
    checkBounds(alu.dst(), result);
    if (sum == null || sum.window == null) {
      return;
    }
    Window before = sum.window;
    Window window = new Window(before.state, Math.abs(before.limit - limit(sum, result)));
    if (!update(window)) {
      throw paths(alu);
    }
  }

  private boolean isSanitized(Instruction.Alu alu) {
    return !env.profile.privileged()
        && alu.src() instanceof Operand.Reg
        && (alu.op() == AluOp.ADD || alu.op() == AluOp.SUB);
  }

  /** The masked number is 0: the processor goes on with the pointer as it is. */
  private void simulate(Instruction.Alu alu, Reg pointer, boolean known) {
    if (known) {
      return;
    }
    VerifierState branch = path.fork(env.pc + 1, env.pc);
    branch.speculative = true;
    branch.set(alu.dst(), pointer);
  }

  private int limit(Sum sum, Reg pointer) {
    int most;
    int limit;
    switch (pointer.type()) {
      case PTR_TO_STACK -> {
        most = STACK_SIZE + (sum.toLeft ? 1 : 0);
        limit = (int) -(pointer.varOff().value() + pointer.off());
      }
      case PTR_TO_MAP_VALUE -> {
        most = pointer.map().valueSize();
        ScalarRange range = pointer.range();
        limit = (int) ((sum.toLeft ? range.smin() : range.umax()) + pointer.off());
      }
      default ->
          throw env.deny(
              "R"
                  + sum.pointerRegister()
                  + " has pointer with unsupported alu operation"
                  + PROHIBITED);
    }
    if (Integer.compareUnsigned(limit, most) >= 0) {
      throw env.deny(
          "R"
              + sum.alu.dst()
              + " tried to "
              + word(sum.alu)
              + " beyond pointer bounds"
              + PROHIBITED);
    }
    return limit;
  }

  private void checkBounds(int number, Reg result) {
    if (result.type() == RegType.PTR_TO_STACK) {
      int off = (int) (result.off() + result.varOff().value());
      if (!result.hasConstOffset()) {
        throw env.deny(
            "R%d variable stack access prohibited for !root, var_off=%s off=%d"
                .formatted(number, result.varOff(), off));
      }
      if (off >= 0 || off < -STACK_SIZE) {
        throw env.deny(
            "R%d stack pointer arithmetic goes out of range, prohibited for !root; off=%d"
                .formatted(number, off));
      }
    } else if (result.type() == RegType.PTR_TO_MAP_VALUE) {
      try {
        new MemoryBounds(env).mapValue(number, result, result.off(), 1, false, false);
      } catch (Rejection outside) {
        throw env.deny(
            "R%d pointer arithmetic of map value goes out of range, prohibited for !root"
                .formatted(number));
      }
    }
  }

  /** Notes how this instruction is masked; false if another path needs it otherwise. */
  private boolean update(Window window) {
    InstructionFacts facts = env.facts[env.pc];
    if (facts.aluState != 0 && (facts.aluState != window.state || facts.aluLimit != window.limit)) {
      return false;
    }
    facts.aluState = window.state;
    facts.aluLimit = window.limit;
    return true;
  }

  private Rejection paths(Instruction.Alu alu) {
    return env.deny(
        "R"
            + alu.dst()
            + " tried to "
            + word(alu)
            + " from different maps, paths or scalars"
            + PROHIBITED);
  }

  private static String word(Instruction.Alu alu) {
    return alu.op() == AluOp.ADD ? "add" : "sub";
  }
}
