package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelObject;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.KernelResource;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.object.BpfObject;
import dev.skep.object.Gate;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadResult;
import dev.skep.object.SectionName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code skep kernel prog load|loadall OBJ PATH …}. */
final class ProgramLoad {

  /** Where libbpf looks for maps that are pinned by name. */
  static final Path PINNED_MAPS = Path.of("/sys/fs/bpf");

  private final Kernel kernel;
  private final Map<String, KernelMap> reused = new LinkedHashMap<>();
  private @Nullable String name;
  private @Nullable SectionName type;
  private LoadOptions options = LoadOptions.DEFAULT;
  private @Nullable Path mapDirectory;

  ProgramLoad(Kernel kernel) {
    this.kernel = kernel;
  }

  void run(Words words, boolean all) throws IOException {
    Path file = Path.of(words.next("an object file"));
    Path path = Path.of(words.next("a path in a BPF file system"));
    BpfObject object = read(kernel, file);
    try {
      while (words.hasNext()) {
        option(words, object, file);
      }
      load(object, file, path, all);
    } finally {
      reused.values().forEach(KernelMap::close);
    }
  }

  private void option(Words words, BpfObject object, Path file) {
    String word = words.next("an option");
    switch (word) {
      case "prog" -> name = words.next("a program's name");
      case "unchecked" -> options = options.unchecked();
      case "pinmaps" -> mapDirectory = Path.of(words.next("a directory"));
      case "map" -> reuse(words, object, file);
      case "type" -> type = type(words.next("a program type"));
      case "dev" ->
          throw CommandFailure.usage("'dev' is not taken: skep does not offload to devices");
      default ->
          throw CommandFailure.usage(
              "unknown option '" + word + "'; there are prog, type, map, pinmaps and unchecked");
    }
  }

  /** As in section names, where what attaches by BTF has to say to what. */
  private static SectionName type(String word) {
    return SectionName.find(word)
        .or(() -> SectionName.find(word + "/"))
        .filter(name -> !name.attachesByBtf())
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "unknown program type '"
                        + word
                        + "'; there are libbpf's section names, such as xdp, tc, kprobe or"
                        + " cgroup/connect4, but for those that attach by BTF"));
  }

  private static ProgramSpec as(@Nullable SectionName type, ProgramSpec spec) {
    return type == null
        ? spec
        : spec.toBuilder()
            .type(type.type())
            .expectedAttachType(type.attachType())
            .attachTarget(null)
            .attachBtfId(0)
            .flags(type.sleepable() ? ProgramSpec.F_SLEEPABLE : 0)
            .build();
  }

  /** {@code map name NAME MAP} or {@code map idx NUMBER MAP}. */
  private void reuse(Words words, BpfObject object, Path file) {
    String wanted;
    if (words.take("idx")) {
      int index = words.integer("the map's index");
      if (index < 0 || index >= object.maps().size()) {
        throw CommandFailure.usage(file + " has no map number " + index);
      }
      wanted = object.maps().get(index).name();
    } else if (words.take("name")) {
      wanted = words.next("the map's name");
      if (object.map(wanted).isEmpty()) {
        throw CommandFailure.usage(file + " has no map '" + wanted + "'");
      }
    } else {
      throw CommandFailure.usage("expected name NAME or idx NUMBER of one of the object's maps");
    }
    reused.put(wanted, References.map(kernel, words));
  }

  private void load(BpfObject object, Path file, Path path, boolean all) throws IOException {
    List<ProgramSpec> chosen = chosen(object, all, name, file);
    try (KernelObject session = kernel.object(object)) {
      session.pinMapsBelow(PINNED_MAPS);
      for (MapSpec spec : object.maps()) {
        KernelMap map = reused.get(spec.name());
        if (map != null) {
          session.reuse(spec, map);
        }
      }
      var loaded = new LinkedHashMap<Path, KernelProgram>();
      for (ProgramSpec spec : chosen) {
        loaded.put(
            all ? path.resolve(spec.name()) : path, load(session, as(type, spec), file, options));
      }
      if (all) {
        Files.createDirectories(path);
      }
      var pinned = new LinkedHashMap<Path, KernelResource>(loaded);
      if (mapDirectory != null) {
        Files.createDirectories(mapDirectory);
        for (var map : session.maps().entrySet()) {
          pinned.put(mapDirectory.resolve(map.getKey().replace('.', '_')), map.getValue());
        }
      }
      pin(pinned);
    }
  }

  /** Loads a program, or ends the command with who refused it, and why. */
  static KernelProgram load(
      KernelObject session, ProgramSpec spec, Path file, LoadOptions options) {
    return switch (session.load(spec, options)) {
      case LoadResult.Loaded l -> l.program();
      case LoadResult.Refused r when r.refusal() != null ->
          throw notSubmitted(spec.name() + " of " + file, r.refusal());
      case LoadResult.Refused r ->
          throw CommandFailure.refused(
              "the kernel refuses %s of %s: %s: %s"
                  .formatted(spec.name(), file, r.errnoName(), r.reason()),
              List.of(r.log().strip().split("\n", -1)));
    };
  }

  private static CommandFailure notSubmitted(String what, Gate.Refusal refusal) {
    return switch (refusal) {
      case Gate.Rejected rejected ->
          CommandFailure.refused(
              "skep's verifier refuses %s, so it was not submitted: %s: %s"
                  .formatted(what, rejected.errno(), rejected.message()),
              List.of(
                  "  help: 'skep lint' says where and why; the word 'unchecked' submits anyway"));
      case Gate.NotJudged missing ->
          CommandFailure.refused(
              "skep's verifier cannot judge %s, so it was not submitted: it does not model %s"
                  .formatted(what, missing.what()),
              List.of("  help: the word 'unchecked' leaves the judgement to the kernel"));
    };
  }

  /** Pins all or none. */
  private static void pin(Map<Path, ? extends KernelResource> programs) throws IOException {
    var done = new ArrayList<Path>();
    try {
      for (var program : programs.entrySet()) {
        program.getValue().pin(program.getKey());
        done.add(program.getKey());
      }
    } catch (KernelCallException e) {
      for (Path path : done) {
        Files.deleteIfExists(path);
      }
      throw e;
    }
  }

  private static List<ProgramSpec> chosen(
      BpfObject object, boolean all, @Nullable String name, Path file) {
    List<ProgramSpec> chosen =
        object.programs().stream()
            .filter(p -> name == null ? p.autoload() : p.name().equals(name))
            .toList();
    if (chosen.isEmpty()) {
      throw CommandFailure.usage(
          file + " has no program" + (name == null ? "" : " '" + name + "'"));
    }
    return all ? chosen : chosen.subList(0, 1);
  }

  /** Reads an object for this kernel. */
  static BpfObject read(Kernel kernel, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw CommandFailure.unreadable(file + ": no such file");
    }
    return switch (kernel.read(file)) {
      case ReadResult.Read read -> read.object();
      case ReadResult.Refused refused ->
          throw CommandFailure.unreadable(file + ": " + refused.diagnostics().getFirst().message());
    };
  }
}
