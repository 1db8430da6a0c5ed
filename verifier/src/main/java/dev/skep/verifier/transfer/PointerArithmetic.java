package dev.skep.verifier.transfer;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Width;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;

/** A pointer plus or minus a number ({@code adjust_ptr_min_max_vals}). */
final class PointerArithmetic {

  /** {@code BPF_MAX_VAR_OFF}. */
  private static final int MAX_OFFSET = 1 << 29;

  private final Environment env;
  private final Speculation speculation;

  PointerArithmetic(Path path) {
    this.env = path.env();
    this.speculation = new Speculation(path);
  }

  /**
   * Applies the instruction.
   *
   * @param reversed whether the number is the destination: {@code scalar += pointer}
   */
  void apply(Instruction.Alu alu, Reg pointer, Reg number, boolean reversed) {
    int dst = alu.dst();
    ScalarRange offset = number.range();
    if (contradictory(offset)) {
      env.state.set(dst, Reg.UNKNOWN);
      return;
    }
    if (alu.width() != Width.W64) {
      if (alu.op() == AluOp.SUB && env.profile.privileged()) {
        env.state.set(dst, Reg.UNKNOWN);
        return;
      }
      throw env.deny("R" + dst + " 32-bit pointer arithmetic prohibited");
    }
    if (pointer.mayBeNull()) {
      throw env.deny(
          "R"
              + dst
              + " pointer arithmetic on "
              + StatePrinter.typeName(pointer)
              + " prohibited, null-check it first");
    }
    if (pointer.type() == RegType.PTR_TO_MEM && pointer.has(TypeFlags.PTR_UNTRUSTED)) {
      env.state.set(dst, pointer);
      return;
    }
    checkKind(alu, pointer, offset);
    // The number's own off is its distance to a linked scalar; Linux holds it to the same limit.
    checkSane(offset, number.off(), pointer);
    checkSane(pointer.range(), pointer.off(), pointer);
    Speculation.Sum masked = speculation.before(alu, pointer, offset, !reversed);
    Reg result =
        switch (alu.op()) {
          case ADD -> add(pointer, offset);
          case SUB -> subtract(dst, pointer, offset, reversed);
          case AND, OR, XOR ->
              throw env.deny(
                  "R" + dst + " bitwise operator " + alu.op().symbol() + " on pointer prohibited");
          case MUL, DIV, SDIV, MOD, SMOD, LSH, RSH, ARSH, MOV ->
              throw env.deny(
                  "R"
                      + dst
                      + " pointer arithmetic with "
                      + kernelSymbol(alu.op())
                      + " operator prohibited");
        };
    checkSane(result.range(), result.off(), pointer);
    speculation.after(alu, masked, result);
    env.state.set(dst, result);
  }

  /** How the kernel's messages write an operator: signed ones as the unsigned. */
  static String kernelSymbol(AluOp op) {
    return switch (op) {
      case SDIV -> "/=";
      case SMOD -> "%=";
      default -> op.symbol();
    };
  }

  private static boolean contradictory(ScalarRange offset) {
    return offset.smin() > offset.smax()
        || Long.compareUnsigned(offset.umin(), offset.umax()) > 0
        || offset.isConst() && (offset.smin() != offset.smax() || offset.umin() != offset.umax());
  }

  private void checkKind(Instruction.Alu alu, Reg pointer, ScalarRange offset) {
    boolean allowed =
        switch (pointer.type()) {
          case PTR_TO_CTX,
              PTR_TO_MAP_VALUE,
              PTR_TO_MAP_KEY,
              PTR_TO_STACK,
              PTR_TO_PACKET_META,
              PTR_TO_PACKET,
              PTR_TO_TP_BUFFER,
              PTR_TO_BTF_ID,
              PTR_TO_MEM,
              PTR_TO_BUF,
              PTR_TO_FUNC,
              CONST_PTR_TO_DYNPTR ->
              true;
          case PTR_TO_FLOW_KEYS -> offset.isConst();
          case CONST_PTR_TO_MAP -> offset.isConst(0) && alu.op() == AluOp.ADD;
          default -> false;
        };
    if (!allowed) {
      throw env.deny(
          "R"
              + alu.dst()
              + " pointer arithmetic on "
              + StatePrinter.typeName(pointer)
              + " prohibited");
    }
  }

  private void checkSane(ScalarRange range, int off, Reg pointer) {
    String type = StatePrinter.typeName(pointer);
    if (range.isConst()) {
      long value = range.constantValue();
      if (value >= MAX_OFFSET || value <= -MAX_OFFSET) {
        throw env.invalid("math between " + type + " pointer and " + value + " is not allowed");
      }
    }
    if (off >= MAX_OFFSET || off <= -MAX_OFFSET) {
      throw env.invalid(type + " pointer offset " + off + " is not allowed");
    }
    long smin = range.smin();
    if (smin == Long.MIN_VALUE) {
      throw env.invalid(
          "math between " + type + " pointer and register with unbounded min value is not allowed");
    }
    if (smin >= MAX_OFFSET || smin <= -MAX_OFFSET) {
      throw env.invalid("value " + smin + " makes " + type + " pointer be out of bounds");
    }
  }

  private Reg add(Reg pointer, ScalarRange offset) {
    if (offset.isConst()) {
      long sum = pointer.off() + offset.smin();
      if (sum == (int) sum) {
        return pointer.withOff((int) sum);
      }
    }
    Reg result = pointer.withRange(pointer.range().ptrAdd(offset, env.rules));
    return pointer.type().isPacket() ? freshPacket(result, true) : result;
  }

  private Reg subtract(int dst, Reg pointer, ScalarRange offset, boolean reversed) {
    if (reversed) {
      throw env.deny("R" + dst + " tried to subtract pointer from scalar");
    }
    if (pointer.type() == RegType.PTR_TO_STACK) {
      throw env.deny("R" + dst + " subtraction from stack pointer prohibited");
    }
    if (offset.isConst()) {
      long difference = pointer.off() - offset.smin();
      if (difference == (int) difference) {
        return pointer.withOff((int) difference);
      }
    }
    Reg result = pointer.withRange(pointer.range().ptrSub(offset, env.rules));
    return pointer.type().isPacket() ? freshPacket(result, offset.smin() < 0) : result;
  }

  /** A packet pointer at a new unknown place: nothing is known to share it. */
  private Reg freshPacket(Reg pointer, boolean forgetRange) {
    Reg result = pointer.withId(env.newId());
    return forgetRange ? result.withDetail(new Detail.PacketRange(0)) : result;
  }
}
