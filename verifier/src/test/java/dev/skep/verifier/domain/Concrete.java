package dev.skep.verifier.domain;

import dev.skep.isa.AluOp;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Width;

/** What instructions do to numbers (RFC 9669, sections 4.1 and 4.3): the measure of soundness. */
final class Concrete {

  private Concrete() {}

  static long alu(Width width, AluOp op, long dst, long src) {
    return width == Width.W64
        ? alu64(op, dst, src)
        : Integer.toUnsignedLong(alu32(op, (int) dst, (int) src));
  }

  private static long alu64(AluOp op, long dst, long src) {
    return switch (op) {
      case ADD -> dst + src;
      case SUB -> dst - src;
      case MUL -> dst * src;
      case DIV -> src == 0 ? 0 : Long.divideUnsigned(dst, src);
      case SDIV -> src == 0 ? 0 : dst / src;
      case MOD -> src == 0 ? dst : Long.remainderUnsigned(dst, src);
      case SMOD -> src == 0 ? dst : dst % src;
      case AND -> dst & src;
      case OR -> dst | src;
      case XOR -> dst ^ src;
      case LSH -> dst << (src & 63);
      case RSH -> dst >>> (src & 63);
      case ARSH -> dst >> (src & 63);
      case MOV -> src;
    };
  }

  private static int alu32(AluOp op, int dst, int src) {
    return switch (op) {
      case ADD -> dst + src;
      case SUB -> dst - src;
      case MUL -> dst * src;
      case DIV -> src == 0 ? 0 : Integer.divideUnsigned(dst, src);
      case SDIV -> src == 0 ? 0 : dst / src;
      case MOD -> src == 0 ? dst : Integer.remainderUnsigned(dst, src);
      case SMOD -> src == 0 ? dst : dst % src;
      case AND -> dst & src;
      case OR -> dst | src;
      case XOR -> dst ^ src;
      case LSH -> dst << (src & 31);
      case RSH -> dst >>> (src & 31);
      case ARSH -> dst >> (src & 31);
      case MOV -> src;
    };
  }

  static boolean jumps(Width width, JumpOp op, long left, long right) {
    boolean narrow = width == Width.W32;
    long a = narrow ? (int) left : left;
    long b = narrow ? (int) right : right;
    // Sign extension keeps the unsigned order of the halves too.
    return switch (op) {
      case JEQ -> a == b;
      case JNE -> a != b;
      case JSET -> (narrow ? (int) (a & b) : a & b) != 0;
      case JGT -> Long.compareUnsigned(a, b) > 0;
      case JGE -> Long.compareUnsigned(a, b) >= 0;
      case JLT -> Long.compareUnsigned(a, b) < 0;
      case JLE -> Long.compareUnsigned(a, b) <= 0;
      case JSGT -> a > b;
      case JSGE -> a >= b;
      case JSLT -> a < b;
      case JSLE -> a <= b;
    };
  }
}
