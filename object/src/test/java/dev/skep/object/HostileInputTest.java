package dev.skep.object;

import dev.skep.object.elf.ElfFile;
import dev.skep.object.elf.ElfSection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.LongRange;

/** Malformed input gives a diagnostic, in bounded time; {@link Fuzz} runs the same for longer. */
class HostileInputTest {

  private final Fuzz fuzz;

  HostileInputTest() throws IOException {
    fuzz = new Fuzz(seeds(), ObjectReaderTest.kernelTypes());
  }

  private static List<byte[]> seeds() throws IOException {
    var seeds = new ArrayList<byte[]>();
    for (String name :
        List.of("maps", "globals", "subprograms", "externs", "core", "sections", "kernel_types")) {
      byte[] object = ObjectReaderTest.file(name + ".bpf.o");
      seeds.add(object);
      ElfFile elf = ElfFile.read(object);
      for (ElfSection section : elf.sections()) {
        if (section.name().equals(".BTF")) {
          seeds.add(elf.data(section));
        }
      }
    }
    return seeds;
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void neverThrowsAnythingElse(@ForAll @LongRange(min = 0, max = 1L << 40) long seed) {
    fuzz.once(seed, new Fuzz.Counts());
  }
}
