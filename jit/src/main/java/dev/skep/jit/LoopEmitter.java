package dev.skep.jit;

import static org.objectweb.asm.Opcodes.*;

import dev.skep.isa.JumpOp;
import dev.skep.jit.IntLoops.IntLoop;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;

/** Writes what {@link IntLoops} found: the {@code int}s of loops. */
final class LoopEmitter {

  private final Code code;
  private final Plan plan;
  private final MemoryEmitter memory;
  private final JumpEmitter jumps;
  private final Fuel fuel;
  private final int first;
  private final int end;

  /** Where a loop goes on, by the number of its {@code int}. */
  private final Map<Integer, Label> backLabels = new HashMap<>();

  /** A writer for the loops that lie inside a piece. */
  LoopEmitter(Code code, Piece piece, MemoryEmitter memory, JumpEmitter jumps, Fuel fuel) {
    this.code = code;
    this.plan = piece.plan();
    this.memory = memory;
    this.jumps = jumps;
    this.fuel = fuel;
    this.first = piece.first();
    this.end = piece.end();
  }

  /** A loop if all of it is in this method. */
  private @Nullable IntLoop here(@Nullable IntLoop loop) {
    return loop != null && loop.loop().first() >= first && loop.loop().test() < end ? loop : null;
  }

  /** The loop that the n-th instruction ends. */
  @Nullable IntLoop endingAt(int n) {
    return here(plan.intLoops().atTest(n));
  }

  /** The access that the n-th instruction makes at a sum of {@code int}s. */
  IntLoops.@Nullable Index index(int n) {
    IntLoops.Index index = plan.intLoops().index(n);
    return index != null && here(index.loop()) != null ? index : null;
  }

  /** Where control comes into a loop with the n-th instruction: sets its {@code int}s. */
  void begin(int n) {
    IntLoop loop = here(plan.intLoops().atHead(n));
    if (loop == null) {
      return;
    }
    code.register(loop.loop().counter());
    code.op(L2I);
    code.load(ISTORE, Locals.ofInt(loop.number()));
    if (loop.paysLate()) {
      code.load(ILOAD, Locals.ofInt(loop.number()));
      code.load(ISTORE, Locals.ofInt(loop.start().orElseThrow()));
    }
    for (IntLoops.Anchor anchor : loop.anchors()) {
      memory.anchor(anchor);
    }
    code.place(backLabel(loop));
  }

  private Label backLabel(IntLoop loop) {
    return backLabels.computeIfAbsent(loop.number(), _ -> new Label());
  }

  /** Changes a counter, if the n-th instruction does that: the {@code int}, then the register. */
  boolean change(int n) {
    IntLoop loop = here(plan.intLoops().atChange(n));
    if (loop == null) {
      return false;
    }
    int local = Locals.ofInt(loop.number());
    code.load(ILOAD, local);
    code.push(loop.loop().step());
    code.op(IADD);
    code.op(DUP);
    code.load(ISTORE, local);
    code.op(I2L);
    code.setRegister(loop.loop().counter());
    return true;
  }

  /** Goes back to a loop's head: both numbers are small. */
  void goBack(IntLoop loop, JumpOp op, Value counter) {
    int limit = loop.loop().limit();
    JumpOp order = op;
    if (op == JumpOp.JNE && limit >= 0) {
      // Not equal is less or greater, where the counter is never on the other side.
      order =
          counter.high() <= limit ? JumpOp.JSLT : counter.low() >= limit ? JumpOp.JSGT : JumpOp.JNE;
    }
    jumps.compareInts(Locals.ofInt(loop.number()), order, limit, backLabel(loop));
  }

  /** The loop that pays when it is done, and that a jump from the n-th instruction leaves. */
  @Nullable IntLoop leaving(int n, int target) {
    IntLoop loop = here(plan.intLoops().around(n));
    return loop != null
            && loop.paysLate()
            && n < loop.loop().test()
            && target > plan.function().pc(loop.loop().test())
        ? loop
        : null;
  }

  /** Pays for the times that the loop went back, when the n-th instruction leaves it. */
  void payLate(IntLoop loop, int n) {
    InnerLoop inner = loop.loop();
    Function function = plan.function();
    int step = inner.step();
    // In the turn in which a jump leaves it, the counter may have been changed already.
    int changed = n < inner.test() && n > inner.change() ? step : 0;
    long cost = function.shortest(function.pc(inner.first()), function.pc(inner.test()));
    fuel.charge(
        function.pc(inner.test()),
        () -> {
          code.load(ILOAD, Locals.ofInt(loop.number()));
          code.load(ILOAD, Locals.ofInt(loop.start().orElseThrow()));
          code.op(ISUB);
          if (changed != 0) {
            code.push(changed);
            code.op(ISUB);
          }
          if (step != 1) {
            code.push(step);
            code.op(IDIV);
          }
          code.op(I2L);
          if (n == inner.test()) {
            code.push(1L);
            code.op(LSUB);
          }
          code.push(cost);
          code.op(LMUL);
        });
  }
}
