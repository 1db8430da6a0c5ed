package dev.skep.runtime;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction.ByteSwapKind;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Width;

/**
 * What BPF's operators compute (RFC 9669, section 4): written once, for every engine.
 *
 * <p>Division by zero gives 0, a remainder by zero leaves the dividend, shifts use the low 5 or 6
 * bits of their count, and 32-bit operations clear the upper half of their result.
 */
public final class Alu {

  private Alu() {}

  /** {@code dst op src}; for {@code W32} only the low halves count. */
  public static long apply(Width width, AluOp op, long dst, long src) {
    return width == Width.W64 ? apply64(op, dst, src) : apply32(op, (int) dst, (int) src);
  }

  /** The 64-bit operators. */
  public static long apply64(AluOp op, long dst, long src) {
    return switch (op) {
      case ADD -> dst + src;
      case SUB -> dst - src;
      case MUL -> dst * src;
      case DIV -> src == 0 ? 0 : Long.divideUnsigned(dst, src);
      case SDIV -> src == 0 ? 0 : dst / src;
      case OR -> dst | src;
      case AND -> dst & src;
      case LSH -> dst << src;
      case RSH -> dst >>> src;
      case MOD -> src == 0 ? dst : Long.remainderUnsigned(dst, src);
      case SMOD -> src == 0 ? dst : dst % src;
      case XOR -> dst ^ src;
      case MOV -> src;
      case ARSH -> dst >> src;
    };
  }

  /** The 32-bit operators, zero-extended. */
  public static long apply32(AluOp op, int dst, int src) {
    int result =
        switch (op) {
          case ADD -> dst + src;
          case SUB -> dst - src;
          case MUL -> dst * src;
          case DIV -> src == 0 ? 0 : Integer.divideUnsigned(dst, src);
          case SDIV -> src == 0 ? 0 : dst / src;
          case OR -> dst | src;
          case AND -> dst & src;
          case LSH -> dst << src;
          case RSH -> dst >>> src;
          case MOD -> src == 0 ? dst : Integer.remainderUnsigned(dst, src);
          case SMOD -> src == 0 ? dst : dst % src;
          case XOR -> dst ^ src;
          case MOV -> src;
          case ARSH -> dst >> src;
        };
    return result & 0xffff_ffffL;
  }

  /** Whether a condition holds. */
  public static boolean holds(Width width, JumpOp op, long dst, long src) {
    long left = dst;
    long right = src;
    if (width == Width.W32) {
      left = (int) dst;
      right = (int) src;
    }
    // Sign-extending both halves keeps their unsigned order, so one comparison serves both widths.
    return switch (op) {
      case JEQ -> left == right;
      case JNE -> left != right;
      case JSET -> (left & right) != 0;
      case JGT -> Long.compareUnsigned(left, right) > 0;
      case JGE -> Long.compareUnsigned(left, right) >= 0;
      case JLT -> Long.compareUnsigned(left, right) < 0;
      case JLE -> Long.compareUnsigned(left, right) <= 0;
      case JSGT -> left > right;
      case JSGE -> left >= right;
      case JSLT -> left < right;
      case JSLE -> left <= right;
    };
  }

  /** Byte swaps on a little-endian machine: {@code TO_LE} only cuts. */
  public static long swap(ByteSwapKind kind, int bits, long value) {
    boolean swaps = kind != ByteSwapKind.TO_LE;
    return switch (bits) {
      case 16 -> (swaps ? Short.reverseBytes((short) value) : (short) value) & 0xffffL;
      case 32 -> (swaps ? Integer.reverseBytes((int) value) : (int) value) & 0xffff_ffffL;
      default -> swaps ? Long.reverseBytes(value) : value;
    };
  }

  /** Sign-extending moves. */
  public static long signExtend(Width width, int bits, long value) {
    long extended =
        switch (bits) {
          case 8 -> (byte) value;
          case 16 -> (short) value;
          default -> (int) value;
        };
    return width == Width.W64 ? extended : extended & 0xffff_ffffL;
  }
}
