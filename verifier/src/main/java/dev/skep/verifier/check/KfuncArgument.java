package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.KfuncFlag;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.types.TypeMatch;
import org.jspecify.annotations.Nullable;

/**
 * What a pointer parameter of a kernel function stands for, by its type and its name's suffix
 * ({@code enum kfunc_ptr_arg_type}).
 */
enum KfuncArgument {
  CTX,
  ALLOC_BTF_ID,
  REFCOUNTED_KPTR,
  DYNPTR,
  ITER,
  LIST_HEAD,
  LIST_NODE,
  BTF_ID,
  MEM,
  MEM_SIZE,
  CALLBACK,
  RB_ROOT,
  RB_NODE,
  NULL,
  CONST_STR,
  MAP,
  WORKQUEUE,
  TIMER,
  TASK_WORK,
  IRQ_FLAG,
  RES_SPIN_LOCK;

  private static final int MAX_NESTING = 3;

  /**
   * Classifies a pointer parameter ({@code get_kfunc_ptr_arg_type}).
   *
   * @param index the parameter's, from 0
   */
  static KfuncArgument of(Environment env, KfuncCall call, int index) {
    Btf btf = call.btf;
    BtfType.Param param = call.parameters().get(index);
    int pointer = btf.resolve(param.type());
    int pointeeId = btf.type(pointer) instanceof BtfType.Ptr p ? btf.resolve(p.type()) : 0;
    BtfType pointee = btf.type(pointeeId);
    Reg reg = env.state.reg(index + 1);
    if (call.is("bpf_cast_to_kern_ctx") || isContext(env, btf, pointer)) {
      return CTX;
    }
    if (param.name().endsWith("__nullable") && reg.isNullConstant()) {
      return NULL;
    }
    if (param.name().endsWith("__alloc")) {
      return ALLOC_BTF_ID;
    }
    if (param.name().endsWith("__refcounted_kptr")) {
      return REFCOUNTED_KPTR;
    }
    KfuncArgument structure = ofStruct(pointee, "bpf_dynptr", DYNPTR);
    structure = structure == null && isIterator(call, index, param) ? ITER : structure;
    structure = structure == null ? ofStruct(pointee, "bpf_list_head", LIST_HEAD) : structure;
    structure = structure == null ? ofStruct(pointee, "bpf_list_node", LIST_NODE) : structure;
    structure = structure == null ? ofStruct(pointee, "bpf_rb_root", RB_ROOT) : structure;
    structure = structure == null ? ofStruct(pointee, "bpf_rb_node", RB_NODE) : structure;
    if (structure != null) {
      return structure;
    }
    if (param.name().endsWith("__str")) {
      return CONST_STR;
    }
    if (param.name().endsWith("__map")) {
      return MAP;
    }
    structure = ofStruct(pointee, "bpf_wq", WORKQUEUE);
    structure = structure == null ? ofStruct(pointee, "bpf_timer", TIMER) : structure;
    structure = structure == null ? ofStruct(pointee, "bpf_task_work", TASK_WORK) : structure;
    if (structure != null) {
      return structure;
    }
    if (param.name().endsWith("__irq_flag")) {
      return IRQ_FLAG;
    }
    structure = ofStruct(pointee, "bpf_res_spin_lock", RES_SPIN_LOCK);
    if (structure != null) {
      return structure;
    }
    if (reg.type() == RegType.PTR_TO_BTF_ID || TypeMatch.kernelStruct(reg.type()) != null) {
      if (!(pointee instanceof BtfType.Struct)) {
        throw env.invalid(
            "kernel function %s args#%d pointer type %s %s is not supported"
                .formatted(call.name, index, TypeMatch.kind(pointee), pointee.name()));
      }
      return BTF_ID;
    }
    if (pointee instanceof BtfType.FuncProto) {
      return CALLBACK;
    }
    boolean sized =
        index + 1 < call.parameters().size() && isSize(env, call, index + 1, "__sz", "__szk");
    boolean plain =
        TypeMatch.isScalar(pointee)
            || isScalarStruct(env, btf, pointeeId, 0)
            || sized && pointee instanceof BtfType.Void;
    if (!plain) {
      throw env.invalid(
          "arg#%d pointer type %s %s must point to %sscalar, or struct with scalar"
              .formatted(index, TypeMatch.kind(pointee), pointee.name(), sized ? "void, " : ""));
    }
    return sized ? MEM_SIZE : MEM;
  }

  /** Whether a parameter is the size of the memory before it. */
  static boolean isSize(Environment env, KfuncCall call, int index, String... suffixes) {
    BtfType.Param param = call.parameters().get(index);
    if (!TypeMatch.isScalar(call.btf.resolved(param.type()))
        || !env.state.reg(index + 1).isScalar()) {
      return false;
    }
    for (String suffix : suffixes) {
      if (param.name().endsWith(suffix)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable KfuncArgument ofStruct(
      BtfType pointee, String name, KfuncArgument kind) {
    boolean same = pointee instanceof BtfType.Struct s && !s.union() && s.name().equals(name);
    return same ? kind : null;
  }

  /** The first argument of an iterator's functions, or one that says so by its name. */
  private static boolean isIterator(KfuncCall call, int index, BtfType.Param param) {
    boolean iterator =
        call.has(KfuncFlag.ITER_NEW)
            || call.has(KfuncFlag.ITER_NEXT)
            || call.has(KfuncFlag.ITER_DESTROY);
    return iterator ? index == 0 : param.name().endsWith("__iter");
  }

  /** Whether a type points to the context of the program's type ({@code btf_is_prog_ctx_type}). */
  static boolean isContext(Environment env, Btf btf, int pointer) {
    if (!(btf.type(pointer) instanceof BtfType.Ptr p)) {
      return false;
    }
    String typedef = btf.type(btf.skipModifiers(p.type())).name();
    if (env.type() == dev.skep.catalog.ProgramType.KPROBE && typedef.equals("bpf_user_pt_regs_t")) {
      return true;
    }
    if (!(btf.resolved(p.type()) instanceof BtfType.Struct struct) || struct.name().isEmpty()) {
      return false;
    }
    int context = contextType(env, "_prog");
    if (context == 0) {
      return false;
    }
    String name = btf.type(btf.resolve(context)).name();
    return !name.isEmpty()
        && (name.equals(struct.name()) || TypeMatch.isProjection(name, struct.name()));
  }

  /**
   * The program type's context, as programs ({@code _prog}) or the kernel ({@code _kern}) see it;
   * an id of the kernel's BTF, 0 if there is none.
   */
  static int contextType(Environment env, String side) {
    Btf kernel = env.profile.kernelBtf();
    if (kernel == null) {
      return 0;
    }
    var table = kernel.findStruct("bpf_ctx_convert");
    if (table.isEmpty() || !(kernel.type(table.getAsInt()) instanceof BtfType.Struct struct)) {
      return 0;
    }
    String wanted = "BPF_PROG_TYPE_" + env.type().name() + side;
    for (BtfType.Member member : struct.members()) {
      if (member.name().equals(wanted)) {
        return member.type();
      }
    }
    return 0;
  }

  /** Whether a structure holds only numbers, up to four levels deep. */
  static boolean isScalarStruct(Environment env, Btf btf, int id, int depth) {
    if (!(btf.type(id) instanceof BtfType.Struct struct)) {
      return false;
    }
    for (BtfType.Member member : struct.members()) {
      int type = btf.resolve(member.type());
      boolean plain =
          switch (btf.type(type)) {
            case BtfType.Struct inner -> {
              if (depth >= MAX_NESTING) {
                env.log.message("max struct nesting depth exceeded");
                yield false;
              }
              yield isScalarStruct(env, btf, type, depth + 1);
            }
            case BtfType.Array array ->
                array.count() != 0 && TypeMatch.isScalar(btf.resolved(array.elementType()));
            case BtfType other -> TypeMatch.isScalar(other);
          };
      if (!plain) {
        return false;
      }
    }
    return true;
  }
}
