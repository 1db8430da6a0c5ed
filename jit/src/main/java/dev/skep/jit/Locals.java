package dev.skep.jit;

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

  static final String CPU_TYPE = "dev/skep/runtime/Cpu";

  private static final Object[] WHOLE = types(false);
  private static final Object[] PIECE = types(true);

  private Locals() {}

  /** The local of a BPF register. */
  static int register(int number) {
    return number == 0 ? 12 : number <= 5 ? 2 * number : 2 * number + 2;
  }

  /** The types of all locals, for stack map frames. */
  static Object[] frame(boolean piece) {
    return piece ? PIECE : WHOLE;
  }

  private static Object[] types(boolean piece) {
    Object[] types = new Object[piece ? 23 : 21];
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
    if (piece) {
      types[n++] = "[J";
      types[n] = Opcodes.INTEGER;
    }
    return types;
  }
}
