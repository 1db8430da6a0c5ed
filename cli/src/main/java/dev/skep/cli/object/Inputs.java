package dev.skep.cli.object;

import dev.skep.cli.CommandFailure;
import dev.skep.cli.InputFile;
import dev.skep.cli.text.DiagnosticPrinter;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.elf.EmbeddedObjects;
import dev.skep.object.reader.ObjectReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the files that commands are given; what cannot be used ends the command with one line. */
public final class Inputs {

  private Inputs() {}

  /**
   * An object from a file.
   *
   * @param label the file's name, with a number if there are several objects in it
   * @param bytes the object's own bytes; empty if it was assembled
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a carrier for a slice of a file
  public record Input(String label, BpfObject object, byte[] bytes) {}

  /**
   * An object, or the reason why there is none. Names that end in {@code .s}, {@code .asm} or
   * {@code .bpfasm} are assembled; an executable may have one object inside.
   */
  public static BpfObject read(Path file, ReadOptions options) {
    List<Input> inputs = readAll(file, options);
    if (inputs.size() > 1) {
      throw CommandFailure.usage(
          file
              + " has "
              + inputs.size()
              + " objects inside; write them to files with: skep inspect --extract DIR "
              + file);
    }
    return inputs.getFirst().object();
  }

  /**
   * The objects of a file: one, or those that an executable has inside; or the reason why there is
   * none.
   */
  public static List<Input> readAll(Path file, ReadOptions options) {
    requireFile(file);
    if (Assembly.isSource(file)) {
      return List.of(new Input(file.toString(), Assembly.read(file, options), new byte[0]));
    }
    byte[] bytes = bytes(file);
    List<ReadResult> results = ObjectReader.readAll(bytes, file.toString(), options);
    List<EmbeddedObjects.Embedded> inside = ObjectReader.inside(bytes);
    var inputs = new ArrayList<Input>();
    for (int i = 0; i < results.size(); i++) {
      String label = results.size() == 1 ? file.toString() : file + " (object " + (i + 1) + ")";
      byte[] own = i < inside.size() ? inside.get(i).bytes() : bytes;
      switch (results.get(i)) {
        case ReadResult.Read read -> inputs.add(new Input(label, read.object(), own));
        case ReadResult.Refused refused -> throw refused(file, refused.diagnostics());
      }
    }
    return inputs;
  }

  /** A file's bytes; what cannot be read ends the command. */
  public static byte[] bytes(Path file) {
    return InputFile.read(file, (int) ObjectReader.MAX_FILE_SIZE);
  }

  /** Ends the command if there is no such file. */
  public static void requireFile(Path file) {
    InputFile.require(file);
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
