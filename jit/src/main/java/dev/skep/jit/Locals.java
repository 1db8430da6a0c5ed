package dev.skep.jit;

import java.util.Arrays;
import org.objectweb.asm.Opcodes;

/**
 * Which Java local variable holds what in a compiled method. All of them are set before the first
 * label, so that every label has the same stack map frame.
 *
 * <pre>
 * 0 cpu   1 depth   2 r1   4 r2   6 r3   8 r4   10 r5   12 r0   14 r6   16 r7   18 r8   20 r9   22 r10
 * 24 address   26 stack   27 context   28 packet   29 pc   30 fuel   32 may_goto   33 frame
 * </pre>
 */
final class Locals {

  static final int CPU = 0;
  static final int DEPTH = 1;
  static final int ADDRESS = 24;
  static final int STACK = 26;
  static final int CONTEXT = 27;
  static final int PACKET = 28;
  static final int PC = 29;
  static final int FUEL = 30;
  static final int MAY_GOTO = 32;

  /** Index of r10 in the stack's bytes. */
  static final int FRAME = 33;

  /** Only in pieces of a large function: the registers between pieces, and where to go next. */
  static final int REGISTERS = 34;

  static final int NEXT = 35;

  /** Only in pieces: counts what {@code countBackEdges} repeats. */
  static final int COUNT = 36;

  static final String CPU_TYPE = "dev/skep/runtime/Cpu";

  /** The first of the {@code int}s that a function's loops need. */
  private static final int INTS = 37;

  private Locals() {}

  /** The local of a BPF register. */
  static int register(int number) {
    return number == 0 ? 12 : number <= 5 ? 2 * number : 2 * number + 2;
  }

  /** The local of one of the function's {@code int}s. */
  static int ofInt(int number) {
    return INTS + number;
  }

  /**
   * The types of all locals, for stack map frames.
   *
   * @param ints how many {@code int}s the function needs
   */
  static Object[] frame(boolean piece, int ints) {
    Object[] types = new Object[piece || ints > 0 ? 24 + ints : 21];
    int n = 0;
    types[n++] = CPU_TYPE;
    types[n++] = Opcodes.INTEGER;
    for (int i = 0; i < 12; i++) {
      types[n++] = Opcodes.LONG;
    }
    for (int i = 0; i < 3; i++) {
      types[n++] = "[B";
    }
    types[n++] = Opcodes.INTEGER;
    types[n++] = Opcodes.LONG;
    types[n++] = Opcodes.INTEGER;
    types[n++] = Opcodes.INTEGER;
    if (n < types.length) {
      types[n++] = piece ? "[J" : Opcodes.TOP;
      types[n++] = piece ? Opcodes.INTEGER : Opcodes.TOP;
      types[n++] = piece ? Opcodes.INTEGER : Opcodes.TOP;
      Arrays.fill(types, n, types.length, Opcodes.INTEGER);
    }
    return types;
  }
}
