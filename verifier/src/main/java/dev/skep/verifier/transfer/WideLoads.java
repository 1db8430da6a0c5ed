package dev.skep.verifier.transfer;

import dev.skep.catalog.MapType;
import dev.skep.isa.Instruction;
import dev.skep.object.MapSpec;
import dev.skep.verifier.admission.KernelSymbols;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;

/**
 * The wide load: numbers, maps, global data, functions, kernel variables ({@code check_ld_imm}).
 */
public final class WideLoads {

  private final Path path;
  private final Environment env;

  public WideLoads(Path path) {
    this.path = path;
    this.env = path.env();
  }

  /** Executes one. */
  public void load(Instruction.LoadImmediate64 load) {
    path.checkWritable(load.dst());
    env.state.set(
        load.dst(),
        switch (load.kind()) {
          case CONSTANT -> Reg.constant(load.value());
          case MAP_FD, MAP_INDEX ->
              Reg.pointer(RegType.CONST_PTR_TO_MAP, 0, new Detail.OfMap(map(load), 0));
          case MAP_VALUE, MAP_INDEX_VALUE -> value(load);
          case CODE_ADDRESS -> function(load);
          case VARIABLE_ADDRESS -> new KernelSymbols(env).load(load.imm(), load.nextImm());
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
}
