package dev.skep.kernel;

import dev.skep.btf.Btf;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.object.ProgramSpec;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a program means in the running kernel by name: kernel functions that it calls, kernel
 * variables whose address it takes, and what it attaches to. The spec may have been made against
 * another kernel's types, so ids are looked up again unless the spec carries this kernel's.
 *
 * @param code the code with this kernel's ids
 * @param attachBtfId of the attach target, 0 if there is none
 */
record KernelReferences(Code code, int attachBtfId) {

  static KernelReferences of(Kernel kernel, ProgramSpec spec) {
    long[] slots = spec.code().toSlots();
    String target = spec.attachTarget();
    boolean lookUp = !spec.kfuncs().isEmpty() || !spec.ksyms().isEmpty() || needsAttachId(spec);
    Btf types = lookUp ? kernel.btf() : null;
    if (types == null || types.equals(spec.kernelBtf())) {
      return new KernelReferences(spec.code(), spec.attachBtfId());
    }
    for (Map.Entry<Integer, String> call : spec.kfuncs().entrySet()) {
      OptionalInt id = types.findFunc(call.getValue());
      if (id.isPresent()) {
        int pc = call.getKey();
        slots[pc] = new RawInstruction(slots[pc]).withImm(id.getAsInt()).withOffset(0).bits();
      }
    }
    for (Map.Entry<Integer, String> address : spec.ksyms().entrySet()) {
      OptionalInt id = types.findVar(address.getValue());
      if (id.isPresent()) {
        int pc = address.getKey();
        slots[pc] = new RawInstruction(slots[pc]).withImm(id.getAsInt()).bits();
        slots[pc + 1] = new RawInstruction(slots[pc + 1]).withImm(0).bits();
      }
    }
    int attachId = spec.attachBtfId();
    if (target != null && needsAttachId(spec)) {
      attachId = attachId(types, spec, target).orElse(attachId);
    }
    return new KernelReferences(Code.ofSlots(slots), attachId);
  }

  private static boolean needsAttachId(ProgramSpec spec) {
    return spec.attachTarget() != null
        && switch (spec.type()) {
          case TRACING, LSM, STRUCT_OPS -> true;
          default -> false;
        };
  }

  private static OptionalInt attachId(Btf types, ProgramSpec spec, String target) {
    AttachType attach = spec.expectedAttachType();
    if (spec.type() == ProgramType.STRUCT_OPS) {
      return types.findStruct(target);
    }
    if (attach == AttachType.TRACE_RAW_TP) {
      return types.findTypedef("btf_trace_" + target);
    }
    if (attach == AttachType.TRACE_ITER) {
      return types.findFunc("bpf_iter_" + target);
    }
    if (spec.type() == ProgramType.LSM) {
      return types.findFunc("bpf_lsm_" + target);
    }
    return types.findFunc(target);
  }
}
