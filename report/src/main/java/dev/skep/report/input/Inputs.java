package dev.skep.report.input;

import dev.skep.object.BpfObject;
import dev.skep.object.Profile;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.elf.EmbeddedObjects;
import dev.skep.object.reader.ObjectReader;
import dev.skep.report.text.DiagnosticPrinter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads files with BPF objects. What cannot be used is an {@link UnreadableException}: one line.
 */
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
   * The objects of a file: one, or those that an executable has inside. Names that end in {@code
   * .s}, {@code .asm} or {@code .bpfasm} are assembled.
   *
   * @throws UnreadableException if there is none: why
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

  /**
   * A file's bytes.
   *
   * @throws UnreadableException if it cannot be read, or is larger than any object
   */
  public static byte[] bytes(Path file) {
    return InputFile.read(file, (int) ObjectReader.MAX_FILE_SIZE);
  }

  /**
   * Says no if there is no such file.
   *
   * @throws UnreadableException if there is none, or it is a directory
   */
  public static void requireFile(Path file) {
    InputFile.require(file);
  }

  private static UnreadableException refused(Path file, List<Diagnostic> findings) {
    Diagnostic first = findings.getFirst();
    String line = DiagnosticPrinter.oneLine(first);
    if (!line.startsWith(file.toString())) {
      line = file + ": " + line;
    }
    List<String> details =
        first.help().isEmpty()
            ? List.of()
            : first.help().stream().map(help -> "  help: " + help).toList();
    return new UnreadableException(line, details);
  }

  /** What objects are read for when their programs are judged for a kernel. */
  public static ReadOptions optionsFor(Profile profile) {
    return ReadOptions.builder(profile.version())
        .kernelBtf(profile.kernelBtf())
        .possibleCpus(profile.possibleCpus())
        .build();
  }
}
