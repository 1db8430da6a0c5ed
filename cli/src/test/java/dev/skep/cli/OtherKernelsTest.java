package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.assembler.Assembler;
import dev.skep.assembler.AssemblyOptions;
import dev.skep.assembler.CatalogNames;
import dev.skep.catalog.KernelVersion;
import dev.skep.object.BpfObject;
import dev.skep.object.Profile;
import dev.skep.object.ReadOptions;
import dev.skep.object.reader.ObjectReader;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The examples: our verdicts for older kernels against those that {@code lab/compare --record} got
 * from them. An example that needs a kernel's own types is judged in the lab only.
 */
class OtherKernelsTest {

  private static final String NEEDS_TYPES = "task_switch.bpf.o";

  @TestFactory
  Stream<DynamicTest> ourVerdictIsTheRecordedOne() throws IOException {
    List<Path> files;
    try (var all = Files.newDirectoryStream(Cli.examples(), "answers-*.json")) {
      files = new ArrayList<>();
      all.forEach(files::add);
    }
    assertFalse(files.isEmpty());
    var tests = new ArrayList<DynamicTest>();
    for (Path file : files) {
      JsonNode recorded = new ObjectMapper().readTree(file.toFile());
      KernelVersion kernel = KernelVersion.parse(recorded.path("kernel").asText());
      int cpus = recorded.path("possible_cpus").asInt();
      for (JsonNode answer : recorded.path("answers")) {
        if (!answer.path("object").asText().equals(NEEDS_TYPES)) {
          String name =
              "%s %s %s"
                  .formatted(
                      kernel, answer.path("object").asText(), answer.path("program").asText());
          tests.add(dynamicTest(name, () -> judge(answer, kernel, cpus)));
        }
      }
    }
    return tests.stream();
  }

  private static void judge(JsonNode answer, KernelVersion kernel, int cpus) throws IOException {
    BpfObject object = read(Cli.examples().resolve(answer.path("object").asText()), kernel);
    var program = object.program(answer.path("program").asText()).orElseThrow();
    boolean accepted = answer.path("accepted").asBoolean();
    switch (Verifier.verify(program, new Profile(kernel, null, cpus, true), 0)) {
      case Verdict.Accepted _ -> assertEquals(accepted, true, answer.path("message").asText());
      case Verdict.Rejected rejected -> {
        assertEquals(accepted, false, rejected.message());
        assertEquals(answer.path("errno").asText(), rejected.errno());
      }
      case Verdict.NotModelled unknown -> assertEquals("a verdict", unknown.what());
    }
  }

  private static BpfObject read(Path file, KernelVersion kernel) throws IOException {
    if (file.toString().endsWith(".s")) {
      var options = AssemblyOptions.defaults(CatalogNames.INSTANCE);
      var assembled = Assembler.assemble(Files.readAllBytes(file), file.toString(), options);
      return Objects.requireNonNull(assembled.object(), assembled.diagnostics()::toString);
    }
    return ObjectReader.read(file, ReadOptions.forKernel(kernel)).orElseThrow();
  }
}
