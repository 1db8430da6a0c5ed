package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skep.cli.exit.ExitCode;
import dev.skep.kernel.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code lab/run all skep compare} makes its table of. */
class CompareCountsTest {

  @Test
  void oneLineForEachFile(@TempDir Path folder) throws IOException {
    try (Kernel kernel = RunningKernel.open()) {
      Path accepted = Cli.examples().resolve("xdp_firewall.bpf.o");
      Path rejected = Cli.examples().resolve("broken/stack_too_large.bpf.o");
      Path noObject = Files.writeString(folder.resolve("text.o"), "no ELF");
      Path counts = folder.resolve("counts");
      Cli.Result result =
          Cli.run(
              "compare",
              "--quiet",
              "--counts",
              counts.toString(),
              accepted.toString(),
              noObject.toString(),
              rejected.toString());
      assertEquals(ExitCode.UNREADABLE, result.code(), kernel.release() + result.err());
      // Programs, not comparable, cannot be judged; same verdict, message, work, log; runs, same.
      assertEquals(
          List.of(
              accepted + "\t1\t0\t0\t1\t1\t1\t1\t1\t1",
              noObject.toString(),
              rejected + "\t1\t0\t0\t1\t1\t1\t1\t0\t0"),
          Files.readAllLines(counts));
    }
  }
}
