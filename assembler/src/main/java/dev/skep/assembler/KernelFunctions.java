package dev.skep.assembler;

import dev.skep.assembler.Common.Address;
import dev.skep.assembler.Common.Read;
import dev.skep.assembler.Common.Register;
import dev.skep.assembler.grammar.BpfParser;
import dev.skep.assembler.grammar.BpfParser.FunctionArgumentContext;
import dev.skep.assembler.grammar.BpfParser.FunctionContext;
import dev.skep.isa.AtomicOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.MemorySize;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.Token;

/** What the kernel's and LLVM's syntax writes like a function of C: atomics, casts, wide loads. */
final class KernelFunctions {

  /** Everything that is written like a function of C, for suggestions. */
  static final List<String> FUNCTIONS =
      List.of(
          "load_acquire",
          "store_release",
          "addr_space_cast",
          "atomic_fetch_add",
          "atomic_fetch_or",
          "atomic_fetch_and",
          "atomic_fetch_xor",
          "atomic_xchg",
          "atomic_cmpxchg",
          "atomic64_fetch_add",
          "atomic64_fetch_or",
          "atomic64_fetch_and",
          "atomic64_fetch_xor",
          "atomic64_xchg",
          "atomic64_cmpxchg",
          "xchg_64",
          "xchg32_32",
          "cmpxchg_64",
          "cmpxchg32_32",
          "map_by_fd",
          "map_by_idx",
          "map_val",
          "var_addr",
          "code_addr");

  private static final Pattern FETCH =
      Pattern.compile("atomic(?:64)?_fetch_(add|or|and|xor)(?:_(?:32|64))?");
  private static final Pattern XCHG =
      Pattern.compile("atomic(?:64)?_xchg|xchg_64|xchg_32|xchg32_32");
  private static final Pattern CMPXCHG =
      Pattern.compile("atomic(?:64)?_cmpxchg|cmpxchg_64|cmpxchg_32|cmpxchg32_32");
  private final Common common;

  KernelFunctions(Common common) {
    this.common = common;
  }

  /** {@code r1 = NAME(…)}. */
  Read assign(BpfParser.AssignFunctionContext c) {
    FunctionContext function = c.function();
    String name = function.WORD().getText();
    Register dst = common.register(c.dst);
    Matcher fetch = FETCH.matcher(name);
    if (fetch.matches()) {
      AtomicOp op = AtomicOp.valueOf("FETCH_" + fetch.group(1).toUpperCase(Locale.ROOT));
      return atomic(function, op, dst, 2);
    }
    if (XCHG.matcher(name).matches()) {
      return atomic(function, AtomicOp.XCHG, dst, 2);
    }
    if (CMPXCHG.matcher(name).matches()) {
      return atomic(function, AtomicOp.CMPXCHG, dst, 3);
    }
    return switch (name) {
      case "load_acquire" -> {
        count(function, 1);
        FunctionArgumentContext memory = function.functionArgument(0);
        yield Read.of(
            new Instruction.LoadAcquire(
                sizeOf(memory, name),
                dst.index(),
                memory(memory).register(),
                memory(memory).offset()));
      }
      case "addr_space_cast" -> {
        count(function, 3);
        yield Read.of(
            new Instruction.AddressSpaceCast(
                dst.index(),
                registerOf(function.functionArgument(0)).index(),
                common.unsigned16(common.expression(function.functionArgument(1))),
                common.unsigned16(common.expression(function.functionArgument(2)))));
      }
      default -> common.wide(common.wholeRegister(c.dst), function, c.extra);
    };
  }

  /** {@code store_release(…)}, which stands alone. */
  Read statement(FunctionContext function) {
    if (!function.WORD().getText().equals("store_release")) {
      throw common.unknownFunction(function);
    }
    count(function, 2);
    FunctionArgumentContext memory = function.functionArgument(0);
    Address address = memory(memory);
    return Read.of(
        new Instruction.StoreRelease(
            sizeOf(memory, "store_release"),
            address.register(),
            address.offset(),
            registerOf(function.functionArgument(1)).index()));
  }

  private Read atomic(FunctionContext function, AtomicOp op, Register dst, int arguments) {
    count(function, arguments);
    FunctionArgumentContext memory = function.functionArgument(0);
    MemorySize size = atomicSize(sizeOf(memory, function.WORD().getText()), function.getStart());
    Address address = memory(memory);
    Register src = registerOf(function.functionArgument(arguments - 1));
    int old = op == AtomicOp.CMPXCHG ? 0 : src.index();
    if (dst.index() != old) {
      throw common.bad(
          "operand", dst.token(), "the old value of this operation comes back in r" + old, null);
    }
    if (op == AtomicOp.CMPXCHG && registerOf(function.functionArgument(1)).index() != 0) {
      throw common.bad(
          "operand",
          function.functionArgument(1).getStart(),
          "the value to compare with is always in r0",
          null);
    }
    return Read.of(
        new Instruction.Atomic(op, size, address.register(), address.offset(), src.index()));
  }

  MemorySize atomicSize(MemorySize size, Token at) {
    if (size != MemorySize.W && size != MemorySize.DW) {
      throw common.bad("type", at, "an atomic operation is of u32 or u64", null);
    }
    return size;
  }

  /** The size of a memory argument; LLVM's names of operations imply it. */
  private MemorySize sizeOf(FunctionArgumentContext argument, String function) {
    if (argument.pointer() != null) {
      return common.unsignedType(argument.pointer().pointerType().WORD().getSymbol());
    }
    return function.endsWith("32") ? MemorySize.W : MemorySize.DW;
  }

  private Address memory(FunctionArgumentContext argument) {
    if (argument.pointer() != null) {
      return common.address(argument.pointer().address());
    }
    if (argument.address() != null) {
      return common.address(argument.address());
    }
    throw common.bad(
        "syntax", argument.getStart(), "a place in memory is wanted here", "(u64 *)(r1 + 8)");
  }

  private Register registerOf(FunctionArgumentContext argument) {
    if (argument.address() == null || argument.address().offset != null) {
      throw common.bad("syntax", argument.getStart(), "a register is wanted here", null);
    }
    return common.register(argument.address().REGISTER().getSymbol());
  }

  private void count(FunctionContext function, int wanted) {
    int given = function.functionArgument().size();
    if (given != wanted) {
      throw common.bad(
          "syntax",
          function.getStart(),
          "%s takes %d operands, not %d".formatted(function.WORD().getText(), wanted, given),
          null);
    }
  }
}
