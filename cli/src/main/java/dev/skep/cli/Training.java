package dev.skep.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs typical commands once. The launcher does that after a build, while JDK 25 records the
 * classes for its start-up cache.
 */
public final class Training {

  private Training() {}

  /** Takes the folder of the examples. */
  public static void main(String[] args) {
    Path examples = Path.of(args.length > 0 ? args[0] : "examples");
    String good = examples.resolve("xdp_firewall.bpf.o").toString();
    String tracing = examples.resolve("task_switch.bpf.o").toString();
    String broken = examples.resolve("broken/missing_bounds_check.bpf.o").toString();
    List<List<String>> commands =
        List.of(
            List.of("lint", good),
            List.of("lint", tracing),
            List.of("lint", broken),
            List.of("lint", "--format", "json", broken),
            List.of("verify", "--log-level", "2", good),
            List.of("run", good),
            List.of("compare", "--no-test-run", good),
            List.of("lint", "--help"),
            List.of("--help"),
            List.of("lint", "no-such-file"));
    try (var nowhere = new PrintWriter(Writer.nullWriter())) {
      for (List<String> command : commands) {
        int code = Main.run(command.toArray(String[]::new), nowhere, nowhere);
        System.out.println(String.join(" ", command) + ": exit code " + code);
      }
    }
  }
}
