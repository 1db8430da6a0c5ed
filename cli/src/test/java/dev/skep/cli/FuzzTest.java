package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.cli.exit.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuzzTest {

  @TempDir private Path folder;

  @Test
  void readsDamagedObjects() {
    Cli.Result result =
        Cli.run(
            "fuzz",
            "objects",
            "--count",
            "1500",
            "--out",
            folder.toString(),
            Cli.example("tc_account.bpf.o"),
            Cli.example("task_switch.bpf.o"));
    assertEquals(ExitCode.OK, result.code(), result.out() + result.err());
    assertTrue(result.out().contains("\nobjects: inputs 1500, readable "), result.out());
  }

  @Test
  void wantsACampaign() {
    Cli.Result result = Cli.run("fuzz");
    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("name a campaign: "), result.err());
  }

  @Test
  void wantsAnObject() {
    Cli.Result result = Cli.run("fuzz", "objects", Cli.example("xdp_drop_udp.s"));
    assertEquals(ExitCode.UNREADABLE, result.code());
  }
}
