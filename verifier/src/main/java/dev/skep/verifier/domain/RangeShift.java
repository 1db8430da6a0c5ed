package dev.skep.verifier.domain;

import dev.skep.isa.AluOp;

/** Shifts of a range by a known amount below the width. */
final class RangeShift {

  private RangeShift() {}

  static void shift(AluOp op, MutableRange r, int amount, boolean narrow, DomainRules rules) {
    switch (op) {
      case LSH -> {
        if (narrow) {
          left32(r, amount);
        } else {
          left64(r, amount, rules);
        }
      }
      case RSH -> {
        if (narrow) {
          right32(r, amount);
        } else {
          right64(r, amount, rules);
        }
      }
      case ARSH -> {
        if (narrow) {
          arithmetic32(r, amount);
        } else {
          arithmetic64(r, amount, rules);
        }
      }
      case ADD, SUB, MUL, DIV, SDIV, OR, AND, MOD, SMOD, XOR, MOV ->
          throw new IllegalArgumentException(op + " is no shift");
    }
  }

  private static void left32(MutableRange r, int amount) {
    boundsLeft32(r, amount);
    r.tnum(r.tnum().subreg().lshift(amount).subreg());
    r.unbounded64();
    RangeDeduction.bounds32FromTnum(r);
  }

  private static void boundsLeft32(MutableRange r, int amount) {
    r.s32min = Integer.MIN_VALUE;
    r.s32max = Integer.MAX_VALUE;
    if (amount > 31 || Integer.toUnsignedLong(r.u32max) > 1L << (31 - amount)) {
      r.u32min = 0;
      r.u32max = -1;
    } else {
      r.u32min <<= amount;
      r.u32max <<= amount;
    }
  }

  private static void left64(MutableRange r, int amount, DomainRules rules) {
    if (amount == 32) {
      // Compilers sign-extend a 32-bit number by << 32 and s>> 32: the sign comes along.
      r.smin = (long) r.s32min << 32;
      r.smax = (long) r.s32max << 32;
    } else {
      r.smin = Long.MIN_VALUE;
      r.smax = Long.MAX_VALUE;
    }
    if (Long.compareUnsigned(r.umax, 1L << (63 - amount)) > 0) {
      r.umin = 0;
      r.umax = -1;
    } else {
      r.umin <<= amount;
      r.umax <<= amount;
    }
    boundsLeft32(r, amount);
    r.tnum(r.tnum().lshift(amount));
    RangeDeduction.boundsFromTnum(r, rules);
  }

  private static void right32(MutableRange r, int amount) {
    r.s32min = Integer.MIN_VALUE;
    r.s32max = Integer.MAX_VALUE;
    r.tnum(r.tnum().subreg().rshift(amount));
    r.u32min >>>= amount;
    r.u32max >>>= amount;
    r.unbounded64();
    RangeDeduction.bounds32FromTnum(r);
  }

  private static void right64(MutableRange r, int amount, DomainRules rules) {
    r.smin = Long.MIN_VALUE;
    r.smax = Long.MAX_VALUE;
    r.tnum(r.tnum().rshift(amount));
    r.umin >>>= amount;
    r.umax >>>= amount;
    r.unbounded32();
    RangeDeduction.boundsFromTnum(r, rules);
  }

  private static void arithmetic32(MutableRange r, int amount) {
    r.s32min >>= amount;
    r.s32max >>= amount;
    r.tnum(r.tnum().arshift(amount, 32));
    r.u32min = 0;
    r.u32max = -1;
    r.unbounded64();
    RangeDeduction.bounds32FromTnum(r);
  }

  private static void arithmetic64(MutableRange r, int amount, DomainRules rules) {
    r.smin >>= amount;
    r.smax >>= amount;
    r.tnum(r.tnum().arshift(amount, 64));
    r.umin = 0;
    r.umax = -1;
    r.unbounded32();
    RangeDeduction.boundsFromTnum(r, rules);
  }
}
