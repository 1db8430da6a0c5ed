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
import dev.skep.isa.ControlFlow;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
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
import org.jspecify.annotations.Nullable;

/** Puts a program and the functions that it calls together, and resolves every name. */
final class Linker {

  private final Problems problems;
  private final Draft draft;
  private final AssemblyOptions options;
  private final String file;
  private final boolean hadErrors;
  private final FunctionTypes types;
  private final Resolver resolver;

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
    this.resolver = new Resolver(problems, draft, options, dataMaps);
    this.types = types;
    this.hadErrors = problems.hasErrors();
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
          Instruction resolved = resolver.resolve(item, pc, part, placed, used, kfuncs);
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
    return ProgramSpec.builder(main.name, type, code)
        .section(main.section)
        .expectedAttachType(attach)
        .attachTarget(target)
        .flags(main.flags | sleepable)
        .license(license)
        .maps(used)
        .functions(functions(code, placed))
        .lines(lines)
        .kfuncs(kfuncs)
        .kernelBtf(kfuncs.isEmpty() ? null : options.kernelBtf())
        .build();
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
      boolean callsLocal = ControlFlow.isLocalCall(raw);
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
}
