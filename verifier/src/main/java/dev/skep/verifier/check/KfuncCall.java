package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Kfunc;
import dev.skep.catalog.KfuncFlag;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.state.Reg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of a kernel function, as its arguments fill it: {@code bpf_kfunc_call_arg_meta}. */
final class KfuncCall {

  /** The kernel's types; they declare the function. */
  final Btf btf;

  final int id;
  final String name;
  final Kfunc kfunc;
  final BtfType.FuncProto prototype;

  /** Argument that is released, -1 if none. */
  int releaseRegister = -1;

  int refObjId;

  /** Size and access of the memory that the result points to, from {@code rdonly_buf_size} … */
  long resultSize;

  boolean resultReadOnly;

  /** The {@code __k} or {@code __szk} argument. */
  boolean constantFound;

  long constant;

  /** The local type of an object that is dropped, added to a list or tree, or acquired. */
  @Nullable Btf argumentBtf;

  int argumentTypeId;

  /** Set when {@code bpf_refcount_acquire} takes a reference that the program owns. */
  boolean owningReference;

  /** The {@code bpf_list_head} or {@code bpf_rb_root} that the function works on. */
  ValueFields.@Nullable Field root;

  /** The map of a {@code __map} argument or of the field before it. */
  @Nullable Object map;

  int mapUid;

  /** Where the iterator argument is. */
  int iteratorSlot;

  int iteratorFrame;

  /** The dynptr argument that exists: its first slot, or the {@code dynptr_ptr}. */
  @Nullable Reg dynptr;

  /** Subprogram of a callback argument, -1 if none. */
  int callback = -1;

  KfuncCall(Btf btf, int id, String name, Kfunc kfunc, BtfType.FuncProto prototype) {
    this.btf = btf;
    this.id = id;
    this.name = name;
    this.kfunc = kfunc;
    this.prototype = prototype;
  }

  List<BtfType.Param> parameters() {
    return prototype.params();
  }

  boolean has(KfuncFlag flag) {
    return kfunc.has(flag);
  }

  boolean is(String function) {
    return name.equals(function);
  }

  boolean releases() {
    return has(KfuncFlag.RELEASE);
  }

  /** Whether pointers must be trusted: {@code is_kfunc_trusted_args}. */
  boolean wantsTrusted() {
    return has(KfuncFlag.TRUSTED_ARGS) || releases();
  }

  /** Whether it is given a node that is in a tree: {@code bpf_rbtree_remove} and the walks. */
  boolean takesTreeNode() {
    return is("bpf_rbtree_remove") || is("bpf_rbtree_left") || is("bpf_rbtree_right");
  }

  /** Whether the result may be NULL: a reference that is owned can always be acquired again. */
  boolean mayReturnNull() {
    return has(KfuncFlag.RET_NULL) && !(is("bpf_refcount_acquire_impl") && owningReference);
  }

  /** The function with its id, as messages name it. */
  String described() {
    return name + "#" + id;
  }
}
