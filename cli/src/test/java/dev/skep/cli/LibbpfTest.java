package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.skep.object.ReadOptions;
import dev.skep.object.inspect.Submission;
import dev.skep.object.reader.ObjectReader;
import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples, as skep would submit them, against what libbpf submits: maps, programs, relocated
 * instructions, function and line records. {@code lab/libbpf-equal} does the same for any objects.
 */
class LibbpfTest {

  @TempDir static Path folder;

  @TestFactory
  List<DynamicTest> submitsWhatLibbpfSubmits() throws Exception {
    ReadOptions options = dev.skep.object.RunningKernel.options();
    try (Stream<Path> files = Files.walk(Cli.examples())) {
      var tests = new ArrayList<DynamicTest>();
      for (Path file : files.filter(f -> f.toString().endsWith(".bpf.o")).sorted().toList()) {
        tests.add(
            dynamicTest(
                Cli.examples().relativize(file).toString(),
                () ->
                    assertEquals(
                        facts(run(observer().toString(), file.toString())),
                        facts(Submission.print(ObjectReader.read(file, options))))));
      }
      return tests;
    }
  }

  /** What is compared: no heads, no findings. */
  private static String facts(String text) {
    return text.lines()
        .filter(line -> !line.startsWith("#") && !line.startsWith("object "))
        .collect(Collectors.joining("\n"));
  }

  /** Asked by each test, not by what makes them: there a skip would be silent. */
  private static Path observer() throws IOException, InterruptedException {
    RunningKernel.open().close();
    if (Files.isExecutable(folder.resolve("libbpf-submits"))) {
      return folder.resolve("libbpf-submits");
    }
    Path source = Cli.examples().resolveSibling("lab").resolve("libbpf-submits.c");
    Path program = folder.resolve("libbpf-submits");
    String said =
        run(
            "cc",
            "-O1",
            "-o",
            program.toString(),
            source.toString(),
            "-Wl,-Bstatic",
            "-lbpf",
            "-lelf",
            "-Wl,-Bdynamic",
            "-lz");
    if (!Files.isExecutable(program)) {
      Needs.met(
          "the observer of libbpf cannot be built, install gcc, libbpf-dev, libelf-dev: " + said);
    }
    return program;
  }

  private static String run(String... words) throws IOException, InterruptedException {
    Path errors = folder.resolve("errors");
    Process process = Needs.command(words).redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? out : out + Files.readString(errors);
  }
}
