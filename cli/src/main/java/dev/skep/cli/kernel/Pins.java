package dev.skep.cli.kernel;

import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelLink;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.KernelResource;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.ObjectKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where objects are pinned, in all BPF file systems that are mounted. */
final class Pins {

  /** Nobody asked. */
  static final Pins NONE = new Pins(false);

  private record Owner(ObjectKind kind, int id) {}

  private final boolean asked;
  private final Map<Owner, List<String>> paths = new HashMap<>();

  private Pins(boolean asked) {
    this.asked = asked;
  }

  /** Looks at all pins. */
  static Pins all(Kernel kernel) throws IOException {
    var pins = new Pins(true);
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 2 && fields[2].equals("bpf")) {
        pins.look(kernel, Path.of(fields[1]));
      }
    }
    return pins;
  }

  private void look(Kernel kernel, Path root) throws IOException {
    List<Path> files;
    try (var walk = Files.walk(root)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    } catch (java.io.UncheckedIOException e) {
      throw CommandFailure.unreadable(root + ": cannot be read: " + e.getMessage());
    }
    for (Path file : files) {
      try (KernelResource resource = kernel.pinned(file)) {
        paths.computeIfAbsent(owner(resource), _ -> new ArrayList<>()).add(file.toString());
      } catch (KernelCallException e) {
        // It was removed meanwhile, or is of a kind that is no program, map or link.
      }
    }
  }

  private static Owner owner(KernelResource resource) {
    if (resource instanceof KernelProgram program) {
      return new Owner(ObjectKind.PROGRAM, program.info().id());
    }
    if (resource instanceof KernelMap map) {
      return new Owner(ObjectKind.MAP, map.info().id());
    }
    return new Owner(ObjectKind.LINK, ((KernelLink) resource).info().id());
  }

  /** Adds an object's pins to its JSON, if they were asked for, and gives the lines for text. */
  String add(ObjectKind kind, int id, Map<String, Object> json) {
    if (!asked) {
      return "";
    }
    List<String> all = paths.getOrDefault(new Owner(kind, id), List.of());
    json.put("pinned", all);
    var text = new StringBuilder();
    all.forEach(path -> text.append("\tpinned ").append(path).append('\n'));
    return text.toString();
  }
}
