package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code skep conformance} and {@code skep conformance-plugin}. */
class ConformanceCommandTest {

  @TempDir private Path folder;

  private static Cli.Result plugin(String standardInput, String... args) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)));
    try {
      return Cli.run(args);
    } finally {
      System.setIn(before);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // r0 = 5; exit, as the runner writes it: two blanks after a byte
        "b7  00  00  00  05  00  00  00  95  00  00  00  00  00  00  00   |            | 0 | 5",
        // r0 = -1
        "b700000000ffffffff9500000000000000                               |            | 3 |",
        "b7000000ffffffff9500000000000000                       |            | 0 | ffffffffffffffff",
        // r0 = *(u16 *)(r1 + 1)
        "69 10 01 00 00 00 00 00 95 00 00 00 00 00 00 00                  | 01 02 03   | 0 | 302",
        // r0 = r2: the memory's length
        "bf20000000000000 9500000000000000                                | aabbcc     | 0 | 3",
        // beyond the memory
        "69 10 02 00 00 00 00 00 95 00 00 00 00 00 00 00                  | 01 02 03   | 1 |",
        // no instruction; a jump out of the program; no hex
        "ff00000000000000 9500000000000000                                |            | 1 |",
        "05000500000000009500000000000000                                 |            | 1 |",
        "zz                                                               |            | 3 |",
        "95000000000000                                                   |            | 3 |",
        "b7000000050000009500000000000000                                 | zz         | 3 |",
      })
  void thePluginRunsOneProgram(String program, String memory, int code, String r0) {
    String given = memory == null ? "" : memory;
    for (String[] args :
        new String[][] {
          {"conformance-plugin", given},
          {"conformance-plugin", given, ""},
          {given, "conformance-plugin"},
          {"conformance-plugin", "--program", program, given},
        }) {
      if (args[0].equals("zz")) {
        continue; // What is no hex is not taken for the memory.
      }
      Cli.Result result = plugin(program + "\n", args);
      assertEquals(code, result.code(), result.err());
      assertEquals(r0 == null ? "" : r0 + "\n", result.out());
      assertEquals(code != 0, result.err().startsWith("skep: "), result.err());
    }
  }

  @Test
  void thePluginTakesAnObject() throws Exception {
    Path source = folder.resolve("five.s");
    Files.writeString(source, ".program five type=xdp\nr0 = 5\nexit\n");
    Path object = folder.resolve("five.o");
    Cli.Result assembled = Cli.run("asm", source.toString(), "-o", object.toString());
    assertEquals(0, assembled.code(), assembled.err());
    String hex = HexFormat.ofDelimiter(" ").formatHex(Files.readAllBytes(object));
    Cli.Result result = plugin(hex, "conformance-plugin", "--elf");
    assertEquals("5\n", result.out(), result.err());
    assertEquals(3, plugin("00", "conformance-plugin", "--elf").code());
    assertEquals(3, plugin("", "conformance-plugin").code());
  }

  @Test
  void theCommandCountsByKindAndEngine() throws Exception {
    Files.createDirectories(folder.resolve("negative"));
    Files.writeString(folder.resolve("a.data"), "-- asm\nmov %r0, 5\nexit\n-- result\n0x5\n");
    Files.writeString(folder.resolve("b.data"), "-- asm\nmov %r0, 5\nexit\n-- result\n0x6\n");
    Files.writeString(
        folder.resolve("negative/c.data"), "-- asm\nmov %r77, 5\nexit\n-- result\n0x5\n");
    Cli.Result result = Cli.run("conformance", folder.toString(), "--engine", "interpreter");
    assertEquals(1, result.code(), result.err());
    assertEquals(
        """
        FAIL b.data: r0 is 0x5, but 0x6 was to come
        interpreter: 1 of 2 positive, 1 of 1 negative
        """,
        result.out());
    Files.delete(folder.resolve("b.data"));
    assertEquals(0, Cli.run("conformance", folder.toString()).code());
    assertTrue(Cli.run("conformance", "--all", folder.toString()).out().startsWith("pass a.data"));
    Files.createDirectories(folder.resolve("empty"));
    assertEquals(3, Cli.run("conformance", folder.resolve("empty").toString()).code());
  }
}
