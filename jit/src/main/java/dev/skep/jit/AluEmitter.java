package dev.skep.jit;

import static org.objectweb.asm.Opcodes.*;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction.Alu;
import dev.skep.isa.Instruction.ByteSwap;
import dev.skep.isa.Instruction.ByteSwapKind;
import dev.skep.isa.Instruction.MoveSignExtend;
import dev.skep.isa.Instruction.Negate;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;

/** Writes arithmetic. The meaning of each operator is {@link dev.skep.runtime.Alu}'s. */
final class AluEmitter {

  private final Code code;

  AluEmitter(Code code) {
    this.code = code;
  }

  /**
   * Writes one operator.
   *
   * @param dst what is known about the destination before it
   */
  void alu(Alu alu, Value dst) {
    if (alu.width() == Width.W64) {
      alu64(alu, dst);
    } else {
      alu32(alu);
    }
    code.setRegister(alu.dst());
  }

  private void alu64(Alu alu, Value dst) {
    if (alu.op() == AluOp.MOV) {
      operand64(alu.src());
      return;
    }
    code.register(alu.dst());
    if (alu.src() instanceof Operand.Imm(int imm)) {
      if (isUnsignedDivision(alu.op()) && imm > 0 && dst.isNonNegative()) {
        code.push((long) imm);
        code.op(alu.op() == AluOp.DIV ? LDIV : LREM);
        return;
      }
      if (isShift(alu.op())) {
        code.push(imm & 63);
        code.op(shift64(alu.op()));
        return;
      }
    } else if (isShift(alu.op())) {
      operand64(alu.src());
      code.op(L2I);
      code.op(shift64(alu.op()));
      return;
    }
    operand64(alu.src());
    switch (alu.op()) {
      case ADD -> code.op(LADD);
      case SUB -> code.op(LSUB);
      case MUL -> code.op(LMUL);
      case OR -> code.op(LOR);
      case AND -> code.op(LAND);
      case XOR -> code.op(LXOR);
      case DIV -> code.support("divide64", "(JJ)J");
      case MOD -> code.support("modulo64", "(JJ)J");
      case SDIV -> code.support("signedDivide64", "(JJ)J");
      case SMOD -> code.support("signedModulo64", "(JJ)J");
      case LSH, RSH, ARSH, MOV -> throw new IllegalStateException("written above");
    }
  }

  private void alu32(Alu alu) {
    if (isUnsignedDivision(alu.op()) && alu.src() instanceof Operand.Imm(int imm) && imm != 0) {
      // A signed 64-bit division by a constant, which HotSpot turns into a multiplication.
      code.register(alu.dst());
      code.push(0xffff_ffffL);
      code.op(LAND);
      code.push(imm & 0xffff_ffffL);
      code.op(alu.op() == AluOp.DIV ? LDIV : LREM);
      return;
    }
    if (alu.op() != AluOp.MOV) {
      code.register(alu.dst());
      code.op(L2I);
    } else if (alu.src() instanceof Operand.Imm(int imm)) {
      code.push(imm & 0xffff_ffffL);
      return;
    }
    operand32(alu.src());
    switch (alu.op()) {
      case MOV -> {}
      case ADD -> code.op(IADD);
      case SUB -> code.op(ISUB);
      case MUL -> code.op(IMUL);
      case OR -> code.op(IOR);
      case AND -> code.op(IAND);
      case XOR -> code.op(IXOR);
      case LSH -> code.op(ISHL);
      case RSH -> code.op(IUSHR);
      case ARSH -> code.op(ISHR);
      case DIV -> code.support("divide32", "(II)I");
      case MOD -> code.support("modulo32", "(II)I");
      case SDIV -> code.support("signedDivide32", "(II)I");
      case SMOD -> code.support("signedModulo32", "(II)I");
    }
    code.zeroExtend();
  }

  private static boolean isUnsignedDivision(AluOp op) {
    return op == AluOp.DIV || op == AluOp.MOD;
  }

  private static boolean isShift(AluOp op) {
    return op == AluOp.LSH || op == AluOp.RSH || op == AluOp.ARSH;
  }

  private static int shift64(AluOp op) {
    return op == AluOp.LSH ? LSHL : op == AluOp.RSH ? LUSHR : LSHR;
  }

  /** Pushes an operand as 64 bits. */
  void operand64(Operand operand) {
    switch (operand) {
      case Operand.Reg(int index) -> code.register(index);
      case Operand.Imm(int imm) -> code.push((long) imm);
    }
  }

  /** Pushes the low half of an operand. */
  void operand32(Operand operand) {
    switch (operand) {
      case Operand.Reg(int index) -> {
        code.register(index);
        code.op(L2I);
      }
      case Operand.Imm(int imm) -> code.push(imm);
    }
  }

  void moveSignExtend(MoveSignExtend move) {
    code.register(move.src());
    code.op(L2I);
    if (move.bits() != 32) {
      code.op(move.bits() == 8 ? I2B : I2S);
    }
    if (move.width() == Width.W64) {
      code.op(I2L);
    } else {
      code.zeroExtend();
    }
    code.setRegister(move.dst());
  }

  void negate(Negate negate) {
    code.register(negate.dst());
    if (negate.width() == Width.W64) {
      code.op(LNEG);
    } else {
      code.op(L2I);
      code.op(INEG);
      code.zeroExtend();
    }
    code.setRegister(negate.dst());
  }

  void swap(ByteSwap swap) {
    boolean swaps = swap.kind() != ByteSwapKind.TO_LE;
    code.register(swap.dst());
    switch (swap.bits()) {
      case 16 -> {
        code.op(L2I);
        if (swaps) {
          code.op(I2S);
          code.callStatic("java/lang/Short", "reverseBytes", "(S)S");
        }
        code.push(0xffff);
        code.op(IAND);
        code.op(I2L);
      }
      case 32 -> {
        code.op(L2I);
        if (swaps) {
          code.callStatic("java/lang/Integer", "reverseBytes", "(I)I");
        }
        code.zeroExtend();
      }
      default -> {
        if (swaps) {
          code.callStatic("java/lang/Long", "reverseBytes", "(J)J");
        }
      }
    }
    code.setRegister(swap.dst());
  }
}
