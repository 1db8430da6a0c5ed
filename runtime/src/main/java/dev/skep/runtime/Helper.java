package dev.skep.runtime;

/** A helper function or kernel function as programs call it: {@code r1} to {@code r5} to r0. */
@FunctionalInterface
public interface Helper {

  /**
   * Runs it.
   *
   * @throws Trap.Signal if the program passes something that no verified program could
   */
  long call(Cpu cpu, long r1, long r2, long r3, long r4, long r5);
}
