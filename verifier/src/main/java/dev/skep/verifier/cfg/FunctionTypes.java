package dev.skep.verifier.cfg;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.object.FunctionInfo;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Subprogram;
import java.util.List;

/** Names and linkage of the program's functions from BTF, and what needs them. */
final class FunctionTypes {

  private final Environment env;

  FunctionTypes(Environment env) {
    this.env = env;
  }

  void check() {
    List<FunctionInfo> functions = env.program.functions();
    var btf = env.program.btf();
    if (functions.isEmpty() || btf == null) {
      checkAbnormalReturns();
      return;
    }
    if (functions.size() != env.subprograms.size()) {
      throw env.invalid("number of funcs in func_info doesn't match number of subprogs");
    }
    for (int i = 0; i < functions.size(); i++) {
      FunctionInfo info = functions.get(i);
      Subprogram sub = env.subprograms.get(i);
      if (info.pc() != sub.start) {
        throw env.invalid("func_info BTF section doesn't match subprog layout in BPF program");
      }
      if (btf.type(info.typeId()) instanceof BtfType.Func(var name, int type, var linkage)) {
        sub.name = name;
        sub.btfFuncId = info.typeId();
        sub.global = i > 0 && linkage == BtfType.Linkage.GLOBAL;
        checkReturn(i, sub, btf, type);
      }
    }
  }

  /** Functions that may end behind the program's back must return a number. */
  private static boolean returnsNumber(Btf btf, int prototype) {
    if (!(btf.type(prototype) instanceof BtfType.FuncProto proto)) {
      return false;
    }
    return switch (btf.type(btf.skipModifiers(proto.returnType()))) {
      case BtfType.Int number -> number.size() <= Long.BYTES;
      case BtfType.Enum _, BtfType.Enum64 _ -> true;
      default -> false;
    };
  }

  private void checkReturn(int index, Subprogram sub, Btf btf, int prototype) {
    if (index == 0 || !sub.hasLdAbs && !sub.hasTailCall || returnsNumber(btf, prototype)) {
      return;
    }
    throw env.invalid(
        sub.hasLdAbs
            ? "LD_ABS is only allowed in functions that return 'int'."
            : "tail_call is only allowed in functions that return 'int'.");
  }

  private void checkAbnormalReturns() {
    for (Subprogram sub : env.subprograms.subList(1, env.subprograms.size())) {
      if (sub.hasLdAbs) {
        throw env.invalid("LD_ABS is not allowed in subprogs without BTF");
      }
      if (sub.hasTailCall) {
        throw env.invalid("tail_call is not allowed in subprogs without BTF");
      }
    }
  }
}
