package dev.skep.runtime;

import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import dev.skep.isa.Decoded;
import dev.skep.isa.Decoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.CallHelper;
import dev.skep.isa.Instruction.CallKfunc;
import dev.skep.isa.Instruction.CallLocal;
import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.Instruction.Exit;
import dev.skep.isa.Instruction.Jump;
import dev.skep.isa.Instruction.LoadImmediate64;
import dev.skep.isa.Instruction.LongJump;
import dev.skep.isa.Instruction.MayGoto;
import dev.skep.isa.WideKind;
import dev.skep.object.LineInfo;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.AddressSpace;
import dev.skep.runtime.memory.Region;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Resolves what a program names - maps, helpers, kernel functions and variables, jump targets - on
 * a machine, or says everything that cannot be resolved.
 *
 * <p>Only reachable code counts: compilers and CO-RE leave dead branches behind that call what no
 * kernel has. What such a branch needs becomes a trap, should it be reached after all.
 */
public final class Linker {

  /** libbpf's mark for code that a CO-RE relocation made unreachable. */
  private static final int POISON_HELPER = 195_896_080;

  private final ProgramSpec spec;
  private final Machine machine;
  private final List<Diagnostic> problems = new ArrayList<>();
  private final @Nullable Instruction[] instructions;
  private final long[] constants;
  private final @Nullable Helper[] helpers;
  private final @Nullable BpfMap[] maps;
  private final String[] names;
  private final TreeSet<Integer> entries = new TreeSet<>();

  private Linker(ProgramSpec spec, Machine machine) {
    this.spec = spec;
    this.machine = machine;
    int size = spec.code().size();
    instructions = new @Nullable Instruction[size];
    constants = new long[size];
    helpers = new @Nullable Helper[size];
    maps = new @Nullable BpfMap[size];
    names = new String[size];
    Arrays.fill(names, "");
  }

  /**
   * Links a program.
   *
   * @throws PrepareException with every problem found
   */
  public static LinkedProgram link(ProgramSpec spec, Machine machine) {
    return new Linker(spec, machine).link();
  }

  private LinkedProgram link() {
    if (spec.code().size() == 0) {
      problem(0, "runtime/empty", "the program has no instructions");
      throw new PrepareException(problems);
    }
    decode();
    if (!problems.isEmpty()) {
      throw new PrepareException(problems);
    }
    List<BpfMap> created = createMaps();
    BitSet reachable = reachable();
    Region code = machine.memory().add(Region.Kind.CODE, spec.name(), new byte[0], false, null);
    for (int pc = 0; pc < instructions.length; pc++) {
      Instruction instruction = instructions[pc];
      if (instruction != null) {
        resolve(pc, instruction, created, reachable.get(pc), code);
      }
    }
    if (!problems.isEmpty()) {
      machine.memory().remove(code);
      throw new PrepareException(problems);
    }
    LinkedProgram linked =
        new LinkedProgram(
            spec,
            machine,
            instructions,
            constants,
            new LinkedProgram.Links(helpers, names, maps),
            entries.stream().mapToInt(Integer::intValue).toArray());
    machine.memory().own(code, linked);
    return linked;
  }

  private void decode() {
    int size = spec.code().size();
    for (int pc = 0; pc < size && problems.size() < 20; ) {
      switch (Decoder.decode(spec.code(), pc)) {
        case Decoded.Valid(Instruction instruction) -> {
          instructions[pc] = instruction;
          pc += instruction.slots();
        }
        case Decoded.Invalid(var raw, var wrong) -> {
          for (Decoded.FieldProblem field : wrong) {
            problem(pc, "runtime/encoding", field.field() + ": " + field.message());
          }
          pc++;
        }
      }
    }
  }

  private List<BpfMap> createMaps() {
    List<BpfMap> created = new ArrayList<>();
    for (var map : spec.maps()) {
      try {
        created.add(machine.map(map));
      } catch (IllegalArgumentException | AddressSpace.OutOfMemory e) {
        problem(0, "runtime/map", "map '" + map.name() + "': " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new PrepareException(problems);
    }
    return created;
  }

  /** What can be reached from the program's start, callbacks and subprograms included. */
  private BitSet reachable() {
    BitSet seen = new BitSet();
    ArrayDeque<Integer> work = new ArrayDeque<>();
    entries.add(0);
    work.add(0);
    while (!work.isEmpty()) {
      int pc = work.remove();
      while (pc < instructions.length && !seen.get(pc)) {
        Instruction instruction = instructions[pc];
        if (instruction == null) {
          break;
        }
        seen.set(pc);
        int next = pc + instruction.slots();
        switch (instruction) {
          case Jump(int offset) -> next = target(pc, next, offset);
          case LongJump(int offset) -> next = target(pc, next, offset);
          case ConditionalJump jump -> work.add(target(pc, next, jump.offset()));
          case MayGoto(int offset) -> work.add(target(pc, next, offset));
          case CallLocal(int offset) -> work.add(entry(target(pc, next, offset)));
          case LoadImmediate64 load when load.kind() == WideKind.CODE_ADDRESS ->
              work.add(entry(target(pc, pc + 1, load.imm())));
          case Exit() -> next = instructions.length;
          default -> {}
        }
        pc = next;
      }
    }
    return seen;
  }

  private int entry(int pc) {
    if (pc < instructions.length) {
      entries.add(pc);
    }
    return pc;
  }

  /** A jump's target; past the end if there is no such instruction, which is then a problem. */
  private int target(int pc, int next, int offset) {
    long target = (long) next + offset;
    if (target < 0 || target >= instructions.length || instructions[(int) target] == null) {
      problem(
          pc,
          "runtime/jump",
          target >= 0 && target < instructions.length
              ? "the jump to %d lands inside a wide instruction".formatted(target)
              : "the jump to %d leaves the program of %d slots"
                  .formatted(target, instructions.length));
      return instructions.length;
    }
    return (int) target;
  }

  private void resolve(
      int pc, Instruction instruction, List<BpfMap> created, boolean live, Region code) {
    switch (instruction) {
      case CallHelper(int id) -> {
        HelperEntry entry = machine.helper(id);
        if (entry != null) {
          helpers[pc] = entry.helper();
          names[pc] = entry.name();
        } else {
          refuse(pc, live && id != POISON_HELPER, "helper", nameOf(id));
        }
      }
      case CallKfunc(int btfId, int module) -> {
        String name = spec.kfuncs().getOrDefault(pc, "kernel function with BTF id " + btfId);
        Helper function = machine.kfunc(name);
        helpers[pc] = function instanceof BoundHelper bound ? bound.bind(spec, pc) : function;
        names[pc] = name;
        if (helpers[pc] == null) {
          refuse(pc, live, "kernel function", name);
        }
      }
      case LoadImmediate64 load -> constants[pc] = constant(pc, load, created, live, code);
      default -> {}
    }
  }

  private long constant(
      int pc, LoadImmediate64 load, List<BpfMap> created, boolean live, Region code) {
    return switch (load.kind()) {
      case CONSTANT -> load.value();
      case CODE_ADDRESS -> code.address() + pc + 1 + load.imm();
      case VARIABLE_ADDRESS -> {
        String name = spec.ksyms().getOrDefault(pc, "variable with BTF id " + load.imm());
        Long address = machine.symbol(name);
        if (address == null && live) {
          refuse(pc, true, "kernel variable", name);
        }
        yield address == null ? 0 : address;
      }
      case MAP_FD, MAP_VALUE, MAP_INDEX, MAP_INDEX_VALUE -> {
        if (load.imm() < 0 || load.imm() >= created.size()) {
          if (live) {
            problem(
                pc,
                "runtime/map",
                "the program names map %d, but it has %d".formatted(load.imm(), created.size()));
          }
          yield 0;
        }
        BpfMap map = created.get(load.imm());
        maps[pc] = map;
        if (load.kind() == WideKind.MAP_FD || load.kind() == WideKind.MAP_INDEX) {
          yield map.address();
        }
        long address = map.valueAddress(load.nextImm());
        if (address == 0 && live) {
          problem(
              pc,
              "runtime/map",
              "map '%s' has no value at offset %d whose address could be taken"
                  .formatted(map.name(), load.nextImm()));
        }
        yield address;
      }
    };
  }

  /** Something that the machine does not have: a problem, or a trap where it is never reached. */
  private void refuse(int pc, boolean live, String kind, String name) {
    if (live) {
      problems.add(
          Diagnostic.error(
                  "runtime/unsupported",
                  location(pc),
                  "the program needs the %s %s, which this machine does not have"
                      .formatted(kind, name))
              .withHelp(
                  "give the machine one: Machine.builder().%s(...)"
                      .formatted(
                          switch (kind) {
                            case "helper" -> "helper";
                            case "kernel function" -> "kfunc";
                            default -> "symbol";
                          })));
      return;
    }
    names[pc] = name;
    helpers[pc] =
        (cpu, a, b, c, d, e) -> {
          throw new Trap.Signal(
              Reason.UNSUPPORTED, 0, "", kind + " " + name + " was expected to be out of reach");
        };
  }

  private void problem(int pc, String rule, String message) {
    problems.add(Diagnostic.error(rule, location(pc), message));
  }

  private Location location(int pc) {
    LineInfo line = spec.lineAt(pc);
    return Location.inProgram(
        null,
        spec.name(),
        pc,
        line == null
            ? null
            : new Location.Source(line.file(), line.line(), line.column(), line.text()));
  }

  /** How messages call a helper of which only the number is known. */
  private static String nameOf(int id) {
    HelperPrototype known = Helpers.byId(id);
    return known == null ? "number " + Integer.toUnsignedString(id) : known.kernelName() + "#" + id;
  }
}
