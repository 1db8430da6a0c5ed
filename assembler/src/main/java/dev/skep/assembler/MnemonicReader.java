package dev.skep.assembler;

import dev.skep.assembler.Common.Address;
import dev.skep.assembler.Common.Read;
import dev.skep.assembler.Common.Register;
import dev.skep.assembler.Common.Target;
import dev.skep.assembler.grammar.BpfParser;
import dev.skep.assembler.grammar.BpfParser.ExpressionContext;
import dev.skep.assembler.grammar.BpfParser.MnemonicInstructionContext;
import dev.skep.assembler.grammar.BpfParser.OperandContext;
import dev.skep.isa.AluOp;
import dev.skep.isa.AtomicOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.ByteSwapKind;
import dev.skep.isa.JumpOp;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/** Reads an instruction of uBPF's, GNU as's and the conformance suite's syntax. */
final class MnemonicReader {

  private interface Form {
    Read read(MnemonicReader reader, Line line);
  }

  /** A statement's mnemonic and its operands. */
  private record Line(Token mnemonic, String name, List<OperandContext> operands) {}

  private static final Map<String, Form> FORMS = new HashMap<>();

  private static final Map<String, MemorySize> SIZES =
      Map.of("b", MemorySize.B, "h", MemorySize.H, "w", MemorySize.W, "dw", MemorySize.DW);

  private static final Map<String, AtomicOp> LOCKED = new HashMap<>();

  static {
    for (AluOp op : AluOp.values()) {
      String name = op.name().toLowerCase(Locale.ROOT);
      FORMS.put(name, (r, l) -> r.alu(l, op, Width.W64));
      FORMS.put(name + "64", (r, l) -> r.alu(l, op, Width.W64));
      FORMS.put(name + "32", (r, l) -> r.alu(l, op, Width.W32));
    }
    FORMS.put("neg", (r, l) -> r.negate(l, Width.W64));
    FORMS.put("neg64", (r, l) -> r.negate(l, Width.W64));
    FORMS.put("neg32", (r, l) -> r.negate(l, Width.W32));
    for (int bits : new int[] {16, 32, 64}) {
      FORMS.put("le" + bits, (r, l) -> r.swap(l, ByteSwapKind.TO_LE, bits));
      FORMS.put("be" + bits, (r, l) -> r.swap(l, ByteSwapKind.TO_BE, bits));
      FORMS.put("swap" + bits, (r, l) -> r.swap(l, ByteSwapKind.SWAP, bits));
      FORMS.put("bswap" + bits, (r, l) -> r.swap(l, ByteSwapKind.SWAP, bits));
    }
    FORMS.put("endle", (r, l) -> r.swap(l, ByteSwapKind.TO_LE, 0));
    FORMS.put("endbe", (r, l) -> r.swap(l, ByteSwapKind.TO_BE, 0));
    FORMS.put("bswap", (r, l) -> r.swap(l, ByteSwapKind.SWAP, 0));
    FORMS.put("movs", (r, l) -> r.moveSigned(l, Width.W64, 0));
    FORMS.put("movs32", (r, l) -> r.moveSigned(l, Width.W32, 0));
    FORMS.put("movsx832", (r, l) -> r.moveSigned(l, Width.W32, 8));
    FORMS.put("movsx1632", (r, l) -> r.moveSigned(l, Width.W32, 16));
    FORMS.put("movsx864", (r, l) -> r.moveSigned(l, Width.W64, 8));
    FORMS.put("movsx1664", (r, l) -> r.moveSigned(l, Width.W64, 16));
    FORMS.put("movsx3264", (r, l) -> r.moveSigned(l, Width.W64, 32));
    SIZES.forEach(
        (suffix, size) -> {
          FORMS.put("ldx" + suffix, (r, l) -> r.load(l, size, false));
          FORMS.put("stx" + suffix, (r, l) -> r.store(l, size, true));
          FORMS.put("st" + suffix, (r, l) -> r.store(l, size, false));
          FORMS.put("ldacq" + suffix, MnemonicReader::loadAcquire);
          FORMS.put("strel" + suffix, MnemonicReader::storeRelease);
          if (size != MemorySize.DW) {
            FORMS.put("ldxs" + suffix, (r, l) -> r.load(l, size, true));
            FORMS.put("ldabs" + suffix, (r, l) -> r.packet(l, size, false));
            FORMS.put("ldind" + suffix, (r, l) -> r.packet(l, size, true));
          }
        });
    FORMS.put("lddw", MnemonicReader::wide);
    FORMS.put("ja", (r, l) -> r.jump(l, Jump.SHORT));
    FORMS.put("ja32", (r, l) -> r.jump(l, Jump.LONG));
    FORMS.put("jal", (r, l) -> r.jump(l, Jump.LONG));
    FORMS.put("goto", (r, l) -> r.jump(l, Jump.SHORT));
    FORMS.put("gotol", (r, l) -> r.jump(l, Jump.LONG));
    FORMS.put("may_goto", (r, l) -> r.jump(l, Jump.MAY));
    for (JumpOp op : JumpOp.values()) {
      String name = op.name().toLowerCase(Locale.ROOT);
      FORMS.put(name, (r, l) -> r.branch(l, op, Width.W64));
      FORMS.put(name + "32", (r, l) -> r.branch(l, op, Width.W32));
    }
    FORMS.put("addr_space_cast", MnemonicReader::addressSpaceCast);
    for (String op : new String[] {"add", "or", "and", "xor"}) {
      String upper = op.toUpperCase(Locale.ROOT);
      atomics("a" + op, AtomicOp.valueOf(upper));
      atomics("af" + op, AtomicOp.valueOf("FETCH_" + upper));
      LOCKED.put(op, AtomicOp.valueOf(upper));
      LOCKED.put("fetch " + op, AtomicOp.valueOf("FETCH_" + upper));
    }
    atomics("axchg", AtomicOp.XCHG);
    atomics("acmp", AtomicOp.CMPXCHG);
    FORMS.put("xadddw", (r, l) -> r.atomic(l, AtomicOp.ADD, MemorySize.DW));
    FORMS.put("xaddw", (r, l) -> r.atomic(l, AtomicOp.ADD, MemorySize.W));
    FORMS.put("stxxadddw", (r, l) -> r.atomic(l, AtomicOp.ADD, MemorySize.DW));
    FORMS.put("stxxaddw", (r, l) -> r.atomic(l, AtomicOp.ADD, MemorySize.W));
    LOCKED.put("xchg", AtomicOp.XCHG);
    LOCKED.put("cmpxchg", AtomicOp.CMPXCHG);
  }

  private static void atomics(String name, AtomicOp op) {
    FORMS.put(name, (r, l) -> r.atomic(l, op, MemorySize.DW));
    FORMS.put(name + "32", (r, l) -> r.atomic(l, op, MemorySize.W));
  }

  private enum Jump {
    SHORT,
    LONG,
    MAY
  }

  private final Common common;

  MnemonicReader(Common common) {
    this.common = common;
  }

  /** All mnemonics that a line may begin with. */
  static Set<String> mnemonics() {
    return FORMS.keySet();
  }

  Read read(MnemonicInstructionContext context) {
    return switch (context) {
      case BpfParser.LockedMnemonicContext c -> locked(c);
      case BpfParser.MnemonicCallContext c -> common.call(c.call());
      case BpfParser.MnemonicExitContext _ -> Read.of(new Instruction.Exit());
      case BpfParser.PlainMnemonicContext c -> plain(c);
      default -> throw new IllegalStateException("unknown form " + context.getClass());
    };
  }

  private Read plain(BpfParser.PlainMnemonicContext c) {
    Token token = c.mnemonic().getStart();
    String name = token.getText().toLowerCase(Locale.ROOT);
    Form form = FORMS.get(name);
    if (form == null) {
      throw common.bad(
          "mnemonic", token, "there is no instruction " + token.getText(), Hints.mnemonic(name));
    }
    return form.read(this, new Line(token, name, operands(c.operands())));
  }

  private Read locked(BpfParser.LockedMnemonicContext c) {
    StringBuilder words = new StringBuilder();
    for (TerminalNode word : c.WORD()) {
      words.append(words.isEmpty() ? "" : " ").append(word.getText());
    }
    String name = words.toString();
    MemorySize size = name.endsWith("32") ? MemorySize.W : MemorySize.DW;
    String bare = name.replaceFirst("(32|64)$", "");
    AtomicOp op = LOCKED.get(bare);
    if (op == null) {
      throw common.bad(
          "mnemonic",
          c.WORD(0).getSymbol(),
          "there is no atomic operation " + name,
          Suggestions.didYouMean(bare, LOCKED.keySet()));
    }
    return atomic(new Line(c.getStart(), "lock " + name, operands(c.operands())), op, size);
  }

  private static List<OperandContext> operands(BpfParser.@Nullable OperandsContext context) {
    return context == null ? List.of() : context.operand();
  }

  // ---- forms -----------------------------------------------------------------------------------

  private Read alu(Line line, AluOp op, Width width) {
    count(line, 2);
    int dst = register(line, 0);
    return Read.of(new Instruction.Alu(width, op, dst, source(line, 1)));
  }

  private Read negate(Line line, Width width) {
    count(line, 1);
    return Read.of(new Instruction.Negate(width, register(line, 0)));
  }

  private Read swap(Line line, ByteSwapKind kind, int fixedBits) {
    count(line, fixedBits == 0 ? 2 : 1);
    int bits = fixedBits == 0 ? imm(line, 1) : fixedBits;
    if (bits != 16 && bits != 32 && bits != 64) {
      throw common.bad(
          "range", line.operands.get(1).getStart(), "a byte swap is of 16, 32 or 64 bits", null);
    }
    return Read.of(new Instruction.ByteSwap(kind, register(line, 0), bits));
  }

  private Read moveSigned(Line line, Width width, int fixedBits) {
    count(line, fixedBits == 0 ? 3 : 2);
    int bits = fixedBits == 0 ? imm(line, 2) : fixedBits;
    if (bits != 8 && bits != 16 && !(bits == 32 && width == Width.W64)) {
      throw common.bad(
          "range",
          line.operands.get(2).getStart(),
          "a move extends the sign of 8 or 16 bits, or of 32 to 64",
          null);
    }
    return Read.of(
        new Instruction.MoveSignExtend(width, register(line, 0), register(line, 1), bits));
  }

  private Read load(Line line, MemorySize size, boolean signed) {
    count(line, 2);
    Address address = memory(line, 1);
    return Read.of(
        new Instruction.Load(
            size, signed, register(line, 0), address.register(), address.offset()));
  }

  private Read store(Line line, MemorySize size, boolean fromRegister) {
    count(line, 2);
    Address address = memory(line, 0);
    Operand operand = fromRegister ? Operand.reg(register(line, 1)) : Operand.imm(imm(line, 1));
    return Read.of(new Instruction.Store(size, address.register(), address.offset(), operand));
  }

  private Read loadAcquire(Line line) {
    count(line, 2);
    Address address = memory(line, 1);
    return Read.of(
        new Instruction.LoadAcquire(
            sizeSuffix(line, "ldacq"), register(line, 0), address.register(), address.offset()));
  }

  private Read storeRelease(Line line) {
    count(line, 2);
    Address address = memory(line, 0);
    return Read.of(
        new Instruction.StoreRelease(
            sizeSuffix(line, "strel"), address.register(), address.offset(), register(line, 1)));
  }

  private static MemorySize sizeSuffix(Line line, String prefix) {
    MemorySize size = SIZES.get(line.name.substring(prefix.length()));
    if (size == null) {
      throw new IllegalStateException(line.name);
    }
    return size;
  }

  private Read packet(Line line, MemorySize size, boolean indirect) {
    count(line, indirect ? 2 : 1);
    return Read.of(
        indirect
            ? new Instruction.LoadPacketIndirect(size, register(line, 0), imm(line, 1))
            : new Instruction.LoadPacketAbsolute(size, imm(line, 0)));
  }

  private Read wide(Line line) {
    count(line, 2);
    int dst = register(line, 0);
    return switch (line.operands.get(1)) {
      case BpfParser.MapOperandContext o -> common.wide(dst, o.mapReference());
      case BpfParser.FunctionOperandContext o -> common.wide(dst, o.function(), o.extra);
      case BpfParser.ValueOperandContext o -> common.wide(dst, o.expression());
      default -> throw wrong(line, 1, "a number, a map or a variable");
    };
  }

  private Read addressSpaceCast(Line line) {
    count(line, 4);
    return Read.of(
        new Instruction.AddressSpaceCast(
            register(line, 0),
            register(line, 1),
            common.unsigned16(value(line, 2)),
            common.unsigned16(value(line, 3))));
  }

  private Read atomic(Line line, AtomicOp op, MemorySize size) {
    count(line, 2);
    Address address = memory(line, 0);
    return Read.of(
        new Instruction.Atomic(op, size, address.register(), address.offset(), register(line, 1)));
  }

  private Read jump(Line line, Jump kind) {
    count(line, 1);
    Target target = target(line, 0);
    Instruction instruction =
        switch (kind) {
          case SHORT -> new Instruction.Jump(common.shortDistance(target));
          case LONG -> new Instruction.LongJump(common.longDistance(target));
          case MAY -> new Instruction.MayGoto(common.shortDistance(target));
        };
    return new Read(instruction, target.label());
  }

  private Read branch(Line line, JumpOp op, Width width) {
    count(line, 3);
    Target target = target(line, 2);
    return new Read(
        new Instruction.ConditionalJump(
            width, op, register(line, 0), source(line, 1), common.shortDistance(target)),
        target.label());
  }

  // ---- operands --------------------------------------------------------------------------------

  private void count(Line line, int wanted) {
    if (line.operands.size() != wanted) {
      throw common.bad(
          "operand-count",
          line.mnemonic,
          "%s takes %d operand%s, not %d"
              .formatted(line.name, wanted, wanted == 1 ? "" : "s", line.operands.size()),
          Hints.operands(line.name));
    }
  }

  private int register(Line line, int index) {
    if (line.operands.get(index) instanceof BpfParser.RegisterOperandContext o) {
      return common.register(o.REGISTER().getSymbol()).index();
    }
    throw wrong(line, index, "a register");
  }

  private Operand source(Line line, int index) {
    if (line.operands.get(index) instanceof BpfParser.RegisterOperandContext o) {
      Register register = common.register(o.REGISTER().getSymbol());
      return Operand.reg(register.index());
    }
    return Operand.imm(imm(line, index));
  }

  private int imm(Line line, int index) {
    return common.imm(value(line, index));
  }

  private ExpressionContext value(Line line, int index) {
    if (line.operands.get(index) instanceof BpfParser.ValueOperandContext o) {
      return o.expression();
    }
    throw wrong(line, index, "a number");
  }

  private Address memory(Line line, int index) {
    if (line.operands.get(index) instanceof BpfParser.MemoryOperandContext o) {
      return common.address(o.address());
    }
    throw wrong(line, index, "a place in memory, such as [%r1+8]");
  }

  private Target target(Line line, int index) {
    return switch (line.operands.get(index)) {
      case BpfParser.LocalLabelOperandContext o -> common.localTarget(o.LOCAL_LABEL().getSymbol());
      case BpfParser.ValueOperandContext o -> common.target(o.expression());
      default -> throw wrong(line, index, "a label or a distance");
    };
  }

  private Problems.BadStatement wrong(Line line, int index, String wanted) {
    return common.bad(
        "operand",
        line.operands.get(index).getStart(),
        "operand %d of %s is to be %s".formatted(index + 1, line.name, wanted),
        otherStore(line, index));
  }

  /** Stores of numbers and of registers have names of their own. */
  private static @Nullable String otherStore(Line line, int index) {
    if (index == 1 && line.name.matches("stx(?:b|h|w|dw)")) {
      return "a number is stored by " + line.name.replace("stx", "st");
    }
    if (index == 1 && line.name.matches("st(?:b|h|w|dw)")) {
      return "a register is stored by " + line.name.replace("st", "stx");
    }
    return Hints.operands(line.name);
  }
}
