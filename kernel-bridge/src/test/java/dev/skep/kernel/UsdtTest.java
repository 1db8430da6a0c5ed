package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.skep.catalog.ProgramType;
import dev.skep.isa.RawInstruction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Markers for tracers in a binary of our own: {@code objects/usdt.c}. */
@KernelTest
@SuppressWarnings("NullAway.Init") // the extension sets the directory
class UsdtTest extends LinkTestBase {

  private static final int PT_REGS_DI = 112;

  @TempDir private Path directory;

  private Path program() throws IOException {
    Path file = directory.resolve("usdt");
    try (InputStream in = UsdtTest.class.getResourceAsStream("/objects/usdt")) {
      Files.write(file, Objects.requireNonNull(in).readAllBytes());
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file;
  }

  private static int run(Path program) throws IOException, InterruptedException {
    return new ProcessBuilder(program.toString()).start().waitFor();
  }

  /** Adds the first argument, register di, to element 0. */
  private KernelProgram adding() {
    var code = new ArrayList<RawInstruction>();
    code.add(RawInstruction.of(0x79, 6, 1, PT_REGS_DI, 0));
    code.add(RawInstruction.of(0x62, 10, 0, -4, 0));
    code.addAll(Programs.map(1, 0));
    code.add(Programs.movReg(2, 10));
    code.add(RawInstruction.of(0x07, 2, 0, 0, -4));
    code.add(Programs.call(Programs.MAP_LOOKUP_ELEM));
    code.add(RawInstruction.of(0x15, 0, 0, 1, 0));
    code.add(RawInstruction.of(0xdb, 0, 6, 0, 0));
    code.add(Programs.mov(0, 0));
    code.add(Programs.exit());
    return load(Programs.withMaps("adding", ProgramType.KPROBE, code, Programs.counters("events")));
  }

  @Test
  void aMarkersArgumentIsSeenAndItsCounterCountsUp() throws IOException, InterruptedException {
    Path binary = program();
    List<UsdtProbes.Probe> probes = UsdtProbes.of(binary, "skep", "round");
    assertEquals(1, probes.size());
    UsdtProbes.Probe probe = probes.getFirst();
    assertEquals("8@%rdi", probe.arguments());
    assertNotEquals(0, probe.semaphore());
    assertEquals(0, run(binary));
    try (var adding = adding()) {
      try (KernelLink link = adding.attach(probe.in(binary, -1, 5))) {
        assertEquals(LinkType.PERF_EVENT, link.info().type());
        assertEquals(1, run(binary), "the counter, which is the program's exit code");
        assertEquals(1 + 2 + 3, count(adding));
      }
      assertEquals(0, run(binary));
      assertEquals(6, count(adding));
    }
  }

  /** No byte of the notes, changed or cut, makes the reader fail. */
  @Test
  void malformedNotesAreNoProbes() throws IOException {
    byte[] file = Files.readAllBytes(program());
    var random = new java.util.Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = file.clone();
      for (int n = 0; n < 4; n++) {
        int at = random.nextBoolean() ? random.nextInt(64) : random.nextInt(changed.length);
        changed[at] = (byte) random.nextInt();
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(changed.length) : changed.length;
      var probes =
          UsdtProbes.read(
              ByteBuffer.wrap(changed, 0, length).slice().order(java.nio.ByteOrder.LITTLE_ENDIAN));
      assertEquals(true, probes.size() < 1000);
    }
  }
}
