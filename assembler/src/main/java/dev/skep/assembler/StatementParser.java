package dev.skep.assembler;

import dev.skep.assembler.Problems.Place;
import dev.skep.assembler.grammar.BpfLexer;
import dev.skep.assembler.grammar.BpfParser;
import dev.skep.assembler.grammar.BpfParser.KernelLineContext;
import dev.skep.assembler.grammar.BpfParser.MnemonicLineContext;
import java.util.List;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Parses one line at a time, so that a mistake never reaches beyond its line and the work is
 * bounded by the longest line.
 */
final class StatementParser {

  /** Longer lines are refused unread. */
  static final int MAX_LINE = 20_000;

  private static final int MAX_NESTING = 100;

  private static final int MAX_OPERATORS = 1000;

  private final Problems problems;
  private final BpfLexer lexer = new BpfLexer(CharStreams.fromString(""));
  private final CommonTokenStream tokens = new CommonTokenStream(lexer);
  private final BpfParser parser = new BpfParser(tokens);
  private int line;
  private String text = "";

  StatementParser(Problems problems) {
    this.problems = problems;
    lexer.removeErrorListeners();
    parser.removeErrorListeners();
    parser.setErrorHandler(new BailErrorStrategy());
  }

  /** Where a token of the line that was parsed last stands. */
  Place at(Token token) {
    int column =
        token.getType() == Token.EOF
            ? text.stripTrailing().length()
            : token.getCharPositionInLine();
    return new Place(line, column + 1, text);
  }

  /**
   * Parses a line.
   *
   * @param number counted from 1
   * @param shown the line as it stands in the file
   * @param content what of it is to be read, with columns as in {@code shown}
   * @return a {@link KernelLineContext}, a {@link MnemonicLineContext}, or null for a line without
   *     any statement
   */
  @Nullable ParserRuleContext parse(int number, String shown, String content, Syntax syntax) {
    line = number;
    text = shown;
    lexer.setInputStream(CharStreams.fromString(content));
    tokens.setTokenSource(lexer);
    tokens.fill();
    List<Token> all = tokens.getTokens();
    if (all.size() <= 1) {
      return null;
    }
    checkNesting(all);
    boolean kernel =
        switch (syntax) {
          case KERNEL -> true;
          case MNEMONIC -> false;
          case AUTO -> looksLikeKernel(all);
        };
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
    try {
      return run(kernel);
    } catch (ParseCancellationException sll) {
      parser.getInterpreter().setPredictionMode(PredictionMode.LL);
      try {
        return run(kernel);
      } catch (ParseCancellationException failed) {
        throw explain(failed, all, kernel);
      }
    }
  }

  private ParserRuleContext run(boolean kernel) {
    tokens.seek(0);
    parser.reset();
    return kernel ? parser.kernelLine() : parser.mnemonicLine();
  }

  /** Nested brackets and chained signs are what recursion follows. */
  private void checkNesting(List<Token> all) {
    int depth = 0;
    int chain = 0;
    int operators = 0;
    for (Token token : all) {
      switch (token.getType()) {
        case BpfLexer.STAR,
            BpfLexer.SLASH,
            BpfLexer.PERCENT,
            BpfLexer.SHIFT,
            BpfLexer.AMP,
            BpfLexer.PIPE,
            BpfLexer.CARET,
            BpfLexer.PLUS,
            BpfLexer.MINUS ->
            operators++;
        case BpfLexer.COMMA, BpfLexer.SEMICOLON -> operators = 0;
        default -> {
          // Does not nest.
        }
      }
      switch (token.getType()) {
        case BpfLexer.LPAREN, BpfLexer.LBRACKET -> depth++;
        case BpfLexer.RPAREN, BpfLexer.RBRACKET -> depth--;
        case BpfLexer.MINUS, BpfLexer.PLUS, BpfLexer.TILDE -> chain++;
        default -> chain = 0;
      }
      if (depth > MAX_NESTING || chain > MAX_NESTING) {
        throw problems.bad(
            "syntax", at(token), "this is nested deeper than " + MAX_NESTING + " levels", null);
      }
      if (operators > MAX_OPERATORS) {
        throw problems.bad(
            "syntax", at(token), "an expression has at most " + MAX_OPERATORS + " operators", null);
      }
    }
  }

  /** Tells the syntaxes apart by how the first statement begins. */
  private static boolean looksLikeKernel(List<Token> all) {
    int i = 0;
    while (i + 1 < all.size() && all.get(i + 1).getType() == BpfLexer.COLON) {
      i += 2;
    }
    if (i >= all.size()) {
      return true;
    }
    int next = i + 1 < all.size() ? all.get(i + 1).getType() : Token.EOF;
    return switch (all.get(i).getType()) {
      case BpfLexer.WORD -> next == BpfLexer.LPAREN || next == BpfLexer.ASSIGN;
      case BpfLexer.LOCK -> next == BpfLexer.STAR;
      case BpfLexer.MAY_GOTO, BpfLexer.GOTO, BpfLexer.GOTOL -> true;
      default -> true;
    };
  }

  // ---- what is wrong ---------------------------------------------------------------------------

  private Problems.BadStatement explain(
      ParseCancellationException failed, List<Token> all, boolean kernel) {
    Token offending =
        failed.getCause() instanceof RecognitionException e && e.getOffendingToken() != null
            ? e.getOffendingToken()
            : all.getFirst();
    for (Token token : all) {
      if (token.getType() == BpfLexer.STRAY
          && token.getTokenIndex() <= offending.getTokenIndex() + 1) {
        return problems.bad("syntax", at(token), stray(token), null);
      }
    }
    Token first = first(all, offending);
    if (first.getType() == BpfLexer.WORD && first.getTokenIndex() > 0 && isComment(all, first)) {
      return problems.bad(
          "syntax",
          at(first),
          first.getText() + " begins no statement",
          "a ; separates statements; a comment begins with # or //");
    }
    if (offending.getType() == Token.EOF) {
      return problems.bad(
          "syntax", at(offending), "the line ends too early", Hints.shape(all, first, kernel));
    }
    if (offending.getTokenIndex() == first.getTokenIndex() && first.getType() == BpfLexer.WORD) {
      return problems.bad(
          "mnemonic",
          at(first),
          "there is no instruction " + first.getText(),
          Hints.mnemonic(first.getText()));
    }
    return problems.bad(
        "syntax",
        at(offending),
        offending.getText() + " is not expected here",
        Hints.shape(all, first, kernel));
  }

  /** Whether what follows a semicolon is just words. */
  private static boolean isComment(List<Token> all, Token first) {
    return all.get(first.getTokenIndex() - 1).getType() == BpfLexer.SEMICOLON
        && !MnemonicReader.mnemonics().contains(first.getText())
        && all.subList(first.getTokenIndex(), all.size() - 1).stream()
            .noneMatch(t -> t.getType() == BpfLexer.ASSIGN || t.getType() == BpfLexer.COMMA);
  }

  private static String stray(Token token) {
    String text = token.getText();
    int c = text.codePointAt(0);
    if (c == '"' || c == '\'') {
      return "the quoted text is not ended on this line";
    }
    return Character.isISOControl(c) || c > 0x7e
        ? "character U+%04X has no meaning here".formatted(c)
        : "the character " + text + " has no meaning here";
  }

  /** The first token of the statement that a token is in, behind its labels. */
  private static Token first(List<Token> all, Token offending) {
    Token first = all.getFirst();
    for (Token token : all) {
      if (token.getTokenIndex() > offending.getTokenIndex()) {
        break;
      }
      int type = token.getType();
      if (type == BpfLexer.SEMICOLON || type == BpfLexer.COLON) {
        first = all.get(Math.min(token.getTokenIndex() + 1, all.size() - 1));
      }
    }
    return first;
  }
}
