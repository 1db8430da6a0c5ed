package dev.skep.assembler;

import dev.skep.assembler.grammar.BpfLexer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** What a statement or a directive should look like, for those who did not know. */
final class Hints {

  /** Words of C, of other assemblers and of other processors, and what says it here. */
  private static final Map<String, String> FOREIGN_TYPES =
      Map.ofEntries(
          Map.entry("char", "u8 or s8"),
          Map.entry("short", "u16 or s16"),
          Map.entry("int", "u32 or s32"),
          Map.entry("long", "u64"),
          Map.entry("byte", "u8"),
          Map.entry("half", "u16"),
          Map.entry("word", "u32"),
          Map.entry("dword", "u64"),
          Map.entry("__u8", "u8"),
          Map.entry("__u16", "u16"),
          Map.entry("__u32", "u32"),
          Map.entry("__u64", "u64"),
          Map.entry("uint8_t", "u8"),
          Map.entry("uint16_t", "u16"),
          Map.entry("uint32_t", "u32"),
          Map.entry("uint64_t", "u64"),
          Map.entry("i8", "s8"),
          Map.entry("i16", "s16"),
          Map.entry("i32", "s32"),
          Map.entry("i64", "u64"));

  private static final Map<String, String> FOREIGN_MNEMONICS =
      Map.ofEntries(
          Map.entry("jmp", "a jump reads: goto LABEL, or ja LABEL"),
          Map.entry("b", "a jump reads: goto LABEL, or ja LABEL"),
          Map.entry("ret", "a function ends with exit; its result is in r0"),
          Map.entry("return", "a function ends with exit; its result is in r0"),
          Map.entry("nop", "goto +0 does nothing"),
          Map.entry("push", "there is no push; store below r10: *(u64 *)(r10 - 8) = r1"),
          Map.entry("pop", "there is no pop; load from below r10: r1 = *(u64 *)(r10 - 8)"),
          Map.entry("inc", "add 1: r1 += 1, or add %r1, 1"),
          Map.entry("dec", "subtract 1: r1 -= 1, or sub %r1, 1"),
          Map.entry("cmp", "comparing and jumping is one: if r1 == 5 goto LABEL"),
          Map.entry("ldx", "the size is in the name: ldxb, ldxh, ldxw, ldxdw"),
          Map.entry("stx", "the size is in the name: stxb, stxh, stxw, stxdw"),
          Map.entry("st", "the size is in the name: stb, sth, stw, stdw"),
          Map.entry("ld", "ldxw loads from memory, lddw a 64-bit number"),
          Map.entry("not", "xor with -1: r1 ^= -1"));

  /** A directive as it is used. */
  private static final Map<String, String> USAGE =
      Map.ofEntries(
          Map.entry(".program", ".program NAME type=xdp"),
          Map.entry(".function", ".function NAME"),
          Map.entry(".map", ".map NAME type=hash key=4 value=8 entries=1024"),
          Map.entry(".struct", ".struct NAME count=u64 address=u8[16]"),
          Map.entry(".license", ".license \"GPL\""),
          Map.entry(".section", ".section \"xdp\""),
          Map.entry(".kfunc", ".kfunc bpf_rcu_read_lock"),
          Map.entry(".equ", ".equ NAME, 5"),
          Map.entry(".set", ".set NAME, 5"),
          Map.entry(".loc", ".loc \"file.c\", 12, 3, \"x = 5;\""),
          Map.entry(".zero", ".zero 16"),
          Map.entry(".align", ".align 8"));

  private Hints() {}

  static @Nullable String usage(String directive) {
    String usage = USAGE.get(directive);
    return usage == null ? null : "it reads: " + usage;
  }

  /** The types of memory, or the one that a word of another language means. */
  static String type(String word) {
    String meant = FOREIGN_TYPES.get(word);
    return meant != null
        ? "write " + meant
        : "the types are u8, u16, u32, u64 and, for sign-extending loads, s8, s16, s32";
  }

  /** For a word that begins a statement and is no instruction. */
  static @Nullable String mnemonic(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    String meant = FOREIGN_MNEMONICS.get(lower);
    if (meant != null) {
      return meant;
    }
    if (lower.equals("exit")
        || lower.equals("call")
        || lower.equals("goto")
        || lower.equals("if")) {
      return "write " + lower + ", in small letters";
    }
    return Suggestions.didYouMean(lower, MnemonicReader.mnemonics());
  }

  /** How a statement reads that begins as this one does. */
  static @Nullable String shape(List<Token> all, Token first, boolean kernel) {
    return switch (first.getType()) {
      case BpfLexer.IF -> "a conditional jump reads: if r1 == 5 goto LABEL";
      case BpfLexer.GOTO, BpfLexer.GOTOL, BpfLexer.MAY_GOTO -> "a jump reads: goto LABEL";
      case BpfLexer.STAR -> "a store reads: *(u32 *)(r1 + 8) = r2";
      case BpfLexer.LOCK ->
          kernel
              ? "an atomic operation reads: lock *(u64 *)(r1 + 8) += r2"
              : "an atomic operation reads: lock add [%r1+8], %r2";
      case BpfLexer.CALL, BpfLexer.CALLX ->
          "a call reads: call bpf_map_lookup_elem, call 1, call FUNCTION, call local LABEL, or"
              + " callx r1";
      case BpfLexer.EXIT -> "exit stands alone; the result is what is in r0";
      case BpfLexer.REGISTER -> register(all, first);
      case BpfLexer.DIRECTIVE -> {
        String usage = usage(first.getText());
        yield usage == null
            ? "a directive's arguments are numbers, names, texts or KEY=VALUE"
            : usage;
      }
      case BpfLexer.WORD -> operands(first.getText().toLowerCase(Locale.ROOT));
      default -> null;
    };
  }

  private static String register(List<Token> all, Token first) {
    for (Token token : all) {
      boolean later = token.getTokenIndex() > first.getTokenIndex();
      if (later && token.getType() == BpfLexer.LBRACKET) {
        return "a load reads: r1 = *(u32 *)(r2 + 8); brackets are the mnemonics': ldxw r1, [r2+8]";
      }
      if (later && token.getType() == BpfLexer.STAR) {
        return "a load reads: r1 = *(u32 *)(r2 + 8)";
      }
      if (later && token.getType() == BpfLexer.COMPARE) {
        return "only a jump compares: if r1 == 5 goto LABEL";
      }
    }
    return "an instruction has one operation: r1 = r2, r1 += 5, r1 = *(u32 *)(r2 + 8), r1 = NAME"
        + " ll";
  }

  /** How the operands of a mnemonic read, with commas between them. */
  static @Nullable String operands(String mnemonic) {
    if (!MnemonicReader.mnemonics().contains(mnemonic)) {
      return null;
    }
    String operands;
    if (mnemonic.startsWith("ldx") || mnemonic.startsWith("ldacq")) {
      operands = " %r1, [%r2+8]";
    } else if (mnemonic.startsWith("stx") || mnemonic.startsWith("strel")) {
      operands = " [%r1+8], %r2";
    } else if (mnemonic.startsWith("st")) {
      operands = " [%r1+8], 5";
    } else if (mnemonic.equals("lddw")) {
      operands = " %r1, 0x123456789, or lddw %r1, map[NAME]";
    } else if (mnemonic.startsWith("ja") || mnemonic.contains("goto")) {
      operands = " LABEL";
    } else if (mnemonic.startsWith("j")) {
      operands = " %r1, 5, LABEL";
    } else if (mnemonic.startsWith("neg") || mnemonic.matches("(?:le|be|b?swap)(?:16|32|64)")) {
      operands = " %r1";
    } else if (mnemonic.startsWith("ldabs")) {
      operands = " 12";
    } else if (mnemonic.startsWith("ldind")) {
      operands = " %r1, 12";
    } else if (mnemonic.matches(
        "(?:mov|add|sub|mul|s?div|s?mod|or|and|xor|lsh|rsh|arsh)(?:32|64)?")) {
      operands = " %r1, 5, or " + mnemonic + " %r1, %r2";
    } else {
      return null;
    }
    return "it reads: " + mnemonic + operands;
  }
}
