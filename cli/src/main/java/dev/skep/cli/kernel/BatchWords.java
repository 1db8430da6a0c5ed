package dev.skep.cli.kernel;

import dev.skep.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code skep kernel batch file FILE}: a command on each line, until one fails. */
final class BatchWords {

  private BatchWords() {}

  /** What runs one line. */
  interface Runner {
    void run(Words words) throws IOException;
  }

  static void run(Words words, Runner runner) throws IOException {
    if (!words.take("file")) {
      throw CommandFailure.usage("expected file and a file's name, or -");
    }
    String name = words.next("a file");
    words.end();
    List<String> lines;
    if (name.equals("-")) {
      lines =
          new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
              .lines()
              .toList();
    } else if (Files.isReadable(Path.of(name))) {
      lines = Files.readAllLines(Path.of(name));
    } else {
      throw CommandFailure.unreadable(name + ": no such file");
    }
    int number = 0;
    for (String line : lines) {
      number++;
      int comment = line.indexOf('#');
      String command = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (command.isEmpty()) {
        continue;
      }
      try {
        runner.run(new Words(List.of(command.split("\\s+", -1))));
      } catch (CommandFailure e) {
        throw CommandFailure.unreadable("line " + number + " of " + name + ": " + e.getMessage());
      }
    }
  }
}
