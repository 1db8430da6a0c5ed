package dev.skep.cli.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.AttachPoint;
import dev.skep.kernel.AttachTarget;
import dev.skep.kernel.AttachTarget.XdpMode;
import dev.skep.kernel.ClassicTc;
import dev.skep.kernel.DirectAttachment;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelLink;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.kernel.MapKeys;
import dev.skep.kernel.NetworkDevice;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code skep kernel -j …} beside {@code bpftool -j …} on the same objects: every field that
 * bpftool prints is in ours, with the same value. {@link Beside} says what may differ, and why.
 */
class BpftoolAgreementTest extends Beside {

  private static final RawInstruction EXIT = RawInstruction.of(0x95, 0, 0, 0, 0);

  private static RawInstruction result(int value) {
    return RawInstruction.of(0xb7, 0, 0, 0, value);
  }

  private static KernelProgram load(Kernel kernel, ProgramType type, int value) {
    ProgramSpec spec = ProgramSpec.of("beside", type, Code.of(result(value), EXIT));
    return ((LoadResult.Loaded) kernel.load(spec, LoadOptions.DEFAULT)).program();
  }

  private static BpfObject object(Kernel kernel, String name) throws IOException {
    return kernel.read(Path.of("../examples", name + ".bpf.o")).orElseThrow();
  }

  /** An example with all its maps; each program and each map is compared in each way. */
  @ParameterizedTest
  @ValueSource(
      strings = {"xdp_firewall", "cgroup_connect", "syscall_latency", "tc_account", "dns_tap"})
  void anExamplesProgramsAndMaps(String name) throws IOException {
    try (Kernel kernel = Kernel.open()) {
      BpfObject object = object(kernel, name);
      try (KernelObject session = kernel.object(object)) {
        for (LoadResult result : session.loadAll(LoadOptions.DEFAULT).values()) {
          String id = id(((LoadResult.Loaded) result).program());
          assertAgrees("prog", "show", "id", id);
          assertAgrees("prog", "dump", "xlated", "id", id);
          assertAgrees("prog", "dump", "xlated", "id", id, "linum");
          assertAgrees("prog", "dump", "xlated", "id", id, "opcodes");
          assertAgrees("btf", "dump", "prog", "id", id);
        }
        for (KernelMap map : session.maps().values()) {
          String id = Integer.toString(map.info().id());
          assertAgrees("map", "show", "id", id);
          if (map.keySize() > 0) {
            assertAgrees("map", "dump", "id", id);
          }
        }
        assertAgrees("prog", "show");
        assertAgrees("prog", "list");
        assertAgrees("map", "show");
        assertAgrees("map", "list");
        assertAgrees("btf", "show");
      }
    }
  }

  private static String id(KernelProgram program) {
    return Integer.toString(program.info().id());
  }

  /** Maps without types, with two elements. */
  @ParameterizedTest
  @EnumSource(
      value = MapType.class,
      names = {"HASH", "ARRAY", "PERCPU_HASH", "PERCPU_ARRAY", "LRU_HASH", "LRU_PERCPU_HASH"})
  void mapsOfBytes(MapType type) throws IOException {
    try (Kernel kernel = Kernel.open();
        KernelMap map = kernel.createMap(MapSpec.of("beside", type, 4, 8, 3))) {
      String id = Integer.toString(map.info().id());
      for (int key = 1; key <= 2; key++) {
        map.update(MapKeys.u32(key), new byte[map.elementSize()]);
      }
      assertAgrees("map", "show", "id", id);
      assertAgrees("map", "dump", "id", id);
      assertAgrees("map", "lookup", "id", id, "key", "1", "0", "0", "0");
      byte[] first = java.util.Objects.requireNonNull(map.nextKey(null));
      String key = Integer.toString(first[0]);
      assertAgrees("map", "getnext", "id", id, "key", key, "0", "0", "0");
      assertAgrees("map", "getnext", "id", id);
    }
  }

  @Test
  void tablesOfProgramsAndOfMaps() throws IOException {
    try (Kernel kernel = Kernel.open();
        KernelProgram program = load(kernel, ProgramType.XDP, 2);
        KernelMap programs = kernel.createMap(MapSpec.of("programs", MapType.PROG_ARRAY, 4, 4, 3));
        KernelMap inner = kernel.createMap(MapSpec.of("inner", MapType.HASH, 4, 4, 1));
        KernelMap queue = kernel.createMap(MapSpec.of("queue", MapType.QUEUE, 0, 4, 4))) {
      programs.put(MapKeys.u32(1), program);
      String id = Integer.toString(programs.info().id());
      assertAgrees("map", "show", "id", id);
      assertAgrees("map", "dump", "id", id);
      var shape = MapSpec.of("", MapType.HASH, 4, 4, 1);
      var outerSpec =
          MapSpec.of("outer", MapType.ARRAY_OF_MAPS, 4, 4, 2).toBuilder().inner(shape).build();
      try (KernelMap outer = kernel.createMap(outerSpec)) {
        outer.put(MapKeys.u32(0), inner);
        assertAgrees("map", "show", "id", Integer.toString(outer.info().id()));
        assertAgrees("map", "dump", "id", Integer.toString(outer.info().id()));
      }
      queue.update(new byte[0], MapKeys.u32(7));
      assertAgrees("map", "show", "id", Integer.toString(queue.info().id()));
      assertAgrees("map", "peek", "id", Integer.toString(queue.info().id()));
    }
  }

  @Test
  void linksAndWhatHoldsThem() throws IOException {
    try (Kernel kernel = Kernel.open();
        KernelProgram raw = load(kernel, ProgramType.RAW_TRACEPOINT, 0);
        KernelProgram plain = load(kernel, ProgramType.TRACEPOINT, 0);
        KernelLink a = raw.attach(new AttachTarget.RawTracepoint("sched_process_exit", 0));
        KernelLink b =
            plain.attach(new AttachTarget.Tracepoint("sched", "sched_process_exit", 3))) {
      assertAgrees("link", "show", "id", Integer.toString(a.info().id()));
      assertAgrees("link", "show", "id", Integer.toString(b.info().id()));
      assertAgrees("link", "list");
      JsonNode held = assertAgrees("perf", "show");
      assertTrue(held.toString().contains("\"tracepoint\":\"sched_process_exit\""), held::toString);
    }
  }

  @Test
  void iteratorsArePinnedAndRead() throws IOException {
    Path pin = Path.of("/sys/fs/bpf/skep-beside-" + ProcessHandle.current().pid());
    Path object = Path.of("src/test/resources/iter/tasks.bpf.o").toAbsolutePath();
    assertEquals("", skep("iter", "pin", object.toString(), pin.toString()).err());
    try {
      assertAgrees("link", "show", "pinned", pin.toString());
      String ours = skep("iter", "read", "pinned", pin.toString()).out();
      long pid = ProcessHandle.current().pid();
      assertTrue(ours.lines().anyMatch(line -> line.startsWith(pid + " ")), ours);
      assertTrue(Files.readString(pin).lines().anyMatch(line -> line.startsWith(pid + " ")));
    } finally {
      Files.deleteIfExists(pin);
    }
  }

  @Test
  void controlGroups() throws IOException {
    Path root = Path.of("/sys/fs/cgroup/unified");
    root = Files.isDirectory(root) ? root : Path.of("/sys/fs/cgroup");
    Path own = root.resolve("skep-beside-" + ProcessHandle.current().pid());
    Files.createDirectory(own);
    AttachType type = AttachType.CGROUP_INET_INGRESS;
    try (Kernel kernel = Kernel.open();
        KernelProgram program = load(kernel, ProgramType.CGROUP_SKB, 1)) {
      var point = new AttachPoint.Cgroup(own);
      DirectAttachment.attach(program, point, type, DirectAttachment.F_ALLOW_MULTI);
      assertAgrees("cgroup", "show", own.toString());
      assertAgrees("cgroup", "show", own.toString(), "effective");
      assertAgrees("cgroup", "tree", own.toString());
      assertEquals(
          0, skep("cgroup", "detach", own.toString(), "ingress", "id", id(program)).code());
      assertEquals("[]", skep("-j", "cgroup", "show", own.toString()).out().strip());
    } finally {
      Files.delete(own);
    }
  }

  @Test
  void networkDevices() throws Exception {
    inOwnNetwork(
        () -> {
          run("ip", "link", "set", "lo", "up");
          try (Kernel kernel = Kernel.open();
              KernelProgram xdp = load(kernel, ProgramType.XDP, 2);
              KernelProgram filter = load(kernel, ProgramType.SCHED_CLS, 0);
              KernelProgram other = load(kernel, ProgramType.SCHED_CLS, 0)) {
            NetworkDevice.setXdp(1, xdp, XdpMode.GENERIC, false);
            ClassicTc.attach(filter, new ClassicTc.Place(1, true, 5, 1));
            ClassicTc.attach(other, new ClassicTc.Place(1, false, 6, 2));
            assertAgrees("net", "show");
            assertAgrees("net", "show", "dev", "lo");
            assertEquals(0, skep("net", "detach", "xdpgeneric", "dev", "lo").code());
            assertAgrees("net", "list");
            assertEquals(0, skep("net", "attach", "xdpgeneric", "id", id(xdp), "dev", "lo").code());
            assertAgrees("net", "list");
          }
          return true;
        });
  }

  @Test
  void structuresOfCallbacks() throws IOException {
    Path object =
        Path.of("../kernel-bridge/src/test/resources/objects/struct_ops.bpf.o").toAbsolutePath();
    try (Kernel kernel = Kernel.open()) {
      BpfObject read = kernel.read(object).orElseThrow();
      try (KernelObject session = kernel.object(read)) {
        var registered = session.registerStructOps(read.map("plain").orElseThrow());
        String id = Integer.toString(registered.map().info().id());
        try (registered) {
          assertAgrees("struct_ops", "show");
          assertAgrees("struct_ops", "show", "id", id);
          // With an id, bpftool prints two values one behind the other, which is no JSON.
          assertAgrees("struct_ops", "dump");
        }
        assertEquals(0, skep("struct_ops", "register", object.toString()).code());
        assertEquals(3, skep("struct_ops", "unregister", "id", id).code());
        assertEquals(0, skep("struct_ops", "unregister", "name", "plain").code());
      }
    }
  }

  /** Rows that bpftool of Debian 12 answers wrongly on newer kernels are its helpers. */
  @Test
  void featuresOfEveryRowThatBothKnow() throws IOException {
    // Kernels that refuse tracing programs by EPERM: bpftool takes that for an absence.
    List<String> undecided = features("feature", "probe", "kernel");
    assertTrue(undecided.size() <= 3, undecided::toString);
  }

  /**
   * The kernel takes these programs of everyone, as it does socket filters. Debian 12's bpftool
   * says no: it looks at the errno of the type that it asked for before.
   */
  private static final String FOR_EVERYONE = "have_cgroup_skb_prog_type";

  /** Without rights nearly everything is EPERM, of which bpftool makes an absence. */
  @Test
  void featuresForThoseWithoutRights() throws IOException {
    List<String> undecided = features("feature", "probe", "kernel", "unprivileged");
    JsonNode theirs = bpftool("feature", "probe", "kernel", "unprivileged");
    for (String key : undecided) {
      boolean absent =
          !theirs.path("program_types").path(key).asBoolean()
              && !theirs.path("map_types").path(key).asBoolean()
              && !theirs.path("misc").path(key).asBoolean();
      assertTrue(absent, key);
    }
    assertTrue(undecided.size() > 20, undecided::toString);
  }

  /** Compares all rows, and gives those of which ours says that it cannot tell. */
  private static List<String> features(String... words) throws IOException {
    JsonNode theirs = bpftool(words);
    var command = new ArrayList<>(List.of("-j"));
    command.addAll(List.of(words));
    JsonNode ours = JSON.readTree(skep(command.toArray(String[]::new)).out());
    var differences = new TreeSet<String>();
    var undecided = new ArrayList<String>();
    int rows = 0;
    for (String section :
        List.of("system_config", "syscall_config", "program_types", "map_types", "misc")) {
      for (var field : theirs.get(section).properties()) {
        JsonNode mine = ours.path(section).path(field.getKey());
        rows++;
        if (command.contains("unprivileged") && field.getKey().equals(FOR_EVERYONE)) {
          continue;
        }
        if (mine.isTextual() && mine.asText().startsWith("inconclusive")) {
          undecided.add(field.getKey());
        } else if (!mine.equals(field.getValue())
            && mine.asLong(-1) != field.getValue().asLong(-2)) {
          differences.add(field.getKey() + ": bpftool " + field.getValue() + ", skep " + mine);
        }
      }
    }
    assertEquals(new TreeSet<String>(), differences);
    assertTrue(rows > 100, "rows: " + rows);
    note(words, theirs);
    return undecided;
  }
}
