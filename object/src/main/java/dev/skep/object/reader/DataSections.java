package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Linkage;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.object.elf.Elf;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.ElfSymbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fills in what the compiler cannot know when it writes a {@code DATASEC}: the section's size, and
 * where its variables are; and makes hidden variables static, so that they stay private.
 */
final class DataSections {

  private final Map<String, ElfSection> sections = new HashMap<>();
  private final Map<String, ElfSymbol> variables = new HashMap<>();

  DataSections(List<ElfSection> sections, List<ElfSymbol> symbols) {
    for (ElfSection section : sections) {
      if (section.index() != 0) {
        this.sections.putIfAbsent(section.name(), section);
      }
    }
    for (ElfSymbol symbol : symbols) {
      if (symbol.type() == Elf.STT_OBJECT
          && (symbol.binding() == Elf.STB_GLOBAL || symbol.binding() == Elf.STB_WEAK)) {
        variables.putIfAbsent(symbol.name(), symbol);
      }
    }
  }

  void fix(Btf original, BtfBuilder types) {
    for (int id = 1; id < original.typeCount(); id++) {
      if (types.get(id) instanceof BtfType.Datasec section) {
        types.set(id, fix(section, types));
      }
    }
  }

  private BtfType.Datasec fix(BtfType.Datasec section, BtfBuilder types) {
    var vars = new ArrayList<>(section.vars());
    int size = section.size();
    if (!section.name().equals(".kconfig") && !section.name().equals(".ksyms")) {
      boolean place = size == 0;
      if (place) {
        ElfSection elf = sections.get(section.name());
        if (elf == null || (int) elf.size() == 0) {
          throw new BadObject(
              "object/btf",
              "BTF has variables in section '%s', which is empty or not in the file"
                  .formatted(section.name()));
        }
        size = (int) elf.size();
      }
      for (int i = 0; i < vars.size(); i++) {
        vars.set(i, fix(section.name(), vars.get(i), place, types));
      }
    }
    vars.sort(Comparator.comparingInt(SectionVar::offset));
    return new BtfType.Datasec(section.name(), size, vars);
  }

  private SectionVar fix(String section, SectionVar variable, boolean place, BtfBuilder types) {
    if (!(types.get(variable.type()) instanceof BtfType.Var v)) {
      throw new BadObject(
          "object/btf", "BTF section '%s' holds something besides variables".formatted(section));
    }
    if (v.linkage() != Linkage.GLOBAL) {
      return variable;
    }
    ElfSymbol symbol = variables.get(v.name());
    if (symbol == null) {
      throw new BadObject(
          "object/btf",
          "BTF has a variable '%s' in section '%s', but ELF has no such symbol"
              .formatted(v.name(), section));
    }
    if (symbol.hidden()) {
      types.set(variable.type(), new BtfType.Var(v.name(), v.type(), Linkage.STATIC));
    }
    return place
        ? new SectionVar(variable.type(), (int) symbol.value(), variable.size())
        : variable;
  }
}
