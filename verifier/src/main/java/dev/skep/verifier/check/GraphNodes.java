package dev.skep.verifier.check;

import dev.skep.catalog.SpecialField;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.path.Environment;
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
          "arg#" + (number - 1) + " expected pointer to map value or allocated object");
    }
    if (object && reg.refObjId() == 0) {
      throw env.invalid("allocated object must be referenced");
    }
    SpecialField kind =
        argument == KfuncArgument.LIST_HEAD ? SpecialField.LIST_HEAD : SpecialField.RB_ROOT;
    long offset = constantOffset(reg, number, kind);
    ValueFields fields = env.fields.of(reg);
    ValueFields.Field field = fields.at(offset, kind);
    if (field == null) {
      throw env.invalid(
          kind.text() + " not found at offset=" + Integer.toUnsignedString((int) offset));
    }
    if (!isLocked(reg)) {
      ValueFields.Field lock = fields.first(SpecialField.SPIN_LOCK);
      throw env.invalid(
          "bpf_spin_lock at off="
              + (lock == null ? -22 : lock.offset())
              + " must be held for "
              + kind.text());
    }
    call.root = field;
  }

  private long constantOffset(Reg reg, int number, SpecialField kind) {
    if (!reg.range().isConst()) {
      throw env.invalid(
          "R%d doesn't have constant offset. %s has to be at the constant offset"
              .formatted(number, kind.text()));
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
            call.name + " can only take non-owning or refcounted bpf_rb_node pointer");
      }
      if (SpinLocks.inTreeCallback(env)) {
        throw env.invalid(call.name + " not allowed in rbtree cb");
      }
    }
    node(call, reg, number, SpecialField.RB_ROOT, SpecialField.RB_NODE);
  }

  private void checkOwned(Reg reg, int number) {
    if (!reg.is(RegType.PTR_TO_BTF_ID, TypeFlags.MEM_ALLOC)) {
      throw env.invalid("arg#" + (number - 1) + " expected pointer to allocated object");
    }
    if (reg.refObjId() == 0) {
      throw env.invalid("allocated object must be referenced");
    }
  }

  private void node(KfuncCall call, Reg reg, int number, SpecialField rootKind, SpecialField kind) {
    long offset = constantOffset(reg, number, kind);
    if (!reg.isAllocated() || env.fields.of(reg).at(offset, kind) == null) {
      throw env.invalid(
          kind.text() + " not found at offset=" + Integer.toUnsignedString((int) offset));
    }
    ValueFields.Field root = call.root;
    if (root == null) {
      throw env.notModelled("node without root as argument of " + call.name);
    }
    String wanted = root.btf().type(root.typeId()).name();
    String name = reg.btf().type(reg.btfId()).name();
    if (reg.btf() != root.btf() || reg.btfId() != root.typeId()) {
      throw env.invalid(
          "operation on %s expects arg#1 %s at offset=%d in struct %s, but arg is at offset=%d in struct %s"
              .formatted(rootKind.text(), kind.text(), root.nodeOffset(), wanted, offset, name));
    }
    call.argumentBtf = reg.btf();
    call.argumentTypeId = reg.btfId();
    if (offset != root.nodeOffset()) {
      throw env.invalid(
          "arg#1 offset=%d, but expected %s at offset=%d in struct %s"
              .formatted(offset, kind.text(), root.nodeOffset(), wanted));
    }
  }

  /** The object of {@code bpf_refcount_acquire}. */
  void refcounted(KfuncCall call, Reg reg, int index) {
    if (!reg.isAllocated()) {
      throw env.invalid("arg#" + index + " is neither owning or non-owning ref");
    }
    if (!reg.isNonOwning()) {
      call.owningReference = true;
    }
    if (!env.fields.of(reg).has(SpecialField.REFCOUNT)) {
      throw env.invalid("arg#" + index + " doesn't point to a type with bpf_refcount field");
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
