package dev.skep.jit;

import dev.skep.runtime.Cpu;
import dev.skep.runtime.HelperEntry;
import dev.skep.runtime.LinkedProgram;
import dev.skep.runtime.Program;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.helper.TailCalls;
import dev.skep.runtime.memory.LittleEndian;
import java.util.Arrays;

/** What compiled code calls for everything that is more than a few bytecodes. */
final class Support {

  private Support() {}

  static long divide64(long dst, long src) {
    return src == 0 ? 0 : Long.divideUnsigned(dst, src);
  }

  static long modulo64(long dst, long src) {
    return src == 0 ? dst : Long.remainderUnsigned(dst, src);
  }

  static long signedDivide64(long dst, long src) {
    return src == 0 ? 0 : dst / src;
  }

  static long signedModulo64(long dst, long src) {
    return src == 0 ? dst : dst % src;
  }

  static int divide32(int dst, int src) {
    return src == 0 ? 0 : Integer.divideUnsigned(dst, src);
  }

  static int modulo32(int dst, int src) {
    return src == 0 ? dst : Integer.remainderUnsigned(dst, src);
  }

  static int signedDivide32(int dst, int src) {
    return src == 0 ? 0 : dst / src;
  }

  static int signedModulo32(int dst, int src) {
    return src == 0 ? dst : dst % src;
  }

  static short load16(byte[] bytes, int index) {
    return (short) LittleEndian.SHORT.get(bytes, index);
  }

  static int load32(byte[] bytes, int index) {
    return (int) LittleEndian.INT.get(bytes, index);
  }

  static long load64(byte[] bytes, int index) {
    return (long) LittleEndian.LONG.get(bytes, index);
  }

  static void store16(byte[] bytes, int index, short value) {
    LittleEndian.SHORT.set(bytes, index, value);
  }

  static void store32(byte[] bytes, int index, int value) {
    LittleEndian.INT.set(bytes, index, value);
  }

  static void store64(byte[] bytes, int index, long value) {
    LittleEndian.LONG.set(bytes, index, value);
  }

  static void clear(byte[] stack, int frame, int bytes) {
    Arrays.fill(stack, frame - bytes, frame, (byte) 0);
  }

  /** An anchor for addresses elsewhere: whatever is added to it, no index comes of it. */
  private static final int NOWHERE = Integer.MIN_VALUE + IntLoops.BOUND;

  /** The index of an address in its region's bytes, or a number from which there is none. */
  static int anchor(long address, long start) {
    long index = address - start;
    return index >= -4L * IntLoops.BOUND && index <= 4L * IntLoops.BOUND ? (int) index : NOWHERE;
  }

  /** Puts the place into a signal that comes out of the instruction at {@code pc}. */
  static Trap.Signal place(Trap.Signal signal, int pc, LinkedProgram program) {
    return signal.at(pc, program.lineAt(pc));
  }

  static Trap.Signal tooDeep() {
    return new Trap.Signal(
        Reason.CALL_DEPTH, 0, "", "more than " + Cpu.MAX_FRAMES + " nested calls");
  }

  static Trap.Signal offTheEnd() {
    return new Trap.Signal(Reason.BAD_CALL, 0, "", "the program runs off its end without exit");
  }

  static Trap.Signal outOfFuel(Cpu cpu) {
    return cpu.budgetExceeded();
  }

  static Trap.Signal noHelper(String name) {
    return new Trap.Signal(Reason.UNSUPPORTED, 0, "", "no such helper: " + name);
  }

  static long callRegister(
      LinkedProgram program, Cpu cpu, long id, long r1, long r2, long r3, long r4, long r5) {
    HelperEntry entry = id == (int) id ? program.machine().helper((int) id) : null;
    if (!program.machine().indirectCalls() || entry == null) {
      throw new Trap.Signal(
          Reason.BAD_CALL, id, "", "callx: Linux has no indirect calls (target %d)".formatted(id));
    }
    return entry.helper().call(cpu, r1, r2, r3, r4, r5);
  }

  /**
   * {@code bpf_tail_call}: false if it fails and the caller goes on, otherwise the result is in the
   * first of {@link Cpu#registers}.
   */
  static boolean tailCall(Cpu cpu, long r1, long map, long index) {
    Program target = TailCalls.target(cpu, map, index & 0xffff_ffffL);
    if (target == null) {
      return false;
    }
    cpu.registers()[0] = target.invoke(cpu, r1);
    return true;
  }
}
