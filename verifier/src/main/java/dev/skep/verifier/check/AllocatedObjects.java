package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.types.BtfWalk;

/** Objects of the program's own types: how they come to be, and plain access to them. */
final class AllocatedObjects {

  /** {@code BPF_GLOBAL_PERCPU_MA_MAX_SIZE}. */
  private static final int MAX_PERCPU_SIZE = 512;

  private final Environment env;

  AllocatedObjects(Environment env) {
    this.env = env;
  }

  /** {@code bpf_obj_new} and {@code bpf_percpu_obj_new}: the type's id is a constant argument. */
  Reg allocate(KfuncCall call) {
    boolean perCpu = call.is("bpf_percpu_obj_new_impl");
    if (call.constant >>> 32 != 0) {
      throw env.invalid("local type ID argument must be in range [0, U32_MAX]");
    }
    Btf btf = env.program.btf();
    if (btf == null) {
      throw env.invalid("bpf_obj_new/bpf_percpu_obj_new requires prog BTF");
    }
    int id = (int) call.constant;
    if (id <= 0
        || id >= btf.typeCount()
        || !(btf.type(id) instanceof BtfType.Struct struct)
        || struct.union()) {
      throw env.invalid("bpf_obj_new/bpf_percpu_obj_new type ID argument must be of a struct");
    }
    if (perCpu) {
      checkPerCpu(btf, id, struct);
    }
    int flags = TypeFlags.MEM_ALLOC | (perCpu ? TypeFlags.MEM_PERCPU : 0);
    return Reg.pointer(RegType.PTR_TO_BTF_ID, flags, new Detail.OfBtf(btf, id));
  }

  private void checkPerCpu(Btf btf, int id, BtfType.Struct struct) {
    if (struct.size() > MAX_PERCPU_SIZE) {
      throw env.invalid(
          "bpf_percpu_obj_new type size ("
              + struct.size()
              + ") is greater than "
              + MAX_PERCPU_SIZE);
    }
    if (!KfuncArgument.isScalarStruct(env, btf, id, 0)) {
      throw env.invalid("bpf_percpu_obj_new type ID argument must be of a struct of scalars");
    }
    if (!env.fields.of(btf, id).isEmpty()) {
      throw env.invalid("bpf_percpu_obj_new type ID argument must not contain special fields");
    }
  }

  /**
   * A plain load or store: anything but what the kernel owns, and no pointer to a structure comes
   * out.
   */
  Reg access(Reg pointer, int off, int size, boolean write) {
    if (write && pointer.has(TypeFlags.PTR_UNTRUSTED)) {
      throw env.deny("only read is supported");
    }
    for (ValueFields.Field field : env.fields.of(pointer.btf(), pointer.btfId()).all()) {
      if (off < field.offset() + field.size() && field.offset() < off + size) {
        throw env.deny("direct access to " + field.kind().text() + " is disallowed");
      }
    }
    BtfWalk.Found found =
        new BtfWalk(env).require(pointer.btf(), pointer.btfId(), off, size, false);
    return found instanceof BtfWalk.ToOther ? BtfPointers.untrustedMemory() : Reg.UNKNOWN;
  }
}
