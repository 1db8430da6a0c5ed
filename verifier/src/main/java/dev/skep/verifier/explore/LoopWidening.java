package dev.skep.verifier.explore;

import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;

/**
 * Numbers that a loop changes and that nothing depends on become unknown, so that the loop
 * converges ({@code widen_imprecise_scalars}).
 */
final class LoopWidening {

  private LoopWidening() {}

  /** Widens the state of a new iteration, given that of an earlier one. */
  static void widen(VerifierState old, VerifierState current) {
    for (int f = old.currentFrame(); f >= 0; f--) {
      FrameState was = old.frame(f);
      FrameState is = current.frame(f);
      for (int i = 0; i < FrameState.REGISTERS; i++) {
        is.regs[i] = widened(was.regs[i], is.regs[i]);
      }
      int slots = Math.min(was.stack.length, is.stack.length);
      for (int i = 0; i < slots; i++) {
        StackSlot slot = is.stack[i];
        if (was.stack[i].isSpilled() && slot.isSpilled()) {
          is.stack[i] = slot.withSpilled(widened(was.stack[i].spilled(), slot.spilled()));
        }
      }
    }
  }

  private static Reg widened(Reg was, Reg is) {
    boolean kept =
        !was.isScalar() || !is.isScalar() || was.precise() || is.precise() || was.sameValue(is);
    return kept ? is : Reg.UNKNOWN;
  }
}
