package dev.skep.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs a command line in this JVM. */
final class Cli {

  /**
   * What came of it.
   *
   * @param code the exit code
   */
  record Result(int code, String out, String err) {}

  private Cli() {}

  static Result run(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = Main.run(args, new PrintWriter(out), new PrintWriter(err));
    return new Result(code, out.toString(), err.toString());
  }

  /** The folder of the examples, from the repository or from this module's folder. */
  static Path examples() {
    for (Path root = Path.of("").toAbsolutePath(); root != null; root = root.getParent()) {
      if (Files.exists(root.resolve("examples/answers.json"))) {
        return root.resolve("examples");
      }
    }
    throw new IllegalStateException("the examples are not in any folder above this one");
  }

  static String example(String name) {
    return examples().resolve(name).toString();
  }
}
