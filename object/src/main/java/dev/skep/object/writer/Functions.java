package dev.skep.object.writer;

import dev.skep.btf.Btf;
import dev.skep.isa.Code;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.FunctionInfo;
import dev.skep.object.ProgramSpec;
import java.util.List;
import java.util.TreeSet;

/** Takes a program apart into its functions. */
final class Functions {

  private Functions() {}

  /** Where functions start: the program, and whatever is called or has its address taken. */
  static List<Integer> starts(ProgramSpec program) {
    var starts = new TreeSet<Integer>();
    starts.add(0);
    program.functions().forEach(f -> starts.add(f.pc()));
    Code code = program.code();
    for (int pc = 0; pc < code.size(); pc++) {
      RawInstruction instruction = code.at(pc);
      if (isLocalCall(instruction) || isCodeAddress(instruction)) {
        int target = pc + 1 + instruction.imm();
        if (target < 0 || target >= code.size()) {
          throw new IllegalArgumentException(
              "program '%s': the call at %d leaves the program".formatted(program.name(), pc));
        }
        starts.add(target);
      }
      if (instruction.isWide()) {
        pc++;
      }
    }
    return List.copyOf(starts);
  }

  static boolean isLocalCall(RawInstruction instruction) {
    return ControlFlow.isLocalCall(instruction);
  }

  private static boolean isCodeAddress(RawInstruction instruction) {
    return instruction.isWide() && instruction.srcReg() == WideKind.CODE_ADDRESS.code();
  }

  static String name(ProgramSpec program, int pc, int index) {
    Btf btf = program.btf();
    if (btf != null) {
      for (FunctionInfo f : program.functions()) {
        if (f.pc() == pc) {
          return btf.type(f.typeId()).name();
        }
      }
    }
    return program.name() + "." + index;
  }
}
