package dev.skep.jit;

import dev.skep.isa.AluOp;

/** What the operators do to ranges. Everything that is not said here may be any value. */
final class Ranges {

  private Ranges() {}

  static Value alu64(AluOp op, Value dst, Value src) {
    return switch (op) {
      case MOV -> src;
      case ADD -> add(dst, src);
      case SUB -> subtract(dst, src);
      case AND, OR, XOR, LSH, RSH, ARSH, MUL, DIV, MOD, SDIV, SMOD ->
          dst.isNumber() && src.isNumber() ? number(op, dst, src, 64) : Value.UNKNOWN;
    };
  }

  static Value alu32(AluOp op, Value dst, Value src) {
    Value left = low32(dst);
    Value right = low32(src);
    return switch (op) {
      case MOV -> right;
      case ADD -> {
        // Adding 0xffff_ffff is subtracting 1.
        long number = (int) right.low();
        yield right.isConstant()
            ? fit(left.plus(number, number))
            : fit(left.plus(right.low(), right.high()));
      }
      case SUB -> fit(left.plus(-right.high(), -right.low()));
      case AND, OR, XOR, LSH, RSH, ARSH, MUL, DIV, MOD, SDIV, SMOD ->
          fit(number(op, left, right, 32));
    };
  }

  private static Value low32(Value value) {
    if (value.isConstant()) {
      return Value.constant(value.low() & 0xffff_ffffL);
    }
    return fit(value.isNumber() ? value : Value.UNKNOWN);
  }

  /** The range itself if it fits 32 bits, otherwise all of them. */
  private static Value fit(Value value) {
    return value.isNumber() && value.low() >= 0 && value.high() <= 0xffff_ffffL ? value : Value.U32;
  }

  private static Value add(Value dst, Value src) {
    if (src.isNumber()) {
      return dst.plus(src.low(), src.high());
    }
    return dst.isNumber() ? src.plus(dst.low(), dst.high()) : Value.UNKNOWN;
  }

  private static Value subtract(Value dst, Value src) {
    if (!src.isNumber()) {
      return Value.UNKNOWN;
    }
    return src.low() == Long.MIN_VALUE
        ? new Value(dst.base(), dst.proven(), Long.MIN_VALUE, Long.MAX_VALUE)
        : dst.plus(-src.high(), -src.low());
  }

  /** Operators on numbers; both are non-negative and below 2<sup>bits</sup> where it matters. */
  private static Value number(AluOp op, Value dst, Value src, int bits) {
    boolean known = dst.low() >= 0 && src.low() >= 0;
    boolean signed = bits == 32 && dst.high() > Integer.MAX_VALUE;
    boolean constant = src.low() == src.high();
    long count = src.low() & (bits - 1);
    return switch (op) {
      case AND -> {
        if (src.low() >= 0) {
          yield Value.number(0, dst.low() >= 0 ? Math.min(dst.high(), src.high()) : src.high());
        }
        yield dst.low() >= 0 ? Value.number(0, dst.high()) : Value.UNKNOWN;
      }
      case OR, XOR -> {
        if (!known) {
          yield Value.UNKNOWN;
        }
        long bound = Long.highestOneBit(dst.high() | src.high());
        yield Value.number(0, bound == 0 ? 0 : (bound << 1) - 1);
      }
      case RSH -> {
        if (!constant) {
          yield dst.low() >= 0 ? Value.number(0, dst.high()) : Value.UNKNOWN;
        }
        if (dst.low() >= 0) {
          yield Value.number(dst.low() >>> count, dst.high() >>> count);
        }
        yield count == 0 ? Value.UNKNOWN : Value.number(0, -1L >>> count);
      }
      case ARSH ->
          !constant || signed
              ? Value.UNKNOWN
              : Value.number(dst.low() >> count, dst.high() >> count);
      case LSH ->
          constant && dst.low() >= 0 && dst.high() <= Long.MAX_VALUE >> count
              ? Value.number(dst.low() << count, dst.high() << count)
              : Value.UNKNOWN;
      case MUL ->
          known && src.high() <= 0xffff_ffffL && dst.high() <= Integer.MAX_VALUE
              ? Value.number(dst.low() * src.low(), dst.high() * src.high())
              : Value.UNKNOWN;
      case DIV ->
          known && constant && src.low() > 0
              ? Value.number(dst.low() / src.low(), dst.high() / src.low())
              : dst.low() >= 0 ? Value.number(0, dst.high()) : Value.UNKNOWN;
      case MOD ->
          constant && src.low() > 0
              ? Value.number(0, src.low() - 1)
              : dst.low() >= 0 ? Value.number(0, dst.high()) : Value.UNKNOWN;
      case SDIV, SMOD, ADD, SUB, MOV -> Value.UNKNOWN;
    };
  }
}
