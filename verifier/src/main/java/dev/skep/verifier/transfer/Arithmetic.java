package dev.skep.verifier.transfer;

import dev.skep.catalog.Behaviour;
import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import dev.skep.verifier.domain.DomainRules;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.VerifierState;

/** Moves and arithmetic ({@code check_alu_op}). */
public final class Arithmetic {

  private final Path path;
  private final Environment env;
  private final PointerArithmetic pointers;
  private final Speculation speculation;

  public Arithmetic(Path path) {
    this.path = path;
    this.env = path.env();
    this.pointers = new PointerArithmetic(path);
    this.speculation = new Speculation(path);
  }

  /** {@code dst = src} and {@code dst = imm}. */
  public void move(Instruction.Alu alu) {
    switch (alu.src()) {
      case Operand.Imm(int imm) -> {
        long value = alu.width() == Width.W64 ? imm : Integer.toUnsignedLong(imm);
        path.write(alu.dst(), Reg.constant(value));
      }
      case Operand.Reg(int src) -> {
        Reg value = path.read(src);
        path.checkWritable(alu.dst());
        if (alu.width() == Width.W64) {
          value = linked(src, value);
          env.state.set(alu.dst(), value);
        } else {
          env.state.set(alu.dst(), move32(src, value));
        }
      }
    }
  }

  private Reg move32(int src, Reg value) {
    if (!value.isScalar()) {
      if (!env.profile.privileged()) {
        throw env.deny("R" + src + " partial copy of pointer");
      }
      return Reg.scalar(ScalarRange.UNKNOWN.mov32(env.rules));
    }
    Reg copy = isZeroExtended(value) ? linked(src, value) : value.unlinked();
    return copy.withRange(copy.range().mov32(env.rules));
  }

  /** Gives the source of a copy an id, so that both are known to be the same. */
  private Reg linked(int src, Reg value) {
    Reg result = env.linked(value);
    env.state.set(src, result);
    return result;
  }

  /** {@code dst = (s8)src} and its relatives. */
  public void moveSignExtend(Instruction.MoveSignExtend move) {
    Reg value = path.read(move.src());
    path.checkWritable(move.dst());
    if (!value.isScalar()) {
      if (!env.profile.privileged()) {
        throw env.deny(
            "R"
                + move.src()
                + (move.width() == Width.W64
                    ? " sign-extension part of pointer"
                    : " partial copy of pointer"));
      }
      env.state.set(move.dst(), Reg.UNKNOWN);
      return;
    }
    boolean unchanged = Long.compareUnsigned(value.range().umax(), 1L << (move.bits() - 1)) < 0;
    Reg copy = unchanged ? linked(move.src(), value) : value.unlinked();
    int bytes = move.bits() / 8;
    ScalarRange range =
        move.width() == Width.W64
            ? copy.range().signExtend(bytes)
            : copy.range().mov32SignExtended(bytes, env.rules);
    env.state.set(move.dst(), copy.withRange(range));
  }

  /** {@code dst = -dst}. */
  public void negate(Instruction.Negate negate) {
    Reg value = path.read(negate.dst());
    path.checkWritable(negate.dst());
    checkNoPointer(negate.dst(), value);
    env.state.set(
        negate.dst(),
        value.isScalar()
            ? value.unlinked().withRange(value.range().negate(negate.width(), env.rules))
            : Reg.UNKNOWN);
  }

  /** {@code dst = bswap16(dst)} and its relatives. */
  public void byteSwap(Instruction.ByteSwap swap) {
    Reg value = path.read(swap.dst());
    path.checkWritable(swap.dst());
    checkNoPointer(swap.dst(), value);
    boolean swaps = swap.kind() != Instruction.ByteSwapKind.TO_LE;
    if (!swaps
        && swap.bits() == 64
        && value.isScalar()
        && env.rules.atLeast(DomainRules.LINUX_6_18)) {
      return; // changes nothing, not even the link to a copy
    }
    env.state.set(
        swap.dst(),
        value.isScalar()
            ? value.unlinked().withRange(value.range().byteSwap(swap.bits(), swaps, env.rules))
            : Reg.UNKNOWN);
  }

  private void checkNoPointer(int number, Reg value) {
    if (!value.isScalar() && !env.profile.privileged()) {
      throw env.deny("R" + number + " pointer arithmetic prohibited");
    }
  }

  /** Arena pointers in and out of the kernel's address space. */
  public void castAddressSpace(Instruction.AddressSpaceCast cast) {
    boolean hasArena =
        env.program.maps().stream().anyMatch(m -> m.type() == dev.skep.catalog.MapType.ARENA);
    if (!hasArena) {
      throw env.invalid(
          "addr_space_cast insn can only be used in a program that has an associated arena");
    }
    path.read(cast.src());
    path.checkWritable(cast.dst());
    boolean toKernel = cast.toSpace() == 0 && cast.fromSpace() == 1;
    env.state.set(
        cast.dst(), toKernel ? Reg.pointer(RegType.PTR_TO_ARENA, 0, Detail.NONE) : Reg.UNKNOWN);
  }

  /** Every other operation with two operands. */
  public void operate(Instruction.Alu alu) {
    Reg source =
        alu.src() instanceof Operand.Reg(int src)
            ? path.read(src)
            : Reg.constant(((Operand.Imm) alu.src()).value());
    Reg target = path.read(alu.dst());
    checkImmediate(alu);
    path.checkWritable(alu.dst());
    int src = alu.src() instanceof Operand.Reg(int index) ? index : -1;
    if (target.type() == RegType.PTR_TO_ARENA) {
      return;
    }
    if (!source.isScalar()) {
      if (!target.isScalar()) {
        if (alu.op() == AluOp.SUB && env.profile.privileged()) {
          env.state.set(alu.dst(), Reg.UNKNOWN);
          return;
        }
        throw env.deny(
            "R"
                + alu.dst()
                + " pointer "
                + PointerArithmetic.kernelSymbol(alu.op())
                + " pointer prohibited");
      }
      path.markPrecise(alu.dst());
      pointers.apply(alu, source, env.state.reg(alu.dst()), true);
      return;
    }
    if (!target.isScalar()) {
      if (src >= 0) {
        path.markPrecise(src);
      }
      pointers.apply(alu, target, source, false);
      return;
    }
    if (src >= 0 && target.precise()) {
      path.markPrecise(src);
    }
    scalars(alu, target, source, src);
  }

  private void scalars(Instruction.Alu alu, Reg target, Reg source, int src) {
    speculation.numbers(alu);
    ScalarRange left = target.range();
    boolean bitwise = alu.op() == AluOp.AND || alu.op() == AluOp.OR;
    if (bitwise && source.range().isConst() && env.kernel.has(Behaviour.FORKS_ON_SIGN_MASKS)) {
      Width mask = left.signMaskWidth();
      if (mask != null) {
        VerifierState other = path.fork(env.pc, env.pc);
        other.set(alu.dst(), mask == Width.W64 ? Reg.ZERO : target.withRange(left.withSubreg(0)));
        left = mask == Width.W64 ? ScalarRange.constant(-1) : left.withSubreg(-1);
      }
    }
    ScalarRange result = left.alu(alu.width(), alu.op(), source.range(), env.rules);
    env.state.set(alu.dst(), link(alu, target, source, src).withRange(result));
  }

  /** Keeps the distance to the value that this one was copied from, if it is a constant. */
  private Reg link(Instruction.Alu alu, Reg target, Reg source, int src) {
    boolean recent = env.kernel.has(Behaviour.LINKS_WITH_ANY_DISTANCE);
    boolean moves = alu.op() == AluOp.ADD || recent && alu.op() == AluOp.SUB;
    boolean wide = alu.width() == Width.W64;
    if (!moves
        || target.id() == 0
        || !(wide || recent && isZeroExtended(target))
        || src == alu.dst()
        || !source.range().isConst(alu.width())
        || (target.id() & Reg.ADD_CONST) != 0
        || !env.kernel.has(Behaviour.LINKS_WITH_DISTANCE)) {
      return target.unlinked();
    }
    long value =
        wide ? source.range().constantValue() : (int) source.range().constantValue(alu.width());
    boolean fits = value == (int) value && (recent || value >= 0);
    if (!fits || alu.op() == AluOp.SUB && value == Integer.MIN_VALUE) {
      return target.unlinked();
    }
    int distance = (int) (alu.op() == AluOp.SUB ? -value : value);
    int mark = wide ? Reg.ADD_CONST64 : Reg.ADD_CONST32;
    return target.withId(target.id() | mark).withOff(distance);
  }

  private static boolean isZeroExtended(Reg value) {
    return Long.compareUnsigned(value.range().umax(), 0xffff_ffffL) <= 0;
  }

  private void checkImmediate(Instruction.Alu alu) {
    if (!(alu.src() instanceof Operand.Imm(int imm))) {
      return;
    }
    switch (alu.op()) {
      case DIV, SDIV, MOD, SMOD -> {
        if (imm == 0) {
          throw env.invalid("div by zero");
        }
      }
      case LSH, RSH, ARSH -> {
        if (imm < 0 || imm >= alu.width().bits()) {
          throw env.invalid("invalid shift " + imm);
        }
      }
      case ADD, SUB, MUL, OR, AND, XOR, MOV -> {}
    }
  }
}
