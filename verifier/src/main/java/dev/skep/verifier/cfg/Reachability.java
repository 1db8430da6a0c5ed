package dev.skep.verifier.cfg;

import dev.skep.catalog.Behaviour;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.KfuncFlag;
import dev.skep.catalog.Kfuncs;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.admission.HelperChoice;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Subprogram;

/**
 * Walks the flow once, depth first: everything must be reachable, and on the way the places are
 * marked where states will be kept and compared.
 */
final class Reachability {

  private static final int DISCOVERED = 1;
  private static final int EXPLORED = 2;

  private final Environment env;
  private final int[] mark;
  private final int[] edge;
  private final int[] stack;
  private int depth;

  Reachability(Environment env) {
    this.env = env;
    this.mark = new int[env.code.size()];
    this.edge = new int[env.code.size()];
    this.stack = new int[env.code.size() + 1];
  }

  void check() {
    push(0);
    while (depth > 0) {
      visit(stack[depth - 1]);
    }
    if (env.exceptionCallback > 0 && mark[env.subprograms.get(env.exceptionCallback).start] == 0) {
      push(env.subprograms.get(env.exceptionCallback).start);
      while (depth > 0) {
        visit(stack[depth - 1]);
      }
    }
    for (int pc = 0; pc < mark.length; pc++) {
      if (mark[pc] != EXPLORED) {
        throw env.invalid("unreachable insn " + pc);
      }
      if (env.code.at(pc).isWide()) {
        if (mark[pc + 1] != 0) {
          throw env.invalid("jump into the middle of ldimm64 insn " + pc);
        }
        pc++;
      }
    }
    spreadEffects();
  }

  private void push(int pc) {
    mark[pc] = DISCOVERED;
    stack[depth++] = pc;
  }

  private void visit(int pc) {
    RawInstruction raw = env.code.at(pc);
    int[] targets = targets(pc, raw);
    while (edge[pc] < targets.length) {
      int target = targets[edge[pc]++];
      if (target < 0 || target >= mark.length) {
        throw env.invalid("jump out of range from insn " + pc + " to " + target);
      }
      if (mark[target] == 0) {
        push(target);
        return;
      }
      if (mark[target] == DISCOVERED && !mayClose(pc, raw)) {
        throw env.invalid("back-edge from insn " + pc + " to " + target);
      }
    }
    mark[pc] = EXPLORED;
    depth--;
  }

  /** Whether an edge back to where the walk came from is left to the walk of all paths. */
  private boolean mayClose(int pc, RawInstruction raw) {
    if (!env.profile.privileged()) {
      return false;
    }
    boolean jump =
        ControlFlow.isJumpClass(raw)
            && (ControlFlow.op(raw) != ControlFlow.OP_CALL || edge[pc] == 2);
    return jump || env.kernel.has(Behaviour.ALLOWS_FALL_THROUGH_LOOPS);
  }

  private int[] targets(int pc, RawInstruction raw) {
    if (ControlFlow.isFunctionAddress(raw)) {
      prunePoint(pc + 2);
      jumpPoint(pc + 2);
      prunePoint(pc);
      return new int[] {pc + 2, branch(pc + raw.imm() + 1)};
    }
    if (!ControlFlow.isJumpClass(raw)) {
      return new int[] {pc + (raw.isWide() ? 2 : 1)};
    }
    return switch (ControlFlow.op(raw)) {
      case ControlFlow.OP_EXIT -> new int[0];
      case ControlFlow.OP_CALL -> callTargets(pc, raw);
      case ControlFlow.OP_JA -> {
        int target = pc + ControlFlow.jumpOffset(raw) + 1;
        yield new int[] {branch(target)};
      }
      default -> {
        prunePoint(pc);
        if (ControlFlow.op(raw) == ControlFlow.OP_JCOND) {
          env.facts[pc].forceCheckpoint = true;
        }
        yield new int[] {pc + 1, branch(pc + ControlFlow.jumpOffset(raw) + 1)};
      }
    };
  }

  private int[] callTargets(int pc, RawInstruction raw) {
    var facts = env.facts[pc];
    if (ControlFlow.isHelperCall(raw)) {
      if (ProgramShape.setsCallback(raw.imm())) {
        prunePoint(pc);
      }
      if (ProgramShape.callsCallback(raw.imm())) {
        facts.callsCallback = true;
        facts.forceCheckpoint = true;
        prunePoint(pc);
        jumpPoint(pc);
      }
    }
    if (ControlFlow.isKfuncCall(raw)) {
      String name = env.program.kfuncs().get(pc);
      var kfunc = name == null ? null : Kfuncs.byName(name);
      if (kfunc != null && kfunc.has(KfuncFlag.ITER_NEXT)) {
        facts.isIteratorNext = true;
        facts.forceCheckpoint = true;
        prunePoint(pc);
      }
      if (name != null
          && (name.equals("bpf_wq_set_callback_impl")
              || name.startsWith("bpf_task_work_schedule_"))) {
        prunePoint(pc);
      }
      if ("bpf_rbtree_add_impl".equals(name)) {
        facts.callsCallback = true;
        facts.forceCheckpoint = true;
        prunePoint(pc);
        jumpPoint(pc);
      }
    }
    prunePoint(pc + 1);
    jumpPoint(pc + 1);
    if (ControlFlow.isLocalCall(raw)) {
      prunePoint(pc);
      return new int[] {pc + 1, branch(pc + raw.imm() + 1)};
    }
    return new int[] {pc + 1};
  }

  private int branch(int target) {
    prunePoint(target);
    jumpPoint(target);
    if (target >= 0 && target < env.facts.length) {
      env.facts[target].jumpTarget = true;
    }
    return target;
  }

  private void prunePoint(int pc) {
    if (pc >= 0 && pc < env.facts.length) {
      env.facts[pc].prunePoint = true;
    }
  }

  private void jumpPoint(int pc) {
    if (pc >= 0 && pc < env.facts.length) {
      env.facts[pc].jumpPoint = true;
    }
  }

  /** What a function does, the functions that call it do. */
  private void spreadEffects() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Subprogram sub : env.subprograms) {
        for (int pc = sub.start; pc < sub.end; pc++) {
          RawInstruction raw = env.code.at(pc);
          if (ControlFlow.isHelperCall(raw)) {
            if (!sub.changesPacketData
                && Helpers.changesPacketData(raw.imm(), env.profile.version())) {
              sub.changesPacketData = true;
              changed = true;
            }
            if (!sub.mightSleep && mightSleep(raw.imm())) {
              sub.mightSleep = true;
              changed = true;
            }
          } else if (ControlFlow.isKfuncCall(raw)) {
            if (!sub.mightSleep && KfuncUse.mightSleep(env, raw)) {
              sub.mightSleep = true;
              changed = true;
            }
          } else if (ControlFlow.isLocalCall(raw) || ControlFlow.isFunctionAddress(raw)) {
            int index = env.subprogramAt(pc + raw.imm() + 1);
            if (index >= 0) {
              Subprogram callee = env.subprograms.get(index);
              changed |= callee.changesPacketData && !sub.changesPacketData;
              sub.changesPacketData |= callee.changesPacketData;
              changed |= callee.mightSleep && !sub.mightSleep;
              sub.mightSleep |= callee.mightSleep;
            }
          }
        }
      }
    }
  }

  private boolean mightSleep(int helper) {
    var prototype = HelperChoice.prototype(env, helper);
    return prototype != null && prototype.mightSleep();
  }
}
