package dev.skep.agreement.run;

import dev.skep.agreement.answer.KernelAnswer;
import dev.skep.catalog.LookupResult;
import dev.skep.catalog.MapTrait;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.TestRun;
import dev.skep.kernel.TestRunOptions;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.packet.SamplePackets;
import java.util.ArrayList;
import java.util.List;

/** Runs programs in this machine's kernel, through {@code BPF_PROG_TEST_RUN}. */
public final class KernelRunner implements PacketRunner {

  private final Kernel kernel;
  private final KernelObject session;
  private final KernelProgram loaded;
  private final ProgramSpec program;

  private KernelRunner(
      Kernel kernel, KernelObject session, KernelProgram loaded, ProgramSpec program) {
    this.kernel = kernel;
    this.session = session;
    this.loaded = loaded;
    this.program = program;
  }

  /** Loads the program. What is ready closes the kernel with itself; what is refused does, too. */
  public static Prepared load(Kernel kernel, BpfObject object, ProgramSpec program) {
    KernelObject session = kernel.object(object);
    KernelAnswer answer = KernelAnswer.of(session, program);
    if (answer.loaded() == null) {
      session.close();
      kernel.close();
      return new Prepared.Refused(
          "the kernel refuses " + program.name() + ": " + answer.errno() + ": " + answer.message());
    }
    return new Prepared.Ready(
        new KernelRunner(kernel, session, answer.loaded().program(), program));
  }

  @Override
  public RunResult run(byte[] data) {
    TestRunOptions options =
        SamplePackets.takesPacket(program.type())
            ? TestRunOptions.packet(data)
            : TestRunOptions.NONE.withContext(data);
    try {
      TestRun run = loaded.testRun(options);
      return new RunResult.Finished(Integer.toUnsignedLong(run.retval()), run.dataOut());
    } catch (KernelCallException e) {
      return new RunResult.NotRun("the kernel refuses the test run: " + e.getMessage());
    }
  }

  @Override
  public long time(byte[] data, int times) {
    TestRunOptions options =
        SamplePackets.takesPacket(program.type())
            ? TestRunOptions.packet(data)
            : TestRunOptions.NONE.withContext(data);
    // The kernel gives the mean.
    return loaded.testRun(options.withRepeat(times)).durationNanos() * times;
  }

  @Override
  public List<String> statistics() {
    return List.of();
  }

  @Override
  public List<MapDump> maps() {
    var dumps = new ArrayList<MapDump>();
    for (MapSpec spec : program.maps()) {
      if (listed(spec)) {
        KernelMap map = session.map(spec);
        dumps.add(new MapDump(spec.name(), spec.type().kernelName(), map.entries()));
      }
    }
    return dumps;
  }

  /** Whether a map has elements that can be listed, and that a program may have changed. */
  static boolean listed(MapSpec spec) {
    return !spec.frozen()
        && spec.type().lookupResult() == LookupResult.VALUE
        && !spec.type().is(MapTrait.READ_ONLY);
  }

  @Override
  public void close() {
    session.close();
    kernel.close();
  }
}
