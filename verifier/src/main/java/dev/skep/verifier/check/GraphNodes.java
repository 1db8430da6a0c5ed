package dev.skep.verifier.check;

import dev.skep.catalog.SpecialField;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.reason.Evidence;
import dev.skep.verifier.reason.Reason;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;

/**
 * Lists and trees of allocated objects: heads and nodes as arguments, the lock that must be held,
 * and what comes out ({@code __process_kf_arg_ptr_to_graph_root}, {@code …_node}).
 */
final class GraphNodes {

  private final Environment env;

  GraphNodes(Environment env) {
    this.env = env;
  }

  /** A {@code bpf_list_head} or {@code bpf_rb_root}. */
  void root(KfuncCall call, Reg reg, int number, KfuncArgument argument) {
    boolean object = reg.is(RegType.PTR_TO_BTF_ID, TypeFlags.MEM_ALLOC);
    if (reg.type() != RegType.PTR_TO_MAP_VALUE && !object) {
      throw env.invalid(
          Reason.ARGUMENT_TYPE,
          "arg#" + (number - 1) + " expected pointer to map value or allocated object",
          new Evidence.Argument(call.name, number, reg, "map_value, ptr_"));
    }
    if (object && reg.refObjId() == 0) {
      throw env.invalid(
          Reason.NOT_OWNED,
          "allocated object must be referenced",
          new Evidence.Register(number, reg));
    }
    SpecialField kind =
        argument == KfuncArgument.LIST_HEAD ? SpecialField.LIST_HEAD : SpecialField.RB_ROOT;
    long offset = constantOffset(reg, number, kind);
    ValueFields fields = env.fields.of(reg);
    ValueFields.Field field = fields.at(offset, kind);
    if (field == null) {
      throw env.invalid(
          Reason.GRAPH_NODE,
          kind.text() + " not found at offset=" + Integer.toUnsignedString((int) offset),
          new Evidence.Argument(call.name, number, reg, kind.text()));
    }
    if (!isLocked(reg)) {
      ValueFields.Field lock = fields.first(SpecialField.SPIN_LOCK);
      throw env.invalid(
          Reason.GRAPH_LOCK,
          "bpf_spin_lock at off="
              + (lock == null ? -22 : lock.offset())
              + " must be held for "
              + kind.text(),
          new Evidence.Argument(call.name, number, reg, kind.text()));
    }
    call.root = field;
  }

  private long constantOffset(Reg reg, int number, SpecialField kind) {
    if (!reg.range().isConst()) {
      throw env.invalid(
          Reason.GRAPH_NODE,
          "R%d doesn't have constant offset. %s has to be at the constant offset"
              .formatted(number, kind.text()),
          new Evidence.Register(number, reg));
    }
    return reg.off() + reg.range().constantValue();
  }

  /** Whether the lock beside a head or root is held: {@code check_reg_allocation_locked}. */
  private boolean isLocked(Reg reg) {
    if (env.state.activeLocks == 0) {
      return false;
    }
    Object owner = SpinLocks.owner(reg);
    for (Reference reference : env.state.references) {
      if (reference.kind().isLock() && reference.id() == reg.id() && reference.owner() == owner) {
        return true;
      }
    }
    env.log.message("held lock and object are not in the same allocation");
    return false;
  }

  void listNode(KfuncCall call, Reg reg, int number) {
    checkOwned(reg, number);
    node(call, reg, number, SpecialField.LIST_HEAD, SpecialField.LIST_NODE);
  }

  void treeNode(KfuncCall call, Reg reg, int number) {
    if (call.is("bpf_rbtree_add_impl")) {
      checkOwned(reg, number);
    } else {
      if (!reg.isNonOwning() && reg.refObjId() == 0) {
        throw env.invalid(
            Reason.NOT_OWNED,
            call.name + " can only take non-owning or refcounted bpf_rb_node pointer",
            new Evidence.Argument(call.name, number, reg, ""));
      }
      if (SpinLocks.inTreeCallback(env)) {
        throw env.invalid(
            Reason.TREE_CALLBACK,
            call.name + " not allowed in rbtree cb",
            new Evidence.Call(call.name));
      }
    }
    node(call, reg, number, SpecialField.RB_ROOT, SpecialField.RB_NODE);
  }

  private void checkOwned(Reg reg, int number) {
    if (!reg.is(RegType.PTR_TO_BTF_ID, TypeFlags.MEM_ALLOC)) {
      throw env.invalid(
          Reason.ARGUMENT_TYPE,
          "arg#" + (number - 1) + " expected pointer to allocated object",
          new Evidence.Register(number, reg));
    }
    if (reg.refObjId() == 0) {
      throw env.invalid(
          Reason.NOT_OWNED,
          "allocated object must be referenced",
          new Evidence.Register(number, reg));
    }
  }

  private void node(KfuncCall call, Reg reg, int number, SpecialField rootKind, SpecialField kind) {
    long offset = constantOffset(reg, number, kind);
    if (!reg.isAllocated() || env.fields.of(reg).at(offset, kind) == null) {
      throw env.invalid(
          Reason.GRAPH_NODE,
          kind.text() + " not found at offset=" + Integer.toUnsignedString((int) offset),
          new Evidence.Argument(call.name, number, reg, kind.text()));
    }
    ValueFields.Field root = call.root;
    if (root == null) {
      throw env.notModelled("node without root as argument of " + call.name);
    }
    String wanted = root.btf().type(root.typeId()).name();
    String name = reg.btf().type(reg.btfId()).name();
    if (reg.btf() != root.btf() || reg.btfId() != root.typeId()) {
      throw env.invalid(
          Reason.GRAPH_NODE,
          "operation on %s expects arg#1 %s at offset=%d in struct %s, but arg is at offset=%d in struct %s"
              .formatted(rootKind.text(), kind.text(), root.nodeOffset(), wanted, offset, name),
          new Evidence.Argument(call.name, number, reg, wanted));
    }
    call.argumentBtf = reg.btf();
    call.argumentTypeId = reg.btfId();
    if (offset != root.nodeOffset()) {
      throw env.invalid(
          Reason.GRAPH_NODE,
          "arg#1 offset=%d, but expected %s at offset=%d in struct %s"
              .formatted(offset, kind.text(), root.nodeOffset(), wanted),
          new Evidence.Argument(call.name, number, reg, wanted));
    }
  }

  /** The object of {@code bpf_refcount_acquire}. */
  void refcounted(KfuncCall call, Reg reg, int index) {
    if (!reg.isAllocated()) {
      throw env.invalid(
          Reason.REFCOUNT_ARGUMENT,
          "arg#" + index + " is neither owning or non-owning ref",
          new Evidence.Argument(call.name, index + 1, reg, ""));
    }
    if (!reg.isNonOwning()) {
      call.owningReference = true;
    }
    if (!env.fields.of(reg).has(SpecialField.REFCOUNT)) {
      throw env.invalid(
          Reason.REFCOUNT_ARGUMENT,
          "arg#" + index + " doesn't point to a type with bpf_refcount field",
          new Evidence.Argument(call.name, index + 1, reg, "bpf_refcount"));
    }
    call.argumentBtf = reg.btf();
    call.argumentTypeId = reg.btfId();
  }

  /** What a list or tree gives: a pointer to the node, inside its object. */
  static Reg fromRoot(ValueFields.Field root) {
    return Reg.btfPointer(TypeFlags.MEM_ALLOC, root.btf(), root.typeId())
        .withOff(root.nodeOffset());
  }

  /** Whether a function works on lists or trees, which is allowed under a lock. */
  static boolean isGraphFunction(String name) {
    return switch (name) {
      case "bpf_list_push_front_impl",
          "bpf_list_push_back_impl",
          "bpf_list_pop_front",
          "bpf_list_pop_back",
          "bpf_list_front",
          "bpf_list_back",
          "bpf_rbtree_add_impl",
          "bpf_rbtree_remove",
          "bpf_rbtree_first",
          "bpf_rbtree_root",
          "bpf_rbtree_left",
          "bpf_rbtree_right",
          "bpf_refcount_acquire_impl" ->
          true;
      default -> false;
    };
  }

  /** Whether a function puts the object of its second argument into a list or tree. */
  static boolean inserts(KfuncCall call) {
    return switch (call.name) {
      case "bpf_list_push_front_impl", "bpf_list_push_back_impl", "bpf_rbtree_add_impl" -> true;
      default -> false;
    };
  }
}
