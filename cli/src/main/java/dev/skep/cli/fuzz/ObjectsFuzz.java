package dev.skep.cli.fuzz;

import dev.skep.cli.CommandFailure;
import dev.skep.cli.ExitCode;
import dev.skep.cli.KernelTypes;
import dev.skep.cli.object.Inputs;
import dev.skep.object.ReadOptions;
import dev.skep.object.fuzz.Mutation;
import dev.skep.object.fuzz.ReaderTrial;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep fuzz objects}. */
@Command(
    name = "objects",
    mixinStandardHelpOptions = true,
    description = {
      "Feed damaged objects and types (BTF) to all that reads them.",
      "",
      "Each input is read, inspected, printed and written again. It fails by an exception that is"
          + " not documented, by more than a second of CPU time, or by more than 512 MiB. A"
          + " failing input is stored as object-NUMBER.bin."
    },
    footer = {
      "",
      "Examples:",
      "  skep fuzz objects --count 1000000 examples/*.bpf.o /usr/sbin/execsnoop",
      "      a million inputs made from these",
      "  skep fuzz objects --seed 4711 --count 1 examples/*.bpf.o",
      "      one input again, made from the same files in the same order",
      "",
      "Exit codes: 0 nothing was found; 1 an input failed; 2 usage; 3 a file cannot be read."
    })
public final class ObjectsFuzz implements Callable<Integer> {

  private static final long CPU_LIMIT_NANOS = 1_000_000_000L;
  private static final long HANG_NANOS = 20_000_000_000L;
  private static final long MEMORY_LIMIT = 512L << 20;
  private static final int PROGRESS_MILLIS = 10_000;
  private static final int MAX_FAILURES = 10;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Objects, programs, raw BTF.")
  private List<Path> files = List.of();

  @Mixin private Limits limits;

  @Option(
      names = "--btf",
      paramLabel = "FILE",
      description = "The kernel's types for CO-RE; the running kernel's by default.")
  private @Nullable Path btf;

  private final com.sun.management.ThreadMXBean meter =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  // Written by the thread that tries inputs, read by the one that watches it.
  private volatile long number;
  private volatile long tried;
  private final AtomicLong readable = new AtomicLong();
  private volatile long slowest;
  private volatile long largest;
  private final AtomicInteger failures = new AtomicInteger();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var seeds = new ArrayList<byte[]>();
    for (Path file : files) {
      Inputs.requireFile(file);
      seeds.addAll(ReaderTrial.seeds(Inputs.bytes(file)));
    }
    if (seeds.isEmpty()) {
      throw CommandFailure.unreadable("there is no BPF object and no BTF in these files");
    }
    var mutation = new Mutation(seeds);
    var trial = new ReaderTrial(ReadOptions.defaults().withKernelBtf(KernelTypes.read(btf)));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "%d seeds, first input %d%n", seeds.size(), limits.firstSeed());
    out.flush();
    var thread = new Thread(() -> campaign(mutation, trial, out), "inputs");
    thread.setDaemon(true);
    long start = System.nanoTime();
    thread.start();
    watch(thread, mutation, start, out);
    out.println("objects: " + state(start));
    return failures.get() == 0 ? ExitCode.OK : ExitCode.REJECTED;
  }

  private void campaign(Mutation mutation, ReaderTrial trial, PrintWriter out) {
    long start = System.nanoTime();
    for (long i = 0; i < limits.most() && failures.get() < MAX_FAILURES; i++) {
      if (System.nanoTime() - start >= limits.nanos()) {
        return;
      }
      number = limits.firstSeed() + i;
      String failure = attempt(mutation.input(number), trial);
      tried = i + 1;
      if (failure != null) {
        fail(failure, mutation, out);
      }
    }
  }

  /** Tries an input; says what is wrong, or null. */
  private @Nullable String attempt(byte[] input, ReaderTrial trial) {
    long cpu = meter.getCurrentThreadCpuTime();
    long memory = meter.getCurrentThreadAllocatedBytes();
    try {
      if (trial.run(input)) {
        readable.incrementAndGet();
      }
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      StackTraceElement[] trace = e.getStackTrace();
      return e + (trace.length == 0 ? "" : " at " + trace[0]);
    }
    cpu = meter.getCurrentThreadCpuTime() - cpu;
    // What was allocated is never less than what was held at once.
    memory = meter.getCurrentThreadAllocatedBytes() - memory;
    slowest = Math.max(slowest, cpu);
    largest = Math.max(largest, memory);
    if (cpu > CPU_LIMIT_NANOS) {
      return "takes " + cpu / 1_000_000 + " ms";
    }
    return memory > MEMORY_LIMIT ? "allocates " + (memory >> 20) + " MiB" : null;
  }

  private void fail(String failure, Mutation mutation, PrintWriter out) {
    failures.incrementAndGet();
    Path file = limits.out().resolve("object-" + number + ".bin");
    String stored = ", stored in " + file;
    try {
      Files.createDirectories(limits.out());
      Files.write(file, mutation.input(number));
    } catch (IOException e) {
      stored = ", not stored: " + e.getMessage();
    }
    out.printf("input %d: %s%s%n", number, failure, stored);
    out.flush();
  }

  /** Prints progress until the end, or until an input does not come to its end. */
  private void watch(Thread thread, Mutation mutation, long start, PrintWriter out)
      throws InterruptedException {
    long stuck = -1;
    long since = 0;
    while (!thread.join(java.time.Duration.ofMillis(PROGRESS_MILLIS))) {
      out.println(state(start));
      out.flush();
      long cpu = meter.getThreadCpuTime(thread.threadId());
      if (stuck != number) {
        stuck = number;
        since = cpu;
      } else if (cpu - since > HANG_NANOS) {
        fail("does not come to its end", mutation, out);
        return;
      }
    }
  }

  private String state(long start) {
    double passed = (System.nanoTime() - start) / 1e9;
    return String.format(
        Locale.ROOT,
        "inputs %d, readable %d, failures %d, slowest %d ms, largest %d MiB, %.0f s (%.0f/s)",
        tried,
        readable.get(),
        failures.get(),
        slowest / 1_000_000,
        largest >> 20,
        passed,
        tried / passed);
  }
}
