package dev.skep.verifier.explore;

import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers that a loop changes and that nothing depends on become unknown, so that the loop
 * converges ({@code widen_imprecise_scalars}).
 */
final class LoopWidening {

  /** Ids of the earlier iteration, and what they are in the new one. */
  private final Map<Integer, Integer> ids = new HashMap<>();

  private LoopWidening() {}

  /** Widens the state of a new iteration, given that of an earlier one. */
  static void widen(VerifierState old, VerifierState current) {
    new LoopWidening().widenAll(old, current);
  }

  private void widenAll(VerifierState old, VerifierState current) {
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

  private Reg widened(Reg was, Reg is) {
    boolean kept =
        !was.isScalar()
            || !is.isScalar()
            || was.precise()
            || is.precise()
            || (was.sameValue(is) && sameId(was.id(), is.id()));
    return kept ? is : Reg.UNKNOWN;
  }

  /** A number that is linked to others in one iteration only is not the same number. */
  private boolean sameId(int was, int is) {
    if (was == 0 || is == 0) {
      return was == is;
    }
    Integer known = ids.get(was);
    if (known != null) {
      return known == is;
    }
    if (ids.containsValue(is)) {
      return false;
    }
    ids.put(was, is);
    return true;
  }
}
