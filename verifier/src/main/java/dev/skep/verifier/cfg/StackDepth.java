package dev.skep.verifier.cfg;

import dev.skep.isa.RawInstruction;
import dev.skep.verifier.explore.Environment;

/** The stack of all functions along the deepest chain of calls ({@code check_max_stack_depth}). */
public final class StackDepth {

  private static final int MAX_STACK = 512;
  private static final int MAX_FRAMES = 8;
  private static final int MAX_WITH_TAIL_CALLS = 256;

  private final Environment env;

  public StackDepth(Environment env) {
    this.env = env;
  }

  /** Ends with a rejection if some chain needs too much. */
  public void check() {
    for (int i = env.subprograms.size() - 1; i >= 0; i--) {
      if (i == 0 || env.subprograms.get(i).asyncCallback) {
        walk(i, 0, 0);
      }
    }
  }

  private void walk(int index, int above, int frames) {
    Subprogram sub = env.subprograms.get(index);
    if (index > 0 && above >= MAX_WITH_TAIL_CALLS && sub.hasTailCall) {
      throw env.deny(
          "tail_calls are not allowed when call stack of previous frames is "
              + above
              + " bytes. Too large");
    }
    int depth = above + rounded(sub.stackDepth);
    if (depth > MAX_STACK) {
      throw env.deny(
          "combined stack size of " + (frames + 1) + " calls is " + depth + ". Too large");
    }
    for (int pc = sub.start; pc < sub.end; pc++) {
      RawInstruction raw = env.code.at(pc);
      boolean called = ControlFlow.isLocalCall(raw);
      if (!called && !ControlFlow.isFunctionAddress(raw)) {
        continue;
      }
      int callee = env.subprogramAt(pc + raw.imm() + 1);
      if (!called && env.subprograms.get(callee).asyncCallback) {
        // It runs later, on a stack of its own.
        continue;
      }
      if (called && callee == env.exceptionCallback) {
        throw env.invalid("insn " + pc + " cannot call exception cb directly");
      }
      if (frames + 1 >= MAX_FRAMES) {
        throw env.refuse("E2BIG", "the call stack of " + (frames + 1) + " frames is too deep !");
      }
      walk(callee, depth, frames + 1);
    }
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
