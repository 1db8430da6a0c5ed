package dev.skep.verifier.cfg;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.Behaviour;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.InstructionFacts;
import dev.skep.verifier.path.Subprogram;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** The stack of all functions along the deepest chain of calls ({@code check_max_stack_depth}). */
public final class StackDepth {

  private static final int MAX_STACK = 512;
  private static final int MAX_FRAMES = 8;
  private static final int MAX_WITH_TAIL_CALLS = 256;

  /** {@code BPF_PRIV_STACK_MIN_SIZE}. */
  private static final int MIN_PRIVATE = 64;

  private final Environment env;

  /** Functions whose callers' frames are not below them: {@code PRIV_STACK_ADAPTIVE}. */
  private final Set<Subprogram> withOwnStack = new HashSet<>();

  /** Functions that share the stack of whatever calls them: {@code NO_PRIV_STACK}. */
  private final Set<Subprogram> onCommonStack = new HashSet<>();

  private final Deque<Subprogram> chain = new ArrayDeque<>();
  private boolean tailCallSeen;

  public StackDepth(Environment env) {
    this.env = env;
  }

  /** Ends with a rejection if some chain needs too much. */
  public void check() {
    boolean privateStacks = hasPrivateStacks();
    // The main program is last: what also runs in a callback of later is known by then.
    for (int i = env.subprograms.size() - 1; i >= 0; i--) {
      if (i == 0 || env.subprograms.get(i).asyncCallback || isExceptionCallback(i)) {
        tailCallSeen = env.subprograms.get(i).hasTailCall;
        walk(i, 0, i == 0 && privateStacks);
      }
    }
  }

  /** {@code bpf_enable_priv_stack}: programs that may run while they run already. */
  private boolean hasPrivateStacks() {
    if (!env.kernel.has(Behaviour.PRIVATE_STACKS)
        || env.subprograms.stream().anyMatch(sub -> sub.hasTailCall)) {
      return false;
    }
    return switch (env.type()) {
      case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT -> true;
      case TRACING -> env.attachType() != AttachType.TRACE_ITER;
      case LSM -> env.attachType() != AttachType.LSM_CGROUP;
      default -> false;
    };
  }

  private void walk(int index, int above, boolean privateStacks) {
    Subprogram sub = env.subprograms.get(index);
    if (!privateStacks) {
      onCommonStack.add(sub);
    }
    chain.push(sub);
    if (sub.hasLdAbs && inCallback()) {
      throw env.invalid("cannot use BPF_LD_[ABS|IND] within callback");
    }
    if (index > 0 && above >= MAX_WITH_TAIL_CALLS && sub.hasTailCall) {
      throw env.deny(
          "tail_calls are not allowed when call stack of previous frames is "
              + above
              + " bytes. Too large");
    }
    int own = rounded(sub.stackDepth);
    int depth = above;
    if (privateStacks && own >= MIN_PRIVATE && !onCommonStack.contains(sub)) {
      withOwnStack.add(sub);
    }
    if (withOwnStack.contains(sub)) {
      if (own > MAX_STACK) {
        throw env.deny("stack size of subprog " + index + " is " + own + ". Too large");
      }
    } else {
      depth += own;
    }
    if (depth > MAX_STACK) {
      throw env.deny(
          "combined stack size of " + chain.size() + " calls is " + depth + ". Too large");
    }
    for (int pc = sub.start; pc < sub.end; pc++) {
      step(pc, index, depth, privateStacks);
    }
    chain.pop();
    if (tailCallSeen
        && chain.contains(env.subprograms.get(env.exceptionCallback))
        && env.exceptionCallback > 0) {
      throw env.invalid("cannot tail call within exception cb");
    }
  }

  private void step(int pc, int index, int depth, boolean privateStacks) {
    RawInstruction raw = env.code.at(pc);
    if (KfuncUse.isThrow(env, raw) && inCallback()) {
      throw env.invalid(
          "bpf_throw kfunc (insn " + pc + ") cannot be called from callback subprog " + index);
    }
    boolean called = ControlFlow.isLocalCall(raw);
    if (!called && !ControlFlow.isFunctionAddress(raw)) {
      return;
    }
    int callee = env.subprogramAt(pc + raw.imm() + 1);
    if (!called && env.subprograms.get(callee).asyncCallback) {
      // It runs later, on a stack of its own.
      return;
    }
    if (called && isExceptionCallback(callee)) {
      throw env.invalidUnended("insn " + pc + " cannot call exception cb directly");
    }
    if (chain.size() >= MAX_FRAMES) {
      throw env.refuse("E2BIG", "the call stack of " + chain.size() + " frames is too deep !");
    }
    tailCallSeen |= env.subprograms.get(callee).hasTailCall;
    walk(callee, depth, privateStacks);
  }

  private boolean isExceptionCallback(int index) {
    return index > 0 && index == env.exceptionCallback;
  }

  /** Whether the function at hand is one that the kernel calls back, or was called by one. */
  private boolean inCallback() {
    return env.kernel.has(Behaviour.KEEPS_CALLBACKS_FROM_LEAVING)
        && chain.stream()
            .anyMatch(sub -> sub.callback || isExceptionCallback(env.subprogramOf(sub.start)));
  }

  /** An inlined {@code bpf_loop} keeps three registers on the stack ({@code optimize_bpf_loop}). */
  public void addInlinedLoops() {
    for (Subprogram sub : env.subprograms) {
      boolean inlines = false;
      for (int pc = sub.start; pc < sub.end; pc++) {
        inlines |= env.facts[pc].loopInlining == InstructionFacts.LOOP_FITS;
      }
      if (inlines) {
        sub.stackDepth = (sub.stackDepth + 7) / 8 * 8 + 3 * 8;
      }
    }
  }

  /** With the kernel's JIT, 16 bytes are the unit of a frame. */
  private static int rounded(int bytes) {
    return (bytes + 15) / 16 * 16;
  }
}
