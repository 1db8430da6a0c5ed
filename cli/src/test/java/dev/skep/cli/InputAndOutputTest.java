package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfWriter;
import dev.skep.cli.exit.ExitCode;
import dev.skep.object.diagnostic.Printable;
import dev.skep.test.Needs;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in may be anything; what goes out must arrive, and do nothing but be read. */
class InputAndOutputTest {

  private static final String FIREWALL = Cli.example("xdp_firewall.bpf.o");

  @TempDir private Path folder;

  /** Only the option's own meaning of @ is left: a packet's bytes are no command line. */
  @Test
  void aPacketFromAFileIsAPacket() throws IOException {
    Path packet = folder.resolve("packet");
    for (byte[] bytes :
        List.of(
            new byte[64],
            "--engine kernel --frobnicate 'x".getBytes(StandardCharsets.US_ASCII),
            "# comment\n@/etc/passwd\n--help\n----------------"
                .getBytes(StandardCharsets.US_ASCII))) {
      Files.write(packet, bytes);
      Cli.Result result = Cli.run("run", FIREWALL, "--data", "@" + packet);
      assertEquals(ExitCode.OK, result.code(), result.err());
      assertTrue(result.out().contains("packet " + bytes.length + " bytes"), result.out());
    }
    Cli.Result file = Cli.run("@" + packet);
    assertEquals(ExitCode.USAGE, file.code(), file.out());
  }

  private static final class Full extends Writer {
    private int room;

    Full(int room) {
      this.room = room;
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      room -= length;
      if (room < 0) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10})
  void outputThatCannotBeWrittenIsNoSuccess(int room) {
    for (List<String> command :
        List.of(
            List.of("lint", FIREWALL),
            List.of("lint", "--format", "sarif", FIREWALL),
            List.of("inspect", FIREWALL),
            List.of("disasm", FIREWALL),
            List.of("run", FIREWALL),
            List.of("btf", "dump", FIREWALL),
            List.of("--version"),
            List.of("--help"))) {
      var err = new StringWriter();
      int code = Main.run(command.toArray(String[]::new), new Full(room), err);
      assertEquals(ExitCode.OUTPUT, code, command + ": " + err);
      assertEquals(
          "skep: the output could not be written: No space left on device\n", err.toString());
    }
    var err = new StringWriter();
    String[] broken = {"lint", Cli.example("broken/missing_bounds_check.bpf.o")};
    assertEquals(ExitCode.REJECTED, Main.run(broken, new Full(room), err));
  }

  @Test
  void aFileThatCannotBeWrittenIsNoSuccess() {
    String[] command = {"asm", Cli.example("xdp_drop_udp.s"), "-o", "/dev/full"};
    Needs.met(Files.exists(Path.of("/dev/full")) ? null : "no /dev/full");
    Cli.Result result = Cli.run(command);
    assertFalse(result.code() == ExitCode.OK || result.code() == ExitCode.FAULT, result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  /** Clears the screen, forges a line. */
  private static final String EVIL = "\u001b[2J\nskep:x!";

  @Test
  void namesInObjectsDoNothingToATerminal() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(FIREWALL));
    byte[] name = "xdp_firewall\0".getBytes(StandardCharsets.US_ASCII);
    byte[] evil = (EVIL + "\0").getBytes(StandardCharsets.US_ASCII);
    assertEquals(name.length, evil.length);
    int replaced = 0;
    for (int i = 0; i + name.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + name.length, name, 0, name.length)) {
        System.arraycopy(evil, 0, bytes, i, evil.length);
        replaced++;
      }
    }
    assertTrue(replaced > 0);
    Path file = folder.resolve("\u001b]0;title\u0007\u202e.o");
    Files.write(file, bytes);
    for (List<String> command :
        List.of(
            List.of("lint"),
            List.of("lint", "--format", "json"),
            List.of("lint", "--format", "sarif"),
            List.of("verify"),
            List.of("inspect"),
            List.of("inspect", "--format", "json"),
            List.of("disasm"),
            List.of("btf", "dump"),
            List.of("run"))) {
      var words = new java.util.ArrayList<>(command);
      words.add(file.toString());
      assertHarmless(Cli.run(words.toArray(String[]::new)), words);
      words.add("--prog");
      words.add("no\u001b[31msuch\n");
      assertHarmless(Cli.run(words.toArray(String[]::new)), words);
    }
  }

  private static void assertHarmless(Cli.Result result, List<String> words) {
    for (String text : List.of(result.out(), result.err())) {
      assertTrue(
          text.chars().allMatch(c -> c == '\n' || c == '\t' || !Printable.isControl((char) c)),
          words + ": " + text);
      assertTrue(text.lines().noneMatch(line -> line.startsWith("skep:x!")), words + ": " + text);
    }
    assertFalse(result.code() == ExitCode.FAULT, result.err());
  }

  @Test
  @Timeout(60)
  void buildOptionsAreUnpackedUpToALimit() throws IOException {
    Path file = folder.resolve("config.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      byte[] block = new byte[1 << 20];
      Arrays.fill(block, (byte) '\n');
      for (int i = 0; i < 64; i++) {
        out.write(block);
      }
    }
    Cli.Result result = Cli.run("lint", FIREWALL, "--kconfig", file.toString());
    assertEquals(ExitCode.UNREADABLE, result.code(), result.err());
    assertTrue(result.err().contains("more than 16 MiB"), result.err());
  }

  @Test
  @Timeout(60)
  void pipesAndDevicesAreNoInputs() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe.o");
    assertEquals(0, Needs.command("mkfifo", pipe.toString()).start().waitFor());
    for (String file : List.of(pipe.toString(), "/dev/zero")) {
      for (List<String> command :
          List.of(
              List.of("lint", file),
              List.of("verify", file),
              List.of("inspect", file),
              List.of("disasm", file),
              List.of("btf", "dump", file),
              List.of("asm", file),
              List.of("cbpf", file),
              List.of("run", FIREWALL, "--data", "@" + file),
              List.of("run", FIREWALL, "--pcap", file),
              List.of("lint", FIREWALL, "--btf", file),
              List.of("lint", FIREWALL, "--kconfig", file),
              List.of("corpus", file))) {
        Cli.Result result = Cli.run(command.toArray(String[]::new));
        assertEquals(ExitCode.UNREADABLE, result.code(), command + ": " + result.err());
        assertEquals(1, result.err().lines().count(), result.err());
      }
    }
  }

  @Test
  @Timeout(60)
  void typesThatNoCompilerMakesEndInADiagnostic() throws IOException {
    var self = new BtfBuilder();
    self.add(new BtfType.Struct("a", false, 8, List.of(new BtfType.Member("a", 1, 0, 0))));
    var cycle = new BtfBuilder();
    cycle.add(new BtfType.Typedef("a", 2));
    cycle.add(new BtfType.Typedef("a", 1));
    for (Btf btf :
        List.of(self.build(), cycle.build(), nested("a", 64), nested("", 64), nested("", 20))) {
      Path file = folder.resolve("types.btf");
      Files.write(file, BtfWriter.write(btf));
      Cli.Result result = Cli.run("btf", "dump", file.toString(), "--format", "c");
      assertEquals(ExitCode.UNREADABLE, result.code(), result.err());
      assertEquals(1, result.err().lines().count(), result.err());
    }
  }

  /** Each holds the one before twice. */
  private static Btf nested(String name, int depth) {
    var builder = new BtfBuilder();
    builder.add(new BtfType.Int("int", 4, 32, 0, 0));
    for (int i = 1; i <= depth; i++) {
      builder.add(
          new BtfType.Struct(
              name,
              false,
              -1,
              List.of(new BtfType.Member("l", i, 0, 0), new BtfType.Member("r", i, 32, 0))));
    }
    builder.add(
        new BtfType.Struct("top", false, -1, List.of(new BtfType.Member("m", depth + 1, 0, 0))));
    return builder.build();
  }
}
