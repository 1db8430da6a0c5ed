package dev.skep.verifier.domain;

import dev.skep.isa.AluOp;
import dev.skep.isa.Width;

/** Where Linux 6.1 gives a result up that later releases compute. */
final class Linux61Arithmetic {

  private Linux61Arithmetic() {}

  /**
   * Whether nothing is said of the result: the second operand contradicts itself, or is not known,
   * for which only sums, differences and conjunctions are computed. A 32-bit result is then not
   * even known to be zero-extended.
   */
  static boolean isUnknown(Width width, AluOp op, ScalarRange right) {
    boolean known = right.isConst(width);
    boolean exact;
    boolean empty;
    if (width == Width.W32) {
      exact = right.s32min() == right.s32max() && right.u32min() == right.u32max();
      empty =
          right.s32min() > right.s32max()
              || Integer.compareUnsigned(right.u32min(), right.u32max()) > 0;
    } else {
      exact = right.smin() == right.smax() && right.umin() == right.umax();
      empty = right.smin() > right.smax() || Long.compareUnsigned(right.umin(), right.umax()) > 0;
    }
    return switch (op) {
      case MOV -> false;
      case ADD, SUB, AND -> (known && !exact) || empty;
      case MUL, DIV, SDIV, OR, LSH, RSH, MOD, SMOD, XOR, ARSH -> !known || !exact || empty;
    };
  }
}
