package dev.skep.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfWriter;
import dev.skep.catalog.Errno;
import dev.skep.catalog.MapType;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.object.BpfObject;
import dev.skep.object.LineInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object on its way into the kernel: its programs share its maps and its types.
 *
 * <p>A map is created when a program that uses it is loaded, or when it is asked for; the same
 * {@link MapSpec} gives the same map. Closing the session closes its programs and maps. Not for use
 * by several threads at once.
 */
public final class KernelObject implements AutoCloseable {

  private final Kernel kernel;
  private final @Nullable BpfObject object;
  private final IdentityHashMap<MapSpec, KernelMap> maps = new IdentityHashMap<>();
  private final Map<String, KernelMap> mapsByName = new LinkedHashMap<>();
  private final IdentityHashMap<Btf, LoadedTypes> types = new IdentityHashMap<>();
  private final Set<KernelProgram> programs = new LinkedHashSet<>();
  private final Set<KernelMap> borrowed = new LinkedHashSet<>();
  private final ModuleTypes moduleTypes;
  private @Nullable Path pinDirectory;
  private int usdtSpecs;

  KernelObject(Kernel kernel, @Nullable BpfObject object) {
    this.kernel = kernel;
    this.object = object;
    this.moduleTypes = new ModuleTypes(kernel);
  }

  /**
   * Maps that are to be pinned by name ({@code LIBBPF_PIN_BY_NAME}) are from now on looked for in a
   * directory of a BPF file system, used if they have the wanted shape, and pinned there otherwise.
   * Without this call they are created like others.
   */
  public void pinMapsBelow(Path directory) {
    pinDirectory = directory;
  }

  /**
   * Uses a map in place of one of the object's; its user closes it.
   *
   * @throws KernelCallException {@code EINVAL} if it has another shape; the message says which
   */
  public void reuse(MapSpec spec, KernelMap map) {
    MapReuse.require(map, spec, "given for it");
    maps.put(spec, map);
    mapsByName.put(spec.name(), map);
    borrowed.add(map);
  }

  ModuleTypes moduleTypes() {
    return moduleTypes;
  }

  @Nullable BpfObject object() {
    return object;
  }

  /** Loaded types and the string table that line information may refer to. */
  record LoadedTypes(@Nullable KernelBtf btf, BtfWriter.StringTable strings, String problem) {}

  /** The kernel. */
  public Kernel kernel() {
    return kernel;
  }

  /** The maps so far, by the names in the object. */
  public Map<String, KernelMap> maps() {
    return Map.copyOf(mapsByName);
  }

  /**
   * The map of a spec, created at first use.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public KernelMap map(MapSpec spec) {
    return map(spec, new ArrayList<>());
  }

  KernelMap map(MapSpec spec, List<String> notes) {
    KernelMap known = maps.get(spec);
    if (known == null) {
      Path pin =
          pinDirectory == null || !spec.pinByName() ? null : pinDirectory.resolve(spec.name());
      known = pin == null ? null : MapReuse.pinned(kernel, pin, spec);
      if (known == null) {
        known = MapCreator.create(this, spec, t -> types(t, List.of(), notes).btf(), notes);
        if (pin != null) {
          known.pin(pin);
        }
      }
      maps.put(spec, known);
      mapsByName.put(spec.name(), known);
    }
    return known;
  }

  /**
   * Has the kernel use a struct_ops map: loads the programs that it points to, sets its value, and
   * makes its link if it is of the kind that has one. A program that is to be loaded with other
   * options than {@link LoadOptions#DEFAULT} is loaded before.
   *
   * @throws KernelCallException if the kernel refuses the map, or one of its programs: then the
   *     message ends with the verifier's words
   */
  public StructOps registerStructOps(MapSpec spec) {
    return StructOps.register(map(spec), spec, structOpsPrograms(spec));
  }

  /**
   * Sets the value of a struct_ops map with {@code BPF_F_LINK}, so that a link can take it: see
   * {@link KernelLink#update(KernelMap)}. The kernel does not use it by that.
   */
  public KernelMap prepareStructOps(MapSpec spec) {
    KernelMap map = map(spec);
    StructOps.prepare(map, spec, structOpsPrograms(spec));
    return map;
  }

  private Map<Integer, KernelProgram> structOpsPrograms(MapSpec spec) {
    var slots = new LinkedHashMap<Integer, KernelProgram>();
    spec.initialSlots().forEach((at, name) -> slots.put(at, structOpsProgram(spec, name)));
    return slots;
  }

  private KernelProgram structOpsProgram(MapSpec map, String name) {
    KernelProgram known = program(name);
    if (known != null) {
      return known;
    }
    ProgramSpec spec =
        object == null
            ? null
            : object.programs().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElse(null);
    if (spec == null) {
      throw new KernelCallException(
          "registering struct_ops map " + map.name(),
          Errno.ENOENT.number(),
          "the object has no program " + name);
    }
    return switch (load(spec, LoadOptions.DEFAULT)) {
      case LoadResult.Loaded loaded -> loaded.program();
      case LoadResult.Refused refused ->
          throw new KernelCallException(
              "loading program " + name, refused.errorNumber(), refused.reason());
    };
  }

  /**
   * Loads a program, if skep's verifier accepts it: {@link #load(ProgramSpec, LoadOptions)} with
   * {@link LoadOptions#DEFAULT}.
   */
  public LoadResult load(ProgramSpec spec) {
    return load(spec, LoadOptions.DEFAULT);
  }

  /**
   * Loads a program, creating the maps that it uses. By default skep's verifier judges first, and
   * only what it accepts is submitted ({@link LoadOptions#unchecked}).
   *
   * @return the program, or the refusal
   * @throws KernelCallException if one of its maps cannot be created
   */
  public LoadResult load(ProgramSpec spec, LoadOptions options) {
    LoadResult result = new ProgramLoader(this, spec, options).load();
    if (result instanceof LoadResult.Loaded loaded) {
      programs.add(loaded.program());
    }
    return result;
  }

  /**
   * Loads all programs of the object that are meant to be loaded, creates all its maps, and fills
   * the slots of prog arrays and map-in-maps.
   *
   * @return the results by program name, in the object's order
   * @throws KernelCallException if a map cannot be created or filled
   */
  public Map<String, LoadResult> loadAll(LoadOptions options) {
    var results = new LinkedHashMap<String, LoadResult>();
    if (object == null) {
      return results;
    }
    object.maps().stream().filter(m -> m.type() != MapType.STRUCT_OPS).forEach(this::map);
    for (ProgramSpec program : object.programs()) {
      if (program.autoload()) {
        results.put(program.name(), load(program, options));
      }
    }
    for (MapSpec spec : object.maps()) {
      if (spec.type() == MapType.STRUCT_OPS) {
        continue; // registerStructOps
      }
      spec.initialSlots()
          .forEach(
              (slot, name) -> {
                KernelResource content = named(name);
                if (content != null) {
                  map(spec).put(MapKeys.u32(slot), content);
                }
              });
    }
    return results;
  }

  private @Nullable KernelResource named(String name) {
    KernelMap map = mapsByName.get(name);
    if (map != null) {
      return map;
    }
    return programs.stream().filter(p -> p.name().equals(name)).findFirst().orElse(null);
  }

  /**
   * Attaches a program of the object to all places of a marker in a binary (USDT).
   *
   * @param pid of one process, or -1 for all
   * @param cookie a number for the program: {@code bpf_usdt_cookie()}, or for one without libbpf's
   *     {@code usdt.bpf.h} {@code bpf_get_attach_cookie()}
   * @throws KernelCallException {@code ENOENT} if the binary has no such marker
   * @throws IOException if the binary cannot be read
   */
  public UsdtAttachment attachUsdt(
      KernelProgram program, Path binary, String provider, String name, int pid, long cookie)
      throws IOException {
    List<UsdtProbes.Probe> places = UsdtProbes.of(binary, provider, name);
    if (places.isEmpty()) {
      throw new KernelCallException(
          "attaching to marker " + provider + ":" + name,
          Errno.ENOENT.number(),
          binary + " has no such marker");
    }
    return UsdtAttachment.attach(this, program, binary, places, pid, cookie);
  }

  /** The next element of libbpf's table of markers' places that is not in use. */
  int nextUsdtSpec(int limit) {
    if (usdtSpecs >= limit) {
      throw new KernelCallException(
          "attaching to a marker",
          Errno.E2BIG.number(),
          "%s has room for %d places: define BPF_USDT_MAX_SPEC_CNT"
              .formatted(UsdtAttachment.SPECS, limit));
    }
    return usdtSpecs++;
  }

  /** A map by the object's name for it, if it is there. */
  @Nullable KernelMap mapNamed(String name) {
    return mapsByName.get(name);
  }

  /** The program of a name that has been loaded, or null. */
  public @Nullable KernelProgram program(String name) {
    return programs.stream().filter(p -> p.name().equals(name)).findFirst().orElse(null);
  }

  /**
   * The loaded types of a spec; without a descriptor if the kernel refused them.
   *
   * @param lines of a program that is not part of the session's object
   */
  LoadedTypes types(Btf specTypes, List<LineInfo> lines, List<String> notes) {
    LoadedTypes known = types.get(specTypes);
    if (known == null) {
      var strings = new BtfWriter.StringTable();
      addLines(strings, lines);
      if (object != null) {
        for (ProgramSpec program : object.programs()) {
          if (specTypes.equals(program.btf())) {
            addLines(strings, program.lines());
          }
        }
      }
      try {
        known =
            new LoadedTypes(
                BtfLoader.load(kernel, BtfLoader.encode(specTypes, strings)), strings, "");
      } catch (KernelCallException e) {
        known = new LoadedTypes(null, strings, "the kernel refused the types: " + e.getMessage());
      }
      types.put(specTypes, known);
    }
    if (!known.problem().isEmpty() && !notes.contains(known.problem())) {
      notes.add(known.problem());
    }
    return known;
  }

  private static void addLines(BtfWriter.StringTable strings, List<LineInfo> lines) {
    for (LineInfo line : lines) {
      strings.offsetOf(line.file());
      strings.offsetOf(line.text());
    }
  }

  /** Hands a map or program to its user: closing the session leaves it open. */
  void release(KernelResource resource) {
    maps.values().remove(resource);
    mapsByName.values().remove(resource);
    programs.remove(resource);
  }

  @Override
  public void close() {
    programs.forEach(KernelProgram::close);
    programs.clear();
    maps.values().stream().filter(map -> !borrowed.contains(map)).forEach(KernelMap::close);
    maps.clear();
    moduleTypes.close();
    for (LoadedTypes loaded : types.values()) {
      if (loaded.btf() != null) {
        loaded.btf().close();
      }
    }
    types.clear();
  }
}
