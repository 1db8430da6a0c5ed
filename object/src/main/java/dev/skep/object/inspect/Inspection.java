package dev.skep.object.inspect;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfExt;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfReader;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.KernelVersion;
import dev.skep.isa.RawInstruction;
import dev.skep.object.BpfObject;
import dev.skep.object.FunctionInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.core.CoreText;
import dev.skep.object.elf.ElfFile;
import dev.skep.object.elf.ElfFormatException;
import dev.skep.object.elf.ElfSection;
import dev.skep.object.elf.EmbeddedObjects;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * @param globals global variables by section and offset
 * @param types number of types in the object's BTF, 0 without BTF
 * @param core what CO-RE is asked for, by ELF section, without repetitions
 */
public record Inspection(
    String name,
    String license,
    List<Program> programs,
    List<MapSpec> maps,
    List<Global> globals,
    int types,
    Map<String, List<String>> core) {

  private static final int F_XDP_HAS_FRAGS = 1 << 5;

  /** Older kernels take programs for these without looking at the attach type. */
  private static final Set<AttachType> OPTIONAL =
      EnumSet.of(
          AttachType.XDP,
          AttachType.CGROUP_SOCK_OPS,
          AttachType.SK_SKB_STREAM_PARSER,
          AttachType.SK_SKB_STREAM_VERDICT,
          AttachType.SK_SKB_VERDICT,
          AttachType.SK_MSG_VERDICT,
          AttachType.LIRC_MODE2,
          AttachType.FLOW_DISSECTOR,
          AttachType.CGROUP_INET_INGRESS,
          AttachType.CGROUP_INET_EGRESS,
          AttachType.CGROUP_INET_SOCK_CREATE,
          AttachType.CGROUP_DEVICE);

  public Inspection {
    programs = List.copyOf(programs);
    maps = List.copyOf(maps);
    globals = List.copyOf(globals);
    core = Map.copyOf(core);
  }

  /**
   * A program.
   *
   * @param spec the program itself
   * @param functions its functions with their sizes in slots, the program first
   * @param groups RFC 9669's conformance groups that its instructions are of
   * @param helpers helpers that it calls, by number
   * @param kfuncs kernel functions that it calls
   * @param ksyms kernel variables whose address it takes
   * @param poisoned number of instructions that CO-RE or a missing kfunc made unreachable
   * @param needs what it needs of the kernel, newest first
   * @param oldest the oldest kernel that has all of it, as far as is known
   * @param decidedBy the feature that decides this
   * @param unknown what it uses that no source dates: kfuncs, and helpers that the catalog does not
   *     know
   */
  public record Program(
      ProgramSpec spec,
      List<Function> functions,
      SortedSet<String> groups,
      SortedSet<Integer> helpers,
      SortedSet<String> kfuncs,
      SortedSet<String> ksyms,
      int poisoned,
      List<Need> needs,
      KernelVersion oldest,
      String decidedBy,
      List<String> unknown) {

    public Program {
      functions = List.copyOf(functions);
      needs = List.copyOf(needs);
      unknown = List.copyOf(unknown);
    }
  }

  /** A function of a program: first slot and number of slots. */
  public record Function(String name, int pc, int slots) {}

  /** A global variable; {@code type} as C would write it, roughly. */
  public record Global(String section, String name, String type, int offset, long size) {}

  /** Looks at an object that has been read. */
  public static Inspection of(BpfObject object, HelperFacts helpers) {
    return of(object, helpers, Map.of());
  }

  /** Looks at an object and at its file, for what reading has resolved already. */
  public static Inspection of(BpfObject object, HelperFacts helpers, byte[] file) {
    return of(object, helpers, coreOf(file));
  }

  private static Inspection of(
      BpfObject object, HelperFacts helpers, Map<String, List<String>> core) {
    Btf btf = object.btf();
    return new Inspection(
        object.name(),
        object.license(),
        object.programs().stream().map(p -> program(p, helpers)).toList(),
        object.maps(),
        btf == null ? List.of() : globals(btf),
        btf == null ? 0 : btf.typeCount() - 1,
        core);
  }

  private static Program program(ProgramSpec spec, HelperFacts facts) {
    var instructions = new InstructionNeeds(spec.code());
    Map<String, KernelVersion> needs = new HashMap<>(instructions.needs());
    needs.put(
        "program type %s (%s)".formatted(spec.type().kernelName(), spec.type().uapiName()),
        spec.type().since());
    if (spec.expectedAttachType() != null && !OPTIONAL.contains(spec.expectedAttachType())) {
      needs.put(
          "attach type %s (%s)"
              .formatted(
                  spec.expectedAttachType().kernelName(), spec.expectedAttachType().uapiName()),
          spec.expectedAttachType().since());
    }
    if ((spec.flags() & ProgramSpec.F_SLEEPABLE) != 0) {
      needs.put("sleepable programs", new KernelVersion(5, 10));
    }
    if ((spec.flags() & F_XDP_HAS_FRAGS) != 0) {
      needs.put("XDP with fragments", new KernelVersion(5, 18));
    }
    for (MapSpec map : spec.maps()) {
      needs.put(
          "map type %s (%s)".formatted(map.type().kernelName(), map.type().uapiName()),
          map.type().since());
    }
    var unknown = new ArrayList<String>();
    int poisoned = 0;
    var called = new TreeSet<Integer>();
    for (int id : instructions.helpers()) {
      if (Integer.compareUnsigned(id, 100_000) >= 0) {
        poisoned += count(spec, id);
        continue;
      }
      called.add(id);
      String name = facts.name(id);
      String shown = name == null ? "helper #" + id : "helper " + name;
      KernelVersion since = facts.since(id);
      if (since == null) {
        unknown.add(shown);
      } else {
        needs.put(shown, since);
      }
    }
    var kfuncs = new TreeSet<>(spec.kfuncs().values());
    kfuncs.forEach(k -> unknown.add("kfunc " + k));
    List<Need> sorted =
        needs.entrySet().stream()
            .map(e -> new Need(e.getKey(), e.getValue()))
            .sorted(Comparator.comparing(Need::since).reversed().thenComparing(Need::feature))
            .toList();
    return new Program(
        spec,
        functions(spec),
        instructions.groups(),
        called,
        kfuncs,
        new TreeSet<>(spec.ksyms().values()),
        poisoned,
        sorted,
        sorted.getFirst().since(),
        sorted.getFirst().feature(),
        unknown);
  }

  private static int count(ProgramSpec spec, int helper) {
    int count = 0;
    for (int pc = 0; pc < spec.code().size(); pc++) {
      RawInstruction i = spec.code().at(pc);
      if (i.opcode() == 0x85 && i.srcReg() == 0 && i.imm() == helper) {
        count++;
      }
      if (i.isWide()) {
        pc++;
      }
    }
    return count;
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
      list.add(new Function(btf.type(f.typeId()).name(), f.pc(), end - f.pc()));
    }
    return list;
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
    if (EmbeddedObjects.isObject(file)) {
      addCore(file, core);
    } else {
      EmbeddedObjects.find(file).forEach(object -> addCore(object.bytes(), core));
    }
    return core;
  }

  private static void addCore(byte[] file, Map<String, List<String>> core) {
    try {
      ElfFile elf = ElfFile.read(file);
      byte[] btfBytes = data(elf, ".BTF");
      byte[] extBytes = data(elf, ".BTF.ext");
      if (btfBytes == null || extBytes == null) {
        return;
      }
      Btf btf = BtfReader.read(btfBytes);
      for (var section : BtfExt.read(extBytes, btf).relocations()) {
        core.computeIfAbsent(section.name(), _ -> new ArrayList<>())
            .addAll(section.records().stream().map(r -> CoreText.of(btf, r)).distinct().toList());
      }
    } catch (ElfFormatException | BtfFormatException e) {
      core.put("(unreadable)", List.of(String.valueOf(e.getMessage())));
    }
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
