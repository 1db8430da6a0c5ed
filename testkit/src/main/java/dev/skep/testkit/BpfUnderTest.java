package dev.skep.testkit;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.interpreter.Coverage;
import dev.skep.interpreter.InterpretedProgram;
import dev.skep.interpreter.Interpreter;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.reader.ObjectReader;
import dev.skep.runtime.Context;
import dev.skep.runtime.LoadedObject;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.Trap;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.PerfEventArray;
import dev.skep.runtime.map.RingBuffer;
import dev.skep.runtime.memory.Region;
import dev.skep.runtime.typed.Codec;
import dev.skep.runtime.typed.Shape;
import dev.skep.runtime.typed.TypedMap;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A compiled object in a test: judge its programs, set its variables, run them on packets and
 * contexts, look at its maps and events, let time pass.
 *
 * <p>All programs share one deterministic {@link Machine}, so what one writes to a map another
 * reads. Failures are {@link AssertionError}s that say what happened and where, so that any test
 * framework shows them. One thread at a time.
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
    return load(file, Machine.create());
  }

  /**
   * Reads a {@code .o} file for a machine of the test's own: another number of processors, a clock,
   * kernel functions, an {@link dev.skep.runtime.Environment}.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException with the reader's finding if it is no usable object
   */
  public static BpfUnderTest load(Path file, Machine machine) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String name = String.valueOf(file.getFileName());
    return of(ObjectReader.read(bytes, name, ReadOptions.defaults()).orElseThrow(), machine);
  }

  /** An object that was made in memory, for a fresh machine. */
  public static BpfUnderTest of(BpfObject object) {
    return of(object, Machine.create());
  }

  /** An object that was made in memory, for a machine of the test's own. */
  public static BpfUnderTest of(BpfObject object, Machine machine) {
    return new BpfUnderTest(object, LoadedObject.load(object, machine, new Interpreter()));
  }

  /** Where the programs run. */
  public Machine machine() {
    return loaded.machine();
  }

  /**
   * A run's end.
   *
   * @param result r0, as the kernel reads it: 32 bits
   * @param packet the packet afterwards
   * @param context what the run worked on: redirections, and its other effects
   */
  public record Run(int result, Bytes packet, Context context) {}

  /** The program of a name. */
  public ProgramSpec program(String name) {
    return object
        .program(name)
        .orElseThrow(
            () ->
                new AssertionError(
                    "the object has no program '%s'; it has %s"
                        .formatted(
                            name, object.programs().stream().map(ProgramSpec::name).toList())));
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
    return run(name, Context.testRun(program(name).type(), packet));
  }

  /** Runs a program on a context of the test's own. */
  public Run run(String name, Context context) {
    return switch (loaded.program(name).run(context)) {
      case Outcome.Returned returned ->
          new Run(returned.retval(), Bytes.of(context.packet()), context);
      case Outcome.Trapped trapped -> throw new AssertionError(trapped.trap().describe());
    };
  }

  /** Runs a program that has to trap, and gives the trap. */
  public Trap trap(String name, Context context) {
    return switch (loaded.program(name).run(context)) {
      case Outcome.Returned returned ->
          throw new AssertionError(name + " did not trap but returned " + returned.retval());
      case Outcome.Trapped trapped -> trapped.trap();
    };
  }

  /** Starts to count how often each instruction and line of a program is executed. */
  public Coverage coverage(String name) {
    if (loaded.program(name) instanceof InterpretedProgram program) {
      return program.recordCoverage();
    }
    throw new AssertionError("only the interpreter counts");
  }

  /** The map of a name. */
  public BpfMap map(String name) {
    return object
        .map(name)
        .map(loaded.machine()::map)
        .or(() -> loaded.machine().map(name))
        .orElseThrow(
            () ->
                new AssertionError(
                    "the object has no map '%s'; it has %s"
                        .formatted(name, object.maps().stream().map(MapSpec::name).toList())));
  }

  /** The map of a name as a {@code java.util.Map}. */
  public <K, V> TypedMap<K, V> map(String name, Class<K> key, Class<V> value) {
    return TypedMap.of(map(name), key, value);
  }

  /** Takes the records out of a ring buffer or perf event array, oldest first. */
  public List<byte[]> events(String map) {
    return switch (map(map)) {
      case RingBuffer ring -> ring.drain();
      case PerfEventArray perf ->
          perf.drain().stream().map(event -> event.data().toArray()).toList();
      case BpfMap other -> throw new AssertionError(other + " holds no events");
    };
  }

  /**
   * Takes the records out of a ring buffer or perf event array as values of a Java type. If the
   * object's BTF has a structure of the type's name, its members are found by name; a compiler only
   * puts it there if a global variable or a map has that type.
   */
  public <T> List<T> events(String map, Class<T> type) {
    List<T> values = new ArrayList<>();
    for (byte[] event : events(map)) {
      values.add(Codec.of(type, eventShape(type, event.length)).read(event));
    }
    return values;
  }

  private Shape eventShape(Class<?> type, int size) {
    Btf btf = object.btf();
    if (btf != null) {
      var id = btf.findStruct(type.getSimpleName());
      if (id.isEmpty()) {
        id = btf.findStruct(snake(type.getSimpleName()));
      }
      if (id.isPresent() && btf.sizeOf(id.getAsInt()) == size) {
        return new Shape(btf, id.getAsInt(), size);
      }
    }
    return Shape.of(size);
  }

  private static String snake(String name) {
    return name.replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
  }

  /** What programs printed with {@code bpf_printk}, oldest first. */
  public List<String> printed() {
    return loaded.machine().trace();
  }

  /** Lets virtual time pass; timers that are due run. Gives how many did. */
  public int advance(Duration time) {
    try {
      return loaded.machine().advance(time.toNanos());
    } catch (Trap.Signal signal) {
      throw new AssertionError(signal.trap().describe(), signal);
    }
  }

  /**
   * A global variable.
   *
   * @param <T> its Java type, as {@link Codec} takes them
   */
  public static final class Variable<T> {
    private final Region memory;
    private final int offset;
    private final Codec<T> codec;

    private Variable(Region memory, int offset, Codec<T> codec) {
      this.memory = memory;
      this.offset = offset;
      this.codec = codec;
    }

    /** Its value. */
    public T get() {
      return codec.read(memory.bytes(), offset);
    }

    /** Sets it, constants too: before the first run, as a loader does. */
    public void set(T value) {
      codec.write(value, memory.bytes(), offset);
    }
  }

  /** The global variable of a name: of {@code .data}, {@code .bss}, {@code .rodata}. */
  public <T> Variable<T> variable(String name, Class<T> type) {
    List<String> all = new ArrayList<>();
    for (MapSpec spec : object.maps()) {
      Btf btf = spec.btf();
      if (btf == null || !(btf.type(spec.btfValueTypeId()) instanceof BtfType.Datasec section)) {
        continue;
      }
      for (BtfType.SectionVar place : section.vars()) {
        if (!(btf.type(place.type()) instanceof BtfType.Var variable)) {
          continue;
        }
        all.add(variable.name());
        Region memory = loaded.machine().map(spec).values();
        if (variable.name().equals(name) && memory != null) {
          Shape shape = new Shape(btf, variable.type(), place.size());
          return new Variable<>(memory, place.offset(), Codec.of(type, shape));
        }
      }
    }
    throw new AssertionError("the object has no variable '%s'; it has %s".formatted(name, all));
  }
}
