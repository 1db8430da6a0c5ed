package dev.skep.verifier.observe;

/** What an {@link Observer} may ask for; what it does not ask for costs nothing. */
public enum Interest {
  /** {@link Event.Step} and {@link Event.Refused}: two states for each instruction walked. */
  STEPS,
  /** {@link Event.Branch}: one state for each side. */
  BRANCHES,
  /** {@link Event.PathTaken} and {@link Event.PathEnded}. */
  PATHS,
  /**
   * {@link Event.Kept}, {@link Event.Pruned}, {@link Event.Loop} and {@link Event.InfiniteLoop}.
   */
  PRUNING,
  /** {@link Event.NearMiss}: many of them, where many states are kept at one instruction. */
  NEAR_MISSES,
  /** {@link Event.PrecisionChain}. */
  PRECISION,
  /**
   * {@link Event.SubprogramEntered}, {@link Event.SubprogramLeft}, {@link Event.GlobalAssumed},
   * {@link Event.GlobalStarted} and {@link Event.GlobalValidated}.
   */
  SUBPROGRAMS,
  /** {@link Event.Budget}: no states at all. */
  BUDGET
}
