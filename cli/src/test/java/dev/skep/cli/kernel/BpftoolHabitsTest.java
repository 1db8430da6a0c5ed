package dev.skep.cli.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfWriter;
import dev.skep.catalog.MapType;
import dev.skep.cli.exit.ExitCode;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.LoadResult;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engineer's fingers know from bpftool, beside what {@link BpftoolAgreementTest} shows. */
@SuppressWarnings("NullAway.Init") // the extension sets the directory
class BpftoolHabitsTest extends Beside {

  @TempDir private Path directory;

  private static Path pin(String name) {
    return Path.of("/sys/fs/bpf/skep-" + name + "-" + ProcessHandle.current().pid());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prog",
        "map",
        "link",
        "btf",
        "cgroup",
        "net",
        "perf",
        "struct_ops",
        "iter",
        "feature"
      })
  void eachObjectHasItsHelp(String object) {
    Ran help = skep(object, "help");
    assertEquals(0, help.code());
    assertTrue(help.out().startsWith("  " + object), help.out());
    assertFalse(help.out().contains("\n  " + (object.equals("map") ? "prog" : "map")), help.out());
    assertEquals("null", skep("-j", object, "help").out().strip());
  }

  @Test
  void wordsMayBeShortened() throws IOException {
    try (Kernel kernel = Kernel.open();
        KernelMap map = kernel.createMap(MapSpec.of("short", MapType.HASH, 4, 4, 3))) {
      String id = Integer.toString(map.info().id());
      assertEquals(skep("map", "show", "id", id).out(), skep("m", "s", "i", id).out());
      assertAgrees("m", "l");
      assertAgrees("m", "d", "i", id);
      assertEquals(
          0, skep("m", "u", "i", id, "k", "1", "0", "0", "0", "v", "h", "2", "0", "0", "0").code());
      assertAgrees("m", "lookup", "i", id, "k", "1", "0", "0", "0");
    }
  }

  /** What to say has other words, but the shape is bpftool's; the exit code says which kind. */
  @Test
  void errorsAreJson() throws IOException {
    assertTrue(bpftool("map", "show", "id", "4294967295").has("error"));
    Ran gone = skep("-j", "map", "show", "id", "4294967295");
    assertEquals(ExitCode.UNREADABLE, gone.code());
    assertEquals("", gone.err());
    assertTrue(JSON.readTree(gone.out()).path("error").asText().contains("ENOENT"), gone.out());
    Ran wrong = skep("-p", "map", "fly");
    assertEquals(ExitCode.USAGE, wrong.code());
    assertTrue(JSON.readTree(wrong.out()).path("error").asText().contains("'map fly'"));
  }

  @Test
  void aCommandWithNothingToSayAnswersNull() throws IOException {
    Path pin = pin("null");
    var create =
        new ArrayList<>(
            List.of("map", "create", pin.toString(), "type", "hash", "key", "4", "value", "4"));
    create.addAll(List.of("entries", "2", "name", "silent"));
    try {
      assertTrue(bpftool(create.toArray(String[]::new)).isNull());
      Files.delete(pin);
      create.addFirst("-j");
      assertEquals("null", skep(create.toArray(String[]::new)).out().strip());
      assertEquals("null", skep("-j", "map", "freeze", "pinned", pin.toString()).out().strip());
    } finally {
      Files.deleteIfExists(pin);
    }
  }

  @Test
  void pinsAreShown() throws IOException {
    Path pin = pin("shown");
    try (Kernel kernel = Kernel.open();
        KernelMap map = kernel.createMap(MapSpec.of("shown", MapType.HASH, 4, 4, 3))) {
      map.pin(pin);
      String id = Integer.toString(map.info().id());
      JsonNode theirs = assertAgrees("-f", "map", "show", "id", id);
      assertEquals(pin.toString(), theirs.path("pinned").path(0).asText());
      assertTrue(skep("-f", "map", "show", "id", id).out().contains("\tpinned " + pin));
    } finally {
      Files.deleteIfExists(pin);
    }
  }

  @Test
  void aBatchIsOneList() throws IOException {
    try (Kernel kernel = Kernel.open();
        KernelMap map = kernel.createMap(MapSpec.of("batch", MapType.HASH, 4, 4, 3))) {
      int id = map.info().id();
      Path file = directory.resolve("commands");
      Files.writeString(file, "# two commands\nmap show id %d\nmap dump id %d\n".formatted(id, id));
      assertAgrees("batch", "file", file.toString());
      Files.writeString(file, "map show id %d\nmap fly\nmap show\n".formatted(id));
      Ran failed = skep("-j", "batch", "file", file.toString());
      assertEquals(ExitCode.USAGE, failed.code());
      JsonNode answers = JSON.readTree(failed.out());
      assertEquals(2, answers.size());
      assertTrue(answers.get(1).path("output").has("error"), failed.out());
    }
  }

  /** Function by function and line by line it is what the kernel has, where it has it. */
  @Test
  void machineCodeIsShownByLine() throws IOException {
    try (Kernel kernel = Kernel.open()) {
      BpfObject object = kernel.read(Path.of("../examples/xdp_firewall.bpf.o")).orElseThrow();
      try (KernelObject session = kernel.object(object)) {
        LoadResult result = session.load(object.programs().getFirst());
        KernelProgram program = ((LoadResult.Loaded) result).program();
        String id = Integer.toString(program.info().id());
        JsonNode functions = JSON.readTree(skep("-j", "prog", "dump", "jited", "id", id).out());
        assertEquals(program.source().machineFunctions().size(), functions.size());
        var bytes = new ByteArrayOutputStream();
        int lines = 0;
        for (JsonNode function : functions) {
          String symbol =
              function.path("address").asText().substring(2)
                  + " t "
                  + function.path("name").asText();
          try (var symbols = Files.lines(Path.of("/proc/kallsyms"))) {
            assertTrue(symbols.anyMatch(line -> line.startsWith(symbol)), symbol);
          }
          int at = 0;
          for (JsonNode line : function.path("lines")) {
            assertEquals("0x" + Integer.toHexString(at), line.path("pc").asText());
            lines += line.has("src") ? 1 : 0;
            for (JsonNode opcode : line.path("opcodes")) {
              bytes.write(Integer.decode(opcode.asText()));
              at++;
            }
          }
          assertEquals(function.path("bytes").asInt(), at);
        }
        assertArrayEquals(program.jited().toArray(), bytes.toByteArray());
        assertTrue(lines > 20, "lines: " + lines);
        assertEquals(ExitCode.USAGE, skep("prog", "dump", "jited", "id", id, "visual").code());
      }
    }
  }

  @Test
  void aTypeTakesThePlaceOfTheSections() throws IOException {
    Path pin = pin("typed");
    String object = "../examples/tc_account.bpf.o";
    assertEquals("", skep("prog", "load", object, pin.toString(), "type", "action").err());
    try {
      JsonNode theirs = assertAgrees("prog", "show", "pinned", pin.toString());
      assertEquals("sched_act", theirs.path("type").asText());
    } finally {
      Files.deleteIfExists(pin);
    }
    Ran wrong = skep("prog", "load", object, pin.toString(), "type", "nosuch");
    assertEquals(ExitCode.USAGE, wrong.code());
  }

  /** What skep's verifier refuses is not submitted, unless the word is said. */
  @Test
  void onlyVerifiedProgramsAreSubmitted() throws IOException {
    Path pin = pin("refused");
    String object = "../examples/broken/missing_null_check.bpf.o";
    Ran refused = skep("prog", "load", object, pin.toString());
    assertEquals(ExitCode.REJECTED, refused.code());
    assertTrue(refused.err().contains("skep's verifier refuses"), refused.err());
    assertTrue(refused.err().contains("not submitted"), refused.err());
    Ran submitted = skep("prog", "load", object, pin.toString(), "unchecked");
    assertEquals(ExitCode.REJECTED, submitted.code());
    assertTrue(submitted.err().contains("the kernel refuses"), submitted.err());
    assertFalse(Files.exists(pin));
  }

  @Test
  void typesThatExtendOthersAreReadWithThem() throws IOException {
    Path base = directory.resolve("base");
    Path extending = directory.resolve("extending");
    var types = new BtfBuilder();
    int number = types.add(BtfType.Int.signed("number", 4));
    Btf first = types.build();
    Files.write(base, BtfWriter.write(first));
    // Ids and string offsets go on from the base's: id 2 is const of id 1, without a name.
    Files.write(extending, extending(number));
    assertAgrees("-B", base.toString(), "btf", "dump", "file", extending.toString());
    assertEquals(
        "[2] CONST '(anon)' type_id=1\n",
        skep("-B", base.toString(), "btf", "dump", "file", extending.toString()).out());
    Ran nowhere = skep("-B", "/nowhere", "btf", "dump", "file", extending.toString());
    assertEquals(ExitCode.UNREADABLE, nowhere.code());
    assertTrue(nowhere.err().contains("/nowhere: no such file"), nowhere.err());
  }

  /** A header, one {@code const} of a type of the base, and no strings of its own. */
  private static byte[] extending(int type) {
    return ByteBuffer.allocate(24 + 12 + 1)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) 0xeb9f)
        .put((byte) 1)
        .put((byte) 0)
        .putInt(24)
        .putInt(0)
        .putInt(12)
        .putInt(12)
        .putInt(1)
        .putInt(0)
        .putInt(10 << 24)
        .putInt(type)
        .put((byte) 0)
        .array();
  }
}
