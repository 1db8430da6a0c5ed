package dev.skep.verifier.domain;

import dev.skep.isa.AluOp;
import dev.skep.isa.Width;

/** Arithmetic on two known numbers, which is most of it: the long way round comes to the same. */
final class RangeConstants {

  private RangeConstants() {}

  /** Whether Linux computes the result at all. */
  static boolean isComputed(AluOp op, Width width, ScalarRange right) {
    return switch (op) {
      case ADD, SUB, MUL, AND, OR, XOR, MOV -> true;
      case LSH, RSH, ARSH -> Long.compareUnsigned(right.tnumValue(), width.bits()) < 0;
      case DIV, SDIV, MOD, SMOD -> false;
    };
  }

  static ScalarRange alu(Width width, AluOp op, long left, long right) {
    return width == Width.W64
        ? ScalarRange.constant(alu64(op, left, right))
        : ScalarRange.constant(Integer.toUnsignedLong(alu32(op, (int) left, (int) right)));
  }

  private static long alu64(AluOp op, long left, long right) {
    return switch (op) {
      case ADD -> left + right;
      case SUB -> left - right;
      case MUL -> left * right;
      case AND -> left & right;
      case OR -> left | right;
      case XOR -> left ^ right;
      case LSH -> left << right;
      case RSH -> left >>> right;
      case ARSH -> left >> right;
      case MOV -> right;
      case DIV, SDIV, MOD, SMOD -> throw notComputed(op);
    };
  }

  private static int alu32(AluOp op, int left, int right) {
    return switch (op) {
      case ADD -> left + right;
      case SUB -> left - right;
      case MUL -> left * right;
      case AND -> left & right;
      case OR -> left | right;
      case XOR -> left ^ right;
      case LSH -> left << right;
      case RSH -> left >>> right;
      case ARSH -> left >> right;
      case MOV -> right;
      case DIV, SDIV, MOD, SMOD -> throw notComputed(op);
    };
  }

  private static IllegalArgumentException notComputed(AluOp op) {
    return new IllegalArgumentException("the verifier does not compute " + op);
  }
}
