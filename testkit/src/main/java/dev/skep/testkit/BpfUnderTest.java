package dev.skep.testkit;

import dev.skep.interpreter.Interpreter;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import dev.skep.object.ObjectReader;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.runtime.Context;
import dev.skep.runtime.LoadedObject;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.map.BpfMap;
import dev.skep.verifier.Profile;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A compiled object in a test: judge its programs, run them on packets, look at its maps.
 *
 * <p>All programs share one deterministic {@link Machine}, so what one writes to a map another
 * reads. Failures are {@link AssertionError}s that say what happened and where, so that any test
 * framework shows them.
 */
public final class BpfUnderTest {

  private final BpfObject object;
  private final LoadedObject loaded;

  private BpfUnderTest(BpfObject object, LoadedObject loaded) {
    this.object = object;
    this.loaded = loaded;
  }

  /**
   * Reads a {@code .o} file for a fresh machine.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException with the reader's finding if it is no usable object
   */
  public static BpfUnderTest load(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String name = String.valueOf(file.getFileName());
    return of(ObjectReader.read(bytes, name, ReadOptions.defaults()).orElseThrow());
  }

  /** An object that was made in memory, for a fresh machine. */
  public static BpfUnderTest of(BpfObject object) {
    LoadedObject loaded = LoadedObject.load(object, Machine.create(), new Interpreter());
    return new BpfUnderTest(object, loaded);
  }

  /**
   * A run's end.
   *
   * @param result r0, as the kernel reads it: 32 bits
   * @param packet the packet afterwards
   */
  public record Run(int result, Bytes packet) {}

  /** The program of a name. */
  public ProgramSpec program(String name) {
    return object
        .program(name)
        .orElseThrow(() -> new AssertionError("the object has no program '" + name + "'"));
  }

  /** Fails unless Linux would load the program. */
  public void assertVerified(String name) {
    switch (Verifier.verify(program(name), Profile.DEFAULT, 0)) {
      case Verdict.Accepted _ -> {}
      case Verdict.Rejected rejected ->
          throw new AssertionError(
              name + " is rejected at instruction " + rejected.pc() + ": " + rejected.message());
      case Verdict.NotModelled missing ->
          throw new AssertionError(name + " cannot be judged: " + missing.what());
    }
  }

  /** Runs a program on a packet, with the context that a test run in the kernel makes of it. */
  public Run run(String name, byte[] packet) {
    Context context = Context.testRun(program(name).type(), packet);
    return switch (loaded.program(name).run(context)) {
      case Outcome.Returned returned -> new Run(returned.retval(), Bytes.of(context.packet()));
      case Outcome.Trapped trapped -> throw new AssertionError(trapped.trap().describe());
    };
  }

  /** The map of a name, as programs left it. */
  public BpfMap map(String name) {
    return loaded
        .machine()
        .map(name)
        .orElseThrow(() -> new AssertionError("no program that was run uses a map '" + name + "'"));
  }
}
