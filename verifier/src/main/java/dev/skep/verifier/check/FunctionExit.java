package dev.skep.verifier.check;

import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.Behaviour;
import dev.skep.catalog.ProgramType;
import dev.skep.catalog.ReturnRange;
import dev.skep.verifier.admission.AttachCheck;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.path.AttachTarget;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.VerifierState;
import org.jspecify.annotations.Nullable;

/** The end of a function: what must be given back, and what may be returned. */
public final class FunctionExit {

  private final Path path;
  private final Environment env;

  public FunctionExit(Path path) {
    this.path = path;
    this.env = path.env();
  }

  /** Executes {@code exit}: back to the caller, or -1 at the end of the path. */
  public int exit() {
    boolean nested = env.state.currentFrame() > 0;
    if (nested && env.state.activeLocks > 0 && !env.kernel.has(Behaviour.CALLS_UNDER_LOCK)) {
      throw env.invalid("bpf_spin_unlock is missing");
    }
    checkLeaks(env, !nested, "BPF_EXIT instruction in main prog");
    if (nested) {
      int next = leave();
      env.watcher.jumpsBack();
      return next;
    }
    checkReturnValue(0);
    return -1;
  }

  /** Before {@code bpf_throw}: without a callback, what is thrown is what the program returns. */
  void checkThrown() {
    if (env.exceptionCallback == 0) {
      checkReturnValue(1);
    }
  }

  /** After {@code bpf_throw}: the path ends in whatever frame it is. */
  void thrown() {
    env.scratchEverything();
    checkLeaks(env, true, true, "bpf_throw");
  }

  /** Refuses what may not be open here: locks, references, sections. */
  static void checkLeaks(Environment env, boolean alsoLocks, String where) {
    checkLeaks(env, alsoLocks, false, where);
  }

  private static void checkLeaks(
      Environment env, boolean alsoLocks, boolean exception, String where) {
    VerifierState state = env.state;
    int result = exception ? 1 : 0;
    if (alsoLocks && state.activeLocks > 0) {
      throw env.invalid(where + " cannot be used inside bpf_spin_lock-ed region");
    }
    if (exception || state.currentFrame() == 0) {
      boolean leaks = false;
      for (Reference reference : state.references) {
        boolean returned =
            env.type() == ProgramType.STRUCT_OPS && state.reg(result).refObjId() == reference.id();
        if (reference.kind() == Reference.Kind.PTR && !returned) {
          env.log.message(
              "Unreleased reference id=" + reference.id() + " alloc_insn=" + reference.pc());
          leaks = true;
        }
      }
      if (leaks) {
        throw env.invalid(where + " would lead to reference leak");
      }
    }
    if (alsoLocks && state.activeIrqId != 0) {
      throw env.invalid(where + " cannot be used inside bpf_local_irq_save-ed region");
    }
    if (alsoLocks && state.activeRcuLocks > 0) {
      throw env.invalid(where + " cannot be used inside bpf_rcu_read_lock-ed region");
    }
    if (alsoLocks && state.activePreemptLocks > 0) {
      throw env.invalid(where + " cannot be used inside bpf_preempt_disable-ed region");
    }
  }

  /** Goes back from a callee to the frame below it; returns the next instruction there. */
  int leave() {
    env.liveness.update();
    VerifierState state = env.state;
    FrameState callee = state.frame();
    Reg result = callee.regs[0];
    if (result.type() == RegType.PTR_TO_STACK) {
      throw env.invalid("cannot return stack pointer to the caller");
    }
    FrameState caller = state.frame(state.currentFrame() - 1);
    int next = callee.callsite + 1;
    if (callee.inCallback) {
      if (!result.isScalar()) {
        throw env.deny("R0 not a scalar value");
      }
      path.markPrecise(0);
      result = callee.regs[0];
      if (!within(result.range(), callee.callbackReturnMin, callee.callbackReturnMax, false)) {
        throw invalidScalar(
            result.range(),
            callee.callbackReturnMin,
            callee.callbackReturnMax,
            "At callback return",
            "R0");
      }
      next = callee.callsite;
    } else {
      caller.regs[0] = result;
    }
    env.watcher.leaves(state, callee, caller, next);
    boolean callback = callee.inCallback;
    state.frames.removeLast();
    env.liveness.frameChanged();
    if (callback) {
      VerifierState earlier = path.previousEntry(state, next);
      if (earlier != null) {
        path.widen(earlier, state);
      }
    }
    return next;
  }

  /** What the program gives back at its end ({@code check_return_code}). */
  private void checkReturnValue(int register) {
    FrameState frame = env.state.frame(0);
    boolean main = frame.subprogram == 0 || frame.subprogram == env.exceptionCallback;
    String name = "R" + register;
    if (!main && !frame.inAsyncCallback) {
      Reg result = path.read(register);
      if (!result.isScalar()) {
        throw env.invalid(
            "At subprogram exit the register "
                + name
                + " is not a scalar value ("
                + StatePrinter.typeName(result)
                + ")");
      }
      return;
    }
    AttachTarget target = env.attachTarget;
    boolean returnsNothing =
        target != null
            && target.returnsVoid()
            && (env.type() == ProgramType.STRUCT_OPS
                || env.type() == ProgramType.LSM && env.attachType() != AttachType.LSM_CGROUP);
    if (main && returnsNothing) {
      return;
    }
    if (main && target != null && returnsOwned(target)) {
      return;
    }
    Reg result = path.read(register);
    if (result.isPointer() && !env.profile.privileged()) {
      throw env.deny(name + " leaks addr as return value");
    }
    @Nullable ReturnRange range =
        frame.inAsyncCallback
            ? new ReturnRange(frame.callbackReturnMin, frame.callbackReturnMax, false)
            : range(target);
    if (range == null) {
      return;
    }
    String where = frame.inAsyncCallback ? "At async callback return" : "At program exit";
    if (!result.isScalar()) {
      throw env.invalid(
          where
              + " the register "
              + name
              + " is not a known value ("
              + StatePrinter.typeName(result)
              + ")");
    }
    path.markPrecise(register);
    ScalarRange value = env.state.reg(register).range();
    if (!within(value, range.min(), range.max(), range.as32Bit())) {
      RuntimeException invalid = invalidScalar(value, range.min(), range.max(), where, name);
      if (env.attachType() == AttachType.LSM_CGROUP && target != null && target.returnsVoid()) {
        env.log.message(
            "Note, BPF_LSM_CGROUP that attach to void LSM hooks can't modify return value!");
      }
      throw invalid;
    }
  }

  private @Nullable ReturnRange range(@Nullable AttachTarget target) {
    return switch (env.type()) {
      case STRUCT_OPS -> null;
      case LSM -> {
        AttachType attach = env.attachType();
        yield target == null || attach == null
            ? null
            : ReturnRange.ofLsm(
                attach,
                AttachCheck.hook(target.name()),
                target.returnsVoid(),
                env.profile.version());
      }
      default -> ReturnRange.of(env.type(), env.attachType(), env.profile.version());
    };
  }

  /** A struct_ops program may hand over what it owns, if its member returns such a pointer. */
  private boolean returnsOwned(AttachTarget target) {
    if (env.type() != ProgramType.STRUCT_OPS) {
      return false;
    }
    Reg result = env.state.reg(0);
    boolean owned =
        result.type() == RegType.PTR_TO_BTF_ID
            && result.refObjId() != 0
            && target.btf().resolved(target.proto().returnType()) instanceof BtfType.Ptr pointer
            && target.btf() == result.btf()
            && target.btf().resolve(pointer.type()) == result.btfId();
    if (owned) {
      new MemoryBounds(env).fixedOffset(0, result, false);
    }
    return owned;
  }

  private static boolean within(ScalarRange value, int min, int max, boolean as32Bit) {
    return as32Bit
        ? value.s32min() >= min && value.s32max() <= max
        : value.smin() >= min && value.smax() <= max;
  }

  private RuntimeException invalidScalar(
      ScalarRange value, int min, int max, String where, String register) {
    StringBuilder text = new StringBuilder(where + " the register " + register + " has");
    boolean unknown = true;
    if (value.smin() > Long.MIN_VALUE) {
      text.append(" smin=").append(value.smin());
      unknown = false;
    }
    if (value.smax() < Long.MAX_VALUE) {
      text.append(" smax=").append(value.smax());
      unknown = false;
    }
    if (unknown) {
      text.append(" unknown scalar value");
    }
    text.append(" should have been in [").append(min).append(", ").append(max).append(']');
    return env.invalid(text.toString());
  }
}
