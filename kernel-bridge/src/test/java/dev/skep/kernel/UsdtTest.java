package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skep.catalog.Errno;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkType;
import dev.skep.object.BpfObject;
import dev.skep.test.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
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

  private Path program(String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = UsdtTest.class.getResourceAsStream("/objects/" + name)) {
      Files.write(file, Objects.requireNonNull(in).readAllBytes());
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file;
  }

  private static int run(Path program) throws IOException, InterruptedException {
    return Needs.command(program.toString()).start().waitFor();
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
    Path binary = program("usdt");
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

  /**
   * {@code objects/places.c} reaches its marker three times, at two places whose arguments are in
   * memory, registers and constants of all sizes; {@code objects/usdt.bpf.c} asks for them by
   * libbpf's {@code bpf_usdt_arg()}.
   */
  @Test
  void allPlacesOfAMarkerAreSeenWithTheirArguments() throws IOException, InterruptedException {
    Path binary = program("places");
    BpfObject object = TestObjects.read(kernel, "usdt");
    try (KernelObject session = kernel.object(object)) {
      KernelProgram onPlace = TestObjects.load(session, object, "on_place");
      assertEquals(0, run(binary));
      try (UsdtAttachment attached =
          session.attachUsdt(onPlace, binary, "skep", "place", -1, 1234)) {
        assertEquals(2, attached.places().size());
        // One link where the kernel has links of many uprobes.
        int links = kernel.version().isAtLeast(6, 6) ? 1 : 2;
        assertEquals(links, attached.links().size());
        assertEquals(2, run(binary), "the counter: one more for each place");
      }
      assertEquals(0, run(binary));
      assertEquals(3, TestObjects.variable(session, object, "hits"));
      long big = 0x123456789abcdefL;
      long[][] seen = {
        {-5, big, -100, 7, 1234, 4}, {200, 60000, -3, big, 1234, 4}, {6, big, -100, 7, 1234, 4}
      };
      byte[] bytes = TestObjects.bytesOf(session, object, "seen");
      LongBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
      for (long[] hit : seen) {
        long[] ours = new long[hit.length];
        numbers.get(ours);
        assertArrayEquals(hit, ours, () -> Arrays.toString(ours));
      }
      var e =
          assertThrows(
              KernelCallException.class,
              () -> session.attachUsdt(onPlace, binary, "skep", "nowhere", -1, 0));
      assertEquals(Errno.ENOENT, e.errno());
    }
  }

  /** No byte of the notes, changed or cut, makes the reader fail. */
  @Test
  void malformedNotesAreNoProbes() throws IOException {
    byte[] file = Files.readAllBytes(program("usdt"));
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
              ByteBuffer.wrap(changed, 0, length).slice().order(ByteOrder.LITTLE_ENDIAN));
      assertEquals(true, probes.size() < 1000);
    }
  }
}
