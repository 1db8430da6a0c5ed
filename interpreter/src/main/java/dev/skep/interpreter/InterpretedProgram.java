package dev.skep.interpreter;

import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Executable;
import dev.skep.runtime.LinkedProgram;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.Trap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A program that the interpreter runs, with what it counted over all runs. */
public final class InterpretedProgram implements Executable {

  private final LinkedProgram program;
  private final LongAdder executed = new LongAdder();

  private final PreparedCode code;
  private volatile @Nullable Coverage coverage;

  InterpretedProgram(LinkedProgram program, PreparedCode code) {
    this.program = program;
    this.code = code;
  }

  PreparedCode code() {
    return code;
  }

  @Nullable Coverage recording() {
    return coverage;
  }

  /**
   * Starts to count how often each instruction is executed, from zero; runs are then several times
   * slower.
   */
  public Coverage recordCoverage() {
    Coverage fresh = new Coverage(program);
    coverage = fresh;
    return fresh;
  }

  @Override
  public LinkedProgram program() {
    return program;
  }

  /** Instructions executed so far, over all runs; callbacks and tail calls included. */
  public long executed() {
    return executed.sum();
  }

  @Override
  public Outcome run(Cpu cpu, Context context) {
    cpu.enter(context);
    long before = cpu.budget();
    try {
      return new Outcome.Returned(enter(cpu, 0, context.r1(), context.r2(), 0, 0, 0));
    } catch (Trap.Signal signal) {
      return new Outcome.Trapped(signal.trap());
    } finally {
      executed.add(before - Math.max(cpu.budget(), 0));
      cpu.leave(context);
    }
  }

  @Override
  public long invoke(Cpu cpu, long context) {
    return enter(cpu, 0, context, cpu.context().r2(), 0, 0, 0);
  }

  @Override
  public long call(Cpu cpu, int pc, long r1, long r2, long r3, long r4, long r5) {
    if (!program.isEntry(pc)) {
      throw new Trap.Signal(
          Trap.Reason.BAD_CALL, pc, "", "no function of the program starts at pc " + pc);
    }
    cpu.pushFrame();
    long result = enter(cpu, pc, r1, r2, r3, r4, r5);
    cpu.popFrame();
    return result;
  }

  private long enter(Cpu cpu, int pc, long r1, long r2, long r3, long r4, long r5) {
    cpu.clearFrame();
    Stepper stepper = new Stepper(this, cpu, pc).arguments(r1, r2, r3, r4, r5);
    stepper.finish();
    return stepper.register(0);
  }
}
