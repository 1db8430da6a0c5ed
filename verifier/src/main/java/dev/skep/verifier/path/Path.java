package dev.skep.verifier.path;

import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.VerifierState;
import org.jspecify.annotations.Nullable;

/**
 * The path that is being walked, as the rules of one instruction see it: what they may ask of the
 * walk and tell it, without knowing how it goes from one instruction to the next.
 */
public interface Path {

  /** What the whole verification shares; its {@code state} is this path's. */
  Environment env();

  /** What a register holds; refuses one that was never written ({@code check_reg_arg}). */
  Reg read(int number);

  /** Refuses writes to the frame pointer. */
  void checkWritable(int number);

  /** Writes a register. */
  void write(int number, Reg value);

  /**
   * Makes a copy of the path's state wait, to go on at another instruction ({@code push_stack}).
   *
   * @return the copy, to be refined
   */
  VerifierState fork(int pc, int previousPc);

  /** Makes a state wait that does not continue this path, such as an async callback's. */
  void push(VerifierState state, int pc, int previousPc);

  /** A state at the entry of a function, which no path led to. */
  VerifierState startState(int subprogram);

  /** Notes in the path's history what going back over the instruction at hand must know. */
  void noteHistory(int flags, long linked);

  /**
   * The verdict depends on a register's exact value from here on ({@code mark_chain_precision}).
   */
  void markPrecise(int register);

  /** The same for a register that was spilled to a stack slot. */
  void markSlotPrecise(int frame, int slot);

  /** The youngest ancestor of a state that was kept at an instruction, or null. */
  @Nullable VerifierState previousEntry(@Nullable VerifierState from, int pc);

  /** Gives up what changed from one turn of a loop to the next, so that the loop converges. */
  void widen(VerifierState earlier, VerifierState now);
}
