package dev.skep.runtime;

import dev.skep.runtime.map.ProgArray;

/** Code that a {@link Cpu} can enter: a main program, for runs and tail calls. */
public interface Program extends ProgArray.Callee {

  /**
   * Runs on a processor that has been prepared with {@link Cpu#enter}, in the current stack frame.
   *
   * @param context the value of {@code r1}
   * @return {@code r0}
   * @throws Trap.Signal if the program traps
   */
  long invoke(Cpu cpu, long context);

  /**
   * Calls the subprogram that starts at {@code pc}, in a stack frame of its own.
   *
   * @throws Trap.Signal if there is none, or it traps
   */
  long call(Cpu cpu, int pc, long r1, long r2, long r3, long r4, long r5);
}
