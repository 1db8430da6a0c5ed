package dev.skep.verifier.admission;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;

/** Wide loads of a kernel variable's or function's address ({@code check_pseudo_btf_id}). */
public final class KernelSymbols {

  /** Without it the kernel knows the addresses of its functions only. */
  private static final String ALL_SYMBOLS = "CONFIG_KALLSYMS_ALL";

  private static final String PER_CPU_SECTION = ".data..percpu";

  private final Environment env;

  public KernelSymbols(Environment env) {
    this.env = env;
  }

  /**
   * What a load of the address gives, or the end of the verification.
   *
   * @param id of the variable or function in the kernel's BTF
   * @param module file descriptor of a module's BTF, 0 for the kernel itself
   */
  public Reg load(int id, int module) {
    Btf btf = env.profile.kernelBtf();
    if (btf == null || module != 0) {
      throw env.notModelled("address of a variable in a kernel module");
    }
    if (id < 0 || id >= btf.typeCount()) {
      throw env.refuse("ENOENT", "ldimm64 insn specifies invalid btf_id " + id + ".");
    }
    return switch (btf.type(id)) {
      case BtfType.Func f ->
          Reg.pointer(RegType.PTR_TO_MEM, TypeFlags.MEM_RDONLY, new Detail.OfMemory(0, 0));
      case BtfType.Var variable -> variable(btf, id, variable);
      default ->
          throw env.invalid("pseudo btf_id " + id + " in ldimm64 isn't KIND_VAR or KIND_FUNC");
    };
  }

  private Reg variable(Btf btf, int id, BtfType.Var variable) {
    if (Boolean.FALSE.equals(env.profile.configuration().has(ALL_SYMBOLS))) {
      throw env.refuse(
          "ENOENT",
          "ldimm64 failed to find the address for kernel symbol '" + variable.name() + "'.");
    }
    if (isPerCpu(btf, id)) {
      return Reg.btfPointer(TypeFlags.MEM_PERCPU, btf, variable.type());
    }
    int type = btf.resolve(variable.type());
    if (btf.type(type) instanceof BtfType.Struct) {
      return Reg.btfPointer(0, btf, variable.type());
    }
    long size = btf.sizeOf(type);
    if (size < 0) {
      throw env.invalid(
          "ldimm64 unable to resolve the size of type '" + btf.type(type).name() + "': -22");
    }
    return Reg.pointer(
        RegType.PTR_TO_MEM, TypeFlags.MEM_RDONLY, new Detail.OfMemory((int) size, 0));
  }

  private static boolean isPerCpu(Btf btf, int variable) {
    for (int id : btf.idsNamed(PER_CPU_SECTION)) {
      if (btf.type(id) instanceof BtfType.Datasec section) {
        for (BtfType.SectionVar place : section.vars()) {
          if (place.type() == variable) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
