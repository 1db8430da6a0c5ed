package dev.skep.assembler;

import dev.skep.assembler.Draft.Function;
import dev.skep.assembler.Item.Callee;
import dev.skep.assembler.Item.Kfunc;
import dev.skep.assembler.Item.Label;
import dev.skep.assembler.Item.MapName;
import dev.skep.assembler.Item.Symbol;
import dev.skep.btf.Btf;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.LoadImmediate64;
import dev.skep.isa.WideKind;
import dev.skep.object.MapSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what the names in a program stand for: labels, functions, helpers, maps, variables. */
final class Resolver {

  private final Problems problems;
  private final Draft draft;
  private final AssemblyOptions options;
  private final Map<String, MapSpec> maps;

  /** Section of data to the map that holds it. */
  private final Map<Draft.Data, MapSpec> dataMaps;

  Resolver(
      Problems problems, Draft draft, AssemblyOptions options, Map<Draft.Data, MapSpec> dataMaps) {
    this.problems = problems;
    this.draft = draft;
    this.options = options;
    this.maps = draft.maps;
    this.dataMaps = dataMaps;
  }

  /** The instruction with what its reference stands for. */
  Instruction resolve(
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
        return new Instruction.CallKfunc(kfunc == 0 ? kernelId(item, callee.name()) : kfunc, 0);
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
        callee.local()
            ? null
            : isKernelFunction(callee.name())
                ? "it is a function of the kernel; declare it: .kfunc " + callee.name()
                : "a kernel function is declared with .kfunc NAME");
  }

  /** The BTF id of a kernel function, 0 if the kernel's types are not known. */
  private int kernelId(Item item, String name) {
    Btf kernel = options.kernelBtf();
    if (kernel == null) {
      return 0;
    }
    return kernel
        .findFunc(name)
        .orElseThrow(
            () ->
                problems.bad(
                    "unknown-function",
                    at(item, name),
                    "the kernel has no function " + name,
                    "its types, in /sys/kernel/btf/vmlinux or --btf FILE, list what it has"));
  }

  private boolean isKernelFunction(String name) {
    Btf kernel = options.kernelBtf();
    return kernel != null && kernel.findFunc(name).isPresent();
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
