package dev.skep.interpreter;

import dev.skep.runtime.Cpu;
import dev.skep.runtime.Helper;
import dev.skep.runtime.Trap;

/**
 * The interpreter's inner loop: frequent instructions, prepared as {@link Operation}s, in one
 * method that stays below the 8,000 bytes of bytecode that HotSpot compiles. What is rare is {@link
 * Stepper}'s.
 *
 * <p>Registers live in an array of 16, so that a four-bit register number needs no bounds check.
 */
final class Loop {

  private static final long LOW = 0xffff_ffffL;
  private static final int REGISTERS = 16;

  private Loop() {}

  /**
   * Executes instructions until the program exits or a number of them is reached.
   *
   * @throws Trap.Signal if the program traps; the stepper then stands on the instruction that did
   */
  static void run(Stepper state, long limit) {
    Cpu cpu = state.cpu();
    Memory memory = state.memory();
    // One instruction at a time unless the whole run is wanted: then pairs, down to the last one.
    boolean whole = limit == Long.MAX_VALUE;
    long[] single = state.code().operations();
    long[] code = whole ? state.code().pairs() : single;
    int last = whole ? 1 : 0;
    long[] constants = state.code().constants();
    Helper[] helpers = state.code().helpers();
    // Made here, so that the compiler knows its length.
    long[] r = new long[REGISTERS];
    System.arraycopy(state.registers, 0, r, 0, REGISTERS);
    state.registers = r;
    if (cpu.budget() <= 0) {
      throw overBudget(state);
    }
    int pc = state.pc;
    long allowed = Math.min(limit, cpu.budget());
    long left = allowed;
    int at = pc;
    try {
      while (left > last) {
        left--;
        at = pc;
        long insn = code[pc++];
        int d = (int) (insn >>> 8) & 15;
        int s = (int) (insn >>> 12) & 15;
        switch ((int) insn & 0xff) {
          case Operation.ADD64_REG -> r[d] = r[d] + r[s];
          case Operation.SUB64_REG -> r[d] = r[d] - r[s];
          case Operation.MUL64_REG -> r[d] = r[d] * r[s];
          case Operation.DIV64_REG -> r[d] = divide(r[d], r[s]);
          case Operation.OR64_REG -> r[d] = r[d] | r[s];
          case Operation.AND64_REG -> r[d] = r[d] & r[s];
          case Operation.LSH64_REG -> r[d] = r[d] << r[s];
          case Operation.RSH64_REG -> r[d] = r[d] >>> r[s];
          case Operation.MOD64_REG -> r[d] = modulo(r[d], r[s]);
          case Operation.XOR64_REG -> r[d] = r[d] ^ r[s];
          case Operation.MOV64_REG -> r[d] = r[s];
          case Operation.ARSH64_REG -> r[d] = r[d] >> r[s];
          case Operation.ADD64_IMM -> r[d] = r[d] + (insn >> 32);
          case Operation.SUB64_IMM -> r[d] = r[d] - (insn >> 32);
          case Operation.MUL64_IMM -> r[d] = r[d] * (insn >> 32);
          case Operation.DIV64_IMM -> r[d] = divide(r[d], insn >> 32);
          case Operation.OR64_IMM -> r[d] = r[d] | (insn >> 32);
          case Operation.AND64_IMM -> r[d] = r[d] & (insn >> 32);
          case Operation.LSH64_IMM -> r[d] = r[d] << (insn >> 32);
          case Operation.RSH64_IMM -> r[d] = r[d] >>> (insn >> 32);
          case Operation.MOD64_IMM -> r[d] = modulo(r[d], insn >> 32);
          case Operation.XOR64_IMM -> r[d] = r[d] ^ (insn >> 32);
          case Operation.MOV64_IMM -> r[d] = insn >> 32;
          case Operation.ARSH64_IMM -> r[d] = r[d] >> (insn >> 32);
          case Operation.ADD32_REG -> r[d] = (r[d] + r[s]) & LOW;
          case Operation.SUB32_REG -> r[d] = (r[d] - r[s]) & LOW;
          case Operation.MUL32_REG -> r[d] = (r[d] * r[s]) & LOW;
          case Operation.DIV32_REG -> r[d] = divide((int) r[d], (int) r[s]);
          case Operation.OR32_REG -> r[d] = (r[d] | r[s]) & LOW;
          case Operation.AND32_REG -> r[d] = (r[d] & r[s]) & LOW;
          case Operation.LSH32_REG -> r[d] = ((int) r[d] << (int) r[s]) & LOW;
          case Operation.RSH32_REG -> r[d] = ((int) r[d] >>> (int) r[s]) & LOW;
          case Operation.MOD32_REG -> r[d] = modulo((int) r[d], (int) r[s]);
          case Operation.XOR32_REG -> r[d] = (r[d] ^ r[s]) & LOW;
          case Operation.MOV32_REG -> r[d] = r[s] & LOW;
          case Operation.ARSH32_REG -> r[d] = ((int) r[d] >> (int) r[s]) & LOW;
          case Operation.ADD32_IMM -> r[d] = (r[d] + (insn >> 32)) & LOW;
          case Operation.SUB32_IMM -> r[d] = (r[d] - (insn >> 32)) & LOW;
          case Operation.MUL32_IMM -> r[d] = (r[d] * (insn >> 32)) & LOW;
          case Operation.DIV32_IMM -> r[d] = divide((int) r[d], (int) (insn >> 32));
          case Operation.OR32_IMM -> r[d] = (r[d] | (insn >> 32)) & LOW;
          case Operation.AND32_IMM -> r[d] = (r[d] & (insn >> 32)) & LOW;
          case Operation.LSH32_IMM -> r[d] = ((int) r[d] << (int) (insn >> 32)) & LOW;
          case Operation.RSH32_IMM -> r[d] = ((int) r[d] >>> (int) (insn >> 32)) & LOW;
          case Operation.MOD32_IMM -> r[d] = modulo((int) r[d], (int) (insn >> 32));
          case Operation.XOR32_IMM -> r[d] = (r[d] ^ (insn >> 32)) & LOW;
          case Operation.MOV32_IMM -> r[d] = (insn >> 32) & LOW;
          case Operation.ARSH32_IMM -> r[d] = ((int) r[d] >> (int) (insn >> 32)) & LOW;
          case Operation.JEQ_REG -> {
            if (r[d] == r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JGT_REG -> {
            if (Long.compareUnsigned(r[d], r[s]) > 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JGE_REG -> {
            if (Long.compareUnsigned(r[d], r[s]) >= 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSET_REG -> {
            if ((r[d] & r[s]) != 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JNE_REG -> {
            if (r[d] != r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSGT_REG -> {
            if (r[d] > r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSGE_REG -> {
            if (r[d] >= r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JLT_REG -> {
            if (Long.compareUnsigned(r[d], r[s]) < 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JLE_REG -> {
            if (Long.compareUnsigned(r[d], r[s]) <= 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSLT_REG -> {
            if (r[d] < r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSLE_REG -> {
            if (r[d] <= r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JEQ_IMM -> {
            if (r[d] == insn >> 32) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JGT_IMM -> {
            if (Long.compareUnsigned(r[d], insn >> 32) > 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JGE_IMM -> {
            if (Long.compareUnsigned(r[d], insn >> 32) >= 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSET_IMM -> {
            if ((r[d] & insn >> 32) != 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JNE_IMM -> {
            if (r[d] != insn >> 32) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSGT_IMM -> {
            if (r[d] > insn >> 32) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSGE_IMM -> {
            if (r[d] >= insn >> 32) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JLT_IMM -> {
            if (Long.compareUnsigned(r[d], insn >> 32) < 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JLE_IMM -> {
            if (Long.compareUnsigned(r[d], insn >> 32) <= 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSLT_IMM -> {
            if (r[d] < insn >> 32) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSLE_IMM -> {
            if (r[d] <= insn >> 32) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JEQ32_REG -> {
            if ((int) r[d] == (int) r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JGT32_REG -> {
            if (Integer.compareUnsigned((int) r[d], (int) r[s]) > 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JGE32_REG -> {
            if (Integer.compareUnsigned((int) r[d], (int) r[s]) >= 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSET32_REG -> {
            if (((int) r[d] & (int) r[s]) != 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JNE32_REG -> {
            if ((int) r[d] != (int) r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSGT32_REG -> {
            if ((int) r[d] > (int) r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSGE32_REG -> {
            if ((int) r[d] >= (int) r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JLT32_REG -> {
            if (Integer.compareUnsigned((int) r[d], (int) r[s]) < 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JLE32_REG -> {
            if (Integer.compareUnsigned((int) r[d], (int) r[s]) <= 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSLT32_REG -> {
            if ((int) r[d] < (int) r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSLE32_REG -> {
            if ((int) r[d] <= (int) r[s]) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JEQ32_IMM -> {
            if ((int) r[d] == (int) (insn >> 32)) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JGT32_IMM -> {
            if (Integer.compareUnsigned((int) r[d], (int) (insn >> 32)) > 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JGE32_IMM -> {
            if (Integer.compareUnsigned((int) r[d], (int) (insn >> 32)) >= 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSET32_IMM -> {
            if (((int) r[d] & (int) (insn >> 32)) != 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JNE32_IMM -> {
            if ((int) r[d] != (int) (insn >> 32)) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSGT32_IMM -> {
            if ((int) r[d] > (int) (insn >> 32)) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSGE32_IMM -> {
            if ((int) r[d] >= (int) (insn >> 32)) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JLT32_IMM -> {
            if (Integer.compareUnsigned((int) r[d], (int) (insn >> 32)) < 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JLE32_IMM -> {
            if (Integer.compareUnsigned((int) r[d], (int) (insn >> 32)) <= 0) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSLT32_IMM -> {
            if ((int) r[d] < (int) (insn >> 32)) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JSLE32_IMM -> {
            if ((int) r[d] <= (int) (insn >> 32)) {
              pc += (short) (insn >> 16);
            }
          }
          case Operation.JA -> pc += (int) (insn >> 32);
          case Operation.LD_CONST -> {
            r[d] = constants[(int) (insn >> 32)];
            pc++;
          }
          case Operation.LDX_B -> r[d] = memory.load8(r[s] + (short) (insn >> 16));
          case Operation.LDX_H -> r[d] = memory.load16(r[s] + (short) (insn >> 16));
          case Operation.LDX_W -> r[d] = memory.load32(r[s] + (short) (insn >> 16));
          case Operation.LDX_DW -> r[d] = memory.load64(r[s] + (short) (insn >> 16));
          case Operation.STX_B -> memory.store8(r[d] + (short) (insn >> 16), r[s]);
          case Operation.STX_H -> memory.store16(r[d] + (short) (insn >> 16), r[s]);
          case Operation.STX_W -> memory.store32(r[d] + (short) (insn >> 16), r[s]);
          case Operation.STX_DW -> memory.store64(r[d] + (short) (insn >> 16), r[s]);
          case Operation.ST_B -> memory.store8(r[d] + (short) (insn >> 16), insn >> 32);
          case Operation.ST_H -> memory.store16(r[d] + (short) (insn >> 16), insn >> 32);
          case Operation.ST_W -> memory.store32(r[d] + (short) (insn >> 16), insn >> 32);
          case Operation.ST_DW -> memory.store64(r[d] + (short) (insn >> 16), insn >> 32);
          case Operation.MOVE_ADD64_IMM -> {
            r[d] = r[s] + (insn >> 32);
            left--;
            pc++;
          }
          case Operation.MOVE_MUL64_IMM -> {
            r[d] = r[s] * (insn >> 32);
            left--;
            pc++;
          }
          case Operation.MOVE_OR64_IMM -> {
            r[d] = r[s] | (insn >> 32);
            left--;
            pc++;
          }
          case Operation.MOVE_AND64_IMM -> {
            r[d] = r[s] & (insn >> 32);
            left--;
            pc++;
          }
          case Operation.MOVE_LSH64_IMM -> {
            r[d] = r[s] << (insn >> 32);
            left--;
            pc++;
          }
          case Operation.MOVE_RSH64_IMM -> {
            r[d] = r[s] >>> (insn >> 32);
            left--;
            pc++;
          }
          case Operation.MOVE_XOR64_IMM -> {
            r[d] = r[s] ^ (insn >> 32);
            left--;
            pc++;
          }
          case Operation.MOVE_ARSH64_IMM -> {
            r[d] = r[s] >> (insn >> 32);
            left--;
            pc++;
          }
          case Operation.MOVE_ADD64_REG -> {
            r[d] = r[s] + r[(int) (insn >> 16) & 15];
            left--;
            pc++;
          }
          case Operation.MOVE_MUL64_REG -> {
            r[d] = r[s] * r[(int) (insn >> 16) & 15];
            left--;
            pc++;
          }
          case Operation.MOVE_OR64_REG -> {
            r[d] = r[s] | r[(int) (insn >> 16) & 15];
            left--;
            pc++;
          }
          case Operation.MOVE_AND64_REG -> {
            r[d] = r[s] & r[(int) (insn >> 16) & 15];
            left--;
            pc++;
          }
          case Operation.MOVE_LSH64_REG -> {
            r[d] = r[s] << r[(int) (insn >> 16) & 15];
            left--;
            pc++;
          }
          case Operation.MOVE_RSH64_REG -> {
            r[d] = r[s] >>> r[(int) (insn >> 16) & 15];
            left--;
            pc++;
          }
          case Operation.MOVE_XOR64_REG -> {
            r[d] = r[s] ^ r[(int) (insn >> 16) & 15];
            left--;
            pc++;
          }
          case Operation.MOVE_ARSH64_REG -> {
            r[d] = r[s] >> r[(int) (insn >> 16) & 15];
            left--;
            pc++;
          }
          case Operation.MOVE_ADD32_IMM -> {
            r[d] = (r[s] + (insn >> 32)) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_MUL32_IMM -> {
            r[d] = (r[s] * (insn >> 32)) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_OR32_IMM -> {
            r[d] = (r[s] | (insn >> 32)) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_AND32_IMM -> {
            r[d] = (r[s] & (insn >> 32)) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_LSH32_IMM -> {
            r[d] = ((int) r[s] << (int) (insn >> 32)) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_RSH32_IMM -> {
            r[d] = ((int) r[s] >>> (int) (insn >> 32)) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_XOR32_IMM -> {
            r[d] = (r[s] ^ (insn >> 32)) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_ARSH32_IMM -> {
            r[d] = ((int) r[s] >> (int) (insn >> 32)) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_ADD32_REG -> {
            r[d] = (r[s] + r[(int) (insn >> 16) & 15]) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_MUL32_REG -> {
            r[d] = (r[s] * r[(int) (insn >> 16) & 15]) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_OR32_REG -> {
            r[d] = (r[s] | r[(int) (insn >> 16) & 15]) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_AND32_REG -> {
            r[d] = (r[s] & r[(int) (insn >> 16) & 15]) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_LSH32_REG -> {
            r[d] = ((int) r[s] << (int) r[(int) (insn >> 16) & 15]) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_RSH32_REG -> {
            r[d] = ((int) r[s] >>> (int) r[(int) (insn >> 16) & 15]) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_XOR32_REG -> {
            r[d] = (r[s] ^ r[(int) (insn >> 16) & 15]) & LOW;
            left--;
            pc++;
          }
          case Operation.MOVE_ARSH32_REG -> {
            r[d] = ((int) r[s] >> (int) r[(int) (insn >> 16) & 15]) & LOW;
            left--;
            pc++;
          }
          case Operation.ADD_ADD -> {
            r[d] += insn >> 32;
            left--;
            long then = single[pc++];
            r[(int) (then >>> 8) & 15] += then >> 32;
          }
          case Operation.ADD_JNE -> {
            r[d] += insn >> 32;
            left--;
            long then = single[pc++];
            if (r[(int) (then >>> 8) & 15] != then >> 32) {
              pc += (short) (then >> 16);
            }
          }
          case Operation.ADD_JEQ -> {
            r[d] += insn >> 32;
            left--;
            long then = single[pc++];
            if (r[(int) (then >>> 8) & 15] == then >> 32) {
              pc += (short) (then >> 16);
            }
          }
          case Operation.ADD_JLT -> {
            r[d] += insn >> 32;
            left--;
            long then = single[pc++];
            if (Long.compareUnsigned(r[(int) (then >>> 8) & 15], then >> 32) < 0) {
              pc += (short) (then >> 16);
            }
          }
          case Operation.ADD_JA -> {
            r[d] += insn >> 32;
            left--;
            pc += 1 + (int) (single[pc] >> 32);
          }
          case Operation.JEQ_JEQ -> {
            if (r[d] == insn >> 32) {
              pc += (short) (insn >> 16);
            } else {
              left--;
              long then = single[pc++];
              if (r[(int) (then >>> 8) & 15] == then >> 32) {
                pc += (short) (then >> 16);
              }
            }
          }
          case Operation.JEQ32_JEQ32 -> {
            if ((int) r[d] == (int) (insn >> 32)) {
              pc += (short) (insn >> 16);
            } else {
              left--;
              long then = single[pc++];
              if ((int) r[(int) (then >>> 8) & 15] == (int) (then >> 32)) {
                pc += (short) (then >> 16);
              }
            }
          }
          case Operation.LDX_STX_W -> {
            r[d] = memory.load32(r[s] + (short) (insn >> 16));
            left--;
            at = pc;
            long then = single[pc++];
            memory.store32(
                r[(int) (then >>> 8) & 15] + (short) (then >> 16), r[(int) (then >>> 12) & 15]);
          }
          case Operation.LDX_STX_DW -> {
            r[d] = memory.load64(r[s] + (short) (insn >> 16));
            left--;
            at = pc;
            long then = single[pc++];
            memory.store64(
                r[(int) (then >>> 8) & 15] + (short) (then >> 16), r[(int) (then >>> 12) & 15]);
          }
          case Operation.CALL -> {
            state.pc = pc;
            state.enter(pc);
            pc += (int) (insn >> 32);
            memory.follow();
          }
          case Operation.EXIT -> {
            if (!state.leave()) {
              pc = at;
              state.finished = true;
              cpu.budget(cpu.budget() - (allowed - left));
              state.pc = pc;
              return;
            }
            pc = state.pc;
            memory.follow();
          }
          case Operation.HELPER -> {
            // The helper may run callbacks, which draw on the same budget.
            cpu.budget(cpu.budget() - (allowed - left));
            allowed = left;
            r[0] = helpers[at].call(cpu, r[1], r[2], r[3], r[4], r[5]);
            memory.follow();
            allowed = Math.min(left, cpu.budget());
            left = allowed;
          }
          default -> {
            cpu.budget(cpu.budget() - (allowed - left));
            allowed = left;
            state.pc = at;
            state.other();
            pc = state.pc;
            if (state.finished) {
              return;
            }
            memory.follow();
            allowed = Math.min(left, cpu.budget());
            left = allowed;
          }
        }
      }
    } catch (Trap.Signal signal) {
      state.pc = at;
      cpu.budget(cpu.budget() - (allowed - left));
      throw signal.at(at, state.program().lineAt(at));
    }
    state.pc = pc;
    cpu.budget(cpu.budget() - (allowed - left));
    if (whole) {
      if (cpu.budget() > 0) {
        run(state, 1);
      }
      if (!state.finished) {
        throw overBudget(state);
      }
    }
  }

  private static Trap.Signal overBudget(Stepper state) {
    state.cpu().budget(-1);
    return state.cpu().budgetExceeded().at(state.pc, state.program().lineAt(state.pc));
  }

  private static long divide(long dividend, long divisor) {
    return divisor == 0 ? 0 : Long.divideUnsigned(dividend, divisor);
  }

  private static long modulo(long dividend, long divisor) {
    return divisor == 0 ? dividend : Long.remainderUnsigned(dividend, divisor);
  }

  private static long divide(int dividend, int divisor) {
    return divisor == 0 ? 0 : Integer.divideUnsigned(dividend, divisor) & LOW;
  }

  private static long modulo(int dividend, int divisor) {
    return (divisor == 0 ? dividend : Integer.remainderUnsigned(dividend, divisor)) & LOW;
  }
}
