package dev.skep.runtime;

/** How a run ended. */
public sealed interface Outcome {

  /**
   * The program exited.
   *
   * @param r0 its result; what callers of most program types look at are the low 32 bits
   */
  record Returned(long r0) implements Outcome {
    /** The low 32 bits, as {@code BPF_PROG_TEST_RUN} reports them. */
    public int retval() {
      return (int) r0;
    }
  }

  /** The program did something that it must not do. */
  record Trapped(Trap trap) implements Outcome {}
}
