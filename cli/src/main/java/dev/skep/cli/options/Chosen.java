package dev.skep.cli.options;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.report.input.Inputs;
import dev.skep.report.input.UnreadableException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The one object, and the one program, that a command works on. */
public final class Chosen {

  private Chosen() {}

  /** The only object of a file; if there are several, the command says how to get at one. */
  public static BpfObject object(Path file, ReadOptions options) {
    List<Inputs.Input> inputs = Inputs.readAll(file, options);
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

  /** The program of a name; without a name the only one. */
  public static ProgramSpec program(BpfObject object, Path file, @Nullable String name) {
    if (object.programs().isEmpty()) {
      throw new UnreadableException(file + ": no programs in it");
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
