package dev.skep.cli.object;

import dev.skep.cli.CommandFailure;
import dev.skep.interpreter.Interpreter;
import dev.skep.object.ProgramSpec;

/** One run in the interpreter, on fresh maps. */
final class InterpreterRuns {

  private InterpreterRuns() {}

  static RunResult run(ProgramSpec program, byte[] packet, int cpus) {
    try (EngineRunner runner = EngineRunner.prepare(new Interpreter(), program, cpus)) {
      return runner.run(packet);
    } catch (CommandFailure notPrepared) {
      return new RunResult.NotRun(notPrepared.getMessage());
    }
  }
}
