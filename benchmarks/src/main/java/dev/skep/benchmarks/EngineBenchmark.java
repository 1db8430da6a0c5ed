package dev.skep.benchmarks;

import dev.skep.interpreter.Interpreter;
import dev.skep.jit.Jit;
import dev.skep.object.BpfObject;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One run of a program of {@code engines.bpf.o} through the public API, on both engines. {@link
 * EngineTable} has the kernel beside them; this has JMH's errors and profilers.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EngineBenchmark {

  /** Which program runs. */
  @Param({"tiny", "alu64", "alu32", "sort", "copy", "parse", "map", "calls", "class", "state"})
  public String program = "tiny";

  private LongSupplier compiled = () -> 0;
  private LongSupplier interpreted = () -> 0;

  /** Prepares the program. */
  @Setup
  public void prepare() throws IOException {
    BpfObject object = Workload.object();
    compiled = Workload.prepare(object, new Jit(new Interpreter()), program)::run;
    interpreted = Workload.prepare(object, new Interpreter(), program)::run;
  }

  /** One run on the jit. */
  @Benchmark
  public long jit() {
    return compiled.getAsLong();
  }

  /** One run on the interpreter. */
  @Benchmark
  public long interpreter() {
    return interpreted.getAsLong();
  }
}
