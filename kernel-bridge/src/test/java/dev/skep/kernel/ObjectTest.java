package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.MapType;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkType;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ReadResult;
import dev.skep.object.RunningKernel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Whole objects: what they ask of the kernel besides their programs and maps. */
@KernelTest
class ObjectTest extends LinkTestBase {

  private static final Path CONTROLS =
      Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");

  /** A connection over the loopback device, with the congestion control of a name. */
  private static void connect(NetworkNamespace network, String control) {
    network.call(
        () -> {
          Files.writeString(Path.of("/proc/sys/net/ipv4/tcp_congestion_control"), control);
          try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
              var client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
              Socket accepted = server.accept()) {
            client.getOutputStream().write(new byte[10_000]);
            client.shutdownOutput();
            assertEquals(10_000, accepted.getInputStream().readAllBytes().length);
          }
          return true;
        });
  }

  @Test
  void aCongestionControlInBpfCarriesAConnection() throws IOException {
    BpfObject object = TestObjects.read(kernel, "struct_ops");
    MapSpec spec = object.map("plain").orElseThrow();
    try (var network = new NetworkNamespace();
        KernelObject session = kernel.object(object)) {
      try (StructOps registered = session.registerStructOps(spec)) {
        assertTrue(Files.readString(CONTROLS).contains("skep_plain"));
        assertEquals(StructOps.State.INUSE, StructOps.state(registered.map()));
        assertEquals(null, registered.link());
        connect(network, "skep_plain");
        assertTrue(TestObjects.variable(session, object, "connections") > 0);
        network.command("sh", "-c", "echo reno >/proc/sys/net/ipv4/tcp_congestion_control");
        var again = assertThrows(KernelCallException.class, () -> session.registerStructOps(spec));
        assertTrue(
            again.getMessage().contains("registering struct_ops map plain"), again::getMessage);
      }
      assertFalse(Files.readString(CONTROLS).contains("skep_plain"));
    }
  }

  @Test
  void aLinkHoldsAStructureAndTakesAnother() throws IOException {
    needs(6, 4, "the link of struct_ops");
    BpfObject object = TestObjects.read(kernel, "struct_ops");
    try (KernelObject session = kernel.object(object)) {
      KernelMap next = session.map(object.map("replacement").orElseThrow());
      try (StructOps registered = session.registerStructOps(object.map("linked").orElseThrow())) {
        KernelLink link = registered.link();
        assertNotNull(link);
        assertEquals(LinkType.STRUCT_OPS, link.info().type());
        assertEquals((long) registered.map().info().id(), link.info().details().get("map_id"));
        assertTrue(Files.readString(CONTROLS).contains("skep_linked"));
        // The one that takes its place has its value set, but no link of its own.
        session.prepareStructOps(object.map("replacement").orElseThrow());
        assertEquals(StructOps.State.READY, StructOps.state(next));
        link.update(next);
        assertEquals((long) next.info().id(), link.info().details().get("map_id"));
        if (kernel.version().isAtLeast(6, 11)) {
          link.detach();
          assertFalse(Files.readString(CONTROLS).contains("skep_linked"));
        }
      }
      assertFalse(Files.readString(CONTROLS).contains("skep_linked"));
    }
  }

  @Test
  void configurationSymbolsAndPinnedMapsAreTheKernels() throws IOException {
    BpfObject object = TestObjects.read(kernel, "externs");
    Path directory = Path.of("/sys/fs/bpf/skep-test-" + ProcessHandle.current().pid());
    Path pin = directory.resolve("skep_shared");
    Files.createDirectory(directory);
    try {
      for (int round = 1; round <= 2; round++) {
        try (KernelObject session = kernel.object(object)) {
          session.pinMapsBelow(directory);
          KernelProgram ask = TestObjects.load(session, object, "ask");
          assertEquals(7, ask.testRun(new byte[64]).retval());
          assertEquals(
              RunningKernel.options().kernelVersionCode(),
              TestObjects.variable(session, object, "version"));
          if (!RunningKernel.options().kernelConfig().isEmpty()) {
            assertEquals(
                RunningKernel.options().kernelConfig().get("CONFIG_HZ"),
                Long.toString(TestObjects.variable(session, object, "hz")));
            assertEquals(1, TestObjects.variable(session, object, "has_bpf"));
          }
          assertEquals(0, TestObjects.variable(session, object, "has_nothing"));
          assertEquals(
              RunningKernel.symbols().get("bpf_prog_put"),
              TestObjects.variable(session, object, "address"));
          assertEquals(0, TestObjects.variable(session, object, "absent_address"));
          byte[] value =
              session.map(object.map("skep_shared").orElseThrow()).lookup(Programs.u32(1));
          assertEquals(round, value == null ? -1 : Programs.number(value));
        }
      }
      Files.delete(pin);
      try (KernelMap other = kernel.createMap(MapSpec.of("other", MapType.HASH, 4, 4, 16));
          KernelObject session = kernel.object(object)) {
        other.pin(pin);
        session.pinMapsBelow(directory);
        var e =
            assertThrows(
                KernelCallException.class,
                () -> session.map(object.map("skep_shared").orElseThrow()));
        assertTrue(e.getMessage().contains("value_size is 4, not 8"), e::getMessage);
      }
    } finally {
      Files.deleteIfExists(pin);
      Files.delete(directory);
    }
  }

  /** A kernel without CONFIG_KALLSYMS_ALL has the variable's type, but not its address. */
  @Test
  void variablesOfTheKernelAreLookedAt() {
    BpfObject object = TestObjects.read(kernel, "variables");
    boolean known = RunningKernel.symbols().containsKey("bpf_prog_active");
    try (KernelObject session = kernel.object(object)) {
      switch (session.load(object.program("look").orElseThrow(), LoadOptions.DEFAULT)) {
        case LoadResult.Loaded loaded -> {
          loaded.program().testRun(new byte[64]);
          assertEquals(1, TestObjects.variable(session, object, "is_there"));
        }
        case LoadResult.Refused refused -> {
          assertFalse(known, refused.log());
          assertTrue(refused.reason().contains("'bpf_prog_active'"), refused::reason);
        }
      }
    }
  }

  @Test
  void aGivenMapTakesThePlaceOfTheObjects() {
    BpfObject object = TestObjects.read(kernel, "externs");
    MapSpec spec = object.map("skep_shared").orElseThrow();
    try (KernelMap mine = kernel.createMap(spec)) {
      try (KernelObject session = kernel.object(object)) {
        session.reuse(spec, mine);
        TestObjects.load(session, object, "ask").testRun(new byte[64]);
      }
      assertFalse(mine.isClosed());
      byte[] value = mine.lookup(Programs.u32(1));
      assertEquals(1, value == null ? -1 : Programs.number(value));
    }
  }

  /** Where the module is not loaded, the object cannot be read for this kernel, and says why. */
  @Test
  void functionsOfModulesAreCalled() throws IOException {
    boolean builtIn =
        Objects.requireNonNull(kernel.btf()).findFunc("bpf_xdp_ct_lookup").isPresent();
    if (!builtIn && !Files.exists(Path.of("/sys/kernel/btf/nf_conntrack"))) {
      var refused =
          assertInstanceOf(
              ReadResult.Refused.class, kernel.read(TestObjects.bytes("module"), "module.bpf.o"));
      assertTrue(
          refused.diagnostics().getFirst().message().contains("no function 'bpf_xdp_ct_lookup'"),
          refused.diagnostics()::toString);
      return;
    }
    BpfObject object = TestObjects.read(kernel, "module");
    try (KernelObject session = kernel.object(object)) {
      // skep's verifier does not model functions of modules.
      LoadOptions options = LoadOptions.DEFAULT.unchecked();
      int users = usersOfConnectionTracking();
      KernelProgram program = TestObjects.load(session, object, "look_up", options);
      // A program holds the modules whose types came by fd_array.
      assertEquals(builtIn ? 0 : 1, usersOfConnectionTracking() - users);
      assertEquals(2, program.testRun(new byte[64]).retval());
      assertEquals(-2, (int) TestObjects.variable(session, object, "error")); // ENOENT
    }
  }

  private static int usersOfConnectionTracking() throws IOException {
    Path count = Path.of("/sys/module/nf_conntrack/refcnt");
    return Files.exists(count) ? Integer.parseInt(Files.readString(count).strip()) : 0;
  }

  @Test
  void anArenasPagesAreShared() {
    needs(6, 9, "the arena");
    BpfObject object = TestObjects.read(kernel, "arena");
    try (KernelObject session = kernel.object(object)) {
      // skep's verifier does not model the arena's kernel functions.
      LoadOptions options = LoadOptions.DEFAULT.unchecked();
      KernelProgram fill = TestObjects.load(session, object, "fill", options);
      assertEquals(0, fill.testRun(TestRunOptions.NONE).retval());
      KernelMap arena = session.map(object.map("arena").orElseThrow());
      try (MappedValues pages = arena.mapValues()) {
        long place = TestObjects.variable(session, object, "place");
        var page = pages.memory().asSlice(place - pages.memory().address(), 4096);
        assertEquals(
            0x1122334455667788L, page.getAtIndex(java.lang.foreign.ValueLayout.JAVA_LONG, 0));
        assertEquals(99, page.getAtIndex(java.lang.foreign.ValueLayout.JAVA_LONG, 511));
      }
    }
  }
}
