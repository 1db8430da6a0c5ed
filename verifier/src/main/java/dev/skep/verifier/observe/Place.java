package dev.skep.verifier.observe;

import dev.skep.verifier.state.StackSlot;

/** Where a value lives: a register or a stack slot of one call frame, frame 0 the outermost. */
public sealed interface Place {

  /** The call frame, from 0 for the outermost. */
  int frame();

  /**
   * A register.
   *
   * @param frame the call frame
   * @param number 0 to 10
   */
  record Register(int frame, int number) implements Place {
    @Override
    public String toString() {
      return (frame == 0 ? "" : "frame" + frame + " ") + "R" + number;
    }
  }

  /**
   * Eight bytes of stack.
   *
   * @param frame the call frame
   * @param index from 0, which is the slot at {@code fp-8}
   */
  record Slot(int frame, int index) implements Place {

    /** Bytes from the frame pointer to the slot's lowest byte: -8, -16, … */
    public int offset() {
      return -(index + 1) * StackSlot.BYTES;
    }

    @Override
    public String toString() {
      return (frame == 0 ? "" : "frame" + frame + " ") + "fp" + offset();
    }
  }
}
