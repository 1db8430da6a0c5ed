package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.Errno;
import dev.skep.catalog.ProgramType;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkInfo;
import dev.skep.kernel.info.ObjectKind;
import dev.skep.kernel.info.ProgramInfo;
import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Native;
import dev.skep.object.ProgramSpec;
import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How long things live: by descriptors, by pins, and not beyond. */
@KernelTest
class LifetimeTest extends LinkTestBase {

  @Test
  void objectsAreFoundByIdAndByPin() throws IOException {
    try (var program = load(counting(ProgramType.XDP, 2));
        Fd mount = Native.privateMount("bpf")) {
      ProgramInfo info = program.info();
      assertEquals("counting", info.name());
      assertEquals(ProgramType.XDP, info.type());
      assertEquals(1, info.mapIds().size());
      assertTrue(info.translatedBytes() > 0 && info.verifiedInstructions() > 0);
      assertTrue(kernel.ids(ObjectKind.PROGRAM).contains(info.id()));
      assertEquals(info.translatedBytes() / 8, program.translated().size());
      assertEquals(info.jitedBytes(), program.jited().size());
      int mapId = info.mapIds().get(0);
      Path pins = Path.of("/proc/self/fd/" + mount.acquire());
      try (KernelProgram same = kernel.programById(info.id());
          KernelMap map = kernel.mapById(mapId)) {
        assertEquals(info.tag(), same.info().tag());
        assertEquals("events", map.name());
        same.pin(pins.resolve("prog"));
        map.pin(pins.resolve("map"));
        try (KernelResource pinned = kernel.pinned(pins.resolve("map"))) {
          assertEquals(mapId, assertInstanceOf(KernelMap.class, pinned).info().id());
        }
        try (KernelResource pinned = kernel.pinned(pins.resolve("prog"))) {
          assertEquals(info.id(), assertInstanceOf(KernelProgram.class, pinned).info().id());
        }
        var e = assertThrows(KernelCallException.class, () -> map.pin(pins.resolve("map")));
        assertEquals(Errno.EEXIST, e.errno());
      } finally {
        mount.release();
      }
      var e = assertThrows(KernelCallException.class, () -> program.pin(Path.of("/tmp/skep-pin")));
      assertTrue(e.getMessage().contains("mount -t bpf"), e.getMessage());
      assertThrows(KernelCallException.class, () -> kernel.programById(Integer.MAX_VALUE));
    }
  }

  /** A process that is killed while it has a program attached leaves nothing in the kernel. */
  @Test
  void aKilledProcessLeavesNothingBehind() throws IOException, InterruptedException {
    Process process = process(Attached.class);
    String[] ids;
    try (var reader = process.inputReader()) {
      ids = String.valueOf(reader.readLine()).split(" ", -1);
    } finally {
      process.destroyForcibly().waitFor();
    }
    int program = Integer.parseInt(ids[0]);
    int link = Integer.parseInt(ids[1]);
    // The kernel frees programs and maps after a grace period.
    for (int i = 0; i < 100 && kernel.ids(ObjectKind.PROGRAM).contains(program); i++) {
      Thread.sleep(20);
    }
    assertTrue(!kernel.ids(ObjectKind.PROGRAM).contains(program));
    assertTrue(!kernel.ids(ObjectKind.LINK).contains(link));
  }

  /** The process that is killed. */
  static final class Attached {

    private Attached() {}

    public static void main(String[] args) throws InterruptedException {
      Kernel kernel = Kernel.open();
      var loaded =
          (LoadResult.Loaded)
              kernel.load(counting(ProgramType.RAW_TRACEPOINT, 0), LoadOptions.DEFAULT);
      KernelProgram program = loaded.program();
      KernelLink link = program.attach(new AttachTarget.RawTracepoint("sys_enter", 0));
      System.out.println(program.info().id() + " " + link.info().id());
      Thread.sleep(60_000);
    }
  }

  /** The process that pins and ends: what it pinned is there after it. */
  static final class Pinning {

    private Pinning() {}

    public static void main(String[] args) {
      Path directory = Path.of(args[0]);
      try (Kernel kernel = Kernel.open()) {
        var loaded =
            (LoadResult.Loaded)
                kernel.load(counting(ProgramType.RAW_TRACEPOINT, 0), LoadOptions.DEFAULT);
        KernelProgram program = loaded.program();
        KernelLink link = program.attach(new AttachTarget.RawTracepoint("sys_enter", 0));
        program.pin(directory.resolve("prog"));
        link.pin(directory.resolve("link"));
        program.maps().values().iterator().next().pin(directory.resolve("map"));
      }
    }
  }

  @Test
  void pinsSurviveTheProcess() throws IOException, InterruptedException {
    Path directory = Path.of("/sys/fs/bpf/skep-pins-" + ProcessHandle.current().pid());
    Files.createDirectory(directory);
    List<Path> pins = Stream.of("prog", "link", "map").map(directory::resolve).toList();
    int linkId = 0;
    try {
      Process process = process(Pinning.class, directory.toString());
      assertEquals(0, process.waitFor());
      try (KernelResource program = kernel.pinned(pins.get(0));
          KernelResource link = kernel.pinned(pins.get(1));
          KernelResource map = kernel.pinned(pins.get(2))) {
        LinkInfo info = assertInstanceOf(KernelLink.class, link).info();
        linkId = info.id();
        assertEquals(assertInstanceOf(KernelProgram.class, program).info().id(), info.programId());
        // It runs on: this process's system calls are counted.
        KernelMap counts = assertInstanceOf(KernelMap.class, map);
        long before = Programs.number(Objects.requireNonNull(counts.lookup(new byte[4])));
        Files.exists(directory);
        assertTrue(Programs.number(Objects.requireNonNull(counts.lookup(new byte[4]))) > before);
      }
    } finally {
      for (Path pin : pins) {
        Files.deleteIfExists(pin);
      }
      Files.delete(directory);
    }
    for (int i = 0; i < 100 && kernel.ids(ObjectKind.LINK).contains(linkId); i++) {
      Thread.sleep(20);
    }
    assertFalse(kernel.ids(ObjectKind.LINK).contains(linkId));
  }

  private static Process process(Class<?> main, String... args) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(args));
    return Needs.command(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Test
  void manyLoadsLeaveNothingBehind() throws InterruptedException {
    int before = kernel.ids(ObjectKind.PROGRAM).size();
    int mapsBefore = kernel.ids(ObjectKind.MAP).size();
    int linksBefore = kernel.ids(ObjectKind.LINK).size();
    ProgramSpec spec = counting(ProgramType.XDP, 2);
    for (int i = 0; i < 10_000; i++) {
      load(spec).close();
    }
    // The kernel takes its time to free what was closed.
    for (int i = 0;
        i < 500
            && (kernel.ids(ObjectKind.PROGRAM).size() > before
                || kernel.ids(ObjectKind.MAP).size() > mapsBefore);
        i++) {
      Thread.sleep(20);
    }
    // Others on the machine load programs too.
    assertEquals(before, kernel.ids(ObjectKind.PROGRAM).size(), 100);
    assertEquals(mapsBefore, kernel.ids(ObjectKind.MAP).size(), 300);
    assertEquals(linksBefore, kernel.ids(ObjectKind.LINK).size(), 50);
  }
}
