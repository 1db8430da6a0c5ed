package dev.skep.assembler;

import dev.skep.assembler.Draft.Function;
import dev.skep.assembler.Problems.Place;
import dev.skep.assembler.grammar.BpfParser.DirectiveArgumentContext;
import dev.skep.assembler.grammar.BpfParser.DirectiveContext;
import dev.skep.assembler.grammar.BpfParser.DirectiveValueContext;
import dev.skep.assembler.grammar.BpfParser.ExpressionContext;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

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

  /** A map's or data section's contents end here. */
  private static final Set<String> MAP_ATTRIBUTES =
      Set.of("type", "key", "value", "entries", "flags", "extra", "inner", "pin", "frozen", "data");

  private static final int MAX_DATA = 1 << 26;

  private final Problems problems;
  private final Draft draft;
  private final Common common;

  Directives(Problems problems, Draft draft, Common common) {
    this.problems = problems;
    this.draft = draft;
    this.common = common;
  }

  void read(DirectiveContext c) {
    Token token = c.getStart();
    String name = token.getText();
    Arguments arguments = new Arguments(name, token, c.directiveArgument());
    switch (name) {
      case ".section" -> section(arguments.text(0));
      case ".text", ".data", ".rodata", ".bss" -> section(name);
      case ".license" -> draft.license = arguments.text(0);
      case ".program" -> program(arguments);
      case ".function", ".func" -> function(arguments);
      case ".map" -> map(arguments);
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
      case ".byte" -> numbers(arguments, 1);
      case ".short", ".2byte", ".half" -> numbers(arguments, 2);
      case ".long", ".4byte", ".word", ".int" -> numbers(arguments, 4);
      case ".quad", ".8byte", ".dword" -> numbers(arguments, 8);
      case ".ascii" -> strings(arguments, false);
      case ".asciz", ".string" -> strings(arguments, true);
      case ".zero", ".skip", ".space" -> fill(arguments, arguments.number(0));
      case ".align", ".balign" -> align(arguments, arguments.number(0));
      case ".p2align" -> align(arguments, 1L << Math.min(20, Math.max(0, arguments.number(0))));
      default -> {
        if (!IGNORED.contains(name)) {
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

  // ---- maps
  // --------------------------------------------------------------------------------------

  private void map(Arguments arguments) {
    String name = arguments.text(0);
    if (draft.maps.containsKey(name)) {
      throw common.bad("redefined", arguments.token, "there is a map " + name + " already", null);
    }
    draft.broken.add(name);
    MapType type = arguments.choice("type", MapType.values(), MapType::kernelName);
    if (type == null) {
      throw common.bad(
          "map",
          arguments.token,
          "map " + name + " has no type",
          ".map " + name + " type=hash key=4 value=8 entries=1024");
    }
    MapSpec inner = null;
    if (arguments.options.containsKey("inner")) {
      String innerName = arguments.option("inner", "");
      inner = draft.maps.get(innerName);
      if (inner == null) {
        throw common.bad(
            "unknown-name",
            arguments.token,
            "there is no map " + innerName + " yet",
            Suggestions.didYouMean(innerName, draft.maps.keySet()));
      }
    }
    Map<Integer, String> slots = new HashMap<>();
    boolean ofDescriptors =
        type == MapType.PROG_ARRAY || type == MapType.ARRAY_OF_MAPS || type == MapType.HASH_OF_MAPS;
    arguments.options.keySet().stream()
        .filter(k -> k.startsWith("slot"))
        .forEach(k -> slots.put(slotNumber(arguments, k), arguments.option(k, "")));
    draft.maps.put(
        name,
        new MapSpec(
            name,
            type,
            arguments.count("key", ofDescriptors ? 4 : 0),
            arguments.count("value", ofDescriptors ? 4 : 0),
            arguments.count("entries", 0),
            arguments.count("flags", 0),
            arguments.count("extra", 0),
            null,
            0,
            0,
            inner,
            arguments.count("frozen", 0) != 0,
            arguments.options.containsKey("data")
                ? Bytes.of(arguments.bytes("data", arguments.count("value", 0)))
                : null,
            slots,
            arguments.option("pin", "").equals("name")));
    arguments.refuseOthers(MAP_ATTRIBUTES);
    draft.broken.remove(name);
  }

  private int slotNumber(Arguments arguments, String key) {
    try {
      return Integer.parseInt(key.substring("slot".length()));
    } catch (NumberFormatException notANumber) {
      throw common.bad(
          "directive", arguments.token, key + " is no slot", "write slot0=NAME slot1=NAME …");
    }
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

  // ---- data
  // --------------------------------------------------------------------------------------

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

  private void numbers(Arguments arguments, int size) {
    Draft.Data data = data(arguments);
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
            "range", value.getStart(), number + " does not fit " + size + " bytes", null);
      }
      for (int b = 0; b < size; b++) {
        data.content.write((int) (number.number() >>> (8 * b)));
      }
      grown(arguments, data);
    }
  }

  private void strings(Arguments arguments, boolean terminated) {
    Draft.Data data = data(arguments);
    for (int i = 0; i < arguments.size(); i++) {
      DirectiveValueContext value = arguments.value(i);
      if (value.STRING() == null) {
        throw common.bad("directive", value.getStart(), "a quoted text is wanted here", null);
      }
      data.content.writeBytes(Strings.bytes(value.STRING().getText()));
      if (terminated) {
        data.content.write(0);
      }
      grown(arguments, data);
    }
  }

  private void fill(Arguments arguments, long count) {
    Draft.Data data = data(arguments);
    if (count < 0 || count > MAX_DATA - data.content.size()) {
      throw tooMuch(arguments, data);
    }
    data.content.writeBytes(new byte[(int) count]);
  }

  private void align(Arguments arguments, long alignment) {
    Draft.Data data = draft.currentData;
    if (data == null) {
      return; // Instructions are aligned as they are.
    }
    if (alignment < 1 || alignment > 4096 || Long.bitCount(alignment) != 1) {
      throw common.bad("range", arguments.token, "an alignment is a power of two up to 4096", null);
    }
    int past = (int) (data.content.size() % alignment);
    fill(arguments, past == 0 ? 0 : alignment - past);
  }

  private void grown(Arguments arguments, Draft.Data data) {
    if (data.content.size() > MAX_DATA) {
      throw tooMuch(arguments, data);
    }
  }

  private Problems.BadStatement tooMuch(Arguments arguments, Draft.Data data) {
    return common.bad(
        "range", arguments.token, data.name + " would be larger than " + MAX_DATA + " bytes", null);
  }

  /** The contents of a data section as a map, as libbpf makes it. */
  static MapSpec asMap(String object, Draft.Data data) {
    String prefix = object.length() > 8 ? object.substring(0, 8) : object;
    byte[] content = data.content.toByteArray();
    return new MapSpec(
        prefix + data.name,
        MapType.ARRAY,
        4,
        content.length,
        1,
        MapSpec.F_MMAPABLE | (data.readOnly() ? MapSpec.F_RDONLY_PROG : 0),
        0,
        null,
        0,
        0,
        null,
        data.readOnly(),
        Bytes.of(content),
        Map.of(),
        false);
  }

  // ---- arguments
  // ---------------------------------------------------------------------------------

  /** A directive's arguments: those in order, and those with a name. */
  private final class Arguments {
    private final String name;
    private final Token token;
    private final List<DirectiveValueContext> values = new ArrayList<>();
    private final Map<String, DirectiveValueContext> options = new HashMap<>();

    Arguments(String name, Token token, List<DirectiveArgumentContext> arguments) {
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
        throw common.bad("directive", token, name + " wants more arguments", null);
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
      if (content.length > size) {
        throw common.bad("range", value.getStart(), "the contents are larger than the value", null);
      }
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
}
