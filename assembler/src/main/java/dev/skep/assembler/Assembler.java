package dev.skep.assembler;

import dev.skep.assembler.Common.Read;
import dev.skep.assembler.Draft.Function;
import dev.skep.assembler.Problems.BadStatement;
import dev.skep.assembler.Problems.Place;
import dev.skep.assembler.grammar.BpfParser.ConstantContext;
import dev.skep.assembler.grammar.BpfParser.DirectiveContext;
import dev.skep.assembler.grammar.BpfParser.KernelLineContext;
import dev.skep.assembler.grammar.BpfParser.KernelStatementContext;
import dev.skep.assembler.grammar.BpfParser.LabelContext;
import dev.skep.assembler.grammar.BpfParser.MnemonicLineContext;
import dev.skep.assembler.grammar.BpfParser.MnemonicStatementContext;
import dev.skep.isa.Code;
import dev.skep.isa.Decoded;
import dev.skep.isa.Decoder;
import dev.skep.isa.Instruction;
import dev.skep.object.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/**
 * Turns assembly text into a BPF object.
 *
 * <p>Reads both syntaxes ({@link Syntax}), directives for programs, maps and data, and listings
 * pasted from a verifier log or from llvm-objdump. All errors of a file are found in one run; time
 * and memory are bounded by the text's length, whatever it holds.
 */
public final class Assembler {

  /** Larger texts are refused. */
  public static final int MAX_TEXT = 1 << 28;

  private static final Pattern OBJDUMP_SYMBOL =
      Pattern.compile("^[0-9a-f]{8,16} <([A-Za-z_.$][A-Za-z0-9_.$]*)>:\\s*$");
  private static final Pattern LEADING_LABEL = Pattern.compile("\\s*([A-Za-z_.$][\\w.$]*)\\s*:");
  private static final Pattern OBJDUMP_SECTION =
      Pattern.compile("^Disassembly of section (\\S+):\\s*$");

  private final Problems problems;
  private final Draft draft = new Draft();
  private final StatementParser parser;
  private final Common common;
  private final KernelReader kernel;
  private final MnemonicReader mnemonic;
  private final Directives directives;
  private final AssemblyOptions options;
  private boolean inBlockComment;

  /** Whether the text is a verifier's log: what in it is no instruction is talk about them. */
  private boolean verifierLog;

  private Assembler(String file, AssemblyOptions options) {
    this.options = options;
    problems = new Problems(file);
    parser = new StatementParser(problems);
    common = new Common(problems, draft, parser::at);
    common.helpers(options.helpers());
    kernel = new KernelReader(common);
    mnemonic = new MnemonicReader(common);
    directives = new Directives(problems, draft, common);
  }

  /**
   * Assembles a text.
   *
   * @param text the whole file
   * @param fileName its name, for diagnostics and as the object's name
   */
  public static AssemblyResult assemble(String text, String fileName, AssemblyOptions options) {
    Assembler assembler = new Assembler(fileName, options);
    if (text.length() > MAX_TEXT) {
      assembler.problems.error(
          "too-large", new Place(1, 1, ""), "the text is larger than 256 MiB", null);
      return new AssemblyResult(null, assembler.problems.all());
    }
    if (text.startsWith("\u007fELF")) {
      assembler.problems.error(
          "not-text",
          new Place(1, 1, ""),
          "this is an ELF file, no assembly",
          "skep disasm prints what is in a BPF object");
      return new AssemblyResult(null, assembler.problems.all());
    }
    assembler.read(text);
    return new ObjectBuilder(assembler.problems, assembler.draft, options, fileName).build();
  }

  /** Assembles a text that is in a file, as UTF-8. */
  public static AssemblyResult assemble(byte[] text, String fileName, AssemblyOptions options) {
    try {
      String decoded =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(text))
              .toString();
      return assemble(decoded, fileName, options);
    } catch (CharacterCodingException notUtf8) {
      // Read it all the same: what is wrong shows as U+FFFD at its place, unless in a comment.
      return assemble(new String(text, StandardCharsets.UTF_8), fileName, options);
    }
  }

  private void read(String text) {
    verifierLog = PastedLine.isVerifierLog(text);
    // Some editors mark UTF-8 by a byte order mark.
    int start = text.startsWith("\ufeff") ? 1 : 0;
    int number = 0;
    while (start <= text.length() && !problems.tooMany()) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        end = text.length();
      }
      number++;
      if (end > start) {
        line(number, text, start, end);
      }
      start = end + 1;
    }
    if (inBlockComment) {
      problems.error("syntax", new Place(number, 1, ""), "a /* comment is not ended", null);
    }
  }

  private void line(int number, String text, int start, int end) {
    if (end - start > StatementParser.MAX_LINE) {
      String beginning = text.substring(start, start + 80);
      problems.error(
          "line-too-long",
          new Place(number, 1, beginning),
          "the line has " + (end - start) + " characters",
          "a line has at most " + StatementParser.MAX_LINE);
      return;
    }
    String shown = text.substring(start, end);
    try {
      statements(number, shown);
    } catch (BadStatement bad) {
      if (verifierLog && PastedLine.of(shown) == null) {
        return;
      }
      problems.add(bad.diagnostic());
      rememberLabel(number, shown);
    }
  }

  /** A label before a bad instruction is there all the same. */
  private void rememberLabel(int number, String shown) {
    Matcher label = LEADING_LABEL.matcher(shown);
    if (label.lookingAt() && draft.currentData == null) {
      Function function = draft.functionFor(new Place(number, 1, shown));
      function.labels.putIfAbsent(label.group(1), function.items.size());
    }
  }

  private void statements(int number, String shown) {
    String content = withoutBlockComments(shown);
    PastedLine pasted = PastedLine.of(content);
    if (pasted != null) {
      Bytes bytes = pasted.bytes();
      if (bytes != null) {
        fromBytes(number, shown, pasted, bytes.toArray());
        return;
      }
      content = pasted.text();
    } else if (isListingFrame(number, shown, content)) {
      return;
    }
    ParserRuleContext line = parser.parse(number, shown, content, options.syntax());
    int pc = pasted == null ? -1 : pasted.pc();
    int opcode = pasted == null ? -1 : pasted.opcode();
    switch (line) {
      case null -> {
        // Nothing but blanks and comments.
      }
      case KernelLineContext c -> {
        for (KernelStatementContext s : c.kernelStatement()) {
          prelude(s.label(), s.directive(), s.constant());
          if (s.kernelInstruction() != null) {
            add(kernel.read(s.kernelInstruction(), opcode), s.kernelInstruction(), pc);
          }
        }
      }
      case MnemonicLineContext c -> {
        for (MnemonicStatementContext s : c.mnemonicStatement()) {
          prelude(s.label(), s.directive(), s.constant());
          if (s.mnemonicInstruction() != null) {
            add(mnemonic.read(s.mnemonicInstruction()), s.mnemonicInstruction(), pc);
          }
        }
      }
      default -> throw new IllegalStateException("unknown line " + line.getClass());
    }
  }

  private void prelude(
      List<LabelContext> labels,
      @Nullable DirectiveContext directive,
      @Nullable ConstantContext c) {
    for (LabelContext label : labels) {
      label(label);
    }
    if (directive != null) {
      directives.read(directive);
    }
    if (c != null) {
      Token name = c.WORD().getSymbol();
      directives.define(name.getText(), common.expressions.number(c.expression()).number(), name);
    }
  }

  private void add(Read read, ParserRuleContext context, int pc) {
    Place place = parser.at(context.getStart());
    if (draft.currentData != null) {
      throw problems.bad(
          "section",
          place,
          "an instruction stands in data section " + draft.currentData.name,
          "begin a code section first: .text, .section \"xdp\" or .program NAME type=xdp");
    }
    Function function = draft.functionFor(place);
    function.items.add(new Item(read.instruction(), read.reference(), place, pc, draft.sourceLine));
  }

  private void label(LabelContext context) {
    Token token = context.getStart();
    String name = token.getText();
    Place place = parser.at(token);
    Draft.Data data = draft.currentData;
    if (data != null) {
      variable(name, data, place);
      return;
    }
    if (context.NUMBER() != null) {
      Function function = draft.functionFor(place);
      int count = function.localLabels.merge(name, 1, Integer::sum);
      function.labels.put(name + "#" + count, function.items.size());
      return;
    }
    if (draft.beginsFunction(name)) {
      boolean program = !draft.section.isEmpty() && !draft.section.equals(".text");
      directives.begin(name, draft.section, token, program);
      return;
    }
    Function function = draft.functionFor(place);
    if (function.labels.putIfAbsent(name, function.items.size()) != null) {
      Integer line = function.labelLines.get(name);
      throw problems.bad(
          "redefined",
          place,
          "there is a label "
              + name
              + " already in "
              + function.name
              + (line == null ? "" : ", in line " + line),
          null);
    }
    function.labelLines.put(name, place.line());
  }

  private void variable(String name, Draft.Data data, Place place) {
    Draft.Variable variable = new Draft.Variable(data, data.content.size());
    if (draft.variables.putIfAbsent(name, variable) != null) {
      throw problems.bad("redefined", place, "there is a variable " + name + " already", null);
    }
  }

  // ---- pasted listings
  // ---------------------------------------------------------------------------

  /** Where llvm-objdump shows bytes, they say more than its text. */
  private void fromBytes(int number, String shown, PastedLine pasted, byte[] bytes) {
    Place place = new Place(number, 1, shown);
    Code code = Code.ofBytes(bytes, ByteOrder.LITTLE_ENDIAN);
    switch (Decoder.decode(code, 0)) {
      case Decoded.Invalid invalid ->
          throw problems.bad(
              "listing", place, "these bytes are no instruction: " + invalid.problems(), null);
      case Decoded.Valid(Instruction instruction) -> {
        if (instruction instanceof Instruction.CallLocal(int offset) && offset == -1) {
          problems.warning(
              "listing",
              place,
              "this call waits for a relocation, which a listing does not carry: it calls itself");
        }
        draft
            .functionFor(place)
            .items
            .add(new Item(instruction, null, place, pasted.pc(), draft.sourceLine));
      }
    }
  }

  private boolean isListingFrame(int number, String shown, String content) {
    if (content.isBlank()) {
      return true;
    }
    char first = content.charAt(0);
    if (first == ';') {
      return true;
    }
    Matcher symbol = OBJDUMP_SYMBOL.matcher(content);
    if (symbol.matches()) {
      String name = symbol.group(1);
      if (!name.startsWith("LBB") && !name.startsWith(".L")) {
        Place place = new Place(number, 1, shown);
        Function function =
            new Function(name, draft.section, place, !draft.section.equals(".text"));
        function.listedInSection = true;
        draft.functions.putIfAbsent(name, function);
        draft.function = function;
      }
      return true;
    }
    Matcher section = OBJDUMP_SECTION.matcher(content);
    if (section.matches()) {
      draft.section = section.group(1);
      draft.function = null;
      return true;
    }
    return PastedLine.isNoise(content);
  }

  /** Blanks out comments that may go over lines; what is in quotes is left alone. */
  private String withoutBlockComments(String line) {
    if (!inBlockComment && line.indexOf("/*") < 0) {
      return line;
    }
    StringBuilder out = new StringBuilder(line.length());
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (inBlockComment) {
        if (c == '*' && line.startsWith("*/", i)) {
          inBlockComment = false;
          out.append("  ");
          i++;
        } else {
          out.append(' ');
        }
      } else if (!quoted && line.startsWith("/*", i)) {
        inBlockComment = true;
        out.append("  ");
        i++;
      } else if (!quoted && (c == '#' || line.startsWith("//", i))) {
        break;
      } else {
        quoted ^= c == '"';
        out.append(c);
      }
    }
    return out.toString();
  }
}
