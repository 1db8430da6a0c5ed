package dev.skep.verifier.check;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Availability;
import dev.skep.catalog.Behaviour;
import dev.skep.catalog.Kfunc;
import dev.skep.catalog.KfuncFlag;
import dev.skep.catalog.Kfuncs;
import dev.skep.isa.Instruction;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.TypeFlags;
import dev.skep.verifier.state.VerifierState;

/**
 * Calls of kernel functions: prototype by the kernel's BTF, flags and callers by the catalog
 * ({@code check_kfunc_call}).
 */
final class KfuncCalls {

  private final Path path;
  private final Environment env;
  private final KfuncArguments arguments;
  private final KfuncResults results;
  private final OpenCodedIterators iterators;
  private final FunctionExit exits;

  KfuncCalls(Path path, MemoryAccess memory) {
    this.path = path;
    this.env = path.env();
    this.arguments = new KfuncArguments(path, memory);
    this.results = new KfuncResults(env);
    this.exits = new FunctionExit(path);
    this.iterators = new OpenCodedIterators(path, memory);
  }

  /** Executes a call; returns the next instruction. */
  int call(Instruction.CallKfunc instruction) {
    if (instruction.btfId() == 0 && instruction.module() == 0) {
      return env.pc + 1; // refused at the end, if a path came here
    }
    KfuncCall call = resolve(instruction);
    if (env.state.activeLocks > 0 && !mayCallUnderLock(call.name)) {
      throw env.invalid("function calls are not allowed while holding a lock");
    }
    if (call.is("bpf_res_spin_lock") || call.is("bpf_res_spin_lock_irqsave")) {
      VerifierState failed = path.fork(env.pc + 1, env.pc);
      Calls.clearCallerSaved(failed.frame());
      failed.set(0, new SpinLocks(env).failure());
    }
    if (call.is("__bpf_trap")) {
      throw env.refuse("EFAULT", "unexpected __bpf_trap() due to uninitialized variable?");
    }
    boolean sleepable = call.has(KfuncFlag.SLEEPABLE);
    if (sleepable && !env.state.inSleepable) {
      throw env.deny("program must be sleepable to call sleepable kfunc " + call.name);
    }
    arguments.check(call);
    callBack(call);
    sections(call, sleepable);
    release(call);
    insert(call);
    boolean thrown = call.is("bpf_throw");
    if (thrown) {
      env.throwsException = true;
      exits.checkThrown();
    }
    Calls.clearCallerSaved(env.state.frame());
    for (int i = 0; i <= 5; i++) {
      env.scratchReg(i);
    }
    env.state.set(0, results.of(call));
    if (thrown) {
      exits.thrown();
      return -1;
    }
    if (call.has(KfuncFlag.ITER_NEXT)) {
      env.state.set(0, iterators.element(call, env.state.reg(0)));
      iterators.step(call);
    }
    return env.pc + 1;
  }

  /** Functions of the program that the kernel function calls, at once or later. */
  private void callBack(KfuncCall call) {
    if (call.callback < 0) {
      return;
    }
    Callbacks callbacks = new Callbacks(path);
    ValueFields.Field root = call.root;
    if (call.is("bpf_rbtree_add_impl") && root != null) {
      callbacks.treeLess(call.callback, root);
    } else if (call.is("bpf_wq_set_callback_impl")) {
      Reg queue = env.state.reg(1);
      callbacks.later(call.callback, queue.map(), queue.mapUid(), true);
    } else if (call.name.startsWith("bpf_task_work_schedule_")) {
      callbacks.taskWork(call.callback, env.state.reg(3).map());
    } else {
      throw env.notModelled("callback of kernel function " + call.name);
    }
  }

  private static boolean mayCallUnderLock(String name) {
    return GraphNodes.isGraphFunction(name)
        || name.startsWith("bpf_iter_num_")
        || name.startsWith("bpf_res_spin_");
  }

  /** An object in a list or tree belongs to it; what points to it does not own it any more. */
  private void insert(KfuncCall call) {
    if (!GraphNodes.inserts(call)) {
      return;
    }
    int id = env.state.reg(2).refObjId();
    References.convertToNonOwning(env, id);
    if (!References.release(env, id)) {
      throw env.invalid("kfunc " + call.described() + " reference has not been acquired before");
    }
  }

  private KfuncCall resolve(Instruction.CallKfunc instruction) {
    String named = env.program.kfuncs().get(env.pc);
    Btf btf = env.profile.kernelBtf();
    if (btf == null || instruction.module() != 0) {
      throw env.notModelled(
          "call of kernel function " + (named == null ? "#" + instruction.btfId() : named));
    }
    int id = instruction.btfId();
    if (id <= 0 || id >= btf.typeCount() || !(btf.type(id) instanceof BtfType.Func function)) {
      throw env.invalid("kernel btf_id " + id + " is not a function");
    }
    String name = function.name();
    if (named != null && !named.equals(name)) {
      throw env.notModelled(
          "call of kernel function " + named + ", whose id names another function here");
    }
    if (!(btf.type(function.type()) instanceof BtfType.FuncProto prototype)) {
      throw env.invalid("kernel function btf_id " + id + " does not have a valid func_proto");
    }
    Kfunc kfunc = Kfuncs.byName(name);
    Availability allowed =
        Kfuncs.allowed(name, env.type(), env.attachType(), env.profile.version());
    boolean tagged = btf.declTags(id, -1).contains("bpf_kfunc");
    if (kfunc == null ? !tagged : allowed == Availability.NOT_ALLOWED) {
      throw env.deny("calling kernel function " + name + " is not allowed");
    }
    if (kfunc == null) {
      throw env.notModelled("call of kernel function " + name);
    }
    return new KfuncCall(btf, id, name, kfunc, prototype);
  }

  /** RCU, preemption and IRQ sections, which begin and end with calls. */
  private void sections(KfuncCall call, boolean sleepable) {
    VerifierState state = env.state;
    switch (call.name) {
      case "bpf_rcu_read_lock" -> {
        if (state.activeRcuLocks > 0 && !env.kernel.has(Behaviour.NESTS_RCU_SECTIONS)) {
          throw env.invalid("nested rcu read lock (kernel function " + call.name + ")");
        }
        state.activeRcuLocks++;
      }
      case "bpf_rcu_read_unlock" -> {
        if (state.activeRcuLocks == 0) {
          throw env.invalid("unmatched rcu read unlock (kernel function " + call.name + ")");
        }
        if (--state.activeRcuLocks == 0) {
          leaveRcu(state);
        }
      }
      default -> {
        if (sleepable && state.activeRcuLocks > 0) {
          throw env.deny("kernel func " + call.name + " is sleepable within rcu_read_lock region");
        }
      }
    }
    switch (call.name) {
      case "bpf_preempt_disable" -> state.activePreemptLocks++;
      case "bpf_preempt_enable" -> {
        if (state.activePreemptLocks == 0) {
          throw env.invalid(
              "unmatched attempt to enable preemption (kernel function " + call.name + ")");
        }
        state.activePreemptLocks--;
      }
      default -> {
        if (sleepable && state.activePreemptLocks > 0) {
          throw env.deny(
              "kernel func " + call.name + " is sleepable within non-preemptible region");
        }
      }
    }
    if (sleepable && state.activeIrqId != 0) {
      throw env.deny("kernel func " + call.name + " is sleepable within IRQ-disabled region");
    }
    if (call.has(KfuncFlag.RCU_PROTECTED)
        && !References.inRcuSection(env)
        && env.kernel.has(Behaviour.PROTECTS_BY_RCU)) {
      throw env.deny("kernel func " + call.name + " requires RCU critical section protection");
    }
  }

  /** What was protected by RCU may be gone, in registers, spilled ones, and iterators. */
  private static void leaveRcu(VerifierState state) {
    state.replaceAll(KfuncCalls::withoutRcu);
    state.frames.forEach(
        frame -> {
          for (int i = 0; i < frame.stack.length; i++) {
            StackSlot slot = frame.stack[i];
            if (slot.type() == StackSlot.ITERATOR) {
              frame.stack[i] = slot.withSpilled(withoutRcu(slot.spilled()));
            }
          }
        });
  }

  private static Reg withoutRcu(Reg reg) {
    if (!reg.has(TypeFlags.MEM_RCU)) {
      return reg;
    }
    int kept = reg.flags() & ~(TypeFlags.MEM_RCU | TypeFlags.PTR_MAYBE_NULL);
    return reg.withFlags(kept | TypeFlags.PTR_UNTRUSTED);
  }

  private void release(KfuncCall call) {
    if (call.releaseRegister < 0) {
      return;
    }
    int id = env.state.reg(call.releaseRegister).refObjId();
    if (!References.release(env, id)) {
      throw env.invalid("kfunc " + call.described() + " reference has not been acquired before");
    }
  }
}
