package dev.skep.object;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.object.fuzz.Mutation;
import dev.skep.object.fuzz.ReaderTrial;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.LongRange;

/** Malformed input gives a diagnostic; {@code skep fuzz objects} runs the same for longer. */
class HostileInputTest {

  private final Mutation mutation;
  private final ReaderTrial trial;

  HostileInputTest() throws IOException {
    var seeds = new ArrayList<byte[]>();
    for (String name :
        List.of("maps", "globals", "subprograms", "externs", "core", "sections", "kernel_types")) {
      seeds.addAll(ReaderTrial.seeds(ObjectReaderTest.file(name + ".bpf.o")));
    }
    mutation = new Mutation(seeds);
    trial = new ReaderTrial(ReadOptions.defaults().withKernelBtf(ObjectReaderTest.kernelTypes()));
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void neverThrowsAnythingElse(@ForAll @LongRange(min = 0, max = 1L << 40) long number) {
    long start = System.nanoTime();
    trial.run(mutation.input(number));
    assertTrue(System.nanoTime() - start < 5_000_000_000L, () -> number + " takes too long");
  }
}
