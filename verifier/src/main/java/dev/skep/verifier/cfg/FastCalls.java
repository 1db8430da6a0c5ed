package dev.skep.verifier.cfg;

import dev.skep.catalog.Behaviour;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Subprogram;

/**
 * Spills and fills around a call that Linux inlines, which keep registers that the inlined code
 * leaves alone: Linux 6.12 and later remove them, and with them their part of the stack ({@code
 * bpf_fastcall}). Only the stack depth tells.
 */
public final class FastCalls {

  private static final int CALLER_SAVED = 0b11_1111;
  private static final int SPILL_DW = 0x7b;
  private static final int FILL_DW = 0x79;
  private static final int FRAME_POINTER = 10;

  /** {@code bpf_get_smp_processor_id}. */
  private static final int GET_SMP_PROCESSOR_ID = 8;

  private final Environment env;

  public FastCalls(Environment env) {
    this.env = env;
  }

  /** Finds the patterns ({@code mark_fastcall_patterns}). */
  void mark() {
    if (!env.kernel.has(Behaviour.SAVES_ON_FAST_CALLS)) {
      return;
    }
    for (Subprogram sub : env.subprograms) {
      int lowest = 0;
      for (int pc = sub.start; pc < sub.end; pc++) {
        RawInstruction raw = env.code.at(pc);
        if (isSpill(raw)) {
          lowest = Math.min(lowest, raw.offset());
        }
      }
      for (int pc = sub.start; pc < sub.end; pc++) {
        markAround(sub, pc, lowest);
      }
    }
  }

  private void markAround(Subprogram sub, int call, int lowest) {
    RawInstruction raw = env.code.at(call);
    int clobbered;
    boolean inlined;
    if (ControlFlow.isHelperCall(raw)) {
      int arguments = ProgramShape.argumentsOf(env, raw.imm());
      if (arguments < 0) {
        return;
      }
      clobbered = arguments | 1;
      inlined = raw.imm() == GET_SMP_PROCESSOR_ID;
    } else if (ControlFlow.isKfuncCall(raw)) {
      String name = env.program.kfuncs().get(call);
      clobbered = LiveRegisters.kfuncArguments(env, raw.imm(), raw.offset()) | 1;
      inlined = "bpf_cast_to_kern_ctx".equals(name) || "bpf_rdonly_cast".equals(name);
    } else {
      return;
    }
    int expected = CALLER_SAVED & ~clobbered;
    int off = lowest;
    int pairs = 0;
    while (pairs < 6) {
      int before = call - pairs - 1;
      int after = call + pairs + 1;
      if (before < 0
          || after >= env.code.size()
          || env.facts[before + 1].jumpTarget
          || env.facts[after].jumpTarget) {
        break;
      }
      RawInstruction spill = env.code.at(before);
      RawInstruction fill = env.code.at(after);
      int register = 1 << spill.srcReg();
      if (!isSpill(spill)
          || fill.opcode() != FILL_DW
          || fill.srcReg() != FRAME_POINTER
          || spill.srcReg() != fill.dstReg()
          || (register & expected) == 0
          || spill.offset() != off
          || fill.offset() != off) {
        break;
      }
      expected &= ~register;
      env.facts[before].fastCallPattern = true;
      env.facts[after].fastCallPattern = true;
      off += 8;
      pairs++;
    }
    if (pairs == 0) {
      return;
    }
    if (inlined) {
      env.facts[call].fastCallSpills = pairs;
    } else {
      sub.keepsFastCallStack = true;
    }
    sub.fastCallStackOffset = Math.min(sub.fastCallStackOffset, off);
  }

  private static boolean isSpill(RawInstruction raw) {
    return raw.opcode() == SPILL_DW && raw.dstReg() == FRAME_POINTER;
  }

  /**
   * An access to the stack: one below the spills that is not part of a pattern makes all of them
   * stay ({@code check_fastcall_stack_contract}).
   */
  public static void noteAccess(Environment env, int subprogram, int off) {
    Subprogram sub = env.subprograms.get(subprogram);
    if (sub.fastCallStackOffset <= off || env.facts[env.pc].fastCallPattern) {
      return;
    }
    sub.fastCallStackOffset = Short.MIN_VALUE;
    for (int pc = sub.start; pc < sub.end; pc++) {
      env.facts[pc].fastCallSpills = 0;
      env.facts[pc].fastCallPattern = false;
    }
  }

  /** Takes the removed spills off the stack ({@code remove_fastcall_spills_fills}). */
  public void shrinkStacks() {
    for (Subprogram sub : env.subprograms) {
      boolean removes = false;
      for (int pc = sub.start; pc < sub.end; pc++) {
        removes |= env.facts[pc].fastCallSpills > 0;
      }
      if (removes && !sub.keepsFastCallStack) {
        sub.stackDepth = -sub.fastCallStackOffset;
      }
    }
  }
}
