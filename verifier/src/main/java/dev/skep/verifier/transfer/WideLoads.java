package dev.skep.verifier.transfer;

import dev.skep.btf.BtfType;
import dev.skep.catalog.MapType;
import dev.skep.isa.Instruction;
import dev.skep.object.MapSpec;
import dev.skep.verifier.explore.Environment;
import dev.skep.verifier.explore.Explorer;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;

/**
 * The wide load: numbers, maps, global data, functions, kernel variables ({@code check_ld_imm}).
 */
public final class WideLoads {

  private final Explorer explorer;
  private final Environment env;

  public WideLoads(Explorer explorer) {
    this.explorer = explorer;
    this.env = explorer.env;
  }

  /** Executes one. */
  public void load(Instruction.LoadImmediate64 load) {
    explorer.checkWritable(load.dst());
    env.state.set(
        load.dst(),
        switch (load.kind()) {
          case CONSTANT -> Reg.constant(load.value());
          case MAP_FD, MAP_INDEX ->
              Reg.pointer(RegType.CONST_PTR_TO_MAP, 0, new Detail.OfMap(map(load), 0));
          case MAP_VALUE, MAP_INDEX_VALUE -> value(load);
          case CODE_ADDRESS -> function(load);
          case VARIABLE_ADDRESS -> variable(load);
        });
  }

  private MapSpec map(Instruction.LoadImmediate64 load) {
    return env.program.maps().get(load.imm());
  }

  private Reg value(Instruction.LoadImmediate64 load) {
    MapSpec map = map(load);
    if (map.type() == MapType.ARENA) {
      return Reg.UNKNOWN;
    }
    // There is one value, so that two loads of its address need no id to be told apart.
    return Reg.pointer(RegType.PTR_TO_MAP_VALUE, 0, new Detail.OfMap(map, 0))
        .withOff(load.nextImm());
  }

  private Reg function(Instruction.LoadImmediate64 load) {
    int target = env.subprogramAt(env.pc + load.imm() + 1);
    if (env.subprograms.get(target).global) {
      throw env.refuse("EINVAL", "callback function not static");
    }
    return Reg.pointer(RegType.PTR_TO_FUNC, 0, new Detail.OfFunction(target));
  }

  private Reg variable(Instruction.LoadImmediate64 load) {
    var btf = env.profile.kernelBtf();
    if (btf == null || load.nextImm() != 0) {
      throw env.notModelled("address of a variable in a kernel module");
    }
    if (load.imm() <= 0 || load.imm() >= btf.typeCount()) {
      throw env.refuse("ENOENT", "ldimm64 insn specifies invalid btf_id " + load.imm() + ".");
    }
    if (!(btf.type(load.imm()) instanceof BtfType.Var variable)) {
      throw env.notModelled("address of a kernel function");
    }
    int type = btf.resolve(variable.type());
    boolean perCpu = isPerCpu(variable);
    if (btf.type(type) instanceof BtfType.Struct) {
      return Reg.btfPointer(perCpu ? TypeFlags.MEM_PERCPU : 0, btf, type);
    }
    if (perCpu) {
      throw env.notModelled("per-CPU kernel variable that is no structure");
    }
    return Reg.pointer(
        RegType.PTR_TO_MEM, TypeFlags.MEM_RDONLY, new Detail.OfMemory((int) btf.sizeOf(type), 0));
  }

  private boolean isPerCpu(BtfType.Var variable) {
    var btf = env.profile.kernelBtf();
    if (btf == null) {
      return false;
    }
    for (int id : btf.idsNamed(".data..percpu")) {
      if (btf.type(id) instanceof BtfType.Datasec section) {
        for (BtfType.SectionVar place : section.vars()) {
          if (btf.type(place.type()) instanceof BtfType.Var v && v.equals(variable)) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
