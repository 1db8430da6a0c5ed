package dev.skep.agreement.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.Btf;
import dev.skep.object.ReadOptions;
import dev.skep.object.reader.ObjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.LongRange;

/** Malformed input gives a diagnostic; {@code skep fuzz objects} runs the same for longer. */
class HostileInputTest {

  /** The object reader's own, beside this module. */
  private static final Path OBJECTS = Path.of("../object/src/test/resources/objects");

  private final DamagedCopies copies;
  private final ReaderTrial trial;

  HostileInputTest() throws IOException {
    var seeds = new ArrayList<byte[]>();
    for (String name :
        List.of("maps", "globals", "subprograms", "externs", "core", "sections", "kernel_types")) {
      seeds.addAll(ReaderTrial.seeds(Files.readAllBytes(OBJECTS.resolve(name + ".bpf.o"))));
    }
    copies = new DamagedCopies(seeds);
    trial = new ReaderTrial(ReadOptions.defaults().withKernelBtf(kernelTypes()));
  }

  private static Btf kernelTypes() throws IOException {
    byte[] file = Files.readAllBytes(OBJECTS.resolve("kernel_types.bpf.o"));
    Btf btf =
        ObjectReader.read(file, "kernel_types.bpf.o", ReadOptions.defaults()).orElseThrow().btf();
    return Objects.requireNonNull(btf, "BTF");
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void neverThrowsAnythingElse(@ForAll @LongRange(min = 0, max = 1L << 40) long number) {
    long start = System.nanoTime();
    trial.run(copies.input(number));
    assertTrue(System.nanoTime() - start < 5_000_000_000L, () -> number + " takes too long");
  }
}
