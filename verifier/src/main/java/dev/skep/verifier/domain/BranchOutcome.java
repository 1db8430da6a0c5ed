package dev.skep.verifier.domain;

/** What is known of a conditional jump before it is followed. */
public enum BranchOutcome {
  /** It jumps, whatever members the operands are. */
  ALWAYS,
  /** It never jumps. */
  NEVER,
  /** Both edges have to be followed. */
  UNKNOWN
}
