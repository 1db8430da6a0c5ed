package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HelpTest {

  static Set<String> commands() {
    return Subcommands.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasAPageWithExamplesAndExitCodes(String command) {
    Cli.Result result = Cli.run(command, "--help");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().startsWith("Usage: skep " + command), result.out());
    assertTrue(result.out().contains("Examples:\n  skep " + command), result.out());
    assertTrue(result.out().contains("Exit codes: 0"), result.out());
    result.out().lines().forEach(line -> assertTrue(line.length() <= 100, line));
  }

  /** The help pages above are those of the list: what is not in it is not there at all. */
  @Test
  void noCommandIsLost() {
    assertTrue(
        commands()
            .containsAll(
                Set.of(
                    "lint",
                    "verify",
                    "run",
                    "compare",
                    "inspect",
                    "btf",
                    "disasm",
                    "asm",
                    "conformance",
                    "corpus",
                    "kernel")),
        commands()::toString);
  }

  @Test
  void rootListsAllCommands() {
    Cli.Result result = Cli.run("--help");
    assertEquals(0, result.code());
    commands().forEach(c -> assertTrue(result.out().contains("\n  " + c + " "), c));
    assertEquals(result.out(), Cli.run().out());
  }
}
