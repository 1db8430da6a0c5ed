package dev.skep.assembler;

import dev.skep.assembler.grammar.BpfParser.ArrayTypeContext;
import dev.skep.assembler.grammar.BpfParser.DirectiveArgumentContext;
import dev.skep.assembler.grammar.BpfParser.DirectiveValueContext;
import dev.skep.assembler.grammar.BpfParser.ExpressionContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** A directive's arguments: those in order, and those with a name. */
final class Arguments {

  /** Larger types are refused: no map holds a larger value. */
  static final int MAX_TYPE = 1 << 26;

  private final Common common;
  final String name;
  final Token token;
  private final List<DirectiveValueContext> values = new ArrayList<>();
  final Map<String, DirectiveValueContext> options = new LinkedHashMap<>();

  Arguments(Common common, String name, Token token, List<DirectiveArgumentContext> arguments) {
    this.common = common;
    this.name = name;
    this.token = token;
    for (DirectiveArgumentContext argument : arguments) {
      if (argument.key == null) {
        values.add(argument.directiveValue());
      } else if (options.put(argument.key.getText(), argument.directiveValue()) != null) {
        throw common.bad(
            "directive", argument.getStart(), argument.key.getText() + " is given twice", null);
      }
    }
  }

  int size() {
    return values.size();
  }

  DirectiveValueContext value(int index) {
    if (index < 0 || index >= values.size()) {
      throw common.bad("directive", token, name + " wants more arguments", Hints.usage(name));
    }
    return values.get(index);
  }

  boolean isNumber(int index) {
    ExpressionContext e = value(index).expression();
    return e != null && common.expressions.value(e).symbol() == null;
  }

  String text(int index) {
    return text(value(index));
  }

  private String text(DirectiveValueContext value) {
    if (value.STRING() != null) {
      return Strings.text(value.STRING().getText());
    }
    return value.name() != null ? value.name().getText() : value.getText();
  }

  long number(int index) {
    return number(value(index)).number();
  }

  private Value number(DirectiveValueContext value) {
    if (value.expression() == null) {
      throw common.bad("directive", value.getStart(), "a number is wanted here", null);
    }
    return common.expressions.number(value.expression());
  }

  int imm(int index) {
    return common.imm(expression(value(index)));
  }

  int imm(String key) {
    DirectiveValueContext value = options.get(key);
    return value == null ? 0 : common.imm(expression(value));
  }

  private ExpressionContext expression(DirectiveValueContext value) {
    if (value.expression() == null) {
      throw common.bad("directive", value.getStart(), "a number is wanted here", null);
    }
    return value.expression();
  }

  String option(String key, String otherwise) {
    DirectiveValueContext value = options.get(key);
    return value == null ? otherwise : text(value);
  }

  byte[] bytes(String key, int size) {
    DirectiveValueContext value = options.get(key);
    if (value == null || value.STRING() == null) {
      throw common.bad("directive", token, key + " is to be a quoted text", null);
    }
    byte[] content = Strings.bytes(value.STRING().getText());
    long wanted = Integer.toUnsignedLong(size);
    if (content.length > wanted) {
      throw common.bad("range", value.getStart(), "the contents are larger than the value", null);
    }
    common.takeData(value.getStart(), wanted);
    return Arrays.copyOf(content, size);
  }

  int count(String key, int otherwise) {
    DirectiveValueContext value = options.get(key);
    if (value == null) {
      return otherwise;
    }
    Value number = number(value);
    if (number.wrapped() || number.number() < 0 || number.number() >>> 32 != 0) {
      throw common.bad(
          "range", value.getStart(), key + " is to be 0 to 4294967295, not " + number, null);
    }
    return (int) number.number();
  }

  /** A number of 64 bits, 0 if it is not given. */
  long unsigned(String key) {
    DirectiveValueContext value = options.get(key);
    return value == null ? 0 : number(value).number();
  }

  /** The type that a value names, or null if it is a number or not given. */
  TypeTable.@Nullable Known type(String key, TypeTable types) {
    DirectiveValueContext value = options.get(key);
    if (value == null) {
      return null;
    }
    ArrayTypeContext array = value.arrayType();
    if (array == null && (value.expression() == null || isNumber(value))) {
      return null;
    }
    String wanted = array == null ? text(value) : array.name().getText();
    TypeTable.Known type = types.find(wanted);
    if (type == null) {
      throw common.bad(
          "unknown-name",
          value.getStart(),
          "there is no type " + wanted,
          Suggestions.didYouMean(wanted, types.names()));
    }
    List<ExpressionContext> counts = array == null ? List.of() : array.expression();
    for (int i = counts.size() - 1; i >= 0; i--) {
      Value number = common.expressions.number(counts.get(i));
      if (number.wrapped()
          || number.number() < 1
          || number.number() * type.size() > MAX_TYPE
          || number.number() > MAX_TYPE) {
        throw common.bad(
            "range", value.getStart(), "an array of " + number + " elements makes no sense", null);
      }
      type = types.array(type, (int) number.number());
    }
    return type;
  }

  private boolean isNumber(DirectiveValueContext value) {
    ExpressionContext e = value.expression();
    return e != null && common.expressions.value(e).symbol() == null;
  }

  <E extends Enum<E>> @Nullable E choice(
      String key, E[] all, java.util.function.Function<E, String> nameOf) {
    DirectiveValueContext value = options.get(key);
    if (value == null) {
      return null;
    }
    String wanted = text(value).toLowerCase(Locale.ROOT);
    for (E candidate : all) {
      if (nameOf.apply(candidate).equals(wanted)) {
        return candidate;
      }
    }
    throw common.bad(
        "unknown-name",
        value.getStart(),
        wanted + " is no " + key + " that skep knows",
        Suggestions.didYouMean(wanted, Arrays.stream(all).map(nameOf).toList()));
  }

  void refuseOthers(Set<String> known) {
    for (Map.Entry<String, DirectiveValueContext> option : options.entrySet()) {
      String key = option.getKey();
      if (!known.contains(key) && !(name.equals(".map") && key.startsWith("slot"))) {
        throw common.bad(
            "directive",
            option.getValue().getStart(),
            name + " has no attribute " + key,
            Suggestions.didYouMean(key, known));
      }
    }
  }
}
