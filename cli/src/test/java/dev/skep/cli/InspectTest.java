package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.cli.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code skep inspect}, and objects inside executables. */
class InspectTest {

  @TempDir private Path folder;

  /** The page about an example; {@code -Dskep.record=FOLDER} records anew. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "xdp_firewall",
        "tc_account",
        "syscall_latency",
        "cgroup_connect",
        "dns_tap",
        "tc_guard"
      })
  void printsAPage(String name) throws IOException {
    Cli.Result result = Cli.run("inspect", Cli.example(name + ".bpf.o"));
    assertEquals(ExitCode.OK, result.code(), result.err());
    String record = System.getProperty("skep.record");
    if (record != null) {
      Files.writeString(Path.of(record, name + ".txt"), result.out());
    }
    try (InputStream in = InspectTest.class.getResourceAsStream("/inspect/" + name + ".txt")) {
      String wanted = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(wanted, result.out());
    }
    assertTrue(result.out().lines().count() <= 60, "a page, not " + result.out());
  }

  /** An ELF file for x86-64 with two objects in what would be its read-only data. */
  private Path executable() throws IOException {
    var out = new ByteArrayOutputStream();
    byte[] header = new byte[4096];
    byte[] elf = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    System.arraycopy(elf, 0, header, 0, elf.length);
    header[16] = 3; // ET_DYN
    header[18] = 62; // EM_X86_64
    out.write(header);
    out.write(Files.readAllBytes(Path.of(Cli.example("xdp_firewall.bpf.o"))));
    out.write(new byte[123]);
    out.write(Files.readAllBytes(Path.of(Cli.example("broken/missing_null_check.bpf.o"))));
    out.write(header, 16, 2000);
    Path file = folder.resolve("tool");
    Files.write(file, out.toByteArray());
    return file;
  }

  @Test
  void findsAllObjectsOfAnExecutable() throws IOException {
    Cli.Result result = Cli.run("inspect", executable().toString());
    assertEquals(ExitCode.OK, result.code(), result.err());
    assertTrue(result.out().contains("program xdp_firewall  SEC("), result.out());
    assertTrue(result.out().contains("program missing_null_check  SEC("), result.out());
    Cli.Result json = Cli.run("inspect", "--format", "json", executable().toString());
    assertTrue(json.out().contains("tool (object 2)\""), json.out());
  }

  @Test
  void lintsAllObjectsOfAnExecutable() throws IOException {
    Cli.Result result = Cli.run("lint", executable().toString());
    assertEquals(ExitCode.REJECTED, result.code(), result.err());
    assertTrue(
        result.out().endsWith("2 programs: 1 accepted, 1 rejected, 0 cannot be judged\n"),
        result.out());
  }

  @Test
  void extractsObjectsAsTheyAre() throws IOException {
    Path to = folder.resolve("out");
    Cli.Result result = Cli.run("inspect", "--extract", to.toString(), executable().toString());
    assertEquals(ExitCode.OK, result.code(), result.err());
    assertEquals(
        -1, Files.mismatch(to.resolve("tool.bpf.o"), Path.of(Cli.example("xdp_firewall.bpf.o"))));
    assertEquals(
        -1,
        Files.mismatch(
            to.resolve("tool.2.bpf.o"), Path.of(Cli.example("broken/missing_null_check.bpf.o"))));
  }

  @Test
  void saysThatThereIsNoneInside() throws IOException {
    Path file = folder.resolve("plain");
    byte[] bytes = Files.readAllBytes(executable());
    Files.write(file, java.util.Arrays.copyOf(bytes, 4096));
    for (String command : new String[] {"inspect", "lint"}) {
      Cli.Result result = Cli.run(command, file.toString());
      assertEquals(ExitCode.UNREADABLE, result.code(), command);
      assertTrue(result.err().contains("no BPF object is inside it"), result.err());
      assertEquals("", result.out());
    }
  }
}
