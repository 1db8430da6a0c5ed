package dev.skep.verifier.check;

import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;

/** Where on the stack a dynptr or an iterator lies ({@code stack_slot_obj_get_spi}). */
final class StackObjects {

  /** The pointer cannot point to such an object; the log says why. */
  static final int MISPLACED = -22;

  /** The object would lie below what the frame has used so far. */
  static final int OUT_OF_RANGE = -34;

  private StackObjects() {}

  /**
   * The slot with the object's lowest address: the highest index of its slots.
   *
   * @return the index, {@link #MISPLACED} or {@link #OUT_OF_RANGE}
   */
  static int slot(Environment env, Reg reg, String kind, int slots) {
    if (!reg.range().isConst()) {
      env.log.message(kind + " has to be at a constant offset");
      return MISPLACED;
    }
    int off = (int) (reg.off() + reg.range().constantValue());
    int index = (-off - 1) / StackSlot.BYTES;
    if (off % StackSlot.BYTES != 0 || index + 1 < slots) {
      env.log.message("cannot pass in " + kind + " at an offset=" + off);
      return MISPLACED;
    }
    FrameState frame = env.state.frame(reg.frame());
    return index < frame.stack.length ? index : OUT_OF_RANGE;
  }

  /** The bits of an object's slots. */
  static long mask(int first, int slots) {
    return ((1L << slots) - 1) << (first - slots + 1);
  }

  /** An object's slots are read as a whole by the instruction at hand. */
  static void noteRead(Environment env, FrameState frame, int first, int slots) {
    env.liveness.read(frame.frameNumber, env.pc, mask(first, slots));
    scratch(env, first, slots);
  }

  /** An object's slots are written as a whole by the instruction at hand. */
  static void noteWrite(Environment env, FrameState frame, int first, int slots) {
    env.liveness.write(frame.frameNumber, mask(first, slots));
    scratch(env, first, slots);
  }

  private static void scratch(Environment env, int first, int slots) {
    for (int i = 0; i < slots; i++) {
      env.scratchSlot(first - i);
    }
  }
}
