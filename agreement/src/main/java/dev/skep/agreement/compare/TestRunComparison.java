package dev.skep.agreement.compare;

import dev.skep.agreement.run.InterpreterRuns;
import dev.skep.agreement.run.RunResult;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.TestRun;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.packet.SamplePackets;
import java.io.PrintWriter;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program on the sample packet, in the kernel and in the interpreter.
 *
 * @param theirs the kernel's result
 * @param ours ours, or why there is none
 */
public record TestRunComparison(TestRun theirs, RunResult ours) {

  /** Null if the kernel has no test run for such programs. */
  public static @Nullable TestRunComparison of(
      KernelProgram loaded, ProgramSpec program, KernelObject session) {
    if (!SamplePackets.takesPacket(program.type())) {
      return null;
    }
    byte[] packet = SamplePackets.tcpSyn();
    TestRun run;
    try {
      run = loaded.testRun(packet);
    } catch (KernelCallException e) {
      return null;
    }
    return new TestRunComparison(
        run, InterpreterRuns.run(program, packet, session.kernel().possibleCpus()));
  }

  public boolean comparable() {
    return ours instanceof RunResult.Finished;
  }

  public boolean same() {
    return ours instanceof RunResult.Finished finished
        && (int) finished.result() == theirs.retval()
        && finished.packet().equals(theirs.dataOut());
  }

  public void print(PrintWriter out) {
    String theirResult = Integer.toString(theirs.retval());
    switch (ours) {
      case RunResult.Finished finished when same() ->
          out.printf(
              "  test run   same: result %s, %d bytes%n", theirResult, finished.packet().size());
      case RunResult.Finished finished ->
          Comparison.row(
              out,
              "test run",
              "result " + theirResult + ", packet " + hex(theirs.dataOut().toArray()),
              "result " + (int) finished.result() + ", packet " + hex(finished.packet().toArray()),
              false);
      case RunResult.Trapped trapped ->
          out.printf("  test run   kernel: result %s; skep: %s%n", theirResult, trapped.reason());
      case RunResult.NotRun not ->
          out.printf(
              "  test run   kernel: result %s; not run by skep: %s%n", theirResult, not.reason());
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
