package dev.skep.object;

import dev.skep.btf.Btf;
import dev.skep.object.diagnostic.Diagnostic;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A BPF object: what a {@code .o} file, or an assembly file, gives to a loader.
 *
 * <p>Programs come relocated as libbpf would submit them: each has its subprograms appended, and
 * its map references resolved to indexes into {@link ProgramSpec#maps()}.
 *
 * @param name the object's name, from the file's name without its endings
 * @param license the licence section's text, empty if there is none
 * @param programs in the order of the file
 * @param maps in the order of the file, the global data sections' maps included
 * @param btf the object's own types
 * @param warnings what a reader noticed that does not keep the object from being used
 */
public record BpfObject(
    String name,
    String license,
    List<ProgramSpec> programs,
    List<MapSpec> maps,
    @Nullable Btf btf,
    List<Diagnostic> warnings) {

  public BpfObject {
    programs = List.copyOf(programs);
    maps = List.copyOf(maps);
    warnings = List.copyOf(warnings);
  }

  /**
   * The same object with each map changed, in its programs too: to give a map the size that its
   * file leaves to the loader, for instance.
   *
   * @param change called once for each map; the name must stay
   */
  public BpfObject withMaps(UnaryOperator<MapSpec> change) {
    IdentityHashMap<MapSpec, MapSpec> changed = new IdentityHashMap<>();
    UnaryOperator<MapSpec> once = map -> changed.computeIfAbsent(map, change);
    List<MapSpec> newMaps = maps.stream().map(once).toList();
    return new BpfObject(
        name,
        license,
        programs.stream().map(p -> p.withMaps(p.maps().stream().map(once).toList())).toList(),
        newMaps,
        btf,
        warnings);
  }

  /** The program of a name. */
  public Optional<ProgramSpec> program(String name) {
    return programs.stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /** The map of a name. */
  public Optional<MapSpec> map(String name) {
    return maps.stream().filter(m -> m.name().equals(name)).findFirst();
  }
}
