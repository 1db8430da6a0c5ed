package dev.skep.kernel;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.MapInfo;
import dev.skep.object.MapSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Maps that are there already, in place of new ones: {@code LIBBPF_PIN_BY_NAME}. */
final class MapReuse {

  private MapReuse() {}

  /**
   * The map pinned at a path; null if nothing is.
   *
   * @throws KernelCallException if something else is pinned there, or a map of another shape
   */
  static @Nullable KernelMap pinned(Kernel kernel, Path path, MapSpec spec) {
    if (!Files.exists(path)) {
      return null;
    }
    KernelResource found = kernel.pinned(path);
    if (found instanceof KernelMap map) {
      try {
        require(map, spec, "pinned at " + path);
        return map;
      } catch (KernelCallException e) {
        map.close();
        throw e;
      }
    }
    found.close();
    throw refusal(spec, "what is pinned at " + path + " is no map");
  }

  /** Refuses a map that programs written for the spec could not use. */
  static void require(KernelMap map, MapSpec spec, String where) {
    MapInfo info = map.info();
    var differences = new ArrayList<String>();
    difference(differences, "type", name(info.typeNumber()), name(spec.type().number()));
    difference(differences, "key_size", info.keySize(), spec.keySize());
    difference(differences, "value_size", info.valueSize(), spec.valueSize());
    boolean sized = spec.maxEntries() != 0 || spec.type() != MapType.PERF_EVENT_ARRAY;
    if (sized) {
      difference(differences, "max_entries", info.maxEntries(), spec.maxEntries());
    }
    // The kernel makes these maps read-only for programs by itself.
    int added =
        spec.type() == MapType.DEVMAP || spec.type() == MapType.DEVMAP_HASH
            ? MapFlag.RDONLY_PROG.bit()
            : 0;
    difference(
        differences,
        "map_flags",
        "0x" + Integer.toHexString(info.flags() & ~added),
        "0x" + Integer.toHexString(spec.flags() & ~added));
    difference(differences, "map_extra", info.extra(), spec.extra());
    if (!differences.isEmpty()) {
      throw refusal(
          spec,
          "the map %s is another: %s. Remove it, or change the object's map"
              .formatted(where, String.join(", ", differences)));
    }
  }

  private static String name(int type) {
    MapType known = MapType.ofNumber(type);
    return known == null ? "type " + type : known.kernelName();
  }

  private static void difference(List<String> all, String what, Object is, Object wanted) {
    if (!is.equals(wanted)) {
      all.add(what + " is " + is + ", not " + wanted);
    }
  }

  private static KernelCallException refusal(MapSpec spec, String reason) {
    return new KernelCallException("reusing map " + spec.name(), Errno.EINVAL.number(), reason);
  }
}
