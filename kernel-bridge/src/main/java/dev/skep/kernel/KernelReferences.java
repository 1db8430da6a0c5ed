package dev.skep.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfReader;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.ModuleTypes.Module;
import dev.skep.kernel.ModuleTypes.Place;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a program means in the running kernel by name: kernel functions that it calls, kernel
 * variables whose address it takes, and what it attaches to. The spec may have been made against
 * another kernel's types, so ids are looked up again unless the spec carries this kernel's.
 *
 * @param code the code with this kernel's ids
 * @param attachBtfId of the attach target, 0 if there is none
 * @param attachModule the module that has the attach target, or null
 * @param expectedAttachType for struct_ops the member's index; otherwise the spec's attach type
 * @param functionModules {@code fd_array}: element {@code i} is index {@code i + 1} in the calls'
 *     offset field
 * @param variableModules of kernel variables: the module by pc, whose descriptor goes into the
 *     second slot's imm
 */
record KernelReferences(
    Code code,
    int attachBtfId,
    @Nullable Module attachModule,
    int expectedAttachType,
    List<Module> functionModules,
    Map<Integer, Module> variableModules) {

  static KernelReferences of(
      Kernel kernel, ModuleTypes types, ProgramSpec spec, @Nullable KernelProgram attachTo) {
    var references = new Resolver(types, spec);
    Btf known = kernel.btf();
    boolean lookUp = !spec.kfuncs().isEmpty() || !spec.ksyms().isEmpty() || needsAttachId(spec);
    if (lookUp && known != null && !known.equals(spec.kernelBtf())) {
      references.calls();
      references.addresses();
    }
    if (attachTo != null) {
      references.attachTo(kernel, attachTo);
    } else if (needsAttachId(spec) && known != null) {
      references.attach(known);
    }
    return references.result();
  }

  private static boolean needsAttachId(ProgramSpec spec) {
    return spec.attachTarget() != null
        && switch (spec.type()) {
          case TRACING, LSM, STRUCT_OPS -> true;
          default -> false;
        };
  }

  private static final class Resolver {
    private final ModuleTypes types;
    private final ProgramSpec spec;
    private final long[] slots;
    private final List<Module> functionModules = new ArrayList<>();
    private final Map<Integer, Module> variableModules = new java.util.TreeMap<>();
    private int attachId;
    private @Nullable Module attachModule;
    private int attachType;

    Resolver(ModuleTypes types, ProgramSpec spec) {
      this.types = types;
      this.spec = spec;
      this.slots = spec.code().toSlots();
      this.attachId = spec.attachBtfId();
      AttachType attach = spec.expectedAttachType();
      this.attachType = attach == null ? spec.structOpsMember().orElse(0) : attach.number();
    }

    void calls() {
      for (Map.Entry<Integer, String> call : spec.kfuncs().entrySet()) {
        Place place = types.find(t -> t.findFunc(Btf.essentialName(call.getValue())));
        if (place != null) {
          int pc = call.getKey();
          Module module = place.module();
          int index = module == null ? 0 : indexOf(module);
          slots[pc] = new RawInstruction(slots[pc]).withImm(place.id()).withOffset(index).bits();
        }
      }
    }

    /** Index 0 stands for the kernel itself. */
    private int indexOf(Module module) {
      if (!functionModules.contains(module)) {
        functionModules.add(module);
      }
      return functionModules.indexOf(module) + 1;
    }

    void addresses() {
      for (Map.Entry<Integer, String> address : spec.ksyms().entrySet()) {
        Place place = types.find(t -> t.findVar(address.getValue()));
        if (place != null) {
          int pc = address.getKey();
          Module module = place.module();
          if (module != null) {
            variableModules.put(pc, module);
          }
          slots[pc] = new RawInstruction(slots[pc]).withImm(place.id()).bits();
          slots[pc + 1] = new RawInstruction(slots[pc + 1]).withImm(0).bits();
        }
      }
    }

    void attach(Btf known) {
      String target = spec.attachTarget();
      if (target == null || known.equals(spec.kernelBtf()) && attachId != 0) {
        return;
      }
      Place place = types.find(search(target));
      if (place == null) {
        return;
      }
      attachId = place.id();
      attachModule = place.module();
      if (spec.type() == ProgramType.STRUCT_OPS) {
        Module module = place.module();
        member(module == null ? known : module.types(), place.id(), target);
      }
    }

    private void member(Btf in, int structId, String target) {
      String member = target.substring(target.indexOf('.') + 1);
      if (in.type(structId) instanceof BtfType.Struct struct) {
        for (int i = 0; i < struct.members().size(); i++) {
          if (struct.members().get(i).name().equals(member)) {
            attachType = i;
          }
        }
      }
    }

    private Function<Btf, OptionalInt> search(String target) {
      AttachType attach = spec.expectedAttachType();
      if (spec.type() == ProgramType.STRUCT_OPS) {
        int dot = target.indexOf('.');
        return t -> t.findStruct(dot < 0 ? target : target.substring(0, dot));
      }
      if (attach == AttachType.TRACE_RAW_TP) {
        return t -> t.findTypedef("btf_trace_" + target);
      }
      if (attach == AttachType.TRACE_ITER) {
        return t -> t.findFunc("bpf_iter_" + target);
      }
      if (spec.type() == ProgramType.LSM) {
        return t -> t.findFunc("bpf_lsm_" + target);
      }
      return t -> t.findFunc(target);
    }

    /** A function of another program: the id is of that program's own types. */
    void attachTo(Kernel kernel, KernelProgram program) {
      String target = spec.attachTarget();
      int btfId = program.info().origin().types().object();
      if (target == null || btfId == 0) {
        return;
      }
      try (KernelBtf loaded = kernel.btfById(btfId)) {
        attachId = BtfReader.read(loaded.bytes()).findFunc(target).orElse(0);
      }
    }

    KernelReferences result() {
      return new KernelReferences(
          Code.ofSlots(slots),
          attachId,
          attachModule,
          attachType,
          List.copyOf(functionModules),
          Map.copyOf(variableModules));
    }
  }
}
