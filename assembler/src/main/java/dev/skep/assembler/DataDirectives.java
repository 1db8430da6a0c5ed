package dev.skep.assembler;

import dev.skep.assembler.grammar.BpfParser.DirectiveValueContext;
import dev.skep.assembler.grammar.BpfParser.ExpressionContext;

/** What fills a data section: {@code .byte}, {@code .asciz}, {@code .zero}, {@code .align}. */
final class DataDirectives {

  /** All data of a file together: 64 MiB. */
  static final int MAX_DATA = 1 << 26;

  private final Draft draft;
  private final Common common;

  DataDirectives(Draft draft, Common common) {
    this.draft = draft;
    this.common = common;
  }

  private Draft.Data data(Arguments arguments) {
    Draft.Data data = draft.currentData;
    if (data == null) {
      throw common.bad(
          "directive",
          arguments.token,
          arguments.name + " puts data among instructions",
          "begin a data section first: .data, .rodata, .bss or .section .rodata.name");
    }
    return data;
  }

  void numbers(Arguments arguments, int size) {
    Draft.Data data = data(arguments);
    data.piece(size, arguments.size(), false);
    take(arguments, (long) size * arguments.size());
    for (int i = 0; i < arguments.size(); i++) {
      DirectiveValueContext value = arguments.value(i);
      ExpressionContext expression = value.expression();
      if (expression == null) {
        throw common.bad("directive", value.getStart(), "a number is wanted here", null);
      }
      Value number = common.expressions.number(expression);
      long low = size == 8 ? Long.MIN_VALUE : -(1L << (size * 8 - 1));
      long high = size == 8 ? Long.MAX_VALUE : (1L << (size * 8)) - 1;
      boolean fits = size == 8 || !number.wrapped();
      if (!fits || (!number.wrapped() && (number.number() < low || number.number() > high))) {
        throw common.bad(
            "range",
            value.getStart(),
            number + " does not fit " + (size == 1 ? "a byte" : size + " bytes"),
            null);
      }
      for (int b = 0; b < size; b++) {
        data.content.write((int) (number.number() >>> (8 * b)));
      }
    }
  }

  void strings(Arguments arguments, boolean terminated) {
    Draft.Data data = data(arguments);
    for (int i = 0; i < arguments.size(); i++) {
      DirectiveValueContext value = arguments.value(i);
      if (value.STRING() == null) {
        throw common.bad("directive", value.getStart(), "a quoted text is wanted here", null);
      }
      byte[] text = Strings.bytes(value.STRING().getText());
      data.piece(1, text.length + (terminated ? 1 : 0), true);
      take(arguments, text.length + 1L);
      data.content.writeBytes(text);
      if (terminated) {
        data.content.write(0);
      }
    }
  }

  void fill(Arguments arguments, long count) {
    Draft.Data data = data(arguments);
    take(arguments, count);
    data.piece(1, (int) count, false);
    data.content.writeBytes(new byte[(int) count]);
  }

  void align(Arguments arguments, long alignment) {
    Draft.Data data = draft.currentData;
    if (data == null) {
      return; // Instructions are aligned as they are.
    }
    if (alignment < 1 || alignment > 4096 || Long.bitCount(alignment) != 1) {
      throw common.bad("range", arguments.token, "an alignment is a power of two up to 4096", null);
    }
    int past = (int) (data.content.size() % alignment);
    if (past != 0) {
      take(arguments, alignment - past);
      data.content.writeBytes(new byte[(int) alignment - past]);
    }
  }

  /** Counts what is to be added, and refuses what would be too much. */
  private void take(Arguments arguments, long count) {
    common.takeData(arguments.token, count);
  }
}
