package dev.skep.verifier.observe;

/** Why a path could not end at an earlier state: the first difference that was met. */
public enum Difference {
  /** Other numbers of call frames. */
  FRAMES,
  /** A frame was called from another instruction. */
  CALL_SITE,
  /** A callback's turn that comes later than this one. */
  CALLBACK_TURN,
  /** One may sleep, the other not. */
  SLEEPABLE,
  /** The earlier one is a path that only a processor takes. */
  SPECULATIVE,
  /** Other references held, locks held, or sections open. */
  RESOURCES,
  /** Another kind of value: number, pointer, or none; or other flags, such as "may be NULL". */
  TYPE,
  /** A pointer to something else. */
  OBJECT,
  /** A pointer at another fixed offset, or a number at another distance from its link. */
  OFFSET,
  /** Numbers or variable offsets that the earlier bounds do not hold. */
  RANGE,
  /** Ids that do not stand for each other: other links between values, or another reference. */
  IDS,
  /** Fewer bytes of the packet were checked. */
  CHECKED_BYTES,
  /** Bytes of stack of other kinds. */
  BYTES,
  /**
   * All that was compared is covered, but the earlier state is on this very path and its turn of
   * the loop has not ended: nothing is known to be safe yet.
   */
  STILL_OPEN
}
