package dev.skep.verifier.watch;

import dev.skep.verifier.state.FrameState;

/**
 * Registers and stack slots of the innermost frame that were read or written since they were last
 * shown ({@code scratched_regs}, {@code scratched_stack_slots}).
 */
public final class Touched {

  static final int ALL_REGISTERS = (1 << FrameState.REGISTERS) - 1;

  private int registers = ALL_REGISTERS;
  private long slots = -1;

  // The log forgets what it has shown, even in the middle of a step; an observer is told of all.
  private int shownRegisters;
  private long shownSlots;

  /** A register was read or written. */
  public void register(int number) {
    registers |= 1 << number;
  }

  /** A slot was read or written. */
  public void slot(int index) {
    slots |= 1L << index;
  }

  /** The frame is another one. */
  public void everything() {
    registers = ALL_REGISTERS;
    slots = -1;
  }

  /** What the log has not shown yet, as bits. */
  int registersToShow() {
    return registers;
  }

  long slotsToShow() {
    return slots;
  }

  /** The log has shown all. */
  void shown() {
    shownRegisters |= registers;
    shownSlots |= slots;
    registers = 0;
    slots = 0;
  }

  /** A step starts; the log, if there is one, has shown what came before. */
  void startStep() {
    registers = 0;
    slots = 0;
    shownRegisters = 0;
    shownSlots = 0;
  }

  /** What the step touched. */
  int registersOfStep() {
    return registers | shownRegisters;
  }

  long slotsOfStep() {
    return slots | shownSlots;
  }
}
