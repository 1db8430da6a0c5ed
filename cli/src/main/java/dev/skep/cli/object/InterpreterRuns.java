package dev.skep.cli.object;

import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;

/** Runs programs in skep's own engines. */
final class InterpreterRuns {

  private InterpreterRuns() {}

  /** One run on fresh maps. */
  static RunResult run(BpfObject object, ProgramSpec program, byte[] packet) {
    return new RunResult.NotRun("the interpreter is not there yet");
  }
}
