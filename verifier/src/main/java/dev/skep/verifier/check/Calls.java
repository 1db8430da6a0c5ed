package dev.skep.verifier.check;

import dev.skep.catalog.Behaviour;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Instruction;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.path.Subprogram;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.state.VerifierState;

/** Calls: program-local ones, helpers, kernel functions, and legacy packet loads. */
public final class Calls {

  private final Path path;
  private final Environment env;
  private final MemoryAccess memory;
  private final HelperCalls helpers;
  private final KfuncCalls kfuncs;
  private final GlobalArguments globals;

  public Calls(Path path, MemoryAccess memory) {
    this.path = path;
    this.env = path.env();
    this.memory = memory;
    this.helpers = new HelperCalls(path, memory);
    this.kfuncs = new KfuncCalls(path, memory);
    this.globals = new GlobalArguments(path, memory);
  }

  /** A helper; returns the next instruction. */
  public int helper(int id) {
    return helpers.call(id);
  }

  /** A kernel function. */
  public int kfunc(Instruction.CallKfunc call) {
    return kfuncs.call(call);
  }

  /** A function of the program. */
  public int local(Instruction.CallLocal call) {
    int index = env.subprogramAt(env.pc + call.offset() + 1);
    Subprogram callee = env.subprograms.get(index);
    VerifierState state = env.state;
    FrameState caller = state.frame();
    if (callee.global) {
      return global(index, callee);
    }
    globals.noteStaticCall(index);
    if (state.activeLocks > 0 && !env.kernel.has(Behaviour.CALLS_UNDER_LOCK)) {
      throw env.invalid("function calls are not allowed while holding a lock");
    }
    if (state.frames.size() >= VerifierState.MAX_FRAMES) {
      throw env.refuse(
          "E2BIG", "the call stack of " + (state.frames.size() + 1) + " frames is too deep");
    }
    FrameState frame = new FrameState(env.pc, state.frames.size(), index);
    for (int i = 1; i <= 5; i++) {
      frame.regs[i] = caller.regs[i];
    }
    state.frames.add(frame);
    clearCallerSaved(caller);
    env.scratchEverything();
    env.liveness.frameChanged();
    env.watcher.called(state, caller, frame, callee.start);
    return callee.start;
  }

  private int global(int index, Subprogram callee) {
    VerifierState state = env.state;
    // The log tells of wrong arguments first, but they are not what the call is refused for.
    String wrong = globals.globalCall(index);
    if (state.activeLocks > 0) {
      env.log.message("global function calls are not allowed while holding a lock,");
      throw env.invalid("use static function instead");
    }
    boolean atomic =
        state.activeRcuLocks > 0
            || state.activePreemptLocks > 0
            || state.activeIrqId != 0
            || !state.inSleepable;
    if (callee.mightSleep && atomic && env.kernel.has(Behaviour.SEES_SLEEP_IN_GLOBALS)) {
      env.log.message(
          "global functions that may sleep are not allowed in non-sleepable context,\n"
              + "i.e., in a RCU/IRQ/preempt-disabled section, or in");
      throw env.invalid("a non-sleepable BPF program context");
    }
    if (!wrong.isEmpty()) {
      throw env.refuse(
          wrong, "Caller passes invalid args into func#" + index + " ('" + callee.name + "')");
    }
    env.watcher.assumesGlobal(state, env.pc, index, callee.name);
    if (callee.changesPacketData && env.kernel.has(Behaviour.SEES_PACKET_CHANGES_IN_GLOBALS)) {
      clearPacketPointers(env);
    }
    callee.called = true;
    clearCallerSaved(env.state.frame());
    env.state.set(0, Reg.UNKNOWN);
    env.scratchReg(0);
    return env.pc + 1;
  }

  /** After a call r0 to r5 hold nothing. */
  static void clearCallerSaved(FrameState frame) {
    for (int i = 0; i <= 5; i++) {
      frame.regs[i] = Reg.NOT_INIT;
    }
  }

  /** Something changed the packet: what was checked before is not known any more. */
  static void clearPacketPointers(Environment env) {
    VerifierState state = env.state;
    Reg gone = invalid(env);
    state.replaceAll(reg -> isPacket(reg) ? gone : reg);
  }

  /** What is left of a pointer that is valid no more: a number, for who may see pointers. */
  static Reg invalid(Environment env) {
    return env.profile.privileged() ? Reg.UNKNOWN : Reg.NOT_INIT;
  }

  private static boolean isPacket(Reg reg) {
    int slices =
        TypeFlags.DYNPTR_TYPE_SKB | TypeFlags.DYNPTR_TYPE_XDP | TypeFlags.DYNPTR_TYPE_SKB_META;
    return reg.type().isPacket()
        || reg.type() == RegType.PTR_TO_PACKET_END
        || reg.type() == RegType.PTR_TO_MEM && reg.has(slices);
  }

  /** Legacy packet access; {@code src} is the index register, -1 for none. */
  public int packetLoad(int src) {
    boolean allowed =
        env.type() == ProgramType.SOCKET_FILTER
            || env.type() == ProgramType.SCHED_CLS
            || env.type() == ProgramType.SCHED_ACT;
    if (!allowed) {
      throw env.invalid("BPF_LD_[ABS|IND] instructions not allowed for this program type");
    }
    path.read(6);
    FunctionExit.checkLeaks(env, true, "BPF_LD_[ABS|IND]");
    if (env.state.reg(6).type() != RegType.PTR_TO_CTX) {
      throw env.invalid("at the time of BPF_LD_ABS|IND R6 != pointer to skb");
    }
    if (src >= 0) {
      path.read(src);
    }
    memory.bounds().fixedOffset(6, env.state.reg(6), false);
    clearCallerSaved(env.state.frame());
    env.state.set(0, Reg.UNKNOWN);
    env.scratchReg(0);
    if (env.state.currentFrame() > 0 && env.kernel.has(Behaviour.LEAVES_BY_PACKET_LOADS)) {
      // Beyond the packet's end the function is left, with a result of 0.
      path.fork(env.pc + 1, env.pc);
      env.state.set(0, Reg.ZERO);
      return new FunctionExit(path).leave();
    }
    return env.pc + 1;
  }

  /** What the kernel prints about the main program before it walks it. */
  public void describeMain() {
    globals.describeMain();
  }

  /** Entry state of a global function, walked on its own. */
  public VerifierState globalEntry(int index) {
    return globals.entry(index);
  }
}
