package dev.skep.assembler;

import dev.skep.assembler.Problems.Place;
import dev.skep.assembler.grammar.BpfParser.ExpressionContext;
import java.util.Map;
import org.antlr.v4.runtime.Token;

/** Computes expressions in 64 bits, with at most one name that is no constant. */
final class Expressions {

  private final Problems problems;
  private final Map<String, Long> constants;
  private final Sites sites;

  Expressions(Problems problems, Map<String, Long> constants, Sites sites) {
    this.problems = problems;
    this.constants = constants;
    this.sites = sites;
  }

  /** An expression that may hold one symbol, to which a number is added. */
  Value value(ExpressionContext e) {
    if (e.NUMBER() != null) {
      return number(e.NUMBER().getSymbol());
    }
    if (e.CHARACTER() != null) {
      String text = e.CHARACTER().getText();
      return Value.of(text.charAt(1) == '\\' ? Strings.escape(text.charAt(2)) : text.charAt(1));
    }
    if (e.name() != null) {
      String name = e.name().getText();
      Long constant = constants.get(name);
      return constant == null ? new Value(0, name, false, false) : Value.of(constant);
    }
    if (e.op == null) {
      return value(e.expression(0));
    }
    Value left = value(e.expression(0));
    if (e.expression().size() == 1) {
      return unary(e, left);
    }
    Value right = value(e.expression(1));
    return binary(e, left, right);
  }

  /** An expression without any symbol. */
  Value number(ExpressionContext e) {
    Value value = value(e);
    if (value.symbol() != null) {
      throw problems.bad(
          "unknown-name",
          sites.at(e.getStart()),
          "there is no constant " + value.symbol(),
          Suggestions.didYouMean(value.symbol(), constants.keySet()));
    }
    return value;
  }

  private Value unary(ExpressionContext e, Value operand) {
    String op = e.op.getText();
    if (op.equals("+")) {
      return operand;
    }
    if (operand.symbol() != null) {
      throw problems.bad("expression", sites.at(e.op), "a name cannot be negated", null);
    }
    if (op.equals("~")) {
      return new Value(~operand.number(), null, operand.bits(), false);
    }
    if (operand.wrapped() && operand.number() != Long.MIN_VALUE) {
      throw problems.bad("range", sites.at(e.op), "-" + operand + " is below -2^63", null);
    }
    return Value.of(-operand.number());
  }

  private Value binary(ExpressionContext e, Value left, Value right) {
    String op = e.op.getText();
    if (op.equals("+") && (left.symbol() == null || right.symbol() == null)) {
      String symbol = left.symbol() == null ? right.symbol() : left.symbol();
      boolean wrapped = left.wrapped() || right.wrapped();
      return new Value(
          left.number() + right.number(), symbol, left.bits() || right.bits(), wrapped);
    }
    if (op.equals("-") && right.symbol() == null) {
      return new Value(
          left.number() - right.number(), left.symbol(), left.bits() || right.bits(), false);
    }
    if (left.symbol() != null || right.symbol() != null) {
      String name = left.symbol() == null ? String.valueOf(right.symbol()) : left.symbol();
      throw problems.bad(
          "expression",
          sites.at(e.op),
          "there is no constant " + name + "; to a label or symbol, a number can only be added",
          Suggestions.didYouMean(name, constants.keySet()));
    }
    long a = left.number();
    long b = right.number();
    if ((op.equals("/") || op.equals("%")) && b == 0) {
      throw problems.bad("expression", sites.at(e.op), "this divides by zero", null);
    }
    if ((op.equals("<<") || op.equals(">>")) && (b < 0 || b > 63)) {
      throw problems.bad("expression", sites.at(e.op), "a shift by " + b + " is not 0 to 63", null);
    }
    long number =
        switch (op) {
          case "*" -> a * b;
          case "/" -> a / b;
          case "%" -> a % b;
          case "<<" -> a << b;
          case ">>" -> a >>> b;
          case "&" -> a & b;
          case "^" -> a ^ b;
          default -> a | b;
        };
    return new Value(number, null, left.bits() || right.bits(), false);
  }

  private Value number(Token token) {
    String text = token.getText();
    int radix = 10;
    String digits = text;
    if (text.length() > 2 && !Character.isDigit(text.charAt(1))) {
      radix = Character.toLowerCase(text.charAt(1)) == 'x' ? 16 : 2;
      digits = text.substring(2);
    }
    try {
      long number = Long.parseUnsignedLong(digits, radix);
      return new Value(number, null, radix != 10, number < 0);
    } catch (NumberFormatException tooLarge) {
      throw problems.bad("range", sites.at(token), "the number does not fit 64 bits", null);
    }
  }

  /** Says where a token of the current line stands in the file. */
  @FunctionalInterface
  interface Sites {
    Place at(Token token);
  }
}
