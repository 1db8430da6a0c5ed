package dev.skep.jit;

import dev.skep.runtime.Cpu;

/** What a compiled program's class extends. */
abstract class CompiledMain {

  /** Runs the main program in the first frame with the run's context in r1. */
  abstract long run(Cpu cpu, long r2);

  /** Calls the function that starts at a slot. */
  abstract long call(Cpu cpu, int depth, int pc, long r1, long r2, long r3, long r4, long r5);
}
