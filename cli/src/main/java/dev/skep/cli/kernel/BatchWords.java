package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.cli.exit.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code skep kernel batch file FILE}: a command on each line, until one fails. */
final class BatchWords {

  private BatchWords() {}

  /** What runs one line. */
  interface Runner {
    void run(Words words) throws IOException;
  }

  /** Runs the lines; in JSON one list says each command and its output, as bpftool does. */
  static int run(Words words, Output out, Runner runner) throws IOException {
    if (!words.take("file")) {
      throw CommandFailure.usage("expected file and a file's name, or -");
    }
    String name = words.next("a file");
    words.end();
    var answers = new ArrayList<Map<String, @Nullable Object>>();
    int number = 0;
    for (String line : lines(name)) {
      number++;
      int comment = line.indexOf('#');
      String command = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (command.isEmpty()) {
        continue;
      }
      List<String> parts = List.of(command.split("\\s+", -1));
      var answer = new LinkedHashMap<String, @Nullable Object>();
      answer.put("command", parts);
      answers.add(answer);
      out.keep();
      try {
        runner.run(new Words(parts));
        answer.put("output", out.kept());
      } catch (CommandFailure e) {
        out.kept();
        answer.put("output", Output.error(e));
        if (out.isJson()) {
          out.print(answers, "");
          return e.exitCode();
        }
        throw CommandFailure.unreadable("line " + number + " of " + name + ": " + e.getMessage());
      }
    }
    if (out.isJson()) {
      out.print(answers, "");
    }
    return ExitCode.OK;
  }

  private static List<String> lines(String name) throws IOException {
    if (name.equals("-")) {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    if (!Files.isReadable(Path.of(name))) {
      throw CommandFailure.unreadable(name + ": no such file");
    }
    return Files.readAllLines(Path.of(name));
  }
}
