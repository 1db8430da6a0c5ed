package dev.skep.verifier.admission;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.LsmHooks;
import dev.skep.catalog.ProgramType;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.path.AttachTarget;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Rejection;
import dev.skep.verifier.types.BtfNames;
import dev.skep.verifier.types.Iterators;
import dev.skep.verifier.types.StructOps;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a program may attach where it wants to ({@code check_attach_btf_id}). */
public final class AttachCheck {

  private static final String TRACEPOINT_PREFIX = "btf_trace_";
  private static final String HOOK_PREFIX = "bpf_lsm_";

  /** {@code MAX_BPF_FUNC_ARGS}. */
  private static final int MAX_ARGUMENTS = 12;

  /** Largest structure that is passed in registers. */
  private static final int MAX_STRUCT_ARGUMENT = 16;

  /** Functions of the kernel that never return ({@code noreturn_deny}). */
  private static final Set<String> NO_RETURN =
      Set.of(
          "__ia32_sys_exit",
          "__ia32_sys_exit_group",
          "__kunit_abort",
          "kunit_try_catch_throw",
          "__module_put_and_kthread_exit",
          "__x64_sys_exit",
          "__x64_sys_exit_group",
          "do_exit",
          "do_group_exit",
          "kthread_complete_and_exit",
          "kthread_exit",
          "make_task_dead");

  /** Functions whose result programs may set although they are no error injection points. */
  private static final Set<String> MODIFIABLE =
      Set.of(
          "bpf_modify_return_test",
          "bpf_modify_return_test2",
          "bpf_modify_return_test_tp",
          "bpf_fentry_test1",
          "update_socket_protocol");

  private final Environment env;

  public AttachCheck(Environment env) {
    this.env = env;
  }

  /** Ends with a rejection if it may not; otherwise the environment knows what it attaches to. */
  public void check() {
    checkSleepable();
    if (env.type() == ProgramType.SYSCALL) {
      return;
    }
    switch (env.type()) {
      case STRUCT_OPS -> env.attachTarget = new StructOps(env).target();
      case EXT ->
          throw env.notModelled("BPF_PROG_TYPE_EXT: the program that it replaces is unknown");
      case TRACING, LSM -> env.attachTarget = target();
      case LIRC_MODE2 -> {
        if (Boolean.FALSE.equals(env.profile.configuration().has("CONFIG_BPF_LIRC_MODE2"))) {
          throw new Rejection("EINVAL");
        }
      }
      default -> {}
    }
  }

  private boolean sleepable() {
    return (env.program.flags() & ProgramSpec.F_SLEEPABLE) != 0;
  }

  private void checkSleepable() {
    if (env.type() == ProgramType.SYSCALL) {
      if (!sleepable()) {
        throw env.invalid("Syscall programs can only be sleepable");
      }
      return;
    }
    if (!sleepable()) {
      return;
    }
    AttachType attach = env.attachType();
    boolean may =
        switch (env.type()) {
          case LSM -> attach != AttachType.LSM_CGROUP;
          case KPROBE, STRUCT_OPS -> true;
          case TRACING ->
              attach == AttachType.TRACE_FENTRY
                  || attach == AttachType.TRACE_FEXIT
                  || attach == AttachType.MODIFY_RETURN
                  || attach == AttachType.TRACE_ITER;
          default -> false;
        };
    if (!may) {
      throw env.invalid(
          "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be"
              + " sleepable");
    }
  }

  private AttachTarget target() {
    int id = env.program.attachBtfId();
    Btf btf = env.profile.kernelBtf();
    AttachType attach = env.attachType();
    if (btf == null || attach == null) {
      throw env.notModelled("attaching by BTF without the kernel's types");
    }
    if (id == 0) {
      if (env.program.attachTarget() != null) {
        throw env.notModelled(
            "attaching to "
                + env.program.attachTarget()
                + ", which the kernel's BTF does not have");
      }
      throw env.invalid("Tracing programs must provide btf_id");
    }
    if (id >= btf.typeCount()) {
      throw env.invalid("attach_btf_id " + id + " is invalid");
    }
    return switch (attach) {
      case TRACE_RAW_TP -> tracepoint(btf, id);
      case TRACE_ITER -> iterator(btf, id);
      case TRACE_FENTRY, TRACE_FEXIT, MODIFY_RETURN, LSM_MAC, LSM_CGROUP ->
          function(btf, id, attach);
      default -> throw new Rejection("EINVAL");
    };
  }

  private AttachTarget tracepoint(Btf btf, int id) {
    BtfType type = btf.type(id);
    if (!(type instanceof BtfType.Typedef typedef)) {
      throw env.invalid("attach_btf_id " + id + " is not a typedef");
    }
    if (!typedef.name().startsWith(TRACEPOINT_PREFIX)) {
      throw wrongName(id, typedef.name());
    }
    if (!(btf.type(typedef.type()) instanceof BtfType.Ptr pointer)
        || !(btf.type(pointer.type()) instanceof BtfType.FuncProto proto)) {
      throw new Rejection("EINVAL");
    }
    String name = typedef.name().substring(TRACEPOINT_PREFIX.length());
    return new AttachTarget(name, btf, proto, true, List.of(), null);
  }

  private RuntimeException wrongName(int id, String name) {
    return env.invalid("attach_btf_id " + id + " points to wrong type name " + name);
  }

  private AttachTarget iterator(Btf btf, int id) {
    BtfType.Func function = requireFunction(btf, id);
    BtfType.FuncProto proto = prototype(btf, function);
    checkPrototype(btf, function.name(), proto);
    @Nullable List<AttachTarget.Argument> arguments = Iterators.arguments(btf, function.name());
    if (arguments == null) {
      throw new Rejection("EINVAL");
    }
    return new AttachTarget(function.name(), btf, proto, false, arguments, null);
  }

  private AttachTarget function(Btf btf, int id, AttachType attach) {
    BtfType.Func function = requireFunction(btf, id);
    String name = function.name();
    BtfType.FuncProto proto = prototype(btf, function);
    checkPrototype(btf, name, proto);
    if (sleepable()) {
      checkMaySleep(name);
    } else if (attach == AttachType.MODIFY_RETURN) {
      checkModifiable(name);
    }
    if (env.type() == ProgramType.LSM) {
      checkHook(id, name);
    } else if (attach != AttachType.TRACE_FENTRY && NO_RETURN.contains(name)) {
      throw env.invalid("Attaching fexit/fmod_ret to __noreturn functions is rejected.");
    }
    return new AttachTarget(name, btf, proto, false, List.of(), null);
  }

  private BtfType.Func requireFunction(Btf btf, int id) {
    if (btf.type(id) instanceof BtfType.Func function) {
      return function;
    }
    throw env.invalid("attach_btf_id " + id + " is not a function");
  }

  private static BtfType.FuncProto prototype(Btf btf, BtfType.Func function) {
    if (btf.type(function.type()) instanceof BtfType.FuncProto proto) {
      return proto;
    }
    throw new Rejection("EINVAL");
  }

  private void checkPrototype(Btf btf, String name, BtfType.FuncProto proto) {
    List<BtfType.Param> parameters = proto.params();
    if (parameters.size() > MAX_ARGUMENTS) {
      throw env.invalid(
          "The function " + name + " has " + parameters.size() + " arguments. Too many.");
    }
    BtfType result = btf.resolved(proto.returnType());
    if (!(result instanceof BtfType.Void) && sizeOf(btf, result, proto.returnType()) < 0
        || result instanceof BtfType.Struct) {
      throw env.invalid(
          "The function " + name + " return type " + BtfNames.kind(result) + " is unsupported.");
    }
    for (int i = 0; i < parameters.size(); i++) {
      int id = parameters.get(i).type();
      if (id == 0 && i == parameters.size() - 1) {
        throw env.invalid("The function " + name + " with variable args is unsupported.");
      }
      BtfType type = btf.resolved(id);
      long size = sizeOf(btf, type, id);
      if (type instanceof BtfType.Void) {
        throw env.invalid("The function " + name + " has malformed void argument.");
      }
      if (size < 0 || size > MAX_STRUCT_ARGUMENT) {
        throw env.invalid(
            "The function %s arg%d type %s is unsupported."
                .formatted(name, i, BtfNames.kind(type)));
      }
    }
  }

  private static long sizeOf(Btf btf, BtfType type, int id) {
    return switch (type) {
      case BtfType.Ptr p -> 8;
      case BtfType.Int i -> i.size();
      case BtfType.Enum e -> e.size();
      case BtfType.Enum64 e -> e.size();
      case BtfType.Struct s -> btf.sizeOf(id);
      default -> -1;
    };
  }

  private void checkMaySleep(String name) {
    if (env.type() == ProgramType.LSM) {
      if (!name.startsWith(HOOK_PREFIX) || !LsmHooks.maySleep(hook(name))) {
        throw env.invalid(name + " is not sleepable");
      }
      return;
    }
    if (!isSyscall(name) && !name.equals("bpf_fentry_test1")) {
      throw env.notModelled(
          "a sleepable program at " + name + ": whether that is an error injection point");
    }
  }

  private void checkModifiable(String name) {
    if (!MODIFIABLE.contains(name) && !name.startsWith("security_") && !isSyscall(name)) {
      throw env.notModelled("fmod_ret of " + name + ": whether that is an error injection point");
    }
  }

  /** System calls are error injection points, with CONFIG_FUNCTION_ERROR_INJECTION. */
  private static boolean isSyscall(String name) {
    return name.startsWith("__x64_sys_") || name.startsWith("__arm64_sys_");
  }

  private void checkHook(int id, String name) {
    if (!env.program.gplCompatible()) {
      throw env.invalid("LSM programs must have a GPL compatible license");
    }
    if (!name.startsWith(HOOK_PREFIX)) {
      throw wrongName(id, name);
    }
    if (LsmHooks.isDisabled(hook(name))) {
      throw env.invalid("attach_btf_id " + id + " points to disabled hook " + name);
    }
  }

  /** An LSM hook's name without the prefix of the function that stands for it. */
  public static String hook(String function) {
    return function.startsWith(HOOK_PREFIX) ? function.substring(HOOK_PREFIX.length()) : function;
  }
}
