package dev.skep.runtime.helper;

import dev.skep.btf.Btf;
import dev.skep.catalog.Errno;
import dev.skep.isa.AtomicOp;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Access;
import dev.skep.runtime.BoundHelper;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Helper;
import dev.skep.runtime.KernelObjects;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import java.util.List;
import java.util.Map;

/** Objects that programs allocate, kernel pointers in maps, linked lists and red-black trees. */
final class ObjectHelpers {

  private ObjectHelpers() {}

  static void register() {
    Helpers.add("bpf_kptr_xchg", ObjectHelpers::exchange);
  }

  static void kfuncs(Map<String, Helper> all) {
    all.put("bpf_obj_new_impl", (BoundHelper) ObjectHelpers::newObject);
    all.put("bpf_percpu_obj_new_impl", (BoundHelper) ObjectHelpers::newObject);
    all.put("bpf_obj_drop_impl", ObjectHelpers::drop);
    all.put("bpf_percpu_obj_drop_impl", ObjectHelpers::drop);
    all.put("bpf_refcount_acquire_impl", (cpu, p, b, c, d, e) -> objects(cpu).acquire(p) ? p : 0);
    all.put("bpf_list_push_front_impl", (cpu, root, n, c, d, e) -> insert(cpu, root, 0, n));
    all.put(
        "bpf_list_push_back_impl",
        (cpu, root, n, c, d, e) -> insert(cpu, root, objects(cpu).nodes(root).size(), n));
    all.put("bpf_list_pop_front", (cpu, root, b, c, d, e) -> objects(cpu).take(root, 0));
    all.put(
        "bpf_list_pop_back",
        (cpu, root, b, c, d, e) -> objects(cpu).take(root, objects(cpu).nodes(root).size() - 1));
    all.put("bpf_list_front", (cpu, root, b, c, d, e) -> first(objects(cpu).nodes(root)));
    all.put("bpf_list_back", (cpu, root, b, c, d, e) -> last(objects(cpu).nodes(root)));
    all.put("bpf_rbtree_add_impl", ObjectHelpers::treeAdd);
    all.put("bpf_rbtree_first", (cpu, root, b, c, d, e) -> first(objects(cpu).nodes(root)));
    all.put("bpf_rbtree_remove", (cpu, root, n, c, d, e) -> objects(cpu).remove(root, n) ? n : 0);
  }

  private static KernelObjects objects(Cpu cpu) {
    return cpu.machine().objects();
  }

  private static long first(List<Long> nodes) {
    return nodes.isEmpty() ? 0 : nodes.getFirst();
  }

  private static long last(List<Long> nodes) {
    return nodes.isEmpty() ? 0 : nodes.getLast();
  }

  /** {@code bpf_obj_new}: the size is that of the program's own type. */
  private static Helper newObject(ProgramSpec program, int pc) {
    Btf btf = program.btf();
    return (cpu, typeId, b, c, d, e) -> {
      long size =
          btf == null || typeId <= 0 || typeId >= btf.typeCount() ? -1 : btf.sizeOf((int) typeId);
      if (btf == null || size <= 0 || size > 1 << 22) {
        throw new Trap.Signal(
            Reason.HELPER, 0, "", "bpf_obj_new: the program has no type %d".formatted(typeId));
      }
      String name = btf.resolved((int) typeId).name();
      return objects(cpu).allocate(name.isEmpty() ? "object" : "struct " + name, (int) size);
    };
  }

  private static long drop(Cpu cpu, long object, long b, long c, long d, long e) {
    if (!objects(cpu).release(object)) {
      throw new Trap.Signal(
          Reason.HELPER, object, "", "bpf_obj_drop: 0x%x is no object".formatted(object));
    }
    return 0;
  }

  private static long insert(Cpu cpu, long root, int position, long node) {
    Access.checkWrite(cpu, root, 16);
    Access.checkWrite(cpu, node, 16);
    if (objects(cpu).insert(root, position, node)) {
      return 0;
    }
    drop(cpu, node, 0, 0, 0, 0);
    return Errno.EINVAL.negated();
  }

  /** Where {@code less} says: behind all that the new node is not less than. */
  private static long treeAdd(Cpu cpu, long root, long node, long less, long d, long e) {
    Access.checkWrite(cpu, root, 16);
    Access.checkWrite(cpu, node, 16);
    List<Long> nodes = objects(cpu).nodes(root);
    int low = 0;
    int high = nodes.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cpu.callback(less, node, nodes.get(middle), 0, 0, 0) != 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return insert(cpu, root, low, node);
  }

  private static long exchange(Cpu cpu, long place, long pointer, long c, long d, long e) {
    return Access.atomic64(cpu, AtomicOp.XCHG, place, pointer, 0);
  }
}
