package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test that starts another program asks for it first, so that it can say that it is missing. */
class ToolsOfTestsTest {

  @Test
  void allProcessesAreStartedByNeeds() throws IOException {
    var others = new ArrayList<String>();
    int read = 0;
    Path root = Cli.examples().resolve("..").normalize();
    try (var modules = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path module : modules) {
        Path tests = module.resolve("src/test/java");
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
              read++;
              String text = Files.readString(file);
              if (text.contains("new Process" + "Builder(")
                  || text.contains("getRuntime().ex" + "ec(")) {
                others.add(root.relativize(file).toString());
              }
            }
          }
        }
      }
    }
    assertFalse(read < 50, "only " + read + " files read");
    assertEquals(List.of(), others, "use Needs.command");
  }

  @Test
  void aProgramThatNoPackageIsKnownForIsAMistake() {
    assertThrows(IllegalArgumentException.class, () -> Needs.tool("no-such-program"));
  }
}
