package dev.skep.assembler;

import dev.skep.assembler.Item.Callee;
import dev.skep.assembler.Item.Kfunc;
import dev.skep.assembler.Item.Label;
import dev.skep.assembler.Item.MapName;
import dev.skep.assembler.Item.Reference;
import dev.skep.assembler.Item.Symbol;
import dev.skep.assembler.Problems.Place;
import dev.skep.assembler.grammar.BpfParser;
import dev.skep.assembler.grammar.BpfParser.AddressContext;
import dev.skep.assembler.grammar.BpfParser.CallContext;
import dev.skep.assembler.grammar.BpfParser.ExpressionContext;
import dev.skep.assembler.grammar.BpfParser.FunctionArgumentContext;
import dev.skep.assembler.grammar.BpfParser.FunctionContext;
import dev.skep.assembler.grammar.BpfParser.MapReferenceContext;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.LoadImmediate64;
import dev.skep.isa.MemorySize;
import dev.skep.isa.WideKind;
import java.util.List;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** What the readers of both syntaxes share: registers, ranges, addresses, wide loads, calls. */
final class Common {

  /** A register as written. */
  record Register(int index, boolean half, Token token) {}

  /** {@code r1 + 8}. */
  record Address(int register, int offset) {}

  /** An instruction and the name it depends on. */
  record Read(Instruction instruction, @Nullable Reference reference) {
    static Read of(Instruction instruction) {
      return new Read(instruction, null);
    }
  }

  private final Problems problems;
  private final Draft draft;
  private final Expressions.Sites sites;
  final Expressions expressions;

  Common(Problems problems, Draft draft, Expressions.Sites sites) {
    this.problems = problems;
    this.draft = draft;
    this.sites = sites;
    this.expressions = new Expressions(problems, draft.constants, sites);
  }

  Problems.BadStatement bad(String rule, Token at, String message, @Nullable String help) {
    return problems.bad(rule, sites.at(at), message, help);
  }

  Place at(Token token) {
    return sites.at(token);
  }

  Register register(Token token) {
    String text = token.getText();
    String bare = text.startsWith("%") ? text.substring(1) : text;
    if (bare.equals("fp")) {
      return new Register(10, false, token);
    }
    int index = bare.length() > 4 ? 9999 : Integer.parseInt(bare.substring(1));
    if (index > 10) {
      throw bad(
          "register",
          token,
          text + " is not a register that a program can use",
          "registers are r0 to r10 (w0 to w10 for their lower halves); the frame pointer is r10");
    }
    return new Register(index, bare.charAt(0) == 'w' || bare.charAt(0) == 'W', token);
  }

  /** A register where only a whole one makes sense. */
  int wholeRegister(Token token) {
    Register register = register(token);
    if (register.half()) {
      throw bad(
          "register",
          token,
          token.getText() + " is half a register, but an address needs a whole one",
          "write r" + register.index());
    }
    return register.index();
  }

  int imm(ExpressionContext e) {
    Value value = expressions.number(e);
    if (!value.fitsImm()) {
      throw bad(
          "range",
          e.getStart(),
          value + " does not fit the 32-bit immediate",
          "it holds -2147483648 to 2147483647, or 0x0 to 0xffffffff as bits; a larger number is"
              + " loaded with ll (lddw)");
    }
    return (int) value.number();
  }

  /** Counts bytes of data that a directive adds. */
  void takeData(Token at, long count) {
    if (count < 0) {
      throw bad("range", at, count + " bytes make no sense", null);
    }
    if (count > DataDirectives.MAX_DATA - draft.dataBytes) {
      throw bad(
          "range",
          at,
          "the data of this file would be larger than " + DataDirectives.MAX_DATA + " bytes",
          null);
    }
    draft.dataBytes += count;
  }

  int unsigned16(ExpressionContext e) {
    Value value = expressions.number(e);
    if (value.number() < 0 || value.number() > 0xffff) {
      throw bad("range", e.getStart(), value + " is not an address space, 0 to 65535", null);
    }
    return (int) value.number();
  }

  Address address(AddressContext context) {
    int register = wholeRegister(context.REGISTER().getSymbol());
    if (context.offset == null) {
      return new Address(register, 0);
    }
    int first = context.offset.getStart().getType();
    if (first != BpfParser.PLUS && first != BpfParser.MINUS) {
      throw bad(
          "syntax",
          context.offset.getStart(),
          "between the register and the offset belongs + or -",
          null);
    }
    return new Address(register, offset(context.offset));
  }

  int offset(ExpressionContext e) {
    Value value = expressions.number(e);
    if (value.wrapped() || value.number() != (short) value.number()) {
      throw bad(
          "range",
          e.getStart(),
          value + " does not fit the 16-bit offset",
          "it holds -32768 to 32767");
    }
    return (short) value.number();
  }

  /** A type's size and whether it is signed. */
  record MemoryType(MemorySize size, boolean signed) {}

  MemoryType type(Token word) {
    for (MemorySize size : MemorySize.values()) {
      if (word.getText().equals(size.typeName())) {
        return new MemoryType(size, false);
      }
      if (word.getText().equals(size.signedTypeName())) {
        return new MemoryType(size, true);
      }
    }
    throw bad("type", word, word.getText() + " is no type of memory", Hints.type(word.getText()));
  }

  MemorySize unsignedType(Token word) {
    MemoryType type = type(word);
    if (type.signed()) {
      throw bad(
          "type", word, "only loads extend the sign", "write u" + word.getText().substring(1));
    }
    return type.size();
  }

  // ---- places in the program -----------------------------------------------------------------

  /** A distance, or a label to be resolved. */
  record Target(long distance, @Nullable Label label, boolean signed, Token token) {}

  Target target(BpfParser.TargetContext context) {
    if (context.LOCAL_LABEL() != null) {
      return localTarget(context.LOCAL_LABEL().getSymbol());
    }
    return target(context.expression());
  }

  Target localTarget(Token token) {
    String text = token.getText();
    String number = text.substring(0, text.length() - 1);
    Draft.Function function = draft.functionFor(sites.at(token));
    int count = function.localLabels.getOrDefault(number, 0);
    if (text.endsWith("b") && count == 0) {
      throw bad("unknown-label", token, "there is no label " + number + ": before this", null);
    }
    int wanted = text.endsWith("b") ? count : count + 1;
    return new Target(0, new Label(number + "#" + wanted, 0), false, token);
  }

  Target target(ExpressionContext e) {
    Token first = e.getStart();
    Value value = expressions.value(e);
    boolean signed = first.getType() == BpfParser.PLUS || first.getType() == BpfParser.MINUS;
    if (value.symbol() == null || value.symbol().equals("pc")) {
      return new Target(value.number(), null, signed || value.symbol() != null, first);
    }
    return new Target(0, new Label(value.symbol(), value.number()), false, first);
  }

  int shortDistance(Target target) {
    if (target.distance() != (short) target.distance()) {
      throw bad(
          "range",
          target.token(),
          "a jump by " + target.distance() + " does not fit the 16-bit offset",
          "gotol (cpu v4) jumps further");
    }
    return (int) target.distance();
  }

  int longDistance(Target target) {
    if (target.distance() != (int) target.distance()) {
      throw bad("range", target.token(), target.distance() + " does not fit 32 bits", null);
    }
    return (int) target.distance();
  }

  // ---- calls ---------------------------------------------------------------------------------

  Read call(CallContext context) {
    return switch (context) {
      case BpfParser.CallLocalContext c -> callLocal(target(c.target()));
      case BpfParser.CallRegisterContext c ->
          Read.of(new Instruction.CallRegister(wholeRegister(c.REGISTER().getSymbol())));
      case BpfParser.CallKfuncContext c -> callKfunc(c);
      case BpfParser.CallHelperContext c -> Read.of(new Instruction.CallHelper(imm(c.id)));
      case BpfParser.CallNumberedContext c -> callNumbered(c.callee);
      case BpfParser.CallTargetContext c -> {
        Target target = target(c.target());
        Label label = target.label();
        if (label != null) {
          yield new Read(
              new Instruction.CallHelper(0), new Callee(label.name(), label.addend(), false));
        }
        yield target.signed()
            ? callLocal(target)
            : Read.of(new Instruction.CallHelper(longDistance(target)));
      }
      default -> throw new IllegalStateException("unknown call " + context.getClass());
    };
  }

  private Read callLocal(Target target) {
    Label label = target.label();
    return label == null
        ? Read.of(new Instruction.CallLocal(longDistance(target)))
        : new Read(new Instruction.CallLocal(0), new Callee(label.name(), label.addend(), true));
  }

  private Read callKfunc(BpfParser.CallKfuncContext c) {
    ExpressionContext id = c.id;
    if (id == null) {
      String name = c.name().getText();
      Long constant = draft.constants.get(name);
      return constant != null
          ? Read.of(new Instruction.CallKfunc(constant.intValue(), 0))
          : new Read(
              new Instruction.CallKfunc(draft.kfuncs.getOrDefault(name, 0), 0), new Kfunc(name));
    }
    int module = c.module == null ? 0 : offset(c.module);
    return Read.of(new Instruction.CallKfunc(imm(id), module));
  }

  private Read callNumbered(Token token) {
    String text = token.getText();
    int hash = text.indexOf('#');
    String name = text.substring(0, hash);
    int id;
    try {
      id = Integer.parseInt(text.substring(hash + 1));
    } catch (NumberFormatException tooLarge) {
      throw bad("range", token, text.substring(hash + 1) + " does not fit 32 bits", null);
    }
    if (name.equals("unknown") || name.startsWith("bpf_unspec")) {
      return Read.of(new Instruction.CallHelper(id));
    }
    if (name.equals("kernel-function") || !isHelper(name)) {
      return new Read(new Instruction.CallKfunc(id, 0), new Kfunc(name));
    }
    Integer known = helpers().id(name);
    if (known != null && known != id) {
      throw bad("helper", token, name + " is helper " + known + ", not " + id, null);
    }
    return Read.of(new Instruction.CallHelper(id));
  }

  private HelperNames helpers = HelperNames.NONE;

  void helpers(HelperNames names) {
    helpers = names;
  }

  private HelperNames helpers() {
    return helpers;
  }

  private boolean isHelper(String name) {
    return helpers.id(name) != null;
  }

  // ---- wide loads ----------------------------------------------------------------------------

  Read wide(int dst, ExpressionContext e) {
    Value value = expressions.value(e);
    String symbol = value.symbol();
    if (symbol != null) {
      return new Read(
          new LoadImmediate64(dst, WideKind.CONSTANT, 0, 0), new Symbol(symbol, value.number()));
    }
    return Read.of(wide(dst, WideKind.CONSTANT, value.number()));
  }

  static LoadImmediate64 wide(int dst, WideKind kind, long value) {
    return new LoadImmediate64(dst, kind, (int) value, (int) (value >>> 32));
  }

  Read wide(int dst, MapReferenceContext map) {
    if (map.index != null && expressions.number(map.index).number() != 0) {
      throw bad("map", map.index.getStart(), "only the address of element 0 can be loaded", null);
    }
    long addend = map.offset == null ? 0 : imm(map.offset);
    boolean value = map.index != null || map.offset != null;
    return new Read(
        new LoadImmediate64(dst, WideKind.MAP_FD, 0, 0),
        new MapName(map.name().getText(), value, addend));
  }

  /** {@code map_by_fd(5)}, {@code map_val(map_by_idx(1)) + 8}, {@code var_addr(12)}. */
  Read wide(int dst, FunctionContext function, @Nullable ExpressionContext extra) {
    List<FunctionArgumentContext> arguments = function.functionArgument();
    String name = function.WORD().getText();
    int next = extra == null ? 0 : imm(extra);
    if (name.equals("map_val")
        && arguments.size() == 1
        && arguments.getFirst().function() != null) {
      FunctionContext inner = arguments.getFirst().function();
      WideKind kind =
          switch (inner.WORD().getText()) {
            case "map_by_fd" -> WideKind.MAP_VALUE;
            case "map_by_idx" -> WideKind.MAP_INDEX_VALUE;
            default -> throw unknownFunction(inner);
          };
      return Read.of(new LoadImmediate64(dst, kind, only(inner), next));
    }
    WideKind kind =
        switch (name) {
          case "map_by_fd" -> WideKind.MAP_FD;
          case "map_by_idx" -> WideKind.MAP_INDEX;
          case "var_addr" -> WideKind.VARIABLE_ADDRESS;
          case "code_addr" -> WideKind.CODE_ADDRESS;
          default -> throw unknownFunction(function);
        };
    boolean second = kind == WideKind.VARIABLE_ADDRESS || kind == WideKind.CODE_ADDRESS;
    if (second && arguments.size() == 2) {
      next = imm(expression(arguments.get(1)));
      return Read.of(new LoadImmediate64(dst, kind, imm(expression(arguments.getFirst())), next));
    }
    if (extra != null) {
      throw bad("syntax", extra.getStart(), "to " + name + "(…) nothing can be added", null);
    }
    if (kind == WideKind.CODE_ADDRESS && arguments.size() == 1) {
      Target target = target(expression(arguments.getFirst()));
      Label label = target.label();
      return label == null
          ? Read.of(new LoadImmediate64(dst, kind, longDistance(target), 0))
          : new Read(
              new LoadImmediate64(dst, kind, 0, 0), new Symbol(label.name(), label.addend()));
    }
    return Read.of(new LoadImmediate64(dst, kind, only(function), 0));
  }

  private int only(FunctionContext function) {
    if (function.functionArgument().size() != 1) {
      throw bad(
          "syntax", function.getStart(), function.WORD().getText() + " takes one number", null);
    }
    return imm(expression(function.functionArgument(0)));
  }

  ExpressionContext expression(FunctionArgumentContext argument) {
    ExpressionContext e = argument.expression();
    if (e == null) {
      throw bad("syntax", argument.getStart(), "a number is wanted here", null);
    }
    return e;
  }

  Problems.BadStatement unknownFunction(FunctionContext function) {
    String name = function.WORD().getText();
    return bad(
        "syntax",
        function.getStart(),
        name + "(…) is nothing that BPF has",
        Suggestions.didYouMean(name, KernelFunctions.FUNCTIONS));
  }

  static Token start(ParserRuleContext context) {
    return context.getStart();
  }
}
