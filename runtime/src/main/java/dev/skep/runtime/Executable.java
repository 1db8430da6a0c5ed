package dev.skep.runtime;

/**
 * A program that is ready to run on one machine. Safe for use by several threads as long as each
 * runs it on a {@link Cpu} of its own.
 */
public interface Executable extends Program {

  /** What is being run. */
  LinkedProgram program();

  /** Runs once on a processor that this thread has for itself. */
  default Outcome run(Cpu cpu, Context context) {
    cpu.enter(context);
    try {
      return new Outcome.Returned(invoke(cpu, Cpu.CONTEXT_ADDRESS));
    } catch (Trap.Signal signal) {
      return new Outcome.Trapped(signal.trap());
    } finally {
      cpu.leave(context);
    }
  }

  /** Runs once on the machine's processor 0. */
  default Outcome run(Context context) {
    return run(program().machine().cpu(0), context);
  }
}
