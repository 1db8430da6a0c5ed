package dev.skep.agreement.run;

import dev.skep.interpreter.Interpreter;
import dev.skep.object.ProgramSpec;

/** One run in the interpreter, on fresh maps. */
public final class InterpreterRuns {

  private InterpreterRuns() {}

  /** Runs a program on a packet. */
  public static RunResult run(ProgramSpec program, byte[] packet, int cpus) {
    return switch (EngineRunner.prepare(new Interpreter(), program, cpus)) {
      case Prepared.Refused(String reason) -> new RunResult.NotRun(reason);
      case Prepared.Ready(PacketRunner runner) -> {
        try (runner) {
          yield runner.run(packet);
        }
      }
    };
  }
}
