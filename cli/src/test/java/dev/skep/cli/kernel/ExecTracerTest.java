package dev.skep.cli.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.test.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The example in Java: fewer than 60 lines, and it prints each program that is executed. */
class ExecTracerTest extends Beside {

  private static final Path FOLDER = Path.of("../examples/java");

  @Test
  void itIsShort() throws IOException {
    assertTrue(Files.readAllLines(FOLDER.resolve("ExecTracer.java")).size() < 60);
  }

  @Test
  void itPrintsWhatIsExecuted() throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            FOLDER.resolve("ExecTracer.java").toString(),
            FOLDER.resolve("exec_tracer.bpf.o").toString()));
    Process tracer = Needs.command(command).redirectErrorStream(true).start();
    try (BufferedReader lines = tracer.inputReader()) {
      String first = String.valueOf(lines.readLine());
      assertTrue(first.startsWith("tracing execve with link"), first);
      Process traced = Needs.command("true").start();
      traced.waitFor();
      String wanted = "pid %-8d uid %-6d true".formatted(traced.pid(), 0);
      boolean seen = false;
      for (int i = 0; i < 10_000 && !seen; i++) {
        seen = wanted.equals(lines.readLine());
      }
      assertTrue(seen, wanted);
    } finally {
      tracer.destroy();
      tracer.waitFor(10, TimeUnit.SECONDS);
    }
  }
}
