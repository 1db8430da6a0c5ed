package dev.skep.cli.object;

import dev.skep.cli.CommandFailure;
import dev.skep.cli.text.DiagnosticPrinter;
import dev.skep.object.BpfObject;
import dev.skep.object.ObjectReader;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.diagnostic.Diagnostic;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the files that commands are given; what cannot be used ends the command with one line. */
public final class Inputs {

  private Inputs() {}

  /**
   * An object, or the reason why there is none. Names that end in {@code .s}, {@code .asm} or
   * {@code .bpfasm} are assembled.
   */
  public static BpfObject read(Path file, ReadOptions options) {
    requireFile(file);
    if (Assembly.isSource(file)) {
      return Assembly.read(file);
    }
    ReadResult result;
    try {
      result = ObjectReader.read(file, options);
    } catch (AccessDeniedException e) {
      throw CommandFailure.unreadable(file + ": permission denied");
    } catch (IOException e) {
      throw CommandFailure.unreadable(file + ": cannot be read: " + e.getMessage());
    }
    return switch (result) {
      case ReadResult.Read read -> read.object();
      case ReadResult.Refused refused -> throw refused(file, refused.diagnostics());
    };
  }

  /** Ends the command if there is no such file. */
  public static void requireFile(Path file) {
    if (Files.isDirectory(file)) {
      throw CommandFailure.unreadable(file + ": is a directory; name the objects in it");
    }
    if (!Files.exists(file)) {
      throw CommandFailure.unreadable(file + ": no such file");
    }
  }

  private static CommandFailure refused(Path file, List<Diagnostic> findings) {
    Diagnostic first = findings.getFirst();
    String line = DiagnosticPrinter.oneLine(first);
    if (!line.startsWith(file.toString())) {
      line = file + ": " + line;
    }
    List<String> details =
        first.help().isEmpty()
            ? List.of()
            : first.help().stream().map(help -> "  help: " + help).toList();
    return CommandFailure.unreadable(line, details);
  }

  /** The program of a name; without a name the only one. */
  public static ProgramSpec program(BpfObject object, Path file, @Nullable String name) {
    if (object.programs().isEmpty()) {
      throw CommandFailure.unreadable(file + ": no programs in it");
    }
    if (name == null) {
      if (object.programs().size() == 1) {
        return object.programs().getFirst();
      }
      throw CommandFailure.usage(
          file
              + " has "
              + object.programs().size()
              + " programs; choose one with --prog: "
              + names(object));
    }
    return object
        .program(name)
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    file + " has no program '" + name + "'; it has: " + names(object)));
  }

  private static String names(BpfObject object) {
    return object.programs().stream().map(ProgramSpec::name).collect(Collectors.joining(", "));
  }
}
