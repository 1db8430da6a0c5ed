package dev.skep.verifier.check;

/** What an access does with the bytes that it reaches. */
sealed interface Access {

  /**
   * Loads them into a register.
   *
   * @param signExtend whether the highest bit is copied into the rest of the register
   */
  record Load(int dst, boolean signExtend) implements Access {}

  /** Stores a register there. */
  record StoreReg(int src) implements Access {}

  /** Stores a number there. */
  record StoreImm(int imm) implements Access {}

  /** Reads bytes that go into no register: a helper's, or those an atomic operation works on. */
  record Read() implements Access {}

  /** Writes bytes that come from no register and that nothing is known about. */
  record Write() implements Access {}

  /** Whether memory is changed. */
  default boolean writes() {
    return switch (this) {
      case Load l -> false;
      case Read r -> false;
      case StoreReg s -> true;
      case StoreImm s -> true;
      case Write w -> true;
    };
  }
}
