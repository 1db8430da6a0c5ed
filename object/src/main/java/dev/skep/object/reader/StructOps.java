package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfKind;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Member;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.catalog.MapType;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.elf.ElfRelocation;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.ElfSymbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Structures of kernel callbacks that programs implement, such as {@code struct
 * tcp_congestion_ops}: each variable in {@code .struct_ops} becomes a map whose value the kernel
 * takes as that structure.
 *
 * <p>The program's structure may have fewer members than the kernel's, and in another order; it is
 * carried over member by member.
 */
final class StructOps {

  private static final int F_LINK = 1 << 13;
  private static final String VALUE_PREFIX = "bpf_struct_ops_";

  /** What a program implements. */
  record Target(String struct, String member, int kernelId) {}

  private static final class Variable {
    final String name;
    final int typeId;
    final BtfType.Struct type;
    final byte[] content;
    final boolean created;
    final boolean link;
    final Map<Integer, Function> programs = new TreeMap<>();

    Variable(
        String name,
        int typeId,
        BtfType.Struct type,
        byte[] content,
        boolean created,
        boolean link) {
      this.name = name;
      this.typeId = typeId;
      this.type = type;
      this.content = content;
      this.created = created;
      this.link = link;
    }
  }

  private final Sections sections;
  private final Btf btf;
  private final Map<Integer, TreeMap<Long, Variable>> variables = new HashMap<>();
  private final List<Variable> all = new ArrayList<>();

  StructOps(Sections sections, Btf btf) {
    this.sections = sections;
    this.btf = btf;
    for (ElfSection section : sections.structOps) {
      collect(section);
    }
  }

  private static BadObject bad(String message) {
    return new BadObject("object/struct-ops", message);
  }

  private void collect(ElfSection section) {
    int id =
        btf.find(section.name(), BtfType.Datasec.class)
            .orElseThrow(() -> bad("section '%s' is not in BTF".formatted(section.name())));
    byte[] bytes = sections.elf.data(section);
    long total = 0;
    for (SectionVar v : ((BtfType.Datasec) btf.type(id)).vars()) {
      String name = btf.type(v.type()).name();
      int typeId = resolveVariable(v.type());
      if (!(btf.type(typeId) instanceof BtfType.Struct type)
          || type.union()
          || type.name().isEmpty()) {
        throw bad("'%s' in section '%s' is no named struct".formatted(name, section.name()));
      }
      long offset = Integer.toUnsignedLong(v.offset());
      long size = Integer.toUnsignedLong(type.size());
      total += size;
      if (offset + size > bytes.length || total > 4L * bytes.length) {
        throw bad("'%s' reaches past the end of section '%s'".formatted(name, section.name()));
      }
      byte[] content = new byte[(int) size];
      System.arraycopy(bytes, (int) offset, content, 0, (int) size);
      var variable =
          new Variable(
              name,
              typeId,
              type,
              content,
              !section.name().startsWith("?"),
              section.name().endsWith(".link"));
      all.add(variable);
      variables
          .computeIfAbsent(section.index(), _ -> new TreeMap<>())
          .putIfAbsent(offset, variable);
    }
  }

  private int resolveVariable(int id) {
    return btf.type(id) instanceof BtfType.Var v ? btf.resolve(v.type()) : btf.resolve(id);
  }

  /** Function pointers: which member is which program. */
  void relocate(ElfSection relocationSection) {
    ElfFile elf = sections.elf;
    TreeMap<Long, Variable> inSection = variables.get(relocationSection.info());
    for (ElfRelocation relocation : elf.relocations(relocationSection)) {
      if (relocation.symbol() < 0 || relocation.symbol() >= elf.symbols().size()) {
        throw bad("a relocation to symbol %d".formatted(relocation.symbol()));
      }
      ElfSymbol symbol = elf.symbols().get(relocation.symbol());
      var entry = inSection == null ? null : inSection.floorEntry(relocation.offset());
      if (entry == null
          || relocation.offset() - entry.getKey() >= entry.getValue().content.length) {
        throw bad("a pointer at byte %d, where no variable is".formatted(relocation.offset()));
      }
      Variable variable = entry.getValue();
      long bit = (relocation.offset() - entry.getKey()) * 8;
      int member = memberAt(variable.type, bit);
      if (member < 0 || !isFunctionPointer(btf, variable.type.members().get(member))) {
        throw bad(
            "'%s': the pointer to '%s' is in no member that is a function pointer"
                .formatted(variable.name, symbol.name()));
      }
      Function program = sections.functionAt(symbol.section(), symbol.value() / 8);
      if (program == null
          || symbol.value() % 8 != 0
          || !program.sectionName().startsWith("struct_ops")) {
        throw bad(
            "'%s': member '%s' points to '%s', which is no struct_ops program"
                .formatted(
                    variable.name, variable.type.members().get(member).name(), symbol.name()));
      }
      variable.programs.put(member, program);
    }
  }

  private static int memberAt(BtfType.Struct struct, long bit) {
    for (int i = 0; i < struct.members().size(); i++) {
      if (Integer.toUnsignedLong(struct.members().get(i).bitOffset()) == bit) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isFunctionPointer(Btf btf, Member member) {
    return btf.resolved(member.type()) instanceof BtfType.Ptr pointer
        && btf.resolved(pointer.type()) instanceof BtfType.FuncProto;
  }

  /** The maps, and what the programs implement, for a kernel if one is given. */
  List<MapDraft> maps(@Nullable Btf kernel) {
    var maps = new ArrayList<MapDraft>();
    for (Variable variable : all) {
      var map = new MapDraft(variable.name, MapDraft.Origin.STRUCT_OPS, -1, -1);
      map.type = MapType.STRUCT_OPS.number();
      map.keySize = 4;
      map.valueSize = variable.content.length;
      map.maxEntries = 1;
      map.flags = variable.link ? F_LINK : 0;
      map.valueTypeId = variable.typeId;
      if (kernel == null) {
        describe(variable, map);
      } else {
        new Carrier(variable, map, kernel).carry();
      }
      if (variable.created) {
        maps.add(map);
      }
    }
    adjustAutoload();
    return maps;
  }

  /** Without a kernel the program's own structure is all that is known. */
  private static void describe(Variable variable, MapDraft map) {
    map.initialValue = variable.content;
    String struct = Btf.essentialName(variable.type.name());
    variable.programs.forEach(
        (index, program) -> {
          Member member = variable.type.members().get(index);
          program.structOps = new Target(struct, member.name(), 0);
          map.slots.put(member.bitOffset() / 8, program.name);
        });
  }

  /** A program is loaded if a map that is created uses it. */
  private void adjustAutoload() {
    var used = new HashMap<Function, Boolean>();
    for (Variable variable : all) {
      for (Function program : variable.programs.values()) {
        used.merge(program, variable.created, Boolean::logicalOr);
      }
    }
    used.forEach((program, load) -> program.autoload = load);
  }

  private final class Carrier {
    private final Variable variable;
    private final MapDraft map;
    private final Btf kernel;
    private final String struct;

    Carrier(Variable variable, MapDraft map, Btf kernel) {
      this.variable = variable;
      this.map = map;
      this.kernel = kernel;
      this.struct = Btf.essentialName(variable.type.name());
    }

    void carry() {
      int valueId = find(VALUE_PREFIX + struct);
      int structId = find(struct);
      var value = (BtfType.Struct) kernel.type(valueId);
      var kernelStruct = (BtfType.Struct) kernel.type(structId);
      int start =
          value.members().stream()
              .filter(m -> m.type() == structId)
              .mapToInt(m -> m.bitOffset() / 8)
              .findFirst()
              .orElseThrow(
                  () ->
                      bad(
                          "the kernel's struct %s does not hold struct %s"
                              .formatted(value.name(), struct)));
      long size = Integer.toUnsignedLong(value.size());
      if (size > 1 << 20) {
        throw bad("the kernel's struct %s has %d bytes".formatted(value.name(), size));
      }
      byte[] content = new byte[(int) size];
      map.valueSize = content.length;
      map.initialValue = content;
      map.valueTypeId = valueId;
      map.types = kernel;
      for (int i = 0; i < variable.type.members().size(); i++) {
        member(i, kernelStruct, structId, start, content);
      }
    }

    private int find(String name) {
      return kernel
          .findStruct(name)
          .orElseThrow(
              () ->
                  bad(
                      "'%s': the kernel has no struct %s, so that struct %s cannot be implemented"
                          .formatted(variable.name, name, struct)));
    }

    private void member(
        int index, BtfType.Struct kernelStruct, int structId, int start, byte[] content) {
      Member member = variable.type.members().get(index);
      int from = member.bitOffset() / 8;
      long size = btf.sizeOf(member.type());
      if (size < 0 || from < 0 || from + size > variable.content.length) {
        throw bad("'%s': member '%s' has no proper size".formatted(variable.name, member.name()));
      }
      int kernelIndex = -1;
      for (int i = 0; i < kernelStruct.members().size() && kernelIndex < 0; i++) {
        kernelIndex = kernelStruct.members().get(i).name().equals(member.name()) ? i : -1;
      }
      Function program = variable.programs.get(index);
      if (kernelIndex < 0) {
        absent(index, member, from, size);
        return;
      }
      Member kernelMember = kernelStruct.members().get(kernelIndex);
      if (member.bitSize() != 0 || kernelMember.bitSize() != 0) {
        throw bad("'%s': member '%s' is a bit field".formatted(variable.name, member.name()));
      }
      BtfType ours = btf.resolved(member.type());
      BtfType theirs = kernel.resolved(kernelMember.type());
      if (BtfKind.of(ours) != BtfKind.of(theirs)) {
        throw bad(
            "'%s': member '%s' is a %s here and a %s in the kernel"
                .formatted(
                    variable.name,
                    member.name(),
                    BtfKind.of(ours).kernelName(),
                    BtfKind.of(theirs).kernelName()));
      }
      int to = start + kernelMember.bitOffset() / 8;
      if (ours instanceof BtfType.Ptr) {
        if (program != null) {
          if (!isFunctionPointer(kernel, kernelMember)) {
            throw bad("the kernel's %s.%s is no function pointer".formatted(struct, member.name()));
          }
          var target = new Target(struct, member.name(), structId);
          if (program.structOps != null && !program.structOps.equals(target)) {
            throw bad(
                "program '%s' implements both %s and %s"
                    .formatted(program.name, program.structOps.member(), member.name()));
          }
          program.structOps = target;
          map.slots.put(to, program.name);
        }
        return;
      }
      if (kernel.sizeOf(kernelMember.type()) != size) {
        throw bad(
            "'%s': member '%s' has %d bytes here and %d in the kernel"
                .formatted(variable.name, member.name(), size, kernel.sizeOf(kernelMember.type())));
      }
      if (to < 0 || to + size > content.length) {
        throw bad("the kernel's struct %s is malformed".formatted(struct));
      }
      System.arraycopy(variable.content, from, content, to, (int) size);
    }

    /** A member that the kernel does not have may be left out only if nothing is in it. */
    private void absent(int index, Member member, int from, long size) {
      boolean zero = true;
      for (int i = 0; i < size; i++) {
        zero &= variable.content[from + i] == 0;
      }
      Function program = variable.programs.get(index);
      if (!zero || program != null) {
        throw bad(
            "'%s': the kernel's struct %s has no member '%s'"
                .formatted(variable.name, struct, member.name()));
      }
    }
  }
}
