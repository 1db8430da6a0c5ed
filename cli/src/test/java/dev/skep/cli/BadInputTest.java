package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.skep.cli.exit.ExitCode;
import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bad input: one clear line, the documented exit code, never a stack trace. */
class BadInputTest {

  @TempDir private Path folder;

  private interface Damage {
    byte[] apply(byte[] good);
  }

  private record Row(String name, Damage damage, String says) {}

  private static byte[] patched(byte[] good, int offset, int... values) {
    byte[] bad = good.clone();
    for (int i = 0; i < values.length; i++) {
      bad[offset + i] = (byte) values[i];
    }
    return bad;
  }

  private static final List<Row> FILES =
      List.of(
          new Row("empty", _ -> new byte[0], "empty"),
          new Row("one byte", good -> Arrays.copyOf(good, 1), ""),
          new Row("truncated in the header", good -> Arrays.copyOf(good, 40), ""),
          new Row("truncated in the middle", good -> Arrays.copyOf(good, good.length / 2), ""),
          new Row(
              "text",
              _ -> "int main(void) { return 0; }\n".getBytes(StandardCharsets.US_ASCII),
              "ELF"),
          new Row("big-endian", good -> patched(good, 5, 2), "endian"),
          new Row("32-bit", good -> patched(good, 4, 1), "64-bit"),
          new Row("for x86-64", good -> patched(good, 18, 62, 0), ""),
          new Row(
              "section headers past the end",
              good -> patched(good, 0x28, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
              ""),
          new Row("65535 section headers", good -> patched(good, 0x3c, 0xff, 0xff), ""),
          new Row(
              "zeros behind the magic", good -> Arrays.copyOf(Arrays.copyOf(good, 4), 4096), ""));

  @TestFactory
  @Timeout(60)
  Stream<DynamicTest> unreadableObjects() throws IOException {
    byte[] good = Files.readAllBytes(Path.of(Cli.example("xdp_firewall.bpf.o")));
    return FILES.stream()
        .map(
            row ->
                dynamicTest(
                    row.name(),
                    () -> {
                      Path file = folder.resolve("bad.o");
                      Files.write(file, row.damage().apply(good));
                      for (String command : List.of("lint", "verify", "run")) {
                        Cli.Result result = Cli.run(command, file.toString());
                        assertEquals(ExitCode.UNREADABLE, result.code(), result.err());
                        assertOneLine(result);
                        assertTrue(
                            result
                                .err()
                                .toLowerCase(Locale.ROOT)
                                .contains(row.says().toLowerCase(Locale.ROOT)),
                            result.err());
                      }
                    }));
  }

  @Test
  @Timeout(120)
  void flippedBytesNeverCauseAFault() throws IOException {
    byte[] good = Files.readAllBytes(Path.of(Cli.example("tc_account.bpf.o")));
    var random = new Random(20261121);
    Path file = folder.resolve("flipped.o");
    for (int round = 0; round < 300; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i <= random.nextInt(8); i++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      Files.write(file, bad);
      Cli.Result result = Cli.run("lint", file.toString());
      assertFalse(
          result.code() == ExitCode.FAULT || result.err().contains("\tat "),
          () -> "seed 20261121: " + result.err());
    }
  }

  record Line(int code, String says, List<String> args) {}

  @TestFactory
  Stream<DynamicTest> wrongCommandLines() {
    String firewall = Cli.example("xdp_firewall.bpf.o");
    return Stream.of(
            new Line(
                ExitCode.USAGE,
                "no program 'nope'; it has: xdp_firewall",
                List.of("verify", firewall, "--prog", "nope")),
            new Line(
                ExitCode.USAGE,
                "choose one with --prog",
                List.of("verify", Cli.example("tc_account.bpf.o"))),
            new Line(
                ExitCode.USAGE,
                "--log-level is 1 or 2",
                List.of("verify", firewall, "--log-level", "8")),
            new Line(
                ExitCode.USAGE, "no kernel version", List.of("lint", firewall, "--kernel", "x")),
            new Line(ExitCode.USAGE, "hex digits", List.of("run", firewall, "--data", "zz")),
            new Line(ExitCode.USAGE, "--frobnicate", List.of("lint", firewall, "--frobnicate")),
            new Line(ExitCode.USAGE, "lnit", List.of("lnit", firewall)),
            new Line(ExitCode.USAGE, "FILE", List.of("lint")),
            new Line(ExitCode.UNREADABLE, "no such file", List.of("lint", "no/such.o")),
            new Line(
                ExitCode.UNREADABLE, "is a directory", List.of("lint", Cli.examples().toString())),
            new Line(
                ExitCode.UNREADABLE,
                "no such file",
                List.of("lint", firewall, "--btf", "no/such.btf")),
            new Line(ExitCode.UNREADABLE, "no BTF", List.of("lint", firewall, "--btf", firewall)),
            new Line(ExitCode.UNREADABLE, "no such file", List.of("corpus", "no/such.jsonl")))
        .map(
            line ->
                dynamicTest(
                    String.join(" ", line.args().subList(0, Math.min(1, line.args().size())))
                        + ": "
                        + line.says(),
                    () -> {
                      Cli.Result result = Cli.run(line.args().toArray(String[]::new));
                      assertEquals(line.code(), result.code(), result.err());
                      assertTrue(result.err().contains(line.says()), result.err());
                      assertOneLine(result);
                    }));
  }

  @Test
  void withoutPrivilegeTheKernelCommandsSaySo() throws Exception {
    RunningKernel.open().close();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path classPath = folder.resolve("args");
    Files.writeString(classPath, "-cp \"" + System.getProperty("java.class.path") + "\"\n");
    for (String[] command :
        new String[][] {
          {"compare", Cli.example("xdp_firewall.bpf.o")},
          {"run", "--engine", "kernel", Cli.example("xdp_firewall.bpf.o")}
        }) {
      var line =
          new java.util.ArrayList<>(
              List.of(
                  "setpriv",
                  "--bounding-set=-all",
                  "--inh-caps=-all",
                  "--reuid=0",
                  java.toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "@" + classPath,
                  "dev.skep.cli.Main"));
      line.addAll(List.of(command));
      Process process = Needs.command(line).start();
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(ExitCode.NO_KERNEL, process.waitFor(), err);
      assertOneLine(new Cli.Result(4, "", err));
      assertTrue(err.contains("CAP_BPF"), err);
    }
  }

  /** One line that starts with the program's name; lines of help may follow. */
  private static void assertOneLine(Cli.Result result) {
    List<String> lines = result.err().lines().toList();
    assertFalse(lines.isEmpty(), "nothing on stderr");
    assertTrue(lines.getFirst().startsWith("skep: "), result.err());
    assertTrue(
        lines.stream().skip(1).allMatch(l -> l.startsWith("  help: ")),
        "more than a line: " + result.err());
    assertFalse(result.err().contains("Exception"), result.err());
  }
}
