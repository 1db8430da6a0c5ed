package dev.skep.assembler;

import dev.skep.assembler.Draft.Function;
import dev.skep.assembler.Item.Callee;
import dev.skep.assembler.Item.Kfunc;
import dev.skep.assembler.Item.Label;
import dev.skep.assembler.Item.MapName;
import dev.skep.assembler.Item.Symbol;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.LoadImmediate64;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.FunctionInfo;
import dev.skep.object.LineInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.SectionName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts a program and the functions that it calls together, and resolves every name. */
final class Linker {

  private final Problems problems;
  private final Draft draft;
  private final AssemblyOptions options;
  private final String file;
  private final Map<String, MapSpec> maps;
  private final boolean hadErrors;
  private final FunctionTypes types;

  /** Variable to the map that holds it. */
  private final Map<Draft.Data, MapSpec> dataMaps;

  Linker(
      Problems problems,
      Draft draft,
      AssemblyOptions options,
      String file,
      Map<Draft.Data, MapSpec> dataMaps,
      FunctionTypes types) {
    this.problems = problems;
    this.draft = draft;
    this.options = options;
    this.file = file;
    this.maps = draft.maps;
    this.dataMaps = dataMaps;
    this.types = types;
    this.hadErrors = problems.hasErrors();
  }

  /** A function's place in a program. */
  private static final class Placed {
    final Function function;
    final List<Item> items;
    final int start;

    /** Slot of each item, and the end. */
    final int[] pcs;

    Placed(Function function, List<Item> items, int start) {
      this.function = function;
      this.items = items;
      this.start = start;
      this.pcs = new int[items.size() + 1];
      int pc = start;
      for (int i = 0; i < items.size(); i++) {
        pcs[i] = pc;
        pc += items.get(i).instruction().slots();
      }
      pcs[items.size()] = pc;
    }

    int end() {
      return pcs[items.size()];
    }

    @Nullable Integer pcOf(String label) {
      Integer index = function.labels.get(label);
      return index == null ? null : Integer.valueOf(pcs[Math.min(index, items.size())]);
    }

    /** {@code exit} as a jump's target means the last exit, if there is no such label. */
    @Nullable Integer lastExit() {
      for (int i = items.size() - 1; i >= 0; i--) {
        if (items.get(i).instruction() instanceof Instruction.Exit) {
          return pcs[i];
        }
      }
      return null;
    }
  }

  /** The program that a function begins. */
  ProgramSpec program(Function main, String license) {
    Map<String, Placed> placed = place(main);
    List<MapSpec> used = new ArrayList<>();
    List<RawInstruction> slots = new ArrayList<>();
    List<LineInfo> lines = new ArrayList<>();
    Map<Integer, String> kfuncs = new HashMap<>();
    for (Placed part : placed.values()) {
      for (int i = 0; i < part.items.size(); i++) {
        Item item = part.items.get(i);
        int pc = part.pcs[i];
        try {
          Instruction resolved = resolve(item, pc, part, placed, used, kfuncs);
          slots.addAll(Encoder.encode(resolved));
        } catch (Problems.BadStatement bad) {
          problem(item, bad);
        }
        lines.add(line(item, pc));
      }
    }
    Code code = Code.of(slots.toArray(RawInstruction[]::new));
    SectionName row = main.type == null ? SectionName.find(main.section).orElse(null) : null;
    ProgramType type = main.type == null ? options.type() : main.type;
    AttachType attach = main.attach;
    String target = main.target;
    int sleepable = 0;
    if (row != null) {
      type = row.type();
      attach = attach == null ? row.attachType() : attach;
      int slash = main.section.indexOf('/');
      if (target == null && row.attachesByBtf() && slash >= 0) {
        target = main.section.substring(slash + 1);
      }
      sleepable = row.sleepable() ? ProgramSpec.F_SLEEPABLE : 0;
    }
    return new ProgramSpec(
        main.name,
        main.section,
        type,
        attach,
        target,
        0,
        main.flags | sleepable,
        license,
        code,
        used,
        null,
        functions(code, placed),
        lines,
        kfuncs,
        Map.of(),
        null,
        true);
  }

  /** Every slot that a function begins at, named after its function or label. */
  private List<FunctionInfo> functions(Code code, Map<String, Placed> placed) {
    TreeMap<Integer, Integer> starts = new TreeMap<>();
    for (Placed part : placed.values()) {
      String name = part.function.name;
      starts.put(part.start, part.start == 0 ? types.program(name) : types.subprogram(name));
    }
    for (int pc = 0; pc < code.size(); pc++) {
      RawInstruction raw = code.at(pc);
      boolean callsLocal = raw.opcode() == 0x85 && raw.srcReg() == 1;
      boolean takesAddress = raw.isWide() && raw.srcReg() == WideKind.CODE_ADDRESS.code();
      long target = pc + 1L + raw.imm();
      if ((callsLocal || takesAddress) && !starts.containsKey((int) target)) {
        if (target < 0 || target >= code.size()) {
          return List.of(); // No program; who loads it will hear why.
        }
        starts.put((int) target, types.subprogram(labelAt((int) target, placed)));
      }
      pc += raw.isWide() ? 1 : 0;
    }
    List<FunctionInfo> functions = new ArrayList<>();
    starts.forEach((pc, type) -> functions.add(new FunctionInfo(pc, type)));
    return functions;
  }

  private static String labelAt(int pc, Map<String, Placed> placed) {
    for (Placed part : placed.values()) {
      for (Map.Entry<String, Integer> label : part.function.labels.entrySet()) {
        if (part.pcs[Math.min(label.getValue(), part.items.size())] == pc) {
          return label.getKey();
        }
      }
    }
    return "function_" + pc;
  }

  /** After an error, distances mean nothing, and what is missing may be missing because of it. */
  private void problem(Item item, Problems.BadStatement bad) {
    String name = item.reference() == null ? "" : item.reference().name();
    boolean consequence =
        hadErrors
            && (bad.diagnostic().rule().equals("assembler/range") || draft.broken.contains(name));
    if (!consequence) {
      problems.add(bad.diagnostic());
    }
  }

  private LineInfo line(Item item, int pc) {
    Item.SourceLine source = item.source();
    if (source != null) {
      return new LineInfo(
          pc, source.file(), source.place().text(), source.place().line(), source.place().column());
    }
    return new LineInfo(
        pc, file, item.place().text().strip(), item.place().line(), item.place().column());
  }

  private Map<String, Placed> place(Function main) {
    Map<String, Placed> placed = new java.util.LinkedHashMap<>();
    Set<String> queue = new LinkedHashSet<>();
    queue.add(main.name);
    int pc = 0;
    while (!queue.isEmpty()) {
      String name = queue.iterator().next();
      queue.remove(name);
      Function function = draft.functions.get(name);
      if (function == null) {
        continue;
      }
      Placed part = new Placed(function, ordered(function), pc);
      placed.put(name, part);
      pc = part.end();
      for (Item item : part.items) {
        String callee = calledFunction(item, function);
        if (callee != null && !placed.containsKey(callee)) {
          queue.add(callee);
        }
      }
    }
    return placed;
  }

  private @Nullable String calledFunction(Item item, Function function) {
    String name =
        switch (item.reference()) {
          case Callee callee -> callee.name();
          case Symbol symbol -> symbol.name();
          case null -> null;
          case Label _, MapName _, Kfunc _ -> null;
        };
    return name != null && !function.labels.containsKey(name) && draft.functions.containsKey(name)
        ? name
        : null;
  }

  /** A function's items; those of a pasted listing in the order of their slots. */
  private List<Item> ordered(Function function) {
    boolean listed = function.items.stream().anyMatch(i -> i.pc() >= 0);
    if (!listed) {
      return function.items;
    }
    List<Item> sorted = new ArrayList<>();
    function.items.stream()
        .sorted(java.util.Comparator.comparingInt(Item::pc))
        .forEach(
            item -> {
              if (sorted.isEmpty() || sorted.getLast().pc() != item.pc()) {
                sorted.add(item);
              }
            });
    int expected = function.listedInSection ? Math.max(0, sorted.getFirst().pc()) : 0;
    for (Item item : sorted) {
      if (item.pc() >= 0 && item.pc() != expected && !hadErrors) {
        problems.error(
            "listing",
            item.place(),
            "the listing shows slot %d, but slot %d was to come".formatted(item.pc(), expected),
            "paste the whole listing; a verifier log shows only what was looked at");
        return sorted;
      }
      expected += item.instruction().slots();
    }
    return sorted;
  }

  // ---- names
  // -------------------------------------------------------------------------------------

  private Instruction resolve(
      Item item,
      int pc,
      Placed part,
      Map<String, Placed> placed,
      List<MapSpec> used,
      Map<Integer, String> kfuncs) {
    return switch (item.reference()) {
      case null -> item.instruction();
      case Label label -> jump(item, label, pc, part);
      case Callee callee -> call(item, callee, pc, part, placed, kfuncs);
      case Kfunc kfunc -> {
        kfuncs.put(pc, kfunc.name());
        yield item.instruction();
      }
      case MapName name -> map(item, name, used);
      case Symbol symbol -> symbol(item, symbol, pc, part, placed, used);
    };
  }

  private Instruction jump(Item item, Label label, int pc, Placed part) {
    Integer target = part.pcOf(label.name());
    if (target == null && label.name().equals("exit")) {
      target = part.lastExit();
    }
    if (target == null) {
      throw problems.bad(
          "unknown-label",
          at(item, label.name()),
          "there is no label " + label.name().replaceFirst("#.*", "") + " in " + part.function.name,
          Suggestions.didYouMean(label.name(), namedLabels(part.function)));
    }
    long distance = target - (pc + 1L) + label.addend();
    boolean fits =
        distance == (short) distance || item.instruction() instanceof Instruction.LongJump;
    if (!fits) {
      throw problems.bad(
          "range",
          item.place(),
          "label %s is %d slots away, further than a 16-bit offset reaches"
              .formatted(label.name(), distance),
          "gotol (cpu v4) jumps further");
    }
    int offset = (int) distance;
    return switch (item.instruction()) {
      case Instruction.Jump _ -> new Instruction.Jump(offset);
      case Instruction.LongJump _ -> new Instruction.LongJump(offset);
      case Instruction.MayGoto _ -> new Instruction.MayGoto(offset);
      case Instruction.ConditionalJump j ->
          new Instruction.ConditionalJump(j.width(), j.op(), j.dst(), j.src(), offset);
      default -> throw new IllegalStateException("no jump: " + item.instruction());
    };
  }

  private Instruction call(
      Item item,
      Callee callee,
      int pc,
      Placed part,
      Map<String, Placed> placed,
      Map<Integer, String> kfuncs) {
    Integer label = part.pcOf(callee.name());
    if (label != null) {
      return new Instruction.CallLocal((int) (label - (pc + 1) + callee.addend()));
    }
    Placed function = placed.get(callee.name());
    if (function != null) {
      return new Instruction.CallLocal((int) (function.start - (pc + 1) + callee.addend()));
    }
    Set<String> known = new LinkedHashSet<>(draft.functions.keySet());
    known.addAll(part.function.labels.keySet());
    if (!callee.local()) {
      Long constant = draft.constants.get(callee.name());
      if (constant != null) {
        return new Instruction.CallHelper(constant.intValue());
      }
      Integer helper = options.helpers().id(callee.name());
      if (helper != null) {
        return new Instruction.CallHelper(helper);
      }
      Integer kfunc = draft.kfuncs.get(callee.name());
      if (kfunc != null) {
        kfuncs.put(pc, callee.name());
        return new Instruction.CallKfunc(kfunc, 0);
      }
      known.addAll(options.helpers().names());
      known.addAll(draft.kfuncs.keySet());
    }
    String what = callee.name().startsWith("bpf_") ? "unknown helper " : "unknown function ";
    String suggestion = Suggestions.nearest(callee.name(), known);
    throw problems.bad(
        "unknown-function",
        at(item, callee.name()),
        what + callee.name() + (suggestion == null ? "" : ", did you mean " + suggestion + "?"),
        callee.local() ? null : "a kernel function is declared with .kfunc NAME");
  }

  private Instruction map(Item item, MapName name, List<MapSpec> used) {
    LoadImmediate64 load = (LoadImmediate64) item.instruction();
    MapSpec map = maps.get(name.name());
    if (map == null) {
      throw unknownSymbol(item, name.name(), "map");
    }
    WideKind kind = name.value() ? WideKind.MAP_VALUE : WideKind.MAP_FD;
    return new LoadImmediate64(load.dst(), kind, index(map, used), (int) name.addend());
  }

  private Instruction symbol(
      Item item,
      Symbol symbol,
      int pc,
      Placed part,
      Map<String, Placed> placed,
      List<MapSpec> used) {
    LoadImmediate64 load = (LoadImmediate64) item.instruction();
    MapSpec map = maps.get(symbol.name());
    if (map != null) {
      WideKind kind = symbol.addend() == 0 ? WideKind.MAP_FD : WideKind.MAP_VALUE;
      return new LoadImmediate64(load.dst(), kind, index(map, used), (int) symbol.addend());
    }
    Draft.Variable variable = draft.variables.get(symbol.name());
    if (variable != null) {
      MapSpec data = dataMaps.get(variable.section());
      if (data == null) {
        throw unknownSymbol(item, symbol.name(), "variable");
      }
      int offset = (int) (variable.offset() + symbol.addend());
      return new LoadImmediate64(load.dst(), WideKind.MAP_VALUE, index(data, used), offset);
    }
    Placed function = placed.get(symbol.name());
    Integer start = function == null ? part.pcOf(symbol.name()) : Integer.valueOf(function.start);
    if (start != null) {
      int distance = (int) (start - (pc + 1) + symbol.addend());
      return new LoadImmediate64(load.dst(), WideKind.CODE_ADDRESS, distance, 0);
    }
    throw unknownSymbol(item, symbol.name(), "map, variable or function");
  }

  /** Labels that have a name; those of one digit have a number of their own in it. */
  private static List<String> namedLabels(Function function) {
    return function.labels.keySet().stream().filter(l -> l.indexOf('#') < 0).toList();
  }

  /** Where a name stands in an item's statement. */
  private static Problems.Place at(Item item, String name) {
    Problems.Place place = item.place();
    String word = Pattern.quote(name.replaceFirst("#.*", ""));
    Matcher found = Pattern.compile("(?<![\\w.$])" + word + "(?![\\w$])").matcher(place.text());
    // Behind the statement's first word, which may be the same.
    int from = Math.min(place.text().length(), place.column());
    return found.find(from)
        ? new Problems.Place(place.line(), found.start() + 1, place.text())
        : place;
  }

  private Problems.BadStatement unknownSymbol(Item item, String name, String what) {
    Set<String> known = new LinkedHashSet<>(maps.keySet());
    known.addAll(draft.variables.keySet());
    known.addAll(draft.functions.keySet());
    return problems.bad(
        "unknown-name",
        at(item, name),
        "there is no " + what + " " + name,
        Suggestions.didYouMean(name, known));
  }

  private static int index(MapSpec map, List<MapSpec> used) {
    for (int i = 0; i < used.size(); i++) {
      if (used.get(i).name().equals(map.name())) {
        return i;
      }
    }
    used.add(map);
    return used.size() - 1;
  }
}
