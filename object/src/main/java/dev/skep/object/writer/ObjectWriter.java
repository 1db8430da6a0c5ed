package dev.skep.object.writer;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfExt;
import dev.skep.btf.BtfExt.FunctionRecord;
import dev.skep.btf.BtfExt.LineRecord;
import dev.skep.btf.BtfExtWriter;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Linkage;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.btf.BtfWriter;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.isa.Code;
import dev.skep.isa.Opcode;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.SectionName;
import dev.skep.object.elf.Elf;
import dev.skep.object.elf.ElfWriter;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes an object as an ELF file that libbpf loads.
 *
 * <p>Each program goes into its section; its subprograms go into {@code .text}, from where libbpf
 * appends them again. Maps become BTF definitions in {@code .maps}, maps of global data become
 * their sections. CO-RE relocations are not written: the code is that of the kernel it was read
 * for.
 */
public final class ObjectWriter {

  private final BpfObject object;
  private final ElfWriter elf = new ElfWriter();
  private final BtfBuilder types;
  private final Map<String, Integer> mapSymbols = new HashMap<>();
  private final Map<String, Integer> dataSymbols = new HashMap<>();
  private final Map<String, Integer> dataSections = new LinkedHashMap<>();
  private final Map<String, Integer> programSymbols = new HashMap<>();
  private final Externs externs;
  private final Map<String, CodeSection> code = new LinkedHashMap<>();
  private final CodeSection text = new CodeSection(".text");
  private final MapTypes mapTypes;

  private ObjectWriter(BpfObject object) {
    this.object = object;
    Btf btf = object.btf();
    this.types = btf == null ? new BtfBuilder() : BtfBuilder.copyOf(btf);
    this.mapTypes = new MapTypes(types, btf);
    this.externs = new Externs(elf, types, btf);
  }

  /**
   * The file.
   *
   * @throws IllegalArgumentException if the object has something that ELF for libbpf cannot say,
   *     such as an address in the value of a map that is no global data
   */
  public static byte[] write(BpfObject object) {
    return new ObjectWriter(object).write();
  }

  private byte[] write() {
    writeData();
    for (ProgramSpec program : object.programs()) {
      addProgram(program);
    }
    int textSection = text.slots.isEmpty() ? -1 : codeSection(text);
    Map<CodeSection, Integer> indexes = new LinkedHashMap<>();
    for (CodeSection section : code.values()) {
      indexes.put(section, codeSection(section));
    }
    int textSymbol = textSection < 0 ? -1 : elf.sectionSymbol(textSection);
    writeMaps();
    indexes.forEach((section, index) -> relocate(section, index, textSymbol));
    if (textSection >= 0) {
      relocate(text, textSection, textSymbol);
    }
    elf.section(
        "license",
        Elf.SHF_ALLOC | Elf.SHF_WRITE,
        (object.license() + "\0").getBytes(StandardCharsets.UTF_8));
    writeTypes();
    return elf.toBytes();
  }

  /** Whether a map holds global variables, so that it is a section in ELF. */
  private static boolean isData(MapSpec map) {
    return map.type() == MapType.ARRAY
        && map.initialValue() != null
        && map.maxEntries() == 1
        && map.name().indexOf('.') >= 0;
  }

  private static String sectionOf(MapSpec map) {
    String name = map.name();
    if (name.endsWith(".kconfig")) {
      return ".rodata.kconfig";
    }
    String section = name.startsWith(".") ? name : name.substring(name.lastIndexOf('.'));
    if (section.startsWith(".rodata")
        || section.startsWith(".data")
        || section.startsWith(".bss")) {
      return section;
    }
    return (map.has(MapFlag.RDONLY_PROG) ? ".rodata" : ".data") + section;
  }

  private void writeData() {
    for (MapSpec map : object.maps()) {
      if (!isData(map) || map.initialValue() == null) {
        continue;
      }
      String name = sectionOf(map);
      byte[] content = map.initialValue().toArray();
      int section;
      if (name.startsWith(".bss")) {
        section = elf.zeros(name, content.length);
      } else if (name.startsWith(".rodata")) {
        section = elf.section(name, Elf.SHF_ALLOC, content);
      } else {
        section = elf.section(name, Elf.SHF_ALLOC | Elf.SHF_WRITE, content);
      }
      dataSections.put(name, section);
      dataSymbols.put(map.name(), elf.sectionSymbol(section));
    }
  }

  private void addProgram(ProgramSpec program) {
    String name = program.section().isEmpty() ? defaultSection(program) : program.section();
    CodeSection section = code.computeIfAbsent(name, CodeSection::new);
    Code slots = program.code();
    List<Integer> starts = Functions.starts(program);
    int[] places = new int[starts.size()];
    Map<Integer, Integer> placeOf = new HashMap<>();
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1) : slots.size();
      CodeSection to = i == 0 ? section : text;
      places[i] = to.slots.size();
      placeOf.put(starts.get(i), places[i]);
      for (int pc = starts.get(i); pc < end; pc++) {
        to.slots.add(slots.bitsAt(pc));
      }
      to.symbols.add(
          new CodeSection.Symbol(
              i == 0 ? program.name() : Functions.name(program, starts.get(i), i),
              i == 0,
              places[i],
              end - starts.get(i)));
    }
    for (int i = 0; i < places.length; i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1) : slots.size();
      references(program, i == 0 ? section : text, starts.get(i), end, places[i], placeOf);
      (i == 0 ? section : text).addRecords(program, starts.get(i), end, places[i]);
    }
  }

  private static String defaultSection(ProgramSpec program) {
    for (SectionName row : SectionName.table()) {
      if (row.type() == program.type()
          && row.attachType() == program.expectedAttachType()
          && row.sleepable() == ((program.flags() & ProgramSpec.F_SLEEPABLE) != 0)) {
        String base =
            row.pattern().endsWith("+")
                ? row.pattern().substring(0, row.pattern().length() - 1)
                : row.pattern();
        return program.attachTarget() == null ? base : base + "/" + program.attachTarget();
      }
    }
    return SectionName.table().stream()
        .filter(row -> row.type() == program.type())
        .map(row -> row.pattern().replace("+", ""))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "program '%s': no section name says type %s"
                        .formatted(program.name(), program.type())));
  }

  private void references(
      ProgramSpec program,
      CodeSection to,
      int start,
      int end,
      int place,
      Map<Integer, Integer> placeOf) {
    for (int pc = start; pc < end; pc++) {
      RawInstruction instruction = program.code().at(pc);
      int slot = place + pc - start;
      if (Functions.isLocalCall(instruction)) {
        int target = placeOf.getOrDefault(pc + 1 + instruction.imm(), 0);
        to.slots.set(slot, instruction.withImm(target - 1).bits());
        to.relocations.add(new CodeSection.Pending(slot, -1, Elf.R_BPF_64_32));
      } else if (instruction.opcode() == Opcode.CALL
          && instruction.srcReg() == Opcode.PSEUDO_KFUNC_CALL) {
        to.slots.set(
            slot, instruction.withImm(-1).withOffset(0).withSrcReg(Opcode.PSEUDO_CALL).bits());
        to.relocations.add(
            new CodeSection.Pending(
                slot, externs.symbol(program, program.kfuncs().get(pc), true), Elf.R_BPF_64_32));
      } else if (instruction.isWide()) {
        wide(program, to, pc, slot, instruction, placeOf);
        pc++;
      }
    }
  }

  private void wide(
      ProgramSpec program,
      CodeSection to,
      int pc,
      int slot,
      RawInstruction instruction,
      Map<Integer, Integer> placeOf) {
    if (instruction.srcReg() >= WideKind.COUNT) {
      return;
    }
    if (slot + 1 >= to.slots.size()) {
      throw cannot(program, pc, "is a wide load without its second half");
    }
    int next = (int) (to.slots.get(slot + 1) >> 32);
    switch (WideKind.of(instruction.srcReg())) {
      case CONSTANT -> {}
      case MAP_FD -> {
        MapSpec map = map(program, pc, instruction.imm());
        if (isData(map)) {
          throw cannot(program, pc, "refers to map '%s', which is a section".formatted(map.name()));
        }
        set(to, slot, instruction.withSrcReg(0).withImm(0), 0);
        to.relocations.add(new CodeSection.Pending(slot, mapSymbol(map), Elf.R_BPF_64_64));
      }
      case MAP_VALUE -> {
        MapSpec map = map(program, pc, instruction.imm());
        Integer symbol = dataSymbols.get(map.name());
        if (symbol == null) {
          throw cannot(
              program,
              pc,
              "takes an address in the value of map '%s', which is no global data"
                  .formatted(map.name()));
        }
        set(to, slot, instruction.withSrcReg(0).withImm(next), 0);
        to.relocations.add(new CodeSection.Pending(slot, symbol, Elf.R_BPF_64_64));
      }
      case CODE_ADDRESS -> {
        int target = placeOf.getOrDefault(pc + 1 + instruction.imm(), 0);
        set(to, slot, instruction.withSrcReg(0).withImm(target * 8), 0);
        to.relocations.add(new CodeSection.Pending(slot, -1, Elf.R_BPF_64_64));
      }
      case VARIABLE_ADDRESS -> {
        set(to, slot, instruction.withSrcReg(0).withImm(0), 0);
        to.relocations.add(
            new CodeSection.Pending(
                slot, externs.symbol(program, program.ksyms().get(pc), false), Elf.R_BPF_64_64));
      }
      case MAP_INDEX, MAP_INDEX_VALUE ->
          throw cannot(program, pc, "refers to a map by its index in fd_array");
    }
  }

  private static MapSpec map(ProgramSpec program, int pc, int index) {
    if (index < 0 || index >= program.maps().size()) {
      throw new IllegalArgumentException(
          "program '%s', instruction %d: map %d of %d"
              .formatted(program.name(), pc, index, program.maps().size()));
    }
    return program.maps().get(index);
  }

  private static void set(CodeSection to, int slot, RawInstruction first, int nextImm) {
    to.slots.set(slot, first.bits());
    to.slots.set(slot + 1, (long) nextImm << 32);
  }

  private static IllegalArgumentException cannot(ProgramSpec program, int pc, String what) {
    return new IllegalArgumentException(
        "program '%s', instruction %d: it %s, which an ELF object for libbpf cannot say"
            .formatted(program.name(), pc, what));
  }

  /** The symbol of a map in {@code .maps}; its place is given when the maps are written. */
  private int mapSymbol(MapSpec map) {
    return mapSymbols.computeIfAbsent(map.name(), _ -> -2 - mapSymbols.size());
  }

  private int codeSection(CodeSection section) {
    long[] slots = section.slots.stream().mapToLong(Long::longValue).toArray();
    int index =
        elf.section(
            section.name,
            Elf.SHF_ALLOC | Elf.SHF_EXECINSTR,
            Code.ofSlots(slots).toBytes(ByteOrder.LITTLE_ENDIAN));
    for (CodeSection.Symbol s : section.symbols) {
      int symbol =
          elf.symbol(
              s.name(),
              Elf.STT_FUNC,
              s.global() ? Elf.STB_GLOBAL : Elf.STB_LOCAL,
              index,
              s.start() * 8L,
              s.length() * 8L);
      if (s.global()) {
        programSymbols.put(s.name(), symbol);
      }
    }
    return index;
  }

  private void relocate(CodeSection section, int index, int textSymbol) {
    for (CodeSection.Pending pending : section.relocations) {
      int symbol = pending.target();
      if (symbol == -1) {
        symbol = textSymbol;
      } else if (symbol < -1) {
        symbol = mapHandles.getOrDefault(symbol, symbol);
      }
      elf.relocation(index, pending.slot() * 8L, symbol, pending.type());
    }
  }

  private final Map<Integer, Integer> mapHandles = new HashMap<>();

  private void writeMaps() {
    List<MapSpec> maps = object.maps().stream().filter(m -> !isData(m)).toList();
    if (maps.isEmpty()) {
      return;
    }
    var variables = new ArrayList<SectionVar>();
    var sizes = new ArrayList<MapTypes.Definition>();
    int size = 0;
    for (MapSpec map : maps) {
      if (map.type() == MapType.STRUCT_OPS) {
        throw new IllegalArgumentException(
            "map '%s': structures of callbacks (struct_ops) cannot be written"
                .formatted(map.name()));
      }
      MapTypes.Definition definition = mapTypes.define(map);
      int slots = map.initialSlots().keySet().stream().mapToInt(i -> i + 1).max().orElse(0);
      int variable = types.add(new BtfType.Var(map.name(), definition.id(), Linkage.GLOBAL));
      variables.add(new SectionVar(variable, size, definition.size() + slots * 8));
      sizes.add(definition);
      size += definition.size() + slots * 8;
    }
    int section = elf.section(".maps", Elf.SHF_ALLOC | Elf.SHF_WRITE, new byte[size]);
    Map<String, Integer> symbols = new HashMap<>();
    for (int i = 0; i < maps.size(); i++) {
      SectionVar v = variables.get(i);
      String name = maps.get(i).name();
      int symbol = elf.symbol(name, Elf.STT_OBJECT, Elf.STB_GLOBAL, section, v.offset(), v.size());
      symbols.put(name, symbol);
      Integer handle = mapSymbols.get(name);
      if (handle != null) {
        mapHandles.put(handle, symbol);
      }
    }
    for (String name : mapSymbols.keySet()) {
      if (!symbols.containsKey(name)) {
        throw new IllegalArgumentException(
            "a program refers to map '%s', which the object does not have".formatted(name));
      }
    }
    for (int i = 0; i < maps.size(); i++) {
      int values = variables.get(i).offset() + sizes.get(i).size();
      maps.get(i)
          .initialSlots()
          .forEach(
              (slot, target) -> {
                Integer symbol = symbols.getOrDefault(target, programSymbols.get(target));
                if (symbol == null) {
                  throw new IllegalArgumentException(
                      "a map holds '%s', which the object does not have".formatted(target));
                }
                elf.relocation(section, values + slot * 8L, symbol, Elf.R_BPF_64_ABS64);
              });
    }
    types.add(new BtfType.Datasec(".maps", size, variables));
  }

  /** Drops what the object's BTF says of sections that are not, or not so, in this file. */
  private void keepOnlyWrittenSections() {
    Btf btf = object.btf();
    if (btf == null) {
      return;
    }
    for (int id = 1; id < btf.typeCount(); id++) {
      if (!(btf.type(id) instanceof BtfType.Datasec datasec)) {
        continue;
      }
      Integer section = dataSections.get(datasec.name());
      if (section == null) {
        types.set(id, new BtfType.Const(0));
        continue;
      }
      for (SectionVar v : datasec.vars()) {
        if (btf.type(v.type()) instanceof BtfType.Var variable
            && variable.linkage() == Linkage.GLOBAL) {
          elf.symbol(
              variable.name(), Elf.STT_OBJECT, Elf.STB_GLOBAL, section, v.offset(), v.size());
        }
      }
    }
  }

  private void writeTypes() {
    keepOnlyWrittenSections();
    externs.addSection();
    var functions = new ArrayList<BtfExt.Section<FunctionRecord>>();
    var lines = new ArrayList<BtfExt.Section<LineRecord>>();
    var all = new ArrayList<>(code.values());
    all.add(text);
    for (CodeSection section : all) {
      if (!section.functions.isEmpty()) {
        functions.add(new BtfExt.Section<>(section.name, section.functions));
      }
      if (!section.lines.isEmpty()) {
        lines.add(new BtfExt.Section<>(section.name, section.lines));
      }
    }
    var strings = new BtfWriter.StringTable();
    byte[] ext =
        functions.isEmpty() && lines.isEmpty()
            ? new byte[0]
            : BtfExtWriter.write(new BtfExt(functions, lines, List.of()), strings);
    elf.section(".BTF", 0, BtfWriter.write(types.build(), strings));
    if (ext.length > 0) {
      elf.section(".BTF.ext", 0, Arrays.copyOf(ext, ext.length));
    }
  }
}
