package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Linkage;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.object.elf.ElfSymbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds externs among the symbols, and rewrites their BTF so that the kernel takes it: kernels know
 * no extern variables, so each becomes one that the section holds.
 */
final class ExternCollector {

  private static final String KCONFIG = ".kconfig";
  private static final String KSYMS = ".ksyms";

  private final BtfBuilder types;
  private final Btf btf;
  private final Map<String, Integer> candidates = new HashMap<>();
  private final Map<Integer, Integer> sectionOf = new HashMap<>();
  private final List<Extern> externs = new ArrayList<>();
  private int kconfigSection;
  private int ksymsSection;

  private ExternCollector(Btf btf, BtfBuilder types) {
    this.btf = btf;
    this.types = types;
    for (int id = btf.typeCount() - 1; id > 0; id--) {
      switch (btf.type(id)) {
        case BtfType.Var v -> candidates.put(v.name(), id);
        case BtfType.Func f -> candidates.put(f.name(), id);
        case BtfType.Datasec section -> {
          for (SectionVar variable : section.vars()) {
            sectionOf.put(variable.type(), id);
          }
        }
        default -> {}
      }
    }
  }

  /** The externs in libbpf's order: configuration values by alignment and size, then ksyms. */
  static List<Extern> collect(
      List<ElfSymbol> symbols, @Nullable Btf btf, @Nullable BtfBuilder types) {
    List<ElfSymbol> undefined =
        symbols.stream().filter(s -> s.isExtern() && !s.name().isEmpty()).toList();
    if (undefined.isEmpty()) {
      return List.of();
    }
    if (btf == null || types == null) {
      throw new BadObject(
          "object/extern",
          "'%s' is not defined in this object, and without BTF nobody knows what it is; build with -g"
              .formatted(undefined.getFirst().name()));
    }
    var collector = new ExternCollector(btf, types);
    for (ElfSymbol symbol : undefined) {
      collector.add(symbol);
    }
    collector.sort();
    collector.rewriteKsyms();
    collector.placeConfiguration();
    return collector.externs;
  }

  private void add(ElfSymbol symbol) {
    Integer id = candidates.get(symbol.name());
    if (id == null) {
      throw new BadObject(
          "object/extern",
          "extern '%s' has no BTF; it is not declared with __ksym or __kconfig, or its definition was not linked"
              .formatted(symbol.name()));
    }
    BtfType type = btf.type(id);
    int typeId;
    Linkage linkage;
    switch (type) {
      case BtfType.Var v -> {
        typeId = v.type();
        linkage = v.linkage();
      }
      case BtfType.Func f -> {
        typeId = f.type();
        linkage = f.linkage();
      }
      default -> throw new IllegalStateException("neither variable nor function");
    }
    if (linkage != Linkage.EXTERN) {
      throw new BadObject(
          "object/extern",
          "'%s' is undefined in ELF, but BTF [%d] says that it is %s"
              .formatted(symbol.name(), id, linkage));
    }
    Integer section = sectionOf.get(id);
    if (section == null) {
      throw new BadObject(
          "object/extern",
          "extern '%s' is in no section; declare it with __ksym or __kconfig"
              .formatted(symbol.name()));
    }
    boolean function = type instanceof BtfType.Func;
    String sectionName = btf.type(section).name();
    switch (sectionName) {
      case KCONFIG -> {
        kconfigSection = section;
        addConfiguration(symbol, id, typeId, function);
      }
      case KSYMS -> {
        ksymsSection = section;
        externs.add(
            new Extern(
                symbol.name(),
                symbol.index(),
                symbol.binding() == dev.skep.object.elf.Elf.STB_WEAK,
                id,
                Extern.Kind.KSYM,
                function,
                btf.resolve(typeId)));
      }
      default ->
          throw new BadObject(
              "object/extern",
              "extern '%s' is in section '%s'; only .ksyms and .kconfig are known"
                  .formatted(symbol.name(), sectionName));
    }
  }

  private void addConfiguration(ElfSymbol symbol, int id, int typeId, boolean function) {
    if (function) {
      throw new BadObject(
          "object/extern", "function '%s' cannot be a __kconfig value".formatted(symbol.name()));
    }
    var extern =
        new Extern(
            symbol.name(),
            symbol.index(),
            symbol.binding() == dev.skep.object.elf.Elf.STB_WEAK,
            id,
            Extern.Kind.KCONFIG,
            false,
            btf.resolve(typeId));
    long size = btf.sizeOf(typeId);
    extern.alignment = btf.alignOf(typeId);
    if (size <= 0 || size > 1 << 20 || extern.alignment <= 0) {
      throw new BadObject(
          "object/extern",
          "__kconfig value '%s' has a size of %d bytes".formatted(symbol.name(), size));
    }
    extern.size = (int) size;
    if (KernelConfig.shapeOf(btf, extern.typeId) == KernelConfig.Shape.UNKNOWN) {
      throw new BadObject(
          "object/extern",
          "__kconfig value '%s' is no bool, char, integer, enum libbpf_tristate or char array"
              .formatted(symbol.name()));
    }
    externs.add(extern);
  }

  private void sort() {
    externs.sort(
        Comparator.comparing((Extern e) -> e.kind)
            .thenComparingInt(e -> -e.alignment)
            .thenComparingInt(e -> e.size)
            .thenComparing(e -> e.name));
    for (int i = 0; i < externs.size(); i++) {
      externs.get(i).index = i;
    }
  }

  private Extern byName(Map<String, Extern> names, String name) {
    Extern extern = names.get(name);
    if (extern == null) {
      throw new BadObject(
          "object/extern", "BTF has an extern '%s', but ELF has no such symbol".formatted(name));
    }
    return extern;
  }

  private Map<String, Extern> names() {
    var names = new HashMap<String, Extern>();
    externs.forEach(e -> names.putIfAbsent(e.name, e));
    return names;
  }

  /** Each becomes a global int of its section; functions become a variable of their own. */
  private void rewriteKsyms() {
    if (ksymsSection == 0) {
      return;
    }
    var section = (BtfType.Datasec) btf.type(ksymsSection);
    Map<String, Extern> names = names();
    int intId = intId();
    int dummy = 0;
    if (section.vars().stream().anyMatch(v -> btf.type(v.type()) instanceof BtfType.Func)) {
      dummy = types.add(new BtfType.Var("dummy_ksym", intId, Linkage.GLOBAL));
    }
    var variables = new ArrayList<SectionVar>();
    int offset = 0;
    for (SectionVar variable : section.vars()) {
      BtfType type = btf.type(variable.type());
      byName(names, type.name());
      int id = variable.type();
      if (type instanceof BtfType.Func function) {
        nameParameters(function.type());
        types.set(id, new BtfType.Func(function.name(), function.type(), Linkage.GLOBAL));
        id = dummy;
      } else if (type instanceof BtfType.Var v) {
        types.set(id, new BtfType.Var(v.name(), intId, Linkage.GLOBAL));
      }
      variables.add(new SectionVar(id, offset, 4));
      offset += 4;
    }
    types.set(ksymsSection, new BtfType.Datasec(section.name(), offset, variables));
  }

  /** The kernel wants named parameters, which a mere declaration need not have. */
  private void nameParameters(int protoId) {
    if (types.get(protoId) instanceof BtfType.FuncProto proto) {
      List<BtfType.Param> params =
          proto.params().stream()
              .map(
                  p ->
                      p.type() != 0 && p.name().isEmpty()
                          ? new BtfType.Param("dummy_ksym", p.type())
                          : p)
              .toList();
      types.set(protoId, new BtfType.FuncProto(proto.returnType(), params));
    }
  }

  private int intId() {
    for (int id = 1; id < btf.typeCount(); id++) {
      if (btf.type(id) instanceof BtfType.Int i && i.bits() == 32) {
        return id;
      }
    }
    return 0;
  }

  private void placeConfiguration() {
    if (kconfigSection == 0) {
      return;
    }
    long offset = 0;
    for (Extern extern : externs) {
      if (extern.kind == Extern.Kind.KCONFIG) {
        offset = (offset + extern.alignment - 1) / extern.alignment * extern.alignment;
        extern.dataOffset = (int) offset;
        offset += extern.size;
        if (offset > 1 << 20) {
          throw new BadObject("object/too-large", "more than 1 MiB of __kconfig values");
        }
      }
    }
    var section = (BtfType.Datasec) btf.type(kconfigSection);
    Map<String, Extern> names = names();
    var variables = new ArrayList<SectionVar>();
    for (SectionVar variable : section.vars()) {
      if (!(btf.type(variable.type()) instanceof BtfType.Var v)) {
        throw new BadObject("object/extern", "section .kconfig holds something besides variables");
      }
      Extern extern = byName(names, v.name());
      types.set(variable.type(), new BtfType.Var(v.name(), v.type(), Linkage.GLOBAL));
      variables.add(new SectionVar(variable.type(), extern.dataOffset, variable.size()));
    }
    types.set(kconfigSection, new BtfType.Datasec(section.name(), (int) offset, variables));
  }
}
