package dev.skep.jit;

import static org.objectweb.asm.Opcodes.*;

import org.objectweb.asm.Label;

/** Writes what a run pays for what it executes: with instructions of its budget. */
final class Fuel {

  private static final String CPU = "L" + Locals.CPU_TYPE + ";";

  private final Code code;
  private final boolean counts;

  /**
   * A writer of payments.
   *
   * @param counts whether the function counts at all
   */
  Fuel(Code code, boolean counts) {
    this.code = code;
    this.counts = counts;
  }

  /** Fetches what the run may still execute. */
  void take() {
    if (counts) {
      code.cpu();
      code.callVirtual(Locals.CPU_TYPE, "budget", "()J");
    } else {
      code.push(0L);
    }
    code.load(LSTORE, Locals.FUEL);
  }

  /** Writes back what is left, for whoever spends next. */
  void giveBack() {
    if (counts) {
      code.cpu();
      code.load(LLOAD, Locals.FUEL);
      code.callVirtual(Locals.CPU_TYPE, "budget", "(J)V");
    }
  }

  /** Takes what has been executed; ends the run when there is none left. */
  void charge(int pc, long instructions) {
    charge(pc, () -> code.push(instructions));
  }

  /** Gives back what was paid for something that did not happen after all. */
  void refund(long instructions) {
    code.load(LLOAD, Locals.FUEL);
    code.push(instructions);
    code.op(LADD);
    code.load(LSTORE, Locals.FUEL);
  }

  /**
   * Takes a number that is known only when the program runs.
   *
   * @param pc where the run ends
   * @param instructions pushes a {@code long}
   */
  void charge(int pc, Runnable instructions) {
    Label empty = new Label();
    code.load(LLOAD, Locals.FUEL);
    instructions.run();
    code.op(LSUB);
    code.op(DUP2);
    code.load(LSTORE, Locals.FUEL);
    code.push(0L);
    code.op(LCMP);
    code.jump(IFLT, empty);
    code.later(
        () -> {
          code.place(empty);
          code.setPc(pc);
          code.cpu();
          code.fail("outOfFuel", CPU);
        });
  }
}
