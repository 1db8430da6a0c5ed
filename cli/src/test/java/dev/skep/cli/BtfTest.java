package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfWriter;
import dev.skep.cli.exit.ExitCode;
import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code skep btf dump}: the raw text of every example is bpftool's, line for line. */
class BtfTest {

  @TempDir private Path folder;

  @TestFactory
  List<DynamicTest> rawTextEqualsBpftools() throws IOException {
    try (Stream<Path> files = Files.walk(Cli.examples())) {
      var tests = new ArrayList<DynamicTest>();
      for (Path file : files.filter(f -> f.toString().endsWith(".bpf.o")).sorted().toList()) {
        tests.add(
            dynamicTest(
                Cli.examples().relativize(file).toString(),
                () -> {
                  String theirs = bpftool(file);
                  Cli.Result ours = Cli.run("btf", "dump", file.toString());
                  assertEquals(ExitCode.OK, ours.code(), ours.err());
                  assertEquals(theirs, ours.out());
                }));
      }
      return tests;
    }
  }

  private static String bpftool(Path file) throws IOException, InterruptedException {
    Process process =
        Needs.command("bpftool", "btf", "dump", "file", file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), file::toString);
    return out;
  }

  @Test
  void splitTypesNeedTheirBase() throws IOException {
    var kernel = new BtfBuilder();
    kernel.add(BtfType.Int.signed("int", 4));
    kernel.add(new BtfType.Ptr(1));
    Path base = folder.resolve("vmlinux");
    Files.write(base, BtfWriter.write(kernel.build()));
    // A module's types: a typedef of the kernel's type 2, named in strings that go on at the
    // base's.
    byte[] strings = "\0number\0".getBytes(StandardCharsets.US_ASCII);
    var module = java.nio.ByteBuffer.allocate(24 + 12 + strings.length);
    module.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int firstString = "\0int\0".length();
    module.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    module.putInt(0).putInt(12).putInt(12).putInt(strings.length);
    module.putInt(firstString + 1).putInt(8 << 24).putInt(2).put(strings);
    Path file = folder.resolve("module");
    Files.write(file, module.array());

    Cli.Result alone = Cli.run("btf", "dump", file.toString());
    assertEquals(ExitCode.UNREADABLE, alone.code(), alone.out());
    Cli.Result split = Cli.run("btf", "dump", "--base", base.toString(), file.toString());
    assertEquals("[3] TYPEDEF 'number' type_id=2\n", split.out(), split.err());
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Path file = folder.resolve("empty");
    Files.write(file, new byte[0]);
    Cli.Result result = Cli.run("btf", "dump", file.toString());
    assertEquals(ExitCode.UNREADABLE, result.code());
    assertTrue(result.err().startsWith("skep: " + file + ": "), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }
}
