package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfExt;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfReader;
import dev.skep.btf.BtfType;
import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.ReadResult;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.elf.ElfFormatException;
import dev.skep.object.elf.ElfSection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One reading of one file: the steps in libbpf's order. */
final class Reading {

  private final String file;
  private final String objectName;
  private final ReadOptions options;
  private final List<Diagnostic> warnings = new ArrayList<>();

  private Reading(String file, String objectName, ReadOptions options) {
    this.file = file;
    this.objectName = objectName;
    this.options = options;
  }

  /** What {@link ObjectReader#read} does. */
  static ReadResult run(byte[] bytes, String file, String objectName, ReadOptions options) {
    try {
      return new ReadResult.Read(new Reading(file, objectName, options).read(bytes));
    } catch (ElfFormatException e) {
      Location where =
          e.byteOffset() < 0 ? Location.inFile(file) : Location.atByte(file, e.byteOffset());
      return refused(Diagnostic.error(e.rule(), where, String.valueOf(e.getMessage())));
    } catch (BtfFormatException e) {
      return refused(
          Diagnostic.error(
              "object/btf", Location.inFile(file), "malformed BTF: " + e.getMessage()));
    } catch (BadObject e) {
      Diagnostic d = e.diagnostic();
      return refused(
          d.location().equals(Location.NOWHERE)
              ? new Diagnostic(
                  d.rule(), d.severity(), Location.inFile(file), d.message(), d.notes(), d.help())
              : d);
    }
  }

  private static ReadResult refused(Diagnostic diagnostic) {
    return new ReadResult.Refused(List.of(diagnostic));
  }

  private BpfObject read(byte[] bytes) {
    ElfFile elf = ElfFile.read(bytes);
    var sections = new Sections(elf);
    Btf original = readBtf(sections);
    BtfExt ext = readBtfExt(sections, original);
    BtfBuilder types = original == null ? null : BtfBuilder.copyOf(original);
    List<Extern> externs = ExternCollector.collect(elf.symbols(), original, types);
    Btf btf = null;
    if (original != null && types != null) {
      new DataSections(elf.sections(), elf.symbols()).fix(original, types);
      hideSubprograms(sections, original, types);
      btf = types.build();
    }
    String name = ObjectReader.nameOf(objectName);
    var maps = new Maps(sections, btf, options, name);
    maps.collect(externs);
    StructOps structOps =
        sections.structOps.isEmpty() || btf == null ? null : new StructOps(sections, btf);
    collectRelocations(sections, maps, externs, structOps);
    if (structOps != null) {
      maps.all.addAll(structOps.maps(options.kernelBtf()));
    }
    if (original != null) {
      new ExternResolver(original, options, file, warnings).resolve(externs, maps.kconfig);
    }
    Map<String, Integer> sectionByName = new HashMap<>();
    for (ElfSection section : elf.sections()) {
      if (section.index() != 0) {
        sectionByName.putIfAbsent(section.name(), section.index());
      }
    }
    if (ext != null && btf != null) {
      new CoreRelocations(sections, sectionByName, file, warnings)
          .apply(ext, btf, options.kernelBtf());
    }
    return build(name, sections, btf, ext, sectionByName, maps);
  }

  private BpfObject build(
      String name,
      Sections sections,
      @Nullable Btf fixed,
      @Nullable BtfExt ext,
      Map<String, Integer> sectionByName,
      Maps maps) {
    Map<Function, Linker.Linked> linked =
        ProgramBuilder.linkAll(
            sections,
            new Linker(sections, ext, sectionByName),
            new ExceptionCallbacks(sections, fixed),
            warnings);
    Btf btf = ContextTags.adapt(fixed, linked, options.kernel());
    var specs = new IdentityHashMap<MapDraft, MapSpec>();
    var list = new ArrayList<MapSpec>();
    for (MapDraft map : maps.all) {
      MapSpec spec = map.spec(btf);
      specs.put(map, spec);
      list.add(spec);
    }
    if (sections.legacyMaps != null) {
      warnings.add(
          Diagnostic.warning(
              "object/legacy-maps",
              Location.inFile(file),
              "maps are defined in section 'maps', which libbpf 1.0 and newer refuse"));
    }
    var builder = new ProgramBuilder(sections, btf, options, file, warnings, specs);
    List<ProgramSpec> programs = builder.buildAll(linked);
    if (programs.isEmpty() && list.isEmpty()) {
      throw new BadObject("object/empty", "there is no program and no map in this file");
    }
    return new BpfObject(name, sections.license, programs, list, btf, warnings);
  }

  private @Nullable Btf readBtf(Sections sections) {
    if (sections.btf == null) {
      return null;
    }
    try {
      return BtfReader.read(sections.elf.data(sections.btf));
    } catch (BtfFormatException e) {
      if (sections.maps != null || !sections.structOps.isEmpty()) {
        throw e;
      }
      warnings.add(
          Diagnostic.warning(
              "object/btf",
              Location.inFile(file),
              "section .BTF is left out, it is malformed: " + e.getMessage()));
      return null;
    }
  }

  private @Nullable BtfExt readBtfExt(Sections sections, @Nullable Btf btf) {
    if (sections.btfExt == null || btf == null) {
      return null;
    }
    try {
      return BtfExt.read(sections.elf.data(sections.btfExt), btf);
    } catch (BtfFormatException e) {
      if (sections.maps != null || !sections.structOps.isEmpty()) {
        throw e;
      }
      warnings.add(
          Diagnostic.warning(
              "object/btf-ext",
              Location.inFile(file),
              "section .BTF.ext is left out, it is malformed: " + e.getMessage()));
      return null;
    }
  }

  /** Global subprograms with hidden visibility are verified like static ones: BTF says so. */
  private static void hideSubprograms(Sections sections, Btf original, BtfBuilder types) {
    var hidden = new HashSet<String>();
    for (Function function : sections.functions) {
      if (function.global && function.hidden && sections.isSubprogram(function)) {
        hidden.add(function.name);
      }
    }
    for (int id = 1; !hidden.isEmpty() && id < original.typeCount(); id++) {
      if (types.get(id) instanceof BtfType.Func f
          && f.linkage() == BtfType.Linkage.GLOBAL
          && hidden.remove(f.name())) {
        types.set(id, new BtfType.Func(f.name(), f.type(), BtfType.Linkage.STATIC));
      }
    }
  }

  private static void collectRelocations(
      Sections sections, Maps maps, List<Extern> externs, @Nullable StructOps structOps) {
    var collector = new RelocationCollector(sections, maps, externs);
    for (ElfSection section : sections.relocations) {
      if (section.info() < 0 || section.info() >= sections.elf.sections().size()) {
        throw new BadObject(
            "object/malformed",
            "section '%s' relocates section %d, which does not exist"
                .formatted(section.name(), section.info()));
      }
      ElfSection target = sections.elf.sections().get(section.info());
      if (sections.maps != null && target.index() == sections.maps.index()) {
        maps.fillSlots(sections.elf.relocations(section));
      } else if (structOps != null && sections.roleOf(target.index()) == Sections.Role.STRUCT_OPS) {
        structOps.relocate(section);
      } else if (target.executable()) {
        collector.collect(section);
      }
    }
    for (Function function : sections.functions) {
      function.sortRelocations();
    }
  }
}
