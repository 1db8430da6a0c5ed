package dev.skep.benchmarks;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfReader;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A kernel's types: the running kernel's where there are some, else 100,000 generated ones.
 *
 * <p>The heap is the target's limit of 150 MB: a reader that needs more ends the run.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx150m"})
public class BtfBenchmark {

  private static final Path KERNEL = Path.of("/sys/kernel/btf/vmlinux");

  private static final int GENERATED = 50_000;

  private byte[] bytes = {};

  /** Reads the file, or makes one. */
  @Setup
  public void prepare() throws IOException {
    bytes = Files.isReadable(KERNEL) ? Files.readAllBytes(KERNEL) : generated();
  }

  private static byte[] generated() {
    var types = new BtfBuilder();
    types.add(BtfType.Int.signed("int", 4));
    for (int i = 0; i < GENERATED; i++) {
      types.add(new BtfType.Struct("s" + i, false, 4, List.of(new BtfType.Member("a", 1, 0, 0))));
      types.add(new BtfType.Typedef("t" + i, 2 + 2 * i));
    }
    return BtfWriter.write(types.build());
  }

  /** Bytes to types that are checked and can be looked up by name. */
  @Benchmark
  public int load() {
    Btf types = BtfReader.read(bytes);
    return types.idsWithEssentialName("task_struct").size() + types.typeCount();
  }

  /** The same, and every type decoded. */
  @Benchmark
  public int loadAndDecode() {
    Btf types = BtfReader.read(bytes);
    int names = 0;
    for (int id = 1; id < types.typeCount(); id++) {
      names += types.type(id).hashCode() & 1;
    }
    return names;
  }
}
