package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Behaviour;
import dev.skep.catalog.KfuncFlag;
import dev.skep.catalog.SpecialField;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.path.Rejection;
import dev.skep.verifier.reason.Evidence;
import dev.skep.verifier.reason.Reason;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.types.TypeMatch;

/** The arguments of a kernel function against its BTF prototype ({@code check_kfunc_args}). */
final class KfuncArguments {

  private final Path path;
  private final Environment env;
  private final MemoryAccess memory;
  private final HelperMemory helperMemory;
  private final HelperArguments helperArguments;
  private final GraphNodes graph;
  private final IrqFlags irqFlags;

  KfuncArguments(Path path, MemoryAccess memory) {
    this.path = path;
    this.env = path.env();
    this.memory = memory;
    this.helperMemory = new HelperMemory(path, memory);
    this.helperArguments = new HelperArguments(path, memory);
    this.graph = new GraphNodes(env);
    this.irqFlags = new IrqFlags(env, memory);
  }

  void check(KfuncCall call) {
    int count = call.parameters().size();
    if (count > 5) {
      throw env.invalid(
          Reason.KFUNC_PROTOTYPE,
          "Function " + call.name + " has " + count + " > 5 args",
          new Evidence.Call(call.name));
    }
    for (int i = 0; i < count; i++) {
      BtfType.Param param = call.parameters().get(i);
      if (param.name().endsWith("__ign") || param.name().endsWith("__prog")) {
        continue;
      }
      int type = call.btf.resolve(param.type());
      BtfType kind = call.btf.type(type);
      if (TypeMatch.isScalar(kind)) {
        scalar(call, param, i + 1);
      } else if (kind instanceof BtfType.Ptr p) {
        KfuncArgument argument = pointer(call, param, p, i);
        if (argument == KfuncArgument.MEM_SIZE) {
          i++;
        }
      } else {
        throw env.invalid(
            Reason.KFUNC_PROTOTYPE,
            "Unrecognized arg#" + i + " type " + TypeMatch.kind(kind),
            new Evidence.Call(call.name));
      }
    }
    if (call.releases() && call.releaseRegister < 0) {
      throw env.invalid(
          Reason.RELEASE_ARGUMENT,
          "release kernel function " + call.name + " expects refcounted PTR_TO_BTF_ID",
          new Evidence.Call(call.name));
    }
  }

  private void scalar(KfuncCall call, BtfType.Param param, int number) {
    Reg reg = env.state.reg(number);
    if (!reg.isScalar()) {
      throw env.invalid(
          Reason.ARGUMENT_TYPE,
          "R" + number + " is not a scalar",
          new Evidence.Argument(call.name, number, reg, "scalar"));
    }
    if (param.name().endsWith("__k")) {
      if (!reg.range().isConst()) {
        throw env.invalid(
            Reason.CONSTANT_ARGUMENT,
            "R" + number + " must be a known constant",
            new Evidence.Argument(call.name, number, reg, ""));
      }
      path.markPrecise(number);
      call.constantFound = true;
      call.constant = reg.range().constantValue();
      return;
    }
    boolean readOnly = param.name().equals("rdonly_buf_size");
    if (readOnly || param.name().equals("rdwr_buf_size")) {
      call.resultReadOnly |= readOnly;
      if (call.resultSize != 0) {
        throw env.invalid(
            Reason.KFUNC_PROTOTYPE,
            "2 or more rdonly/rdwr_buf_size parameters for kfunc",
            new Evidence.Call(call.name));
      }
      if (!reg.range().isConst()) {
        throw env.invalid(
            Reason.CONSTANT_ARGUMENT,
            "R" + number + " is not a const",
            new Evidence.Argument(call.name, number, reg, ""));
      }
      call.resultSize = reg.range().constantValue();
      path.markPrecise(number);
    }
  }

  private boolean checksNodes() {
    return env.kernel.has(Behaviour.CHECKS_NODES_FOR_NULL);
  }

  private KfuncArgument pointer(KfuncCall call, BtfType.Param param, BtfType.Ptr type, int index) {
    int number = index + 1;
    Reg reg = env.state.reg(number);
    boolean checked =
        call.wantsTrusted() || call.has(KfuncFlag.RCU) || call.takesTreeNode() && checksNodes();
    if (checked
        && (reg.isNullConstant() || reg.mayBeNull())
        && !param.name().endsWith("__nullable")) {
      throw env.deny(
          Reason.NULL_ARGUMENT,
          "Possibly NULL pointer passed to trusted arg" + index,
          new Evidence.Argument(call.name, number, reg, ""));
    }
    if (reg.refObjId() != 0) {
      call.refObjId = reg.refObjId();
      if (call.releases()) {
        call.releaseRegister = number;
      }
    }
    KfuncArgument argument = KfuncArgument.of(env, call, index);
    if (argument == KfuncArgument.NULL) {
      return argument;
    }
    boolean typed =
        argument == KfuncArgument.MAP
            || argument == KfuncArgument.ALLOC_BTF_ID
            || argument == KfuncArgument.BTF_ID;
    if (argument == KfuncArgument.MAP) {
      noteMap(call, reg, number);
    }
    if (typed && checked && !TypeMatch.isTrusted(reg)) {
      if (!call.has(KfuncFlag.RCU)) {
        throw env.invalid(
            Reason.UNTRUSTED_ARGUMENT,
            "R" + number + " must be referenced or trusted",
            new Evidence.Argument(call.name, number, reg, ""));
      }
      if (!reg.isRcu()) {
        throw env.invalid(
            Reason.RCU_ARGUMENT,
            "R" + number + " must be a rcu pointer",
            new Evidence.Argument(call.name, number, reg, ""));
      }
    }
    checkOffset(number, reg, call.releases() && reg.refObjId() != 0);
    int pointee = call.btf.resolve(type.type());
    switch (argument) {
      case NULL -> {}
      case CTX -> context(call, reg, index);
      case ALLOC_BTF_ID -> allocated(call, reg, index);
      case MAP -> btfType(call, reg, index, kernelMap(call));
      case BTF_ID -> btfType(call, reg, index, pointee);
      case MEM -> plainMemory(call, number, reg, index, pointee);
      case MEM_SIZE -> sizedMemory(call, param, number, reg, index);
      case CONST_STR -> {
        if (reg.type() != RegType.PTR_TO_MAP_VALUE) {
          throw env.invalid(
              Reason.STRING_ARGUMENT,
              "arg#" + index + " doesn't point to a const string",
              new Evidence.Argument(call.name, number, reg, "map_value"));
        }
        helperArguments.constantString(number, reg);
      }
      case REFCOUNTED_KPTR -> graph.refcounted(call, reg, index);
      case LIST_HEAD, RB_ROOT -> graph.root(call, reg, number, argument);
      case LIST_NODE -> graph.listNode(call, reg, number);
      case RB_NODE -> graph.treeNode(call, reg, number);
      case IRQ_FLAG -> irqFlags.process(call, reg, number);
      case RES_SPIN_LOCK -> resilientLock(call, reg, number);
      case ITER -> new OpenCodedIterators(path, memory).argument(call, reg, number);
      case DYNPTR -> dynptr(call, param, reg, number);
      case CALLBACK -> {
        if (!(reg.detail() instanceof Detail.OfFunction(int subprogram))) {
          throw env.invalid(
              Reason.ARGUMENT_TYPE,
              "arg" + index + " expected pointer to func",
              new Evidence.Argument(call.name, number, reg, "func"));
        }
        call.callback = subprogram;
      }
      case WORKQUEUE, TASK_WORK -> {
        if (reg.type() != RegType.PTR_TO_MAP_VALUE) {
          throw env.invalid(
              Reason.ARGUMENT_TYPE,
              "arg#" + index + " doesn't point to a map value",
              new Evidence.Argument(call.name, number, reg, "map_value"));
        }
        MapFields.check(
            env,
            number,
            reg,
            argument == KfuncArgument.TASK_WORK ? SpecialField.TASK_WORK : SpecialField.WORKQUEUE);
        call.map = reg.map();
        call.mapUid = reg.mapUid();
      }
      case TIMER -> throw env.notModelled("call of kernel function " + call.name);
    }
    return argument;
  }

  private void dynptr(KfuncCall call, BtfType.Param param, Reg reg, int number) {
    Dynptrs dynptrs = new Dynptrs(env);
    dynptrs.checkPointer(number, reg);
    if (!param.name().endsWith("__uninit")) {
      boolean constant = reg.type() == RegType.CONST_PTR_TO_DYNPTR;
      call.dynptr = dynptrs.use(number, reg, constant, null);
      return;
    }
    Reg parent = call.dynptr;
    Detail.DynptrType type =
        switch (call.name) {
          case "bpf_dynptr_from_skb" -> Detail.DynptrType.SKB;
          case "bpf_dynptr_from_xdp" -> Detail.DynptrType.XDP;
          case "bpf_dynptr_from_skb_meta" -> Detail.DynptrType.SKB_META;
          case "bpf_dynptr_from_file" -> Detail.DynptrType.FILE;
          case "bpf_dynptr_clone" -> parent == null ? null : Dynptrs.typeOf(parent);
          default -> null;
        };
    if (type == null) {
      throw env.notModelled("call of kernel function " + call.name);
    }
    int shared = parent == null ? 0 : parent.refObjId();
    dynptrs.create(memory, number, reg, type, shared);
  }

  private void noteMap(KfuncCall call, Reg reg, int number) {
    if (reg.type() == RegType.PTR_TO_BTF_ID) {
      // A kernel structure that stands for a map, such as an iterator's; its type is checked later.
      return;
    }
    if (!reg.type().isMap()) {
      throw env.invalid(
          Reason.ARGUMENT_TYPE,
          "pointer in R" + number + " isn't map pointer",
          new Evidence.Argument(call.name, number, reg, "map_ptr"));
    }
    boolean other = call.map != null && (call.map != reg.map() || call.mapUid != reg.mapUid());
    if (other && env.fields.of(reg.map()).has(SpecialField.TASK_WORK)) {
      throw env.invalid(
          Reason.MAP_MISMATCH,
          "bpf_task_work pointer in R2 map_uid=%d doesn't match map pointer in R3 map_uid=%d"
              .formatted(call.mapUid, reg.mapUid()),
          new Evidence.Argument(call.name, number, reg, ""));
    }
    if (other && env.fields.of(reg.map()).has(SpecialField.WORKQUEUE)) {
      throw env.invalid(
          Reason.MAP_MISMATCH,
          "workqueue pointer in R1 map_uid=%d doesn't match map pointer in R2 map_uid=%d"
              .formatted(call.mapUid, reg.mapUid()),
          new Evidence.Argument(call.name, number, reg, ""));
    }
    call.map = reg.map();
    call.mapUid = reg.mapUid();
  }

  private int kernelMap(KfuncCall call) {
    return call.btf
        .findStruct("bpf_map")
        .orElseThrow(() -> env.notModelled("kernel types without struct bpf_map"));
  }

  /** {@code check_func_arg_reg_off}. */
  private void checkOffset(int number, Reg reg, boolean release) {
    MemoryBounds bounds = memory.bounds();
    if (release) {
      if (reg.off() != 0) {
        throw env.invalid(
            Reason.MOVED_POINTER,
            "R"
                + number
                + " must have zero offset when passed to release func or trusted arg to kfunc",
            new Evidence.Register(number, reg));
      }
      bounds.fixedOffset(number, reg, false);
      return;
    }
    boolean plain = (reg.flags() & ~(TypeFlags.MEM_RDONLY | TypeFlags.MEM_RINGBUF)) == 0;
    switch (reg.type()) {
      case PTR_TO_STACK,
          PTR_TO_PACKET,
          PTR_TO_PACKET_META,
          PTR_TO_MAP_KEY,
          PTR_TO_MAP_VALUE,
          PTR_TO_MEM,
          PTR_TO_BUF,
          PTR_TO_ARENA,
          SCALAR_VALUE -> {
        if (!plain) {
          bounds.fixedOffset(number, reg, false);
        }
      }
      case PTR_TO_BTF_ID -> {
        int graph = TypeFlags.MEM_ALLOC | TypeFlags.NON_OWN_REF;
        boolean fixed =
            switch (reg.flags()) {
              case 0, TypeFlags.MEM_ALLOC, TypeFlags.PTR_TRUSTED, TypeFlags.MEM_RCU -> true;
              default -> reg.flags() == graph || reg.flags() == (graph | TypeFlags.MEM_RCU);
            };
        bounds.fixedOffset(number, reg, fixed);
      }
      default -> bounds.fixedOffset(number, reg, false);
    }
  }

  private static Reason untypedReason(Reg reg) {
    if (reg.mayBeNull()) {
      return Reason.NULL_ARGUMENT;
    }
    return reg.type() == RegType.PTR_TO_BTF_ID ? Reason.UNTRUSTED_ARGUMENT : Reason.ARGUMENT_TYPE;
  }

  private void context(KfuncCall call, Reg reg, int index) {
    if (reg.type() != RegType.PTR_TO_CTX) {
      throw env.invalid(
          Reason.ARGUMENT_TYPE,
          "arg#" + index + " expected pointer to ctx, but got " + StatePrinter.typeName(reg),
          new Evidence.Argument(call.name, index + 1, reg, "ctx"));
    }
  }

  private void allocated(KfuncCall call, Reg reg, int index) {
    if (reg.is(RegType.PTR_TO_BTF_ID, TypeFlags.MEM_ALLOC)) {
      if (!call.is("bpf_obj_drop_impl")) {
        throw env.invalid(
            Reason.ARGUMENT_TYPE,
            "arg#" + index + " expected for bpf_obj_drop_impl()",
            new Evidence.Argument(call.name, index + 1, reg, ""));
      }
    } else if (reg.is(RegType.PTR_TO_BTF_ID, TypeFlags.MEM_ALLOC | TypeFlags.MEM_PERCPU)) {
      if (!call.is("bpf_percpu_obj_drop_impl")) {
        throw env.invalid(
            Reason.ARGUMENT_TYPE,
            "arg#" + index + " expected for bpf_percpu_obj_drop_impl()",
            new Evidence.Argument(call.name, index + 1, reg, ""));
      }
    } else {
      throw env.invalid(
          Reason.ARGUMENT_TYPE,
          "arg#" + index + " expected pointer to allocated object",
          new Evidence.Argument(call.name, index + 1, reg, ""));
    }
    if (reg.refObjId() == 0) {
      throw env.invalid(
          Reason.NOT_OWNED,
          "allocated object must be referenced",
          new Evidence.Argument(call.name, index + 1, reg, ""));
    }
    call.argumentBtf = reg.btf();
    call.argumentTypeId = reg.btfId();
  }

  private void resilientLock(KfuncCall call, Reg reg, int number) {
    if (reg.type() != RegType.PTR_TO_MAP_VALUE
        && !reg.is(RegType.PTR_TO_BTF_ID, TypeFlags.MEM_ALLOC)) {
      throw env.invalid(
          Reason.ARGUMENT_TYPE,
          "arg#" + (number - 1) + " doesn't point to map value or allocated object",
          new Evidence.Argument(call.name, number, reg, "map_value, ptr_"));
    }
    boolean irq = call.name.contains("_irq");
    var kind = irq ? Reference.Kind.RES_LOCK_IRQ : Reference.Kind.RES_LOCK;
    new SpinLocks(env).process(number, reg, !call.name.contains("unlock"), kind);
  }

  /** A kernel structure: {@code process_kf_arg_ptr_to_btf_id}. */
  private void btfType(KfuncCall call, Reg reg, int index, int wanted) {
    String own = TypeMatch.kernelStruct(reg.type());
    boolean typed =
        reg.type() == RegType.PTR_TO_BTF_ID && !(TypeMatch.hasUnsafeFlags(reg) && !reg.isRcu());
    if (!typed && own == null) {
      throw env.invalid(
          untypedReason(reg),
          "arg#%d is %s expected ".formatted(index, StatePrinter.typeName(reg))
              + StatePrinter.typeName(reg.type(), reg.flags() & TypeMatch.TRUSTED_MODIFIERS)
              + " or socket",
          new Evidence.Argument(call.name, index + 1, reg, call.btf.type(wanted).name()));
    }
    Btf btf = own == null ? reg.btf() : call.btf;
    int type =
        own == null
            ? reg.btfId()
            : call.btf
                .findStruct(own)
                .orElseThrow(() -> env.notModelled("kernel types without struct " + own));
    String wantedName = call.btf.type(wanted).name();
    boolean strict =
        call.releases() && reg.refObjId() != 0
            || TypeMatch.isNoCastAlias(btf.type(type).name(), wantedName);
    int resolved = btf.resolve(type);
    String name = btf.type(resolved).name();
    boolean same = TypeMatch.matches(env, reg, resolved, call.btf, wanted, strict);
    if (!same && !TypeMatch.isProjection(wantedName, name)) {
      throw env.invalid(
          Reason.ARGUMENT_STRUCT,
          "kernel function %s args#%d expected pointer to %s %s but R%d has a pointer to %s %s"
              .formatted(
                  call.name,
                  index,
                  TypeMatch.kind(call.btf.type(wanted)),
                  wantedName,
                  index + 1,
                  TypeMatch.kind(btf.type(resolved)),
                  name),
          new Evidence.Argument(call.name, index + 1, reg, wantedName));
    }
  }

  /** Memory of a type's size: {@code check_mem_reg}. */
  private void plainMemory(KfuncCall call, int number, Reg reg, int index, int pointee) {
    long size = call.btf.sizeOf(pointee);
    if (size < 0) {
      BtfType type = call.btf.type(pointee);
      throw env.invalid(
          Reason.KFUNC_PROTOTYPE,
          "arg#%d reference type('%s %s') size cannot be determined: -22"
              .formatted(index, TypeMatch.kind(type), type.name()),
          new Evidence.Call(call.name));
    }
    if (reg.isNullConstant()) {
      return;
    }
    Reg checked = reg.withFlags(reg.flags() & ~TypeFlags.PTR_MAYBE_NULL);
    helperMemory.check(number, checked, (int) size, false, true);
    helperMemory.check(number, checked, (int) size, true, true);
  }

  /** Memory whose size is the next argument: {@code check_kfunc_mem_size_reg}. */
  private void sizedMemory(KfuncCall call, BtfType.Param param, int number, Reg reg, int index) {
    Reg size = env.state.reg(number + 1);
    if (!reg.isNullConstant() || !param.name().endsWith("__opt")) {
      try {
        env.state.set(number, reg.withFlags(reg.flags() & ~TypeFlags.PTR_MAYBE_NULL));
        var meta = new HelperCalls.CallMeta();
        helperArguments.size(number + 1, size, false, true, meta);
        helperArguments.size(number + 1, size, true, true, meta);
        env.state.set(number, reg);
      } catch (Rejection rejection) {
        env.log.message(
            "arg#%d arg#%d memory, len pair leads to invalid memory access"
                .formatted(index, index + 1));
        throw rejection;
      }
    }
    if (KfuncArgument.isSize(env, call, index + 1, "__szk")) {
      if (!size.range().isConst()) {
        throw env.invalid(
            Reason.CONSTANT_ARGUMENT,
            "R" + (number + 1) + " must be a known constant",
            new Evidence.Argument(call.name, number + 1, size, ""));
      }
      call.constantFound = true;
      call.constant = size.range().constantValue();
    }
  }
}
