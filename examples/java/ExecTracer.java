import dev.skep.kernel.AttachTarget;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelLink;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadResult;
import dev.skep.kernel.RingBufferReader;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Prints each program that is executed on this machine, until interrupted. Needs root. */
public final class ExecTracer {

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args.length > 0 ? args[0] : "examples/java/exec_tracer.bpf.o");
    try (Kernel kernel = Kernel.open()) {
      trace(kernel, kernel.read(file).orElseThrow());
    }
  }

  private static void trace(Kernel kernel, BpfObject object) {
    try (KernelObject session = kernel.object(object);
        KernelProgram program = load(session, object);
        KernelLink link =
            program.attach(new AttachTarget.Tracepoint("sched", "sched_process_exec", 0));
        RingBufferReader events = session.map(object.map("events").orElseThrow()).ringBuffer()) {
      System.out.println("tracing execve with link " + link.info().id());
      for (Bytes event; (event = events.next(Duration.ofSeconds(-1))) != null; ) {
        byte[] comm = event.toArray();
        System.out.printf(
            "pid %-8d uid %-6d %s%n",
            event.littleEndian(0, 4),
            event.littleEndian(4, 4),
            new String(comm, 8, 16, StandardCharsets.UTF_8).replace("\0", ""));
      }
    }
  }

  private static KernelProgram load(KernelObject session, BpfObject object) {
    return switch (session.load(object.program("exec").orElseThrow())) {
      case LoadResult.Loaded loaded -> loaded.program();
      case LoadResult.Refused refused -> throw new IllegalStateException(refused.log());
    };
  }
}
