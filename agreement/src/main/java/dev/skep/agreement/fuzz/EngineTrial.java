package dev.skep.agreement.fuzz;

import dev.skep.catalog.ProgramType;
import dev.skep.interpreter.Interpreter;
import dev.skep.isa.Code;
import dev.skep.jit.Jit;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.kernel.TestRun;
import dev.skep.kernel.TestRunOptions;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.object.Bytes;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Context;
import dev.skep.runtime.Engine;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.PrepareException;
import dev.skep.runtime.Trap;
import org.jspecify.annotations.Nullable;

/** One program and one packet on the interpreter, the jit and, if it takes it, the kernel. */
final class EngineTrial {

  /** Small, so that endless loops end soon. */
  private static final long BUDGET = 20_000;

  /** A verdict on one program. */
  sealed interface Result {
    /** All agree. */
    record Same(boolean onKernel) implements Result {}

    /** No engine runs it: it is malformed. */
    record NotRun() implements Result {}

    /** The budget ended it, which the engines count differently. */
    record OutOfBudget() implements Result {}

    /** They do not agree. */
    record Different(String what) implements Result {}
  }

  private final Engine interpreter = new Interpreter();
  private final Engine jit = new Jit();

  /** Tries a program; the kernel is asked if one is given. */
  Result run(Code code, byte[] packet, @Nullable Kernel kernel) {
    ProgramSpec program = ProgramSpec.of("fuzz", ProgramType.XDP, code);
    Ended expected;
    try {
      expected = run(interpreter, program, packet);
    } catch (PrepareException malformed) {
      return new Result.NotRun();
    }
    Ended compiled;
    try {
      compiled = run(jit, program, packet);
    } catch (PrepareException malformed) {
      return new Result.Different("the jit does not take it: " + malformed.getMessage());
    } catch (RuntimeException | LinkageError | StackOverflowError fault) {
      return new Result.Different("the jit fails: " + fault);
    }
    if (isBudget(expected.outcome())) {
      return new Result.OutOfBudget();
    }
    if (!expected.equals(compiled)) {
      return new Result.Different(
          "interpreter %s%njit         %s".formatted(expected.text(), compiled.text()));
    }
    if (kernel != null && expected.outcome() instanceof Outcome.Returned returned) {
      return onKernel(kernel, program, packet, returned, expected);
    }
    return new Result.Same(false);
  }

  private static boolean isBudget(Outcome outcome) {
    return outcome instanceof Outcome.Trapped(Trap trap) && trap.reason() == Trap.Reason.BUDGET;
  }

  private static Result onKernel(
      Kernel kernel,
      ProgramSpec program,
      byte[] packet,
      Outcome.Returned returned,
      Ended expected) {
    try {
      if (!(kernel.load(program, LoadOptions.DEFAULT.unchecked())
          instanceof LoadResult.Loaded loaded)) {
        return new Result.Same(false);
      }
      try (KernelProgram there = loaded.program()) {
        TestRun run = there.testRun(TestRunOptions.packet(packet));
        return run.retval() == returned.retval() && run.dataOut().equals(expected.packet())
            ? new Result.Same(true)
            : new Result.Different(
                "interpreter %s%nkernel      result %d, packet %s"
                    .formatted(expected.text(), run.retval(), run.dataOut()));
      }
    } catch (KernelCallException refused) {
      return new Result.Same(false);
    }
  }

  private record Ended(Outcome outcome, Bytes packet) {
    String text() {
      return switch (outcome) {
        case Outcome.Returned returned -> "r0 0x%x, packet %s".formatted(returned.r0(), packet);
        case Outcome.Trapped(Trap trap) ->
            "%s; address 0x%x".formatted(trap.describe(), trap.address());
      };
    }
  }

  private static Ended run(Engine engine, ProgramSpec program, byte[] packet) {
    Machine machine = Machine.builder().cpus(1).budget(BUDGET).build();
    Context context = Context.xdp(packet);
    Outcome outcome = engine.prepare(program, machine).run(context);
    return new Ended(outcome, Bytes.of(context.packet()));
  }
}
