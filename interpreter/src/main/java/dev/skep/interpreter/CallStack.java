package dev.skep.interpreter;

import dev.skep.interpreter.Stepper.Frame;
import dev.skep.runtime.Cpu;
import java.util.List;

/** What open local calls keep: where the caller goes on, and its r6 to r10. */
final class CallStack {

  /** Registers that a call keeps: r6 to r10. */
  private static final int SAVED = 5;

  private final int[] returns = new int[Cpu.MAX_FRAMES];
  private final long[] saved = new long[Cpu.MAX_FRAMES * SAVED];
  private int depth;

  /** Number of open calls. */
  int depth() {
    return depth;
  }

  /** Opens a call. */
  void push(int returnPc, long[] registers) {
    returns[depth] = returnPc;
    System.arraycopy(registers, 6, saved, depth * SAVED, SAVED);
    depth++;
  }

  /** Closes the innermost call: restores its caller's registers; where that goes on. */
  int pop(long[] registers) {
    depth--;
    System.arraycopy(saved, depth * SAVED, registers, 6, SAVED);
    return returns[depth];
  }

  /** Adds the callers, innermost first. */
  void addCallers(List<Frame> frames) {
    for (int i = depth - 1; i >= 0; i--) {
      frames.add(new Frame(returns[i], saved[i * SAVED + 4]));
    }
  }
}
