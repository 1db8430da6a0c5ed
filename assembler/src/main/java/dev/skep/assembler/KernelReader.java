package dev.skep.assembler;

import dev.skep.assembler.Common.Address;
import dev.skep.assembler.Common.MemoryType;
import dev.skep.assembler.Common.Read;
import dev.skep.assembler.Common.Register;
import dev.skep.assembler.Common.Target;
import dev.skep.assembler.grammar.BpfParser;
import dev.skep.assembler.grammar.BpfParser.ExpressionContext;
import dev.skep.assembler.grammar.BpfParser.KernelInstructionContext;
import dev.skep.isa.AluOp;
import dev.skep.isa.AtomicOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.ByteSwapKind;
import dev.skep.isa.JumpOp;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Reads an instruction of the kernel's and LLVM's syntax. */
final class KernelReader {

  private static final Pattern SWAP = Pattern.compile("(le|be|bswap)(16|32|64)");

  private static final Map<String, AluOp> ALU = new HashMap<>();
  private static final Map<String, JumpOp> JUMP = new HashMap<>();

  static {
    for (AluOp op : AluOp.values()) {
      ALU.put(op.symbol(), op);
    }
    for (JumpOp op : JumpOp.values()) {
      JUMP.put(op.symbol(), op);
    }
  }

  private final Common common;
  private final KernelFunctions functions;

  KernelReader(Common common) {
    this.common = common;
    this.functions = new KernelFunctions(common);
  }

  /**
   * Reads an instruction.
   *
   * @param opcode the opcode byte that a pasted log shows, or -1
   */
  Read read(KernelInstructionContext context, int opcode) {
    return switch (context) {
      case BpfParser.NegateContext c -> negate(c);
      case BpfParser.MoveRegisterContext c -> move(c);
      case BpfParser.ByteSwapContext c -> byteSwap(c);
      case BpfParser.LoadContext c -> load(c);
      case BpfParser.LoadPacketContext c -> loadPacket(c);
      case BpfParser.AssignFunctionContext c -> functions.assign(c);
      case BpfParser.AssignMapContext c ->
          common.wide(common.wholeRegister(c.dst), c.mapReference());
      case BpfParser.AssignValueContext c -> assignValue(c, opcode);
      case BpfParser.ArithmeticContext c -> arithmetic(c);
      case BpfParser.StoreContext c -> store(c);
      case BpfParser.LockedOperationContext c -> locked(c);
      case BpfParser.StatementFunctionContext c -> functions.statement(c.function());
      case BpfParser.BranchContext c -> branch(c);
      case BpfParser.JumpAlwaysContext c -> jump(c);
      case BpfParser.KernelCallContext c -> common.call(c.call());
      case BpfParser.KernelExitContext _ -> Read.of(new Instruction.Exit());
      default -> throw new IllegalStateException("unknown form " + context.getClass());
    };
  }

  private Read negate(BpfParser.NegateContext c) {
    Register dst = common.register(c.dst);
    Register src = common.register(c.src);
    if (dst.index() != src.index()) {
      throw common.bad(
          "operand", c.src, "a register can only be negated in place", "copy it first");
    }
    same(dst, src);
    return Read.of(new Instruction.Negate(width(dst), dst.index()));
  }

  private Read move(BpfParser.MoveRegisterContext c) {
    Register dst = common.register(c.dst);
    Register src = common.register(c.src);
    same(dst, src);
    if (c.cast == null) {
      return Read.of(
          new Instruction.Alu(width(dst), AluOp.MOV, dst.index(), Operand.reg(src.index())));
    }
    int bits =
        switch (c.cast.getText()) {
          case "s8" -> 8;
          case "s16" -> 16;
          case "s32" -> 32;
          default -> 0;
        };
    if (bits == 0 || (bits == 32 && dst.half())) {
      throw common.bad(
          "type",
          c.cast,
          "a move cannot extend the sign of " + c.cast.getText(),
          dst.half() ? "(s8) and (s16) are there" : "(s8), (s16) and (s32) are there");
    }
    return Read.of(new Instruction.MoveSignExtend(width(dst), dst.index(), src.index(), bits));
  }

  private Read byteSwap(BpfParser.ByteSwapContext c) {
    Matcher swap = SWAP.matcher(c.swap.getText());
    if (!swap.matches()) {
      throw common.bad(
          "syntax",
          c.swap,
          c.swap.getText() + " is no operation on a register",
          "byte swaps are le16, le32, le64, be16, be32, be64, bswap16, bswap32, bswap64");
    }
    Register dst = common.register(c.dst);
    Register src = common.register(c.src);
    if (dst.index() != src.index()) {
      throw common.bad("operand", c.src, "bytes can only be swapped in place", "copy it first");
    }
    ByteSwapKind kind =
        switch (swap.group(1)) {
          case "le" -> ByteSwapKind.TO_LE;
          case "be" -> ByteSwapKind.TO_BE;
          default -> ByteSwapKind.SWAP;
        };
    return Read.of(new Instruction.ByteSwap(kind, dst.index(), Integer.parseInt(swap.group(2))));
  }

  private Read load(BpfParser.LoadContext c) {
    Register dst = common.register(c.dst);
    Token word = c.pointer().pointerType().WORD().getSymbol();
    MemoryType type = common.type(word);
    if (type.signed() && type.size() == MemorySize.DW) {
      throw common.bad("type", word, "s64 has no sign to extend", "write u64");
    }
    if (dst.half() && (type.size() == MemorySize.DW || type.signed())) {
      throw common.bad(
          "operand", c.dst, "this load fills the whole register", "write r" + dst.index());
    }
    Address address = common.address(c.pointer().address());
    return Read.of(
        new Instruction.Load(
            type.size(), type.signed(), dst.index(), address.register(), address.offset()));
  }

  private Read loadPacket(BpfParser.LoadPacketContext c) {
    if (common.register(c.dst).index() != 0) {
      throw common.bad("operand", c.dst, "packet access always loads into r0", null);
    }
    Token word = c.pointerType().WORD().getSymbol();
    MemorySize size = common.unsignedType(word);
    if (size == MemorySize.DW) {
      throw common.bad("type", word, "packet access is of 1, 2 or 4 bytes", null);
    }
    BpfParser.PacketOffsetContext offset = c.packetOffset();
    int imm = offset.value == null ? 0 : common.imm(offset.value);
    if (offset.REGISTER() == null) {
      return Read.of(new Instruction.LoadPacketAbsolute(size, imm));
    }
    int register = common.wholeRegister(offset.REGISTER().getSymbol());
    return Read.of(new Instruction.LoadPacketIndirect(size, register, imm));
  }

  private Read assignValue(BpfParser.AssignValueContext c, int opcode) {
    Register dst = common.register(c.dst);
    if (c.LL() != null || c.AMP() != null || opcode == 0x18) {
      return common.wide(common.wholeRegister(c.dst), c.value);
    }
    Value value = common.expressions.value(c.value);
    if (value.symbol() != null) {
      throw common.bad(
          "unknown-name",
          c.value.getStart(),
          "there is no constant " + value.symbol(),
          "an address is loaded with ll: r" + dst.index() + " = " + value.symbol() + " ll");
    }
    if (!value.fitsImm()) {
      throw common.bad(
          "range",
          c.value.getStart(),
          value + " does not fit the 32-bit immediate",
          "a 64-bit number is loaded with ll: r" + dst.index() + " = " + value + " ll");
    }
    return Read.of(
        new Instruction.Alu(width(dst), AluOp.MOV, dst.index(), Operand.imm((int) value.number())));
  }

  private Read arithmetic(BpfParser.ArithmeticContext c) {
    Register dst = common.register(c.dst);
    AluOp op = alu(c.op);
    return Read.of(new Instruction.Alu(width(dst), op, dst.index(), operand(dst, c.src, c.value)));
  }

  private Read store(BpfParser.StoreContext c) {
    MemorySize size = common.unsignedType(c.pointer().pointerType().WORD().getSymbol());
    Address address = common.address(c.pointer().address());
    Operand operand =
        c.src == null
            ? Operand.imm(common.imm(c.value))
            : Operand.reg(common.register(c.src).index());
    return Read.of(new Instruction.Store(size, address.register(), address.offset(), operand));
  }

  private Read locked(BpfParser.LockedOperationContext c) {
    Token word = c.pointer().pointerType().WORD().getSymbol();
    MemorySize size = functions.atomicSize(common.unsignedType(word), word);
    AtomicOp op =
        switch (c.op.getText()) {
          case "+=" -> AtomicOp.ADD;
          case "|=" -> AtomicOp.OR;
          case "&=" -> AtomicOp.AND;
          case "^=" -> AtomicOp.XOR;
          default ->
              throw common.bad("syntax", c.op, "the atomic operations are +=, |=, &= and ^=", null);
        };
    Address address = common.address(c.pointer().address());
    return Read.of(
        new Instruction.Atomic(
            op, size, address.register(), address.offset(), common.register(c.src).index()));
  }

  // ---- jumps -----------------------------------------------------------------------------------

  private Read branch(BpfParser.BranchContext c) {
    Register left = common.register(c.left);
    JumpOp op = JUMP.get(c.op.getText());
    if (op == null) {
      throw common.bad("syntax", c.op, c.op.getText() + " compares nothing", null);
    }
    Operand right = operand(left, c.right, c.value);
    Target target = common.target(c.target());
    return new Read(
        new Instruction.ConditionalJump(
            width(left), op, left.index(), right, common.shortDistance(target)),
        target.label());
  }

  private Read jump(BpfParser.JumpAlwaysContext c) {
    Target target = common.target(c.target());
    Instruction instruction =
        switch (c.jump.getType()) {
          case BpfParser.GOTO -> new Instruction.Jump(common.shortDistance(target));
          case BpfParser.MAY_GOTO -> new Instruction.MayGoto(common.shortDistance(target));
          default -> new Instruction.LongJump(common.longDistance(target));
        };
    return new Read(instruction, target.label());
  }

  // ---- operands --------------------------------------------------------------------------------

  private Operand operand(Register dst, @Nullable Token src, @Nullable ExpressionContext value) {
    if (src != null) {
      Register register = common.register(src);
      same(dst, register);
      return Operand.reg(register.index());
    }
    if (value == null) {
      throw new IllegalStateException("neither register nor value");
    }
    return Operand.imm(common.imm(value));
  }

  private AluOp alu(Token token) {
    AluOp op = ALU.get(token.getText());
    if (op == null) {
      throw common.bad("syntax", token, token.getText() + " is no operation", null);
    }
    return op;
  }

  private void same(Register dst, Register src) {
    if (dst.half() != src.half()) {
      throw common.bad(
          "operand",
          src.token(),
          "%s and %s are of different width"
              .formatted(dst.token().getText(), src.token().getText()),
          "write %s%d".formatted(dst.half() ? "w" : "r", src.index()));
    }
  }

  private static Width width(Register register) {
    return register.half() ? Width.W32 : Width.W64;
  }
}
