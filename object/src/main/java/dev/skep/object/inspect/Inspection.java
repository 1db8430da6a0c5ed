package dev.skep.object.inspect;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfExt;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfReader;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.catalog.KernelVersion;
import dev.skep.object.BpfObject;
import dev.skep.object.FunctionInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.core.CoreText;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.elf.ElfFormatException;
import dev.skep.object.elf.ElfSection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is in an object and what each of its programs needs: the contents of {@code skep inspect}.
 *
 * @param name the object's name
 * @param license its licence
 * @param programs in the order of the file
 * @param maps as they would be created, those of global data included
 * @param types what its BTF says
 * @param core what CO-RE is asked for, by ELF section, one entry a relocation
 */
public record Inspection(
    String name,
    String license,
    List<Program> programs,
    List<MapSpec> maps,
    Types types,
    Map<String, List<String>> core) {

  public Inspection {
    programs = List.copyOf(programs);
    maps = List.copyOf(maps);
    core = Map.copyOf(core);
  }

  /**
   * What an object's BTF says.
   *
   * @param count number of types
   * @param globals global variables by section and offset
   */
  public record Types(int count, List<Global> globals) {
    /** Of an object without BTF. */
    public static final Types NONE = new Types(0, List.of());

    public Types {
      globals = List.copyOf(globals);
    }
  }

  /**
   * A program.
   *
   * @param spec the program itself
   * @param functions its functions with their sizes in slots, the program first
   * @param groups RFC 9669's conformance groups that its instructions are of
   * @param relocations what a loader fills in
   * @param uses what it uses of the kernel
   * @param needs what that asks of the kernel
   */
  public record Program(
      ProgramSpec spec,
      List<Function> functions,
      SortedSet<String> groups,
      Relocations relocations,
      Uses uses,
      Needs needs) {

    public Program {
      functions = List.copyOf(functions);
    }
  }

  /**
   * What a program names of the kernel.
   *
   * @param helpers helpers that it calls, by number
   * @param kfuncs kernel functions that it calls
   * @param ksyms kernel variables whose address it takes
   * @param poisoned number of instructions that CO-RE or a missing kfunc made unreachable
   */
  public record Uses(
      SortedSet<Integer> helpers,
      SortedSet<String> kfuncs,
      SortedSet<String> ksyms,
      int poisoned) {}

  /**
   * What a program needs of the kernel.
   *
   * @param features newest first
   * @param oldest the oldest kernel that has all of it, as far as is known
   * @param decidedBy the feature that decides this
   * @param unknown what it uses that no source dates
   * @param conditions what must hold besides the release: configuration
   */
  public record Needs(
      List<Need> features,
      KernelVersion oldest,
      String decidedBy,
      List<String> unknown,
      List<String> conditions) {

    public Needs {
      features = List.copyOf(features);
      unknown = List.copyOf(unknown);
      conditions = List.copyOf(conditions);
    }
  }

  /** A function of a program: first slot and number of slots. */
  public record Function(String name, int pc, int slots) {}

  /** A global variable; {@code type} as C would write it, roughly. */
  public record Global(String section, String name, String type, int offset, long size) {}

  /** Looks at an object that has been read, without its file: no CO-RE is seen. */
  public static Inspection of(BpfObject object) {
    return of(object, Map.of());
  }

  /**
   * Looks at an object and at its file, for what reading has resolved already.
   *
   * @param file the object's own bytes, not those of an executable around it
   */
  public static Inspection of(BpfObject object, byte[] file) {
    return of(object, coreOf(file));
  }

  private static Inspection of(BpfObject object, Map<String, List<String>> core) {
    Btf btf = object.btf();
    return new Inspection(
        object.name(),
        object.license(),
        object.programs().stream().map(Inspection::program).toList(),
        object.maps(),
        btf == null ? Types.NONE : new Types(btf.typeCount() - 1, globals(btf)),
        core);
  }

  private static Program program(ProgramSpec spec) {
    var code = new InstructionNeeds(spec.code());
    var needs = new ProgramNeeds(spec, code);
    List<Need> sorted = needs.newestFirst();
    return new Program(
        spec,
        functions(spec),
        code.groups(),
        code.relocations(),
        new Uses(
            code.helpers(),
            new TreeSet<>(spec.kfuncs().values()),
            new TreeSet<>(spec.ksyms().values()),
            code.poisoned()),
        new Needs(
            sorted,
            sorted.getFirst().since(),
            sorted.getFirst().feature(),
            needs.unknown(),
            needs.conditions()));
  }

  private static List<Function> functions(ProgramSpec spec) {
    Btf btf = spec.btf();
    if (btf == null || spec.functions().isEmpty()) {
      return List.of(new Function(spec.name(), 0, spec.code().size()));
    }
    var list = new ArrayList<Function>();
    for (int i = 0; i < spec.functions().size(); i++) {
      FunctionInfo f = spec.functions().get(i);
      int end =
          i + 1 < spec.functions().size() ? spec.functions().get(i + 1).pc() : spec.code().size();
      list.add(new Function(functionName(btf, f.typeId()), f.pc(), end - f.pc()));
    }
    return list;
  }

  /** The records are submitted as they are; only a kernel looks at what they name. */
  private static String functionName(Btf btf, int typeId) {
    return typeId > 0
            && typeId < btf.typeCount()
            && btf.type(typeId) instanceof BtfType.Func function
        ? function.name()
        : "(type " + Integer.toUnsignedString(typeId) + " is no function)";
  }

  private static List<Global> globals(Btf btf) {
    var list = new ArrayList<Global>();
    for (int id = 1; id < btf.typeCount(); id++) {
      if (btf.type(id) instanceof BtfType.Datasec section
          && !section.name().equals(".maps")
          && !section.name().equals(".ksyms")
          && !section.name().equals("license")) {
        for (SectionVar v : section.vars()) {
          if (btf.type(v.type()) instanceof BtfType.Var variable) {
            list.add(
                new Global(
                    section.name(),
                    variable.name(),
                    TypeText.of(btf, variable.type()),
                    v.offset(),
                    Integer.toUnsignedLong(v.size())));
          }
        }
      }
    }
    list.sort(Comparator.comparing(Global::section).thenComparingInt(Global::offset));
    return list;
  }

  private static Map<String, List<String>> coreOf(byte[] file) {
    var core = new TreeMap<String, List<String>>();
    try {
      ElfFile elf = ElfFile.read(file);
      byte[] btfBytes = data(elf, ".BTF");
      byte[] extBytes = data(elf, ".BTF.ext");
      if (btfBytes == null || extBytes == null) {
        return core;
      }
      Btf btf = BtfReader.read(btfBytes);
      for (var section : BtfExt.read(extBytes, btf).relocations()) {
        core.computeIfAbsent(section.name(), _ -> new ArrayList<>())
            .addAll(section.records().stream().map(r -> CoreText.of(btf, r)).toList());
      }
    } catch (ElfFormatException | BtfFormatException e) {
      core.put("(unreadable)", List.of(String.valueOf(e.getMessage())));
    }
    return core;
  }

  private static byte @Nullable [] data(ElfFile elf, String name) {
    for (ElfSection section : elf.sections()) {
      if (section.name().equals(name)) {
        return elf.data(section);
      }
    }
    return null;
  }
}
