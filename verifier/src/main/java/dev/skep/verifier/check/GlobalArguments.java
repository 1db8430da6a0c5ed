package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.catalog.ArgumentKind;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.path.Rejection;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.types.FunctionPrototypes;
import dev.skep.verifier.types.FunctionPrototypes.Argument;
import dev.skep.verifier.types.FunctionPrototypes.Failed;
import dev.skep.verifier.types.FunctionPrototypes.Prepared;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Arguments of the program's own functions against their prototypes, at calls ({@code
 * btf_check_subprog_call}) and at a global function's entry. A static function's prototype is only
 * talked about: compilers change such functions.
 */
final class GlobalArguments {

  private final Path path;
  private final Environment env;
  private final HelperMemory helperMemory;
  private final ArgumentTypes types;
  private final FunctionPrototypes prototypes;

  /** Functions whose prototype is known not to hold, by index. */
  private final Set<Integer> unreliable = new HashSet<>();

  GlobalArguments(Path path, MemoryAccess memory) {
    this.path = path;
    this.env = path.env();
    this.helperMemory = new HelperMemory(path, memory);
    this.types = new ArgumentTypes(env, memory.bounds());
    this.prototypes = new FunctionPrototypes(env);
  }

  /** Prints what the kernel says when it looks at the main program's own prototype. */
  void describeMain() {
    if (env.program.functions().isEmpty() || env.program.btf() == null) {
      return;
    }
    boolean asExpected =
        prototypes.prepare(0) instanceof Prepared(List<Argument> arguments)
            && arguments.size() == 1
            && arguments.getFirst().kind() == FunctionPrototypes.Kind.CONTEXT;
    if (!asExpected) {
      unreliable.add(0);
    }
  }

  /** The error of a call of a global function, empty if it fits; the log says what is wrong. */
  String globalCall(int index) {
    return mismatch(index);
  }

  /** Looks at a call of a static function, for the log's sake. */
  void noteStaticCall(int index) {
    if (!env.program.functions().isEmpty() && env.program.btf() != null) {
      mismatch(index);
    }
  }

  /** The error of a call whose arguments do not match, empty if they do. */
  private String mismatch(int index) {
    if (unreliable.contains(index)) {
      return "EINVAL";
    }
    String errno = "";
    switch (prototypes.prepare(index)) {
      case Failed(String failure) -> errno = failure;
      case Prepared(List<Argument> arguments) -> {
        try {
          for (int i = 0; i < arguments.size(); i++) {
            check(i + 1, env.state.reg(i + 1), arguments.get(i));
          }
        } catch (Rejection rejection) {
          errno = rejection.errno();
        }
      }
    }
    if (errno.equals("EFAULT")) {
      throw new Rejection(errno);
    }
    if (!errno.isEmpty()) {
      unreliable.add(index);
    }
    return errno;
  }

  private void check(int number, Reg reg, Argument argument) {
    if (argument.untrusted()) {
      return;
    }
    switch (argument.kind()) {
      case ANYTHING -> {
        if (!reg.isScalar()) {
          throw env.invalid("R" + number + " is not a scalar");
        }
      }
      case CONTEXT -> {
        types.checkOffset(number, reg, false);
        if (reg.type() != RegType.PTR_TO_CTX) {
          throw env.invalid("arg#" + (number - 1) + " expects pointer to ctx");
        }
      }
      case MEMORY -> memory(number, reg, argument);
      case ARENA -> {
        if (reg.type() != RegType.PTR_TO_ARENA && !reg.isScalar()) {
          throw env.invalid("R" + number + " is not a pointer to arena or scalar.");
        }
      }
      case DYNPTR -> {
        if (reg.type() != RegType.PTR_TO_STACK) {
          types.checkOffset(number, reg, false);
        }
        Dynptrs dynptrs = new Dynptrs(env);
        dynptrs.checkPointer(number, reg);
        dynptrs.use(number, reg, true, null);
      }
      case STRUCT -> {
        if (reg.isNullConstant() && argument.nullable()) {
          return;
        }
        var wanted =
            new ArgumentTypes.Wanted(
                ArgumentKind.PTR_TO_BTF_ID,
                argument.nullable(),
                false,
                false,
                argument.typeId(),
                null);
        types.check(number, reg, wanted);
        types.checkOffset(number, reg, false);
      }
    }
  }

  private void memory(int number, Reg reg, Argument argument) {
    types.checkOffset(number, reg, false);
    if (!reg.isNullConstant()) {
      Reg checked = reg.withFlags(reg.flags() & ~TypeFlags.PTR_MAYBE_NULL);
      try {
        helperMemory.check(number, checked, argument.size(), false, true);
        helperMemory.check(number, checked, argument.size(), true, true);
      } catch (Rejection rejection) {
        throw new Rejection("EINVAL");
      }
    }
    if (!argument.nullable() && reg.mayBeNull()) {
      throw env.invalid("arg#" + (number - 1) + " is expected to be non-NULL");
    }
  }

  /** A state in which all that the prototype says is known, and no more. */
  VerifierState entry(int index) {
    VerifierState state = path.startState(index);
    switch (prototypes.prepare(index)) {
      case Failed(String errno) -> throw new Rejection(errno);
      case Prepared(List<Argument> arguments) -> {
        if (index == env.exceptionCallback
            && (arguments.size() != 1
                || arguments.getFirst().kind() != FunctionPrototypes.Kind.ANYTHING)) {
          throw env.invalid("exception cb only supports single integer argument");
        }
        for (int i = 0; i < arguments.size(); i++) {
          state.set(i + 1, entry(arguments.get(i)));
        }
      }
    }
    return state;
  }

  private Reg entry(Argument argument) {
    return switch (argument.kind()) {
      case ANYTHING, ARENA -> Reg.UNKNOWN;
      case CONTEXT -> Reg.CTX;
      case MEMORY -> {
        Reg pointer =
            Reg.pointer(
                RegType.PTR_TO_MEM, argument.flags(), new Detail.OfMemory(argument.size(), 0));
        yield argument.nullable() ? pointer.withId(env.newId()) : pointer;
      }
      case DYNPTR -> Dynptrs.constant(env);
      case STRUCT -> {
        Btf kernel = env.profile.kernelBtf();
        if (kernel == null) {
          throw env.notModelled("argument that is a kernel structure, without the kernel's types");
        }
        yield Reg.btfPointer(argument.flags(), kernel, argument.typeId()).withId(env.newId());
      }
    };
  }
}
