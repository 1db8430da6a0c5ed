package dev.skep.assembler;

import dev.skep.assembler.Draft.Function;
import dev.skep.assembler.Problems.Place;
import dev.skep.assembler.grammar.BpfParser.DirectiveContext;
import dev.skep.assembler.grammar.BpfParser.DirectiveValueContext;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.ProgramType;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.antlr.v4.runtime.Token;

/** Everything that begins with a dot. */
final class Directives {

  /** All directives that mean something, for suggestions. */
  static final Set<String> KNOWN =
      Set.of(
          ".section",
          ".text",
          ".data",
          ".rodata",
          ".bss",
          ".license",
          ".program",
          ".function",
          ".map",
          ".struct",
          ".kfunc",
          ".equ",
          ".set",
          ".loc",
          ".file",
          ".byte",
          ".short",
          ".2byte",
          ".long",
          ".4byte",
          ".word",
          ".int",
          ".quad",
          ".8byte",
          ".ascii",
          ".asciz",
          ".string",
          ".zero",
          ".skip",
          ".space",
          ".align",
          ".balign",
          ".p2align",
          ".globl",
          ".global",
          ".type",
          ".size");

  /** What compilers write and what has no meaning for a BPF object built here. */
  private static final Set<String> IGNORED =
      Set.of(
          ".size",
          ".addrsig",
          ".addrsig_sym",
          ".ident",
          ".weak",
          ".hidden",
          ".local",
          ".internal",
          ".protected",
          ".cfi_startproc",
          ".cfi_endproc",
          ".cfi_sections",
          ".cfi_def_cfa");

  private final Problems problems;
  private final Draft draft;
  private final Common common;
  private final MapDirective maps;
  private final DataDirectives data;

  Directives(Problems problems, Draft draft, Common common) {
    this.problems = problems;
    this.draft = draft;
    this.common = common;
    this.maps = new MapDirective(problems, draft, common);
    this.data = new DataDirectives(draft, common);
  }

  void read(DirectiveContext c) {
    Token token = c.getStart();
    String name = token.getText();
    Arguments arguments = new Arguments(common, name, token, c.directiveArgument());
    switch (name) {
      case ".section" -> section(arguments.text(0));
      case ".text", ".data", ".rodata", ".bss" -> section(name);
      case ".license" -> draft.license = arguments.text(0);
      case ".program" -> program(arguments);
      case ".function", ".func" -> function(arguments);
      case ".map" -> maps.read(arguments);
      case ".struct" -> struct(arguments);
      case ".kfunc" ->
          draft.kfuncs.put(arguments.text(0), arguments.size() > 1 ? arguments.imm(1) : 0);
      case ".equ", ".set" -> define(arguments.text(0), arguments.number(1), token);
      case ".loc" -> location(arguments);
      case ".file" -> file(arguments);
      case ".globl", ".global" -> {
        if (!isData(draft.section)) {
          declare(arguments);
        }
      }
      case ".type" -> {
        if (arguments.size() > 1 && arguments.text(1).equals("function")) {
          declare(arguments);
        }
      }
      case ".byte" -> data.numbers(arguments, 1);
      case ".short", ".2byte", ".half" -> data.numbers(arguments, 2);
      case ".long", ".4byte", ".word", ".int" -> data.numbers(arguments, 4);
      case ".quad", ".8byte", ".dword" -> data.numbers(arguments, 8);
      case ".ascii" -> data.strings(arguments, false);
      case ".asciz", ".string" -> data.strings(arguments, true);
      case ".zero", ".skip", ".space" -> data.fill(arguments, arguments.number(0));
      case ".align", ".balign" -> data.align(arguments, arguments.number(0));
      case ".p2align" ->
          data.align(arguments, 1L << Math.min(20, Math.max(0, arguments.number(0))));
      default -> {
        if (name.startsWith(".data.") || name.startsWith(".rodata.")) {
          section(name);
        } else if (!IGNORED.contains(name)) {
          throw common.bad(
              "directive",
              token,
              "there is no directive " + name,
              Suggestions.didYouMean(name, KNOWN));
        }
      }
    }
  }

  void define(String name, long value, Token at) {
    Long before = draft.constants.put(name, value);
    if (before != null && before != value) {
      problems.warning("redefined", common.at(at), name + " was " + before + " before");
    }
  }

  private void declare(Arguments arguments) {
    draft.declaredFunctions.add(arguments.text(0));
  }

  // ---- sections and functions
  // --------------------------------------------------------------------

  private static boolean isData(String name) {
    return name.startsWith(".data")
        || name.startsWith(".rodata")
        || name.startsWith(".bss")
        || name.equals("license")
        || name.equals("version")
        || name.startsWith(".BTF")
        || name.startsWith(".note")
        || name.startsWith(".llvm");
  }

  private void section(String name) {
    if (isData(name)) {
      draft.currentData = draft.dataSection(name);
      return;
    }
    draft.currentData = null;
    if (!name.equals(draft.section) || draft.function == null) {
      draft.section = name;
      draft.function = null;
    }
  }

  private void program(Arguments arguments) {
    String name = arguments.text(0);
    String section = arguments.option("section", "");
    Function function = begin(name, section, arguments.token, true);
    ProgramType type = arguments.choice("type", ProgramType.values(), ProgramType::kernelName);
    function.type = type;
    function.attach =
        arguments.choice("attach", AttachType.values(), t -> t.name().toLowerCase(Locale.ROOT));
    function.target =
        arguments.options.containsKey("target") ? arguments.option("target", "") : null;
    if (arguments.options.containsKey("flags")) {
      function.flags =
          arguments.option("flags", "").equals("sleepable")
              ? ProgramSpec.F_SLEEPABLE
              : arguments.imm("flags");
    }
    arguments.refuseOthers(Set.of("section", "type", "attach", "target", "flags"));
  }

  private void function(Arguments arguments) {
    begin(arguments.text(0), ".text", arguments.token, false);
  }

  /** Begins a function, if there is none of the name yet. */
  Function begin(String name, String section, Token at, boolean program) {
    Place place = common.at(at);
    Function function = new Function(name, section, place, program);
    Function before = draft.functions.putIfAbsent(name, function);
    if (before != null) {
      throw common.bad(
          "redefined",
          at,
          "there is a function " + name + " already, in line " + before.place.line(),
          null);
    }
    draft.currentData = null;
    draft.section = section;
    draft.function = function;
    return function;
  }

  // ---- types
  // -------------------------------------------------------------------------------------

  /** {@code .struct flow source=u32 ports=u16[2]}: C's natural layout. */
  private void struct(Arguments arguments) {
    String name = arguments.text(0);
    if (draft.types.find(name) != null) {
      throw common.bad("redefined", arguments.token, "there is a type " + name + " already", null);
    }
    if (!name.matches("[A-Za-z_]\\w*")) {
      throw common.bad("directive", arguments.token, name + " is no name for a struct", null);
    }
    if (arguments.options.isEmpty()) {
      throw common.bad(
          "directive",
          arguments.token,
          "struct " + name + " has no field",
          ".struct " + name + " count=u64 address=u8[16]");
    }
    List<TypeTable.Field> fields = new ArrayList<>();
    long size = 0;
    for (String field : arguments.options.keySet()) {
      TypeTable.Known type = arguments.type(field, draft.types);
      if (type == null) {
        throw common.bad(
            "directive", arguments.token, "field " + field + " has a number for its type", null);
      }
      fields.add(new TypeTable.Field(field, type));
      size += type.size();
    }
    if (size > Arguments.MAX_TYPE) {
      throw common.bad("range", arguments.token, "struct " + name + " is too large", null);
    }
    draft.types.struct(name, fields);
  }

  // ---- source lines
  // ------------------------------------------------------------------------------

  private void file(Arguments arguments) {
    if (arguments.size() > 1) {
      draft.sourceFiles.put((int) arguments.number(0), arguments.text(arguments.size() - 1));
    }
  }

  private void location(Arguments arguments) {
    DirectiveValueContext first = arguments.value(0);
    String file =
        first.STRING() != null
            ? arguments.text(0)
            : draft.sourceFiles.getOrDefault((int) arguments.number(0), "");
    int line = (int) arguments.number(1);
    int column = arguments.size() > 2 && arguments.isNumber(2) ? (int) arguments.number(2) : 0;
    int last = arguments.size() - 1;
    String text = arguments.value(last).STRING() != null && last > 0 ? arguments.text(last) : "";
    draft.sourceLine = new Item.SourceLine(file, new Place(line, column, text));
  }
}
