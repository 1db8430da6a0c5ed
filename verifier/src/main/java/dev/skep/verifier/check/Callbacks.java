package dev.skep.verifier.check;

import dev.skep.catalog.MapTrait;
import dev.skep.object.MapSpec;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.InstructionFacts;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.VerifierState;

/**
 * Functions of the program that helpers and kernel functions call: at once, any number of times, or
 * later and on their own ({@code push_callback_call}).
 */
final class Callbacks {

  /** Gives a callback its arguments. */
  private interface Entry {
    void set(FrameState caller, FrameState callee);
  }

  private final Path path;
  private final Environment env;

  Callbacks(Path path) {
    this.path = path;
    this.env = path.env();
  }

  /** {@code bpf_loop(n, callback(index, context), context, flags)}. */
  void loop(int subprogram) {
    noteInlining(subprogram);
    path.markPrecise(1);
    FrameState frame = env.state.frame();
    long iterations = env.state.reg(1).range().umax();
    if (Long.compareUnsigned(frame.callbackDepth, iterations) < 0) {
      call(
          subprogram,
          (caller, callee) -> {
            callee.regs[1] = Reg.UNKNOWN;
            callee.regs[2] = caller.regs[3];
          });
      return;
    }
    frame.callbackDepth = 0;
    env.watcher.iterationsEnd(env.state.currentFrame());
  }

  /** A loop that always has the same callback and no flags will be inlined. */
  private void noteInlining(int subprogram) {
    InstructionFacts facts = env.facts[env.pc];
    if (facts.loopInlining == InstructionFacts.LOOP_UNSEEN) {
      facts.loopCallback = subprogram;
      facts.loopInlining = hasNoFlags() ? InstructionFacts.LOOP_FITS : InstructionFacts.LOOP_STAYS;
    } else if (facts.loopInlining == InstructionFacts.LOOP_FITS) {
      boolean fits = hasNoFlags() && facts.loopCallback == subprogram;
      facts.loopInlining = fits ? InstructionFacts.LOOP_FITS : InstructionFacts.LOOP_STAYS;
    }
  }

  private boolean hasNoFlags() {
    boolean none = env.state.reg(4).isNullConstant();
    if (none) {
      path.markPrecise(4);
    }
    return none;
  }

  /** {@code bpf_for_each_map_elem(map, callback(map, key, value, context), context, flags)}. */
  void forEachMapElem(int subprogram, MapSpec map) {
    if (!map.type().is(MapTrait.FOR_EACH)) {
      throw env.refuse("ENOTSUPP", "callback function not allowed for map");
    }
    call(
        subprogram,
        (caller, callee) -> {
          element(callee, map, 0);
          callee.regs[4] = caller.regs[3];
        });
  }

  /** {@code bpf_find_vma(task, address, callback(task, vma, context), context, flags)}. */
  void findVma(int subprogram) {
    var btf = env.profile.kernelBtf();
    var vma = btf == null ? null : btf.findStruct("vm_area_struct");
    if (btf == null || vma == null || vma.isEmpty()) {
      throw env.notModelled("struct vm_area_struct without the kernel's types");
    }
    call(
        subprogram,
        (caller, callee) -> {
          callee.regs[1] = caller.regs[1];
          callee.regs[2] = Reg.btfPointer(0, btf, vma.getAsInt());
          callee.regs[3] = caller.regs[4];
        });
  }

  /** {@code bpf_user_ringbuf_drain(map, callback(dynptr, context), context, flags)}. */
  void userRingbufDrain(int subprogram) {
    call(
        subprogram,
        (caller, callee) -> {
          callee.regs[1] = Dynptrs.constant(env);
          callee.regs[2] = caller.regs[3];
        });
  }

  /** {@code bpf_rbtree_add(root, node, less(node, node))}. */
  void treeLess(int subprogram, ValueFields.Field root) {
    call(
        subprogram,
        (caller, callee) -> {
          callee.regs[1] = References.nonOwning(env, GraphNodes.fromRoot(root));
          callee.regs[2] = callee.regs[1];
        });
  }

  /** A callback of {@code bpf_task_work_schedule_…}, which may return any number. */
  void taskWork(int subprogram, MapSpec map) {
    FrameState callee = later(subprogram, map, 0, true);
    callee.callbackReturnMin = Integer.MIN_VALUE;
    callee.callbackReturnMax = Integer.MAX_VALUE;
  }

  /** A timer's or workqueue's callback, {@code callback(map, key, value)}, runs on its own. */
  FrameState later(int subprogram, MapSpec map, int mapUid, boolean sleepable) {
    env.subprograms.get(subprogram).callback = true;
    env.subprograms.get(subprogram).asyncCallback = true;
    VerifierState state = path.startState(subprogram);
    state.firstPc = 0;
    state.references.clear();
    state.inSleepable = sleepable;
    FrameState callee = state.frame();
    callee.inAsyncCallback = true;
    callee.asyncEntries = env.state.frame().asyncEntries + 1;
    element(callee, map, mapUid);
    path.push(state, env.subprograms.get(subprogram).start, env.pc);
    env.scratchEverything();
    return callee;
  }

  private static void element(FrameState callee, MapSpec map, int uid) {
    Detail detail = new Detail.OfMap(map, uid);
    callee.regs[1] = Reg.pointer(RegType.CONST_PTR_TO_MAP, 0, detail);
    callee.regs[2] = Reg.pointer(RegType.PTR_TO_MAP_KEY, 0, detail);
    callee.regs[3] = Reg.pointer(RegType.PTR_TO_MAP_VALUE, 0, detail);
  }

  /** The callback waits as a path of its own; the path at hand goes on as if it had not run. */
  private void call(int subprogram, Entry entry) {
    env.subprograms.get(subprogram).callback = true;
    VerifierState state = env.state;
    FrameState caller = state.frame();
    VerifierState entered = path.fork(env.subprograms.get(subprogram).start, env.pc);
    if (state.frames.size() >= VerifierState.MAX_FRAMES) {
      throw env.refuse(
          "E2BIG", "the call stack of " + (state.frames.size() + 1) + " frames is too deep");
    }
    FrameState callee = new FrameState(env.pc, state.frames.size(), subprogram);
    entry.set(caller, callee);
    callee.inCallback = true;
    callee.callbackReturnMin = 0;
    callee.callbackReturnMax = 1;
    entered.frames.add(callee);
    entered.callbackUnrollDepth++;
    entered.frame(entered.currentFrame() - 1).callbackDepth++;
    caller.callbackDepth = 0;
    env.scratchEverything();
  }
}
