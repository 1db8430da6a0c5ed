package dev.skep.verifier.observe;

import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;

/** What one place held in one state, and what it holds in another. */
public sealed interface Change {

  /** Where. */
  Place place();

  /** A register that differs. */
  record OfRegister(Place.Register place, Reg before, Reg after) implements Change {}

  /** A slot that differs; a slot that a state does not have is {@link StackSlot#EMPTY}. */
  record OfSlot(Place.Slot place, StackSlot before, StackSlot after) implements Change {}
}
