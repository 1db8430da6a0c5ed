package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.ContextLayout;
import dev.skep.verifier.cfg.Subprogram;
import dev.skep.verifier.explore.Environment;
import dev.skep.verifier.explore.Explorer;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.state.VerifierState;
import java.util.ArrayList;
import java.util.List;

/** Global functions: their arguments are what their prototype says, at calls and at their entry. */
final class GlobalArguments {

  private enum Kind {
    ANYTHING,
    CONTEXT,
    MEMORY
  }

  private record Parameter(Kind kind, int size, boolean nullable) {}

  private final Explorer explorer;
  private final Environment env;
  private final MemoryAccess memory;

  GlobalArguments(Explorer explorer, MemoryAccess memory) {
    this.explorer = explorer;
    this.env = explorer.env;
    this.memory = memory;
  }

  private List<Parameter> parameters(Subprogram sub) {
    Btf btf = env.program.btf();
    if (btf == null
        || !(btf.type(sub.btfFuncId) instanceof BtfType.Func func)
        || !(btf.type(func.type()) instanceof BtfType.FuncProto proto)) {
      throw env.notModelled("global function without BTF");
    }
    List<Parameter> parameters = new ArrayList<>();
    if (proto.params().size() > 5) {
      throw env.invalid(
          "Global function "
              + sub.name
              + "() with "
              + proto.params().size()
              + " > 5 args. Buggy compiler.");
    }
    for (int i = 0; i < proto.params().size(); i++) {
      parameters.add(parameter(btf, sub, proto.params().get(i), i));
    }
    return parameters;
  }

  private Parameter parameter(Btf btf, Subprogram sub, BtfType.Param param, int index) {
    boolean nonNull = false;
    var tags =
        env.kernel.readsArgumentTags() ? btf.declTags(sub.btfFuncId, index) : List.<String>of();
    for (String tag : tags) {
      switch (tag) {
        case "arg:nonnull" -> nonNull = true;
        case "arg:ctx" -> {
          return new Parameter(Kind.CONTEXT, 0, false);
        }
        default -> {
          if (tag.startsWith("arg:")) {
            throw env.notModelled("argument tag " + tag);
          }
        }
      }
    }
    int resolved = btf.resolve(param.type());
    return switch (btf.type(resolved)) {
      case BtfType.Int i -> new Parameter(Kind.ANYTHING, 0, false);
      case BtfType.Enum e -> new Parameter(Kind.ANYTHING, 0, false);
      case BtfType.Enum64 e -> new Parameter(Kind.ANYTHING, 0, false);
      case BtfType.Ptr p -> pointer(btf, sub, p, index, nonNull);
      case BtfType other ->
          throw env.notModelled("argument of a global function that is no number or pointer");
    };
  }

  private Parameter pointer(
      Btf btf, Subprogram sub, BtfType.Ptr pointer, int index, boolean nonNull) {
    int pointee = btf.skipModifiers(pointer.type());
    String name = btf.type(pointee).name();
    if (btf.type(pointee) instanceof BtfType.Typedef) {
      pointee = btf.resolve(pointee);
    }
    ContextLayout layout = ContextLayout.of(env.type(), env.attachType());
    boolean context =
        layout != null && name.equals(layout.structName())
            || name.equals("bpf_user_pt_regs_t")
            || name.equals("bpf_raw_tracepoint_args");
    if (context) {
      return new Parameter(Kind.CONTEXT, 0, false);
    }
    if (btf.type(pointee) instanceof BtfType.Struct s
        && (s.name().equals("bpf_dynptr") || s.name().equals("bpf_dynptr_kern"))) {
      throw env.notModelled("dynptr argument of a global function");
    }
    long size = btf.type(pointee) instanceof BtfType.Void ? 0 : btf.sizeOf(pointee);
    if (size <= 0) {
      throw env.invalid(
          "arg#" + index + " reference type('UNKNOWN ') size cannot be determined: -22");
    }
    if (sub.name.isEmpty()) {
      throw env.notModelled("global function without a name");
    }
    return new Parameter(Kind.MEMORY, (int) size, !nonNull);
  }

  /** Prints what the kernel says when it looks at the main program's own prototype. */
  void describeMain() {
    Btf btf = env.program.btf();
    if (!env.log.isOn()
        || env.program.functions().isEmpty()
        || btf == null
        || !(btf.type(env.subprograms.getFirst().btfFuncId) instanceof BtfType.Func func)
        || !(btf.type(func.type()) instanceof BtfType.FuncProto proto)) {
      return;
    }
    BtfType result = btf.type(btf.resolve(proto.returnType()));
    boolean scalar =
        result instanceof BtfType.Int
            || result instanceof BtfType.Enum
            || result instanceof BtfType.Enum64;
    if (!scalar) {
      env.log.add(
          "Global function "
              + func.name()
              + "() doesn't return scalar. Only those are supported.\n");
      return;
    }
    if (!proto.params().isEmpty()
        && btf.type(btf.resolve(proto.params().getFirst().type())) instanceof BtfType.Ptr p
        && btf.type(btf.resolve(p.type())) instanceof BtfType.Void) {
      env.log.add("arg#0 reference type('UNKNOWN ') size cannot be determined: -22\n");
    }
  }

  /** Checks a call's arguments. */
  void checkCall(int index, Subprogram callee) {
    List<Parameter> parameters = parameters(callee);
    for (int i = 0; i < parameters.size(); i++) {
      int number = i + 1;
      Reg reg = env.state.reg(number);
      Parameter parameter = parameters.get(i);
      switch (parameter.kind()) {
        case ANYTHING -> {
          if (!reg.isScalar()) {
            env.log.message("R" + number + " is not a scalar");
            throw badArguments(index, callee);
          }
        }
        case CONTEXT -> {
          memory.bounds().fixedOffset(number, reg, false);
          if (reg.type() != RegType.PTR_TO_CTX) {
            env.log.message("arg#" + i + " expects pointer to ctx");
            throw badArguments(index, callee);
          }
        }
        case MEMORY -> memoryArgument(number, reg, parameter);
      }
    }
  }

  private RuntimeException badArguments(int index, Subprogram callee) {
    return env.invalid(
        "Caller passes invalid args into func#" + index + " ('" + callee.name + "')");
  }

  private void memoryArgument(int number, Reg reg, Parameter parameter) {
    if (reg.isNullConstant()) {
      if (parameter.nullable()) {
        return;
      }
      throw env.invalid("arg#" + (number - 1) + " is expected to be non-NULL");
    }
    Reg checked = reg.withFlags(reg.flags() & ~TypeFlags.PTR_MAYBE_NULL);
    new HelperMemory(explorer, memory).check(number, checked, parameter.size(), false, true);
    new HelperMemory(explorer, memory).check(number, checked, parameter.size(), true, true);
  }

  /** A state in which all that the prototype says is known, and no more. */
  VerifierState entry(int index) {
    Subprogram sub = env.subprograms.get(index);
    VerifierState state = explorer.startState(index);
    List<Parameter> parameters = parameters(sub);
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      state.set(
          i + 1,
          switch (parameter.kind()) {
            case ANYTHING -> Reg.UNKNOWN;
            case CONTEXT -> Reg.CTX;
            case MEMORY -> {
              Reg pointer =
                  Reg.pointer(
                      RegType.PTR_TO_MEM,
                      parameter.nullable() ? TypeFlags.PTR_MAYBE_NULL : 0,
                      new Detail.OfMemory(parameter.size(), 0));
              yield parameter.nullable() ? pointer.withId(env.newId()) : pointer;
            }
          });
    }
    return state;
  }
}
