package dev.skep.cli.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.catalog.MapType;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.kernel.MapKeys;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.test.Needs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code skep kernel} on real objects, field by field beside bpftool's JSON. */
class KernelCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @BeforeEach
  void requireKernel() {
    Needs.met(Kernel.whyNot());
  }

  private record Ran(int code, String out, String err) {}

  private static Ran skep(String... words) {
    var out = new StringWriter();
    var err = new StringBuilder();
    var line = new CommandLine(new KernelCommand());
    line.setOut(new PrintWriter(out));
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (e instanceof CommandFailure failure) {
            err.append(failure.getMessage());
            return failure.exitCode();
          }
          throw e;
        });
    return new Ran(line.execute(words), out.toString(), err.toString());
  }

  private static JsonNode bpftool(String... words) throws IOException {
    var command = new ArrayList<>(List.of("bpftool", "-j"));
    command.addAll(Arrays.asList(words));
    Process process = Needs.command(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return JSON.readTree(
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  /**
   * Every field that bpftool prints is in ours with the same value; loading times may be one off.
   */
  private static void assertAgrees(JsonNode theirs, JsonNode ours) {
    var differences = new TreeSet<String>();
    theirs
        .properties()
        .forEach(
            field -> {
              JsonNode mine = ours.get(field.getKey());
              boolean same =
                  field.getKey().equals("loaded_at")
                      ? Math.abs(field.getValue().asLong() - mine.asLong()) <= 1
                      : field.getValue().equals(mine)
                          || mine != null && field.getValue().asText("!").equals(mine.asText());
              if (!same) {
                differences.add(field + " is " + mine + " in ours");
              }
            });
    assertEquals(Set.of(), differences);
  }

  @Test
  void mapsAreShownAndDumpedAsBpftoolDoes() throws IOException {
    for (MapType type : List.of(MapType.HASH, MapType.ARRAY, MapType.PERCPU_ARRAY)) {
      try (Kernel kernel = Kernel.open();
          KernelMap map = kernel.createMap(MapSpec.of("cli_map", type, 4, 8, 3))) {
        String id = Integer.toString(map.info().id());
        assertEquals(
            0,
            skep(
                    "map", "update", "id", id, "key", "1", "0", "0", "0", "value", "hex", "a1", "0",
                    "0", "0", "0", "0", "0", "ff")
                .code());
        assertAgrees(
            bpftool("map", "show", "id", id),
            JSON.readTree(skep("-j", "map", "show", "id", id).out()));
        assertEquals(
            bpftool("map", "dump", "id", id).toString(),
            JSON.readTree(skep("-j", "map", "dump", "id", id).out()).toString());
      }
    }
  }

  @Test
  void theHabitsOfBpftoolWork() {
    try (Kernel kernel = Kernel.open();
        KernelMap map = kernel.createMap(MapSpec.of("stats_map", MapType.HASH, 2, 2, 8))) {
      String id = Integer.toString(map.info().id());
      skep("map", "update", "id", id, "key", "0xc1", "0xc2", "value", "0xa1", "0xa2");
      assertEquals(
          "key: c1 c2  value: a1 a2\nFound 1 element\n", skep("map", "dump", "id", id).out());
      assertEquals(
          "key: c1 c2  value: a1 a2\n", skep("map", "lookup", "id", id, "key", "193", "194").out());
      assertTrue(skep("map", "lookup", "id", id, "key", "1", "2").out().contains("Not found"));
      assertEquals(0, skep("map", "delete", "id", id, "key", "0xc1", "0xc2").code());
      assertEquals("Found 0 elements\n", skep("map", "dump", "id", id).out());
    }
  }

  @Test
  void programsAreShownAndRunAsBpftoolDoes() throws IOException {
    ProgramSpec spec =
        ProgramSpec.of(
            "cli_prog",
            dev.skep.catalog.ProgramType.XDP,
            Code.of(RawInstruction.of(0xb7, 0, 0, 0, 2), RawInstruction.of(0x95, 0, 0, 0, 0)));
    try (Kernel kernel = Kernel.open();
        var program = ((LoadResult.Loaded) kernel.load(spec, LoadOptions.DEFAULT)).program()) {
      String id = Integer.toString(program.info().id());
      assertAgrees(
          bpftool("prog", "show", "id", id),
          JSON.readTree(skep("-j", "prog", "show", "id", id).out()));
      assertEquals(
          "   0: (b7) r0 = 2\n   1: (95) exit\n", skep("prog", "dump", "xlated", "id", id).out());
      assertEquals(1, MapKeys.u32(1)[0]);
    }
  }

  @Test
  void wrongWordsAndMissingObjectsGiveOneLine() {
    assertEquals(ExitCode.USAGE, skep("nonsense").code());
    assertEquals(ExitCode.USAGE, skep("map", "fly").code());
    assertEquals(ExitCode.USAGE, skep("map", "create", "/nowhere/x", "type", "nosuch").code());
    assertEquals(ExitCode.USAGE, skep("prog", "show", "id", "many").code());
    Ran gone = skep("map", "show", "id", "4294967295");
    assertEquals(ExitCode.UNREADABLE, gone.code());
    assertEquals(
        "BPF_MAP_GET_FD_BY_ID: ENOENT (no such file or directory): no object has this id (any"
            + " more)",
        gone.err());
  }
}
