package dev.skep.object.reader;

import dev.skep.isa.Opcode;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.elf.Elf;
import dev.skep.object.elf.ElfRelocation;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.ElfSymbol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns ELF relocations of code into what the instructions refer to. */
final class RelocationCollector {

  private final Sections sections;
  private final Maps maps;
  private final Map<Integer, Extern> externs = new HashMap<>();

  RelocationCollector(Sections sections, Maps maps, List<Extern> externs) {
    this.sections = sections;
    this.maps = maps;
    for (Extern extern : externs) {
      this.externs.put(extern.symbol, extern);
    }
  }

  void collect(ElfSection relocationSection) {
    List<ElfSymbol> symbols = sections.elf.symbols();
    ElfSection target = sections.elf.sections().get(relocationSection.info());
    for (ElfRelocation relocation : sections.elf.relocations(relocationSection)) {
      if (relocation.symbol() < 0 || relocation.symbol() >= symbols.size()) {
        throw new BadObject(
            "object/malformed",
            "section '%s': a relocation to symbol %d, but there are %d"
                .formatted(relocationSection.name(), relocation.symbol(), symbols.size()));
      }
      if (relocation.offset() % 8 != 0
          || Long.compareUnsigned(relocation.offset(), target.size()) >= 0) {
        throw new BadObject(
            "object/malformed",
            "section '%s': a relocation at byte %s of section '%s', where no instruction starts"
                .formatted(
                    relocationSection.name(),
                    Long.toUnsignedString(relocation.offset()),
                    target.name()));
      }
      long slot = relocation.offset() / 8;
      Function function = sections.functionAt(target.index(), slot);
      if (function != null) {
        int pc = (int) (slot - function.start);
        function.relocations.add(resolve(function, pc, symbols.get(relocation.symbol())));
      }
    }
  }

  private Relocation resolve(Function function, int pc, ElfSymbol symbol) {
    var instruction = new RawInstruction(function.slots[pc]);
    boolean call = instruction.opcode() == Opcode.CALL;
    if (!call && !instruction.isWide()) {
      throw bad(
          function, pc, symbol, "opcode %#x can refer to nothing".formatted(instruction.opcode()));
    }
    if (instruction.isWide() && pc + 1 >= function.slots.length) {
      throw bad(function, pc, symbol, "the wide load is cut off at the function's end");
    }
    if (symbol.isExtern()) {
      Extern extern = externs.get(symbol.index());
      if (extern == null) {
        throw bad(function, pc, symbol, "the symbol is not defined");
      }
      return call
          ? new Relocation.ExternCall(pc, extern)
          : new Relocation.ExternAddress(pc, extern);
    }
    if (call) {
      if (instruction.srcReg() != Opcode.PSEUDO_CALL) {
        throw bad(function, pc, symbol, "the call is no call of a subprogram");
      }
      if (symbol.section() == Elf.SHN_UNDEF || symbol.section() != sections.text) {
        throw bad(
            function,
            pc,
            symbol,
            "called functions must be in section .text; this one is in " + sectionName(symbol));
      }
      if (symbol.value() % 8 != 0) {
        throw bad(function, pc, symbol, "no instruction starts there");
      }
      return new Relocation.Call(pc, symbol.value());
    }
    if (symbol.section() == Elf.SHN_UNDEF || symbol.section() >= Elf.SHN_LORESERVE) {
      throw bad(
          function, pc, symbol, "it is in no section; was a global variable not initialised?");
    }
    return address(function, pc, instruction, symbol);
  }

  private Relocation address(
      Function function, int pc, RawInstruction instruction, ElfSymbol symbol) {
    if (isSubprogram(symbol)) {
      if (symbol.value() % 8 != 0 || instruction.imm() % 8 != 0) {
        throw bad(function, pc, symbol, "no instruction starts there");
      }
      function.slots[pc] = instruction.withSrcReg(WideKind.CODE_ADDRESS.code()).bits();
      return new Relocation.SubprogramAddress(pc, symbol.value());
    }
    if (sections.arena != null && symbol.section() == sections.arena.index()) {
      if (maps.arena == null) {
        throw bad(function, pc, symbol, "there is no arena map");
      }
      return new Relocation.Data(pc, maps.arena, symbol.value());
    }
    MapDraft data = maps.dataMap(symbol.section());
    if (data != null) {
      return new Relocation.Data(pc, data, symbol.value());
    }
    MapDraft map = maps.definedMap(symbol);
    if (map == null) {
      throw bad(
          function,
          pc,
          symbol,
          "there is no map in %s at that place".formatted(sectionName(symbol)));
    }
    return new Relocation.MapReference(pc, map);
  }

  private boolean isSubprogram(ElfSymbol symbol) {
    return symbol.section() == sections.text
        && (symbol.binding() == Elf.STB_LOCAL && symbol.type() == Elf.STT_SECTION
            || symbol.binding() != Elf.STB_LOCAL && symbol.type() == Elf.STT_FUNC);
  }

  private String sectionName(ElfSymbol symbol) {
    return symbol.section() < sections.elf.sections().size()
        ? "section '" + sections.elf.sections().get(symbol.section()).name() + "'"
        : "section " + symbol.section();
  }

  private static BadObject bad(Function function, int pc, ElfSymbol symbol, String why) {
    return new BadObject(
        "object/relocation",
        "function '%s', instruction %d: the reference to '%s' cannot be resolved: %s"
            .formatted(function.name, pc, symbol.name(), why));
  }
}
