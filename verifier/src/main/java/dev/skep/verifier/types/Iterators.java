package dev.skep.verifier.types;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.verifier.path.AttachTarget;
import dev.skep.verifier.state.TypeFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Iterators that programs attach to, and what each shows its program: the {@code struct
 * bpf_iter_reg}s of Linux 6.18. The first argument, {@code bpf_iter_meta}, needs no entry.
 */
public final class Iterators {

  private static final String PREFIX = "bpf_iter_";

  private static final int MAYBE_NULL = TypeFlags.PTR_MAYBE_NULL;
  private static final int TRUSTED_OR_NULL = MAYBE_NULL | TypeFlags.PTR_TRUSTED;
  private static final int READ_ONLY_OR_NULL = MAYBE_NULL | TypeFlags.MEM_RDONLY;

  private record Shown(int index, AttachTarget.Kind kind, int flags) {}

  private static Shown struct(int index, int flags) {
    return new Shown(index, AttachTarget.Kind.STRUCT, flags);
  }

  private static Shown buffer(int index, int flags) {
    return new Shown(index, AttachTarget.Kind.BUFFER, flags);
  }

  private static final Map<String, List<Shown>> TARGETS =
      Map.ofEntries(
          Map.entry("bpf_link", List.of(struct(1, MAYBE_NULL))),
          Map.entry("bpf_map", List.of(struct(1, TRUSTED_OR_NULL))),
          Map.entry("bpf_map_elem", List.of(buffer(2, READ_ONLY_OR_NULL), buffer(3, MAYBE_NULL))),
          Map.entry("bpf_prog", List.of(struct(1, MAYBE_NULL))),
          Map.entry("bpf_sk_storage_map", List.of(struct(2, MAYBE_NULL), buffer(3, MAYBE_NULL))),
          Map.entry("cgroup", List.of(struct(1, TRUSTED_OR_NULL))),
          Map.entry("dmabuf", List.of(struct(1, MAYBE_NULL))),
          Map.entry("ipv6_route", List.of(struct(1, MAYBE_NULL))),
          Map.entry("kmem_cache", List.of(struct(1, TRUSTED_OR_NULL))),
          Map.entry("ksym", List.of(struct(1, MAYBE_NULL))),
          Map.entry("netlink", List.of(struct(1, MAYBE_NULL))),
          Map.entry("sockmap", List.of(buffer(2, READ_ONLY_OR_NULL), struct(3, MAYBE_NULL))),
          Map.entry("task", List.of(struct(1, TRUSTED_OR_NULL))),
          Map.entry("task_file", List.of(struct(1, MAYBE_NULL), struct(3, MAYBE_NULL))),
          Map.entry("task_vma", List.of(struct(1, MAYBE_NULL), struct(2, MAYBE_NULL))),
          Map.entry("tcp", List.of(struct(1, TRUSTED_OR_NULL))),
          Map.entry("udp", List.of(struct(1, TRUSTED_OR_NULL))),
          Map.entry("unix", List.of(struct(1, MAYBE_NULL))));

  private Iterators() {}

  /** The arguments of an iterator's function; null if there is no such iterator. */
  public static @Nullable List<AttachTarget.Argument> arguments(Btf btf, String function) {
    if (!function.startsWith(PREFIX)) {
      return null;
    }
    List<Shown> shown = TARGETS.get(function.substring(PREFIX.length()));
    if (shown == null || !(btf.type(btf.findFunc(function).orElse(0)) instanceof BtfType.Func f)) {
      return null;
    }
    var arguments = new ArrayList<AttachTarget.Argument>();
    if (btf.type(f.type()) instanceof BtfType.FuncProto proto) {
      for (Shown one : shown) {
        if (one.index() < proto.params().size()) {
          int type = pointee(btf, proto.params().get(one.index()).type());
          arguments.add(
              new AttachTarget.Argument(one.index() * 8, one.kind(), type, one.flags(), false));
        }
      }
    }
    return arguments;
  }

  private static int pointee(Btf btf, int pointer) {
    return btf.resolved(pointer) instanceof BtfType.Ptr p ? btf.resolve(p.type()) : 0;
  }
}
