package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.KfuncFlag;
import dev.skep.catalog.PacketAccess;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.types.TypeMatch;
import org.jspecify.annotations.Nullable;

/** What a kernel function returns, by its prototype and flags. */
final class KfuncResults {

  private final Environment env;

  KfuncResults(Environment env) {
    this.env = env;
  }

  Reg of(KfuncCall call) {
    Btf btf = call.btf;
    BtfType type = btf.resolved(call.prototype.returnType());
    boolean structure =
        type instanceof BtfType.Ptr p && btf.resolved(p.type()) instanceof BtfType.Struct;
    if (call.has(KfuncFlag.ACQUIRE) && !structure && !allocates(call)) {
      throw env.invalid("acquire kernel function does not return PTR_TO_BTF_ID");
    }
    if (TypeMatch.isScalar(type)) {
      return call.name.startsWith("bpf_res_spin_lock") ? Reg.ZERO : Reg.UNKNOWN;
    }
    if (!(type instanceof BtfType.Ptr pointer)) {
      return Reg.NOT_INIT;
    }
    int pointee = btf.resolve(pointer.type());
    String name = btf.type(pointee).name();
    boolean node = name.equals("bpf_list_node") || name.equals("bpf_rb_node");
    ValueFields.Field root = call.root;
    Reg special = node && root != null ? GraphNodes.fromRoot(root) : special(call);
    Reg result = special == null ? pointer(call, btf, pointee) : special;
    if (call.mayReturnNull()) {
      result = result.withFlags(result.flags() | TypeFlags.PTR_MAYBE_NULL).withId(env.newId());
    }
    if (call.has(KfuncFlag.ACQUIRE)) {
      int reference = References.acquire(env);
      result = (call.mayReturnNull() ? result.withId(reference) : result).withRefObjId(reference);
    } else if (node) {
      result = References.nonOwning(env, result);
    }
    if (result.id() == 0 && env.fields.of(result).hasLock()) {
      result = result.withId(env.newId());
    }
    return result;
  }

  private static boolean allocates(KfuncCall call) {
    return call.is("bpf_obj_new_impl")
        || call.is("bpf_percpu_obj_new_impl")
        || call.is("bpf_refcount_acquire_impl");
  }

  private Reg pointer(KfuncCall call, Btf btf, int pointee) {
    BtfType type = btf.type(pointee);
    int protectedFlag = call.has(KfuncFlag.RCU_PROTECTED) ? TypeFlags.MEM_RCU : 0;
    if (type instanceof BtfType.Void) {
      return Reg.UNKNOWN;
    }
    if (type instanceof BtfType.Struct) {
      int flags = call.is("bpf_get_kmem_cache") ? TypeFlags.PTR_UNTRUSTED : protectedFlag;
      return Reg.btfPointer(flags, btf, pointee);
    }
    boolean readOnly = call.resultReadOnly;
    long size = call.resultSize;
    if (call.is("bpf_session_cookie")) {
      size = Long.BYTES;
      readOnly = false;
    }
    if (size == 0 && btf.sizeOf(pointee) > 0) {
      size = btf.sizeOf(pointee);
      readOnly = true;
    }
    if (size == 0) {
      throw env.invalid(
          "kernel function %s returns pointer type %s %s is not supported"
              .formatted(call.name, TypeMatch.kind(type), type.name()));
    }
    int flags = (readOnly ? TypeFlags.MEM_RDONLY : 0) | protectedFlag;
    return Reg.pointer(RegType.PTR_TO_MEM, flags, new Detail.OfMemory((int) size, 0))
        .withRefObjId(call.refObjId);
  }

  /** Functions whose result their prototype does not tell: {@code check_special_kfunc}. */
  private @Nullable Reg special(KfuncCall call) {
    return switch (call.name) {
      case "bpf_cast_to_kern_ctx" -> {
        int type = KfuncArgument.contextType(env, "_kern");
        if (type == 0) {
          throw env.notModelled("the kernel's context of " + env.type().kernelName());
        }
        yield Reg.btfPointer(TypeFlags.PTR_TRUSTED, call.btf, type);
      }
      case "bpf_dynptr_slice", "bpf_dynptr_slice_rdwr" -> slice(call);
      case "bpf_rdonly_cast" -> readOnlyCast(call);
      case "bpf_obj_new_impl", "bpf_percpu_obj_new_impl" ->
          new AllocatedObjects(env).allocate(call);
      case "bpf_refcount_acquire_impl" -> {
        Btf btf = call.argumentBtf;
        if (btf == null) {
          throw env.notModelled("argument of bpf_refcount_acquire");
        }
        yield Reg.btfPointer(TypeFlags.MEM_ALLOC, btf, call.argumentTypeId);
      }
      default -> null;
    };
  }

  /** Memory of a dynptr, or the caller's buffer with a copy of it. */
  private Reg slice(KfuncCall call) {
    Reg dynptr = call.dynptr;
    if (!call.constantFound || dynptr == null) {
      throw env.notModelled("arguments of " + call.name);
    }
    int flags = Dynptrs.sliceFlag(Dynptrs.typeOf(dynptr));
    if (call.is("bpf_dynptr_slice")) {
      flags |= TypeFlags.MEM_RDONLY;
    } else if (!PacketAccess.mayWrite(env.type())) {
      throw env.invalid("the prog does not allow writes to packet data");
    }
    var memory = new Detail.OfMemory((int) call.constant, dynptr.id());
    return Reg.pointer(RegType.PTR_TO_MEM, flags, memory);
  }

  private Reg readOnlyCast(KfuncCall call) {
    long id = call.constant;
    if (id < 0 || id >= call.btf.typeCount()) {
      throw env.invalid("Unknown type ID " + id + " passed to kfunc bpf_rdonly_cast");
    }
    return switch (call.btf.type((int) id)) {
      case BtfType.Struct s -> Reg.btfPointer(TypeFlags.PTR_UNTRUSTED, call.btf, (int) id);
      case BtfType.Void v ->
          Reg.pointer(
              RegType.PTR_TO_MEM,
              TypeFlags.MEM_RDONLY | TypeFlags.PTR_UNTRUSTED,
              new Detail.OfMemory(0, 0));
      case BtfType other ->
          throw env.invalid("kfunc bpf_rdonly_cast type ID argument must be of a struct or void");
    };
  }
}
