package dev.skep.kernel;

import dev.skep.btf.Btf;
import dev.skep.catalog.Errno;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.MapType;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Fd;
import dev.skep.object.MapSpec;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code BPF_MAP_CREATE} from a {@link MapSpec}. */
final class MapCreator {

  private MapCreator() {}

  /**
   * Creates a map with its initial value, frozen if the spec says so.
   *
   * @param types gives the loaded types of a spec, or null if they cannot be loaded
   */
  static KernelMap create(
      KernelObject session,
      MapSpec spec,
      Function<Btf, @Nullable KernelBtf> types,
      List<String> notes) {
    MapSpec innerSpec = spec.inner();
    KernelMap inner = innerSpec == null ? null : create(session, innerSpec, types, notes);
    try {
      KernelMap map =
          spec.type() == MapType.STRUCT_OPS
              ? StructOpsCreator.create(session, spec)
              : create(session.kernel(), spec, inner, types, notes);
      fill(map, spec);
      return map;
    } catch (KernelCallException e) {
      throw new KernelCallException(
          "creating map " + spec.name() + " (" + spec.type().uapiName() + "): " + e.call(),
          e.errorNumber(),
          e.reason());
    } finally {
      if (inner != null) {
        inner.close();
      }
    }
  }

  private static KernelMap create(
      Kernel kernel,
      MapSpec spec,
      @Nullable KernelMap inner,
      Function<Btf, @Nullable KernelBtf> types,
      List<String> notes) {
    try (Arena arena = Arena.ofConfined()) {
      int entries = maxEntries(kernel, spec);
      Block attr =
          Block.of(arena, BpfAttr.MAP_CREATE)
              .set("map_type", spec.type().number())
              .set("key_size", spec.keySize())
              .set("value_size", spec.valueSize())
              .set("max_entries", Integer.toUnsignedLong(entries))
              .set("map_flags", Integer.toUnsignedLong(spec.flags()))
              .set("map_extra", spec.extra())
              .setText("map_name", Names.kernelName(spec.name()));
      if (inner != null) {
        attr.set("inner_map_fd", inner.fd().acquire());
      }
      Btf specTypes = spec.btf();
      boolean typed =
          specTypes != null
              && spec.type().is(MapTrait.TYPED)
              && (spec.btfKeyTypeId() != 0 || spec.btfValueTypeId() != 0);
      KernelBtf loaded = typed && specTypes != null ? types.apply(specTypes) : null;
      try {
        if (loaded != null) {
          attr.set("btf_fd", loaded.fd().acquire())
              .set("btf_key_type_id", spec.btfKeyTypeId())
              .set("btf_value_type_id", spec.btfValueTypeId());
        }
        int result = Bpf.attempt(BpfCommand.MAP_CREATE, attr);
        if (result < 0 && loaded != null && result != Errno.EPERM.negated()) {
          int first = -result;
          attr.set("btf_fd", 0).set("btf_key_type_id", 0).set("btf_value_type_id", 0);
          result = Bpf.attempt(BpfCommand.MAP_CREATE, attr);
          if (result >= 0) {
            notes.add(
                "map %s was created without its types, with which the kernel answered %s"
                    .formatted(spec.name(), Errno.of(first)));
          }
        }
        if (result < 0) {
          throw Bpf.failure(BpfCommand.MAP_CREATE, -result, attr);
        }
        return new KernelMap(kernel, Fd.own(result), spec.withMaxEntries(entries));
      } finally {
        if (loaded != null) {
          loaded.fd().release();
        }
        if (inner != null) {
          inner.fd().release();
        }
      }
    }
  }

  private static void fill(KernelMap map, MapSpec spec) {
    try {
      var initial = spec.initialValue();
      if (spec.type() == MapType.ARENA) {
        map.mapArena();
      }
      if (initial != null && spec.type() != MapType.STRUCT_OPS) {
        map.update(new byte[spec.keySize()], initial.toArray());
      }
      if (spec.frozen()) {
        map.freeze();
      }
    } catch (RuntimeException e) {
      map.close();
      throw e;
    }
  }

  /** A perf event array without a size gets one slot for each possible CPU. */
  private static int maxEntries(Kernel kernel, MapSpec spec) {
    return spec.type() == MapType.PERF_EVENT_ARRAY && spec.maxEntries() == 0
        ? kernel.possibleCpus()
        : spec.maxEntries();
  }
}
