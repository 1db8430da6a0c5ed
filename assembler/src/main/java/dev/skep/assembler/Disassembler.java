package dev.skep.assembler;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfType;
import dev.skep.isa.Code;
import dev.skep.isa.Decoded;
import dev.skep.isa.Decoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import dev.skep.object.FunctionInfo;
import dev.skep.object.LineInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns programs into text that {@link Assembler} reads back to the same code.
 *
 * <p>Slots that are no instruction appear as comments with what is wrong in them; such a text does
 * not read back.
 */
public final class Disassembler {

  private static final Pattern WORD = Pattern.compile("[A-Za-z_$][A-Za-z0-9_.$]*");

  /** Longer contents of a data section are left out. */
  private static final int MAX_DATA = 4096;

  private final DisassemblyOptions options;
  private final StringBuilder out = new StringBuilder();

  private Disassembler(DisassemblyOptions options) {
    this.options = options;
  }

  /** Bare code: instructions and labels only. */
  public static String disassemble(Code code, DisassemblyOptions options) {
    Disassembler disassembler = new Disassembler(options);
    disassembler.body(code, null);
    return disassembler.out.toString();
  }

  /** A program with its maps. */
  public static String disassemble(ProgramSpec program, DisassemblyOptions options) {
    Disassembler disassembler = new Disassembler(options);
    program.maps().forEach(disassembler::map);
    disassembler.program(program);
    return disassembler.out.toString();
  }

  /** Everything in an object. */
  public static String disassemble(BpfObject object, DisassemblyOptions options) {
    Disassembler disassembler = new Disassembler(options);
    disassembler.out.append(".license ").append(quoted(object.license())).append('\n');
    object.maps().forEach(disassembler::map);
    object.programs().forEach(disassembler::program);
    return disassembler.out.toString();
  }

  private final Set<String> mapsWritten = new HashSet<>();

  private void map(MapSpec map) {
    if (!mapsWritten.add(map.name())) {
      return;
    }
    if (!WORD.matcher(map.name()).matches()) {
      out.append("# map ").append(printable(map.name())).append(" has a name of its own kind\n");
      return;
    }
    MapSpec inner = map.inner();
    if (inner != null && WORD.matcher(inner.name()).matches()) {
      map(inner);
    }
    out.append(".map ").append(map.name());
    out.append(" type=").append(map.type().kernelName());
    out.append(" key=").append(map.keySize());
    out.append(" value=").append(Integer.toUnsignedString(map.valueSize()));
    out.append(" entries=").append(Integer.toUnsignedString(map.maxEntries()));
    if (map.flags() != 0) {
      out.append(" flags=0x").append(Integer.toHexString(map.flags()));
    }
    if (map.extra() != 0) {
      out.append(" extra=").append(map.extra());
    }
    if (inner != null && WORD.matcher(inner.name()).matches()) {
      out.append(" inner=").append(inner.name());
    }
    map.initialSlots().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> out.append(" slot").append(e.getKey()).append('=').append(e.getValue()));
    if (map.pinByName()) {
      out.append(" pin=name");
    }
    if (map.frozen()) {
      out.append(" frozen=1");
    }
    Bytes value = map.initialValue();
    if (value != null && value.size() <= MAX_DATA) {
      out.append(" data=\"");
      HexFormat hex = HexFormat.of().withPrefix("\\x");
      out.append(hex.formatHex(value.toArray())).append('"');
    }
    out.append('\n');
  }

  private void program(ProgramSpec program) {
    out.append("\n.program ")
        .append(WORD.matcher(program.name()).matches() ? program.name() : "main");
    out.append(" type=").append(program.type().kernelName());
    if (program.expectedAttachType() != null) {
      out.append(" attach=").append(program.expectedAttachType().name().toLowerCase(Locale.ROOT));
    }
    if (!program.section().isEmpty()) {
      out.append(" section=").append(quoted(program.section()));
    }
    if (program.attachTarget() != null) {
      out.append(" target=").append(quoted(program.attachTarget()));
    }
    if (program.flags() != 0) {
      out.append(" flags=0x").append(Integer.toHexString(program.flags()));
    }
    out.append('\n');
    body(program.code(), program);
  }

  // ---- instructions
  // ------------------------------------------------------------------------------

  private void body(Code code, @Nullable ProgramSpec program) {
    Map<Integer, String> labels = options.labels() ? labels(code, program) : Map.of();
    Names names = new Names(labels, program);
    int nextLine = 0;
    List<LineInfo> lines = program == null ? List.of() : program.lines();
    for (int pc = 0; pc < code.size(); ) {
      String label = labels.get(pc);
      if (label != null) {
        out.append(label).append(":\n");
      }
      while (nextLine < lines.size() && lines.get(nextLine).pc() <= pc) {
        LineInfo line = lines.get(nextLine++);
        if (options.sourceLines() && line.pc() == pc && !line.text().isBlank()) {
          out.append("; ").append(printable(line.text().strip()));
          out.append(" @ ").append(printable(line.file())).append(':').append(line.line());
          out.append('\n');
        }
      }
      pc += instruction(code, pc, names);
    }
    String end = labels.get(code.size());
    if (end != null) {
      out.append(end).append(":\n");
    }
  }

  private int instruction(Code code, int pc, Names names) {
    int start = out.length();
    int slots = 1;
    switch (Decoder.decode(code, pc)) {
      case Decoded.Invalid invalid -> {
        out.append("    # no instruction: ").append(code.at(pc));
        invalid
            .problems()
            .forEach(p -> out.append("; ").append(p.field()).append(": ").append(p.message()));
      }
      case Decoded.Valid(Instruction instruction) -> {
        slots = instruction.slots();
        out.append("    ");
        out.append(
            options.syntax() == Syntax.MNEMONIC
                ? MnemonicWriter.text(instruction, pc, names)
                : KernelWriter.text(instruction, pc, names));
        String variable = names.variable(instruction);
        if (variable != null) {
          out.append("  # ").append(variable);
        }
      }
    }
    if (options.bytes()) {
      out.append(" ".repeat(Math.max(1, 44 - (out.length() - start))));
      out.append("# ").append(pc).append(':');
      for (int i = 0; i < slots; i++) {
        RawInstruction raw = code.at(pc + i);
        out.append(" %016x".formatted(Long.reverseBytes(raw.bits())));
      }
    }
    out.append('\n');
    return slots;
  }

  /** A label for every slot that is jumped to or called, unless it is inside a wide load. */
  private static Map<Integer, String> labels(Code code, @Nullable ProgramSpec program) {
    Set<Integer> starts = new HashSet<>();
    Map<Integer, Boolean> wanted = new HashMap<>();
    for (int pc = 0; pc < code.size(); ) {
      starts.add(pc);
      if (!(Decoder.decode(code, pc) instanceof Decoded.Valid(Instruction instruction))) {
        pc++;
        continue;
      }
      long target = -1;
      boolean call = false;
      switch (instruction) {
        case Instruction.Jump i -> target = pc + 1L + i.offset();
        case Instruction.LongJump i -> target = pc + 1L + i.offset();
        case Instruction.MayGoto i -> target = pc + 1L + i.offset();
        case Instruction.ConditionalJump i -> target = pc + 1L + i.offset();
        case Instruction.CallLocal i -> {
          target = pc + 1L + i.offset();
          call = true;
        }
        case Instruction.LoadImmediate64 i -> {
          if (i.kind() == WideKind.CODE_ADDRESS) {
            target = pc + 1L + i.imm();
            call = true;
          }
        }
        default -> {
          // Refers to no slot.
        }
      }
      if (target >= 0 && target <= code.size()) {
        wanted.merge((int) target, call, Boolean::logicalOr);
      }
      pc += instruction.slots();
    }
    starts.add(code.size());
    Map<Integer, String> functions = functionNames(program);
    Map<Integer, String> labels = new HashMap<>();
    Set<String> taken = new HashSet<>();
    wanted.forEach(
        (pc, call) -> {
          if (starts.contains(pc)) {
            String name = functions.getOrDefault(pc, (call ? "function_" : "L") + pc);
            labels.put(pc, taken.add(name) ? name : name + "_" + pc);
          }
        });
    return labels;
  }

  private static Map<Integer, String> functionNames(@Nullable ProgramSpec program) {
    Btf btf = program == null ? null : program.btf();
    Map<Integer, String> names = new HashMap<>();
    if (program == null || btf == null) {
      return names;
    }
    for (FunctionInfo function : program.functions()) {
      try {
        String name = btf.type(function.typeId()).name();
        if (WORD.matcher(name).matches()) {
          names.put(function.pc(), name);
        }
      } catch (BtfFormatException unknownType) {
        // Then the label is made from the slot.
      }
    }
    return names;
  }

  /** The names that a program has for what its code refers to. */
  private final class Names implements NamedPlaces {
    private final Map<Integer, String> labels;
    private final @Nullable ProgramSpec program;

    Names(Map<Integer, String> labels, @Nullable ProgramSpec program) {
      this.labels = labels;
      this.program = program;
    }

    @Override
    public @Nullable String label(int pc) {
      return labels.get(pc);
    }

    @Override
    public @Nullable String helper(int id) {
      return options.helpers().name(id);
    }

    @Override
    public @Nullable String kfunc(int pc) {
      String name = program == null ? null : program.kfuncs().get(pc);
      boolean readable =
          name != null && WORD.matcher(name).matches() && options.helpers().id(name) == null;
      return readable ? name : null;
    }

    @Override
    public @Nullable String map(int index) {
      MapSpec map = mapAt(index);
      return map != null && WORD.matcher(map.name()).matches() ? map.name() : null;
    }

    private @Nullable MapSpec mapAt(int index) {
      return program == null || index < 0 || index >= program.maps().size()
          ? null
          : program.maps().get(index);
    }

    /** The global variable that an instruction loads the address of, as BTF names it. */
    @Nullable String variable(Instruction instruction) {
      if (!(instruction instanceof Instruction.LoadImmediate64 load)
          || load.kind() != WideKind.MAP_VALUE) {
        return null;
      }
      MapSpec map = mapAt(load.imm());
      if (map == null) {
        return null;
      }
      Btf btf = map.btf();
      try {
        if (btf == null || !(btf.type(map.btfValueTypeId()) instanceof BtfType.Datasec section)) {
          return null;
        }
        for (BtfType.SectionVar variable : section.vars()) {
          int inside = load.nextImm() - variable.offset();
          if (inside >= 0 && inside < variable.size()) {
            String name = printable(btf.type(variable.type()).name());
            return inside == 0 ? name : name + " + " + inside;
          }
        }
      } catch (BtfFormatException unknownType) {
        return null;
      }
      return null;
    }
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : printable(text).toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }

  private static String printable(String text) {
    return text.chars().anyMatch(Character::isISOControl)
        ? text.replaceAll("\\p{Cntrl}", "?")
        : text;
  }
}
