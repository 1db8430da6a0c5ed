package dev.skep.jit;

import static org.objectweb.asm.Opcodes.*;

import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.JumpOp;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import org.objectweb.asm.Label;

/** Writes comparisons. */
final class JumpEmitter {

  private final Code code;
  private final AluEmitter alu;

  JumpEmitter(Code code, AluEmitter alu) {
    this.code = code;
    this.alu = alu;
  }

  /**
   * Jumps to a label if the condition holds.
   *
   * @param dst what is known about the left operand
   * @param src what is known about the right one
   */
  void conditional(ConditionalJump jump, JumpOp op, Value dst, Value src, Label label) {
    if (jump.width() == Width.W64) {
      compare64(jump, op, dst.isNonNegative() && src.isNonNegative(), label);
    } else {
      compare32(jump, op, dst.isSmall() && src.isSmall(), label);
    }
  }

  private void compare64(ConditionalJump jump, JumpOp op, boolean sameOrder, Label label) {
    code.register(jump.dst());
    alu.operand64(jump.src());
    if (op == JumpOp.JSET) {
      code.op(LAND);
      code.push(0L);
      code.op(LCMP);
      code.jump(IFNE, label);
      return;
    }
    if (isUnsigned(op) && !sameOrder) {
      code.callStatic("java/lang/Long", "compareUnsigned", "(JJ)I");
    } else {
      code.op(LCMP);
    }
    code.jump(zeroJump(op), label);
  }

  private void compare32(ConditionalJump jump, JumpOp op, boolean sameOrder, Label label) {
    code.register(jump.dst());
    code.op(L2I);
    if (op == JumpOp.JSET) {
      alu.operand32(jump.src());
      code.op(IAND);
      code.jump(IFNE, label);
      return;
    }
    if (jump.src() instanceof Operand.Imm(int imm) && imm == 0 && (!isUnsigned(op) || sameOrder)) {
      code.jump(zeroJump(op), label);
      return;
    }
    alu.operand32(jump.src());
    if (isUnsigned(op) && !sameOrder) {
      code.callStatic("java/lang/Integer", "compareUnsigned", "(II)I");
      code.jump(zeroJump(op), label);
    } else {
      code.jump(zeroJump(op) + (IF_ICMPEQ - IFEQ), label);
    }
  }

  /**
   * Jumps if a Java {@code int}, which is not negative, compares so with a number. The kernel
   * compares them as it finds them; for the immediate, as an unsigned number if the operator is.
   */
  void compareInts(int local, JumpOp op, int limit, Label label) {
    code.load(ILOAD, local);
    code.push(limit);
    if (isUnsigned(op) && limit < 0) {
      code.callStatic("java/lang/Integer", "compareUnsigned", "(II)I");
      code.jump(zeroJump(op), label);
    } else {
      code.jump(zeroJump(op) + (IF_ICMPEQ - IFEQ), label);
    }
  }

  private static boolean isUnsigned(JumpOp op) {
    return switch (op) {
      case JGT, JGE, JLT, JLE -> true;
      case JEQ, JNE, JSET, JSGT, JSGE, JSLT, JSLE -> false;
    };
  }

  private static int zeroJump(JumpOp op) {
    return switch (op) {
      case JEQ -> IFEQ;
      case JNE, JSET -> IFNE;
      case JGT, JSGT -> IFGT;
      case JGE, JSGE -> IFGE;
      case JLT, JSLT -> IFLT;
      case JLE, JSLE -> IFLE;
    };
  }
}
