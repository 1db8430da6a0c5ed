package dev.skep.verifier.admission;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapRules;
import dev.skep.catalog.MapTrait;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.path.Environment;
import org.jspecify.annotations.Nullable;

/** Whether a program may use a map at all ({@code check_map_prog_compatibility}). */
public final class MapUse {

  private final Environment env;

  public MapUse(Environment env) {
    this.env = env;
  }

  /** Ends with a rejection if it may not. */
  public void check(MapSpec map) {
    boolean tracing = MapRules.isTracing(env.type());
    if (tracing && (has(map, "bpf_list_head") || has(map, "bpf_rb_root"))) {
      throw env.invalid("tracing progs cannot use bpf_{list_head,rb_root} yet");
    }
    if (has(map, "bpf_spin_lock") || has(map, "bpf_res_spin_lock")) {
      if (env.type() == dev.skep.catalog.ProgramType.SOCKET_FILTER) {
        throw env.invalid("socket filter progs cannot use bpf_spin_lock yet");
      }
      if (tracing && has(map, "bpf_spin_lock")) {
        throw env.invalid("tracing progs cannot use bpf_spin_lock yet");
      }
    }
    if (tracing && has(map, "bpf_timer")) {
      throw env.invalid("tracing progs cannot use bpf_timer yet");
    }
    if (tracing && has(map, "bpf_wq")) {
      throw env.invalid("tracing progs cannot use bpf_wq yet");
    }
    boolean sleepable = (env.program.flags() & ProgramSpec.F_SLEEPABLE) != 0;
    if (sleepable && !map.type().is(MapTrait.SLEEPABLE)) {
      throw env.invalid(
          "Sleepable programs can only use array, hash, ringbuf and local storage maps");
    }
  }

  /** Whether the map's value holds a structure of this name. */
  public static boolean has(MapSpec map, String struct) {
    Btf btf = map.btf();
    return btf != null && offsetOf(btf, map.btfValueTypeId(), struct, 0) >= 0;
  }

  /** Offset in bytes of a structure of this name in a map's value, or -1. */
  public static int offsetOf(MapSpec map, String struct) {
    Btf btf = map.btf();
    return btf == null ? -1 : offsetOf(btf, map.btfValueTypeId(), struct, 0);
  }

  private static int offsetOf(Btf btf, int typeId, String struct, int depth) {
    if (depth > 8 || typeId == 0) {
      return -1;
    }
    @Nullable BtfType type = btf.type(btf.resolve(typeId));
    if (type instanceof BtfType.Struct s) {
      if (s.name().equals(struct)) {
        return 0;
      }
      for (BtfType.Member member : s.members()) {
        int inside = offsetOf(btf, member.type(), struct, depth + 1);
        if (inside >= 0) {
          return member.bitOffset() / 8 + inside;
        }
      }
    } else if (type instanceof BtfType.Array a) {
      return offsetOf(btf, a.elementType(), struct, depth + 1);
    } else if (type instanceof BtfType.Datasec d) {
      for (BtfType.SectionVar var : d.vars()) {
        if (btf.type(var.type()) instanceof BtfType.Var v) {
          int inside = offsetOf(btf, v.type(), struct, depth + 1);
          if (inside >= 0) {
            return var.offset() + inside;
          }
        }
      }
    }
    return -1;
  }

  /** Whether plain reads and writes of the value must avoid fields that the kernel owns. */
  public static boolean hasSpecialFields(MapSpec map) {
    for (String name : SPECIAL) {
      if (has(map, name)) {
        return true;
      }
    }
    Btf btf = map.btf();
    return btf != null && hasKptr(btf, map.btfValueTypeId(), 0);
  }

  /** Structures that only helpers and kfuncs may touch. */
  public static final java.util.List<String> SPECIAL =
      java.util.List.of(
          "bpf_spin_lock",
          "bpf_res_spin_lock",
          "bpf_timer",
          "bpf_wq",
          "bpf_list_head",
          "bpf_list_node",
          "bpf_rb_root",
          "bpf_rb_node",
          "bpf_refcount",
          "bpf_task_work");

  private static boolean hasKptr(Btf btf, int typeId, int depth) {
    if (depth > 8 || typeId == 0) {
      return false;
    }
    int resolved = btf.resolve(typeId);
    return switch (btf.type(resolved)) {
      case BtfType.Struct s ->
          s.members().stream().anyMatch(m -> hasKptr(btf, m.type(), depth + 1));
      case BtfType.Array a -> hasKptr(btf, a.elementType(), depth + 1);
      case BtfType.Datasec d -> d.vars().stream().anyMatch(v -> hasKptr(btf, v.type(), depth + 1));
      case BtfType.Var v -> hasKptr(btf, v.type(), depth + 1);
      case BtfType.Ptr p ->
          btf.typeTags(resolved).stream()
              .anyMatch(t -> t.startsWith("kptr") || t.equals("percpu_kptr") || t.equals("uptr"));
      case BtfType other -> false;
    };
  }

  /** Whether programs may not write to it. Linux makes all maps of devices so. */
  public static boolean isReadOnly(MapSpec map) {
    return map.has(MapFlag.RDONLY_PROG) || map.type().is(MapTrait.READ_ONLY);
  }
}
