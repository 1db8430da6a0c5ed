package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.Behaviour;
import dev.skep.catalog.HelperId;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.Opcode;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.LineInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.SectionName;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Relocates data in a linked program, and says what kind of program it is. */
final class ProgramBuilder {

  private static final int F_XDP_HAS_FRAGS = 1 << 5;

  /** What libbpf calls instead of a weak kernel function that there is not; plus its index. */
  private static final int POISON_KFUNC = 2002000000;

  private final Sections sections;
  private final @Nullable Btf btf;
  private final ReadOptions options;
  private final String file;
  private final List<Diagnostic> warnings;
  private final Map<MapDraft, MapSpec> specs;

  ProgramBuilder(
      Sections sections,
      @Nullable Btf btf,
      ReadOptions options,
      String file,
      List<Diagnostic> warnings,
      Map<MapDraft, MapSpec> specs) {
    this.sections = sections;
    this.btf = btf;
    this.options = options;
    this.file = file;
    this.warnings = warnings;
    this.specs = specs;
  }

  ProgramSpec build(Function main, Linker.Linked linked) {
    long[] slots = linked.slots;
    var maps = new LinkedHashMap<MapDraft, Integer>();
    var kfuncs = new HashMap<Integer, String>();
    var ksyms = new HashMap<Integer, String>();
    var relocated = new BitSet();
    for (int i = 0; i < linked.relocations.size(); i++) {
      Relocation relocation = linked.relocations.get(i);
      int pc = relocation.pc() + linked.bases.get(i);
      relocated.set(pc);
      switch (relocation) {
        case Relocation.MapReference r ->
            wide(slots, pc, WideKind.MAP_FD, index(maps, r.map()), imm(slots[pc + 1]));
        case Relocation.Data r ->
            wide(
                slots,
                pc,
                WideKind.MAP_VALUE,
                index(maps, r.map()),
                imm(slots[pc]) + (int) r.offset());
        case Relocation.ExternAddress r -> externAddress(slots, pc, r.extern(), maps, ksyms);
        case Relocation.ExternCall r -> externCall(slots, pc, r.extern(), kfuncs);
        case Relocation.Call _, Relocation.SubprogramAddress _ -> {}
      }
    }
    refuseFileDescriptors(main, slots, relocated);
    adaptHelpers(slots);
    Code code = Code.ofSlots(slots);
    List<LineInfo> lines = linked.lines == null ? List.of() : linked.lines;
    String section = main.section.name();
    Kind kind = kind(main);
    var spec =
        ProgramSpec.builder(main.name, kind.type, code)
            .section(section)
            .expectedAttachType(kind.attachType)
            .attachTarget(kind.target)
            .attachBtfId(kind.targetId)
            .flags(kind.flags)
            .license(sections.license)
            .maps(maps.keySet().stream().map(this::spec).toList())
            .btf(btf)
            .functions(linked.functions == null ? List.of() : linked.functions)
            .lines(lines)
            .kfuncs(kfuncs)
            .ksyms(ksyms)
            .kernelBtf(options.kernelBtf())
            .autoload(main.autoload())
            .build();
    reportCoreFailures(spec, linked);
    return spec;
  }

  /** A map that no relocation names is a file descriptor, which no file can know. */
  private void refuseFileDescriptors(Function main, long[] slots, BitSet relocated) {
    boolean second = false;
    for (int pc = 0; pc < slots.length; pc++) {
      var instruction = new RawInstruction(slots[pc]);
      boolean wide = !second && instruction.isWide();
      second = wide;
      if (wide
          && !relocated.get(pc)
          && (instruction.srcReg() == WideKind.MAP_FD.code()
              || instruction.srcReg() == WideKind.MAP_VALUE.code())) {
        throw new BadObject(
            Diagnostic.error(
                "object/map-fd",
                Location.inProgram(file, main.name, pc, null),
                "program '%s', instruction %d: it refers to a map by file descriptor %d, which only a running process can"
                    .formatted(main.name, pc, instruction.imm())));
      }
    }
  }

  private MapSpec spec(MapDraft map) {
    MapSpec spec = specs.get(map);
    if (spec == null) {
      throw new IllegalStateException("a map that is not in the object");
    }
    return spec;
  }

  private static int imm(long slot) {
    return (int) (slot >> 32);
  }

  private static int index(Map<MapDraft, Integer> maps, MapDraft map) {
    return maps.computeIfAbsent(map, _ -> maps.size());
  }

  private static void wide(long[] slots, int pc, WideKind kind, int imm, int nextImm) {
    slots[pc] = new RawInstruction(slots[pc]).withSrcReg(kind.code()).withImm(imm).bits();
    slots[pc + 1] = new RawInstruction(slots[pc + 1]).withImm(nextImm).bits();
  }

  private void externAddress(
      long[] slots,
      int pc,
      Extern extern,
      Map<MapDraft, Integer> maps,
      Map<Integer, String> ksyms) {
    if (extern.kind == Extern.Kind.KCONFIG) {
      MapDraft kconfig =
          specs.keySet().stream()
              .filter(m -> m.origin == MapDraft.Origin.KCONFIG)
              .findFirst()
              .orElseThrow();
      wide(slots, pc, WideKind.MAP_VALUE, index(maps, kconfig), extern.dataOffset);
    } else if (extern.typeId != 0 && (extern.resolved || options.kernelBtf() == null)) {
      wide(slots, pc, WideKind.VARIABLE_ADDRESS, extern.kernelBtfId, 0);
      ksyms.put(pc, Btf.essentialName(extern.name));
    } else {
      int source = new RawInstruction(slots[pc]).srcReg();
      wide(slots, pc, WideKind.CONSTANT, (int) extern.address, (int) (extern.address >>> 32));
      slots[pc] = new RawInstruction(slots[pc]).withSrcReg(source).bits();
      if (extern.typeId == 0) {
        ksyms.put(pc, extern.name);
      }
    }
  }

  private void externCall(long[] slots, int pc, Extern extern, Map<Integer, String> kfuncs) {
    if (extern.resolved || options.kernelBtf() == null) {
      var call = new RawInstruction(slots[pc]).withSrcReg(Opcode.PSEUDO_KFUNC_CALL);
      slots[pc] = call.withImm(extern.kernelBtfId).withOffset(0).bits();
      kfuncs.put(pc, Btf.essentialName(extern.name));
    } else {
      slots[pc] = RawInstruction.of(Opcode.CALL, 0, 0, 0, POISON_KFUNC + extern.index).bits();
    }
  }

  /** Before Linux 5.5 one helper read both kinds of memory; libbpf falls back to it. */
  private void adaptHelpers(long[] slots) {
    if (Behaviour.NAMES_READ_KINDS.isIn(options.kernel())) {
      return;
    }
    for (int pc = 0; pc < slots.length; pc++) {
      var call = new RawInstruction(slots[pc]);
      if (call.opcode() == Opcode.CALL && call.srcReg() == 0 && call.dstReg() == 0) {
        switch (call.imm()) {
          case HelperId.PROBE_READ_USER, HelperId.PROBE_READ_KERNEL ->
              slots[pc] = call.withImm(HelperId.PROBE_READ).bits();
          case HelperId.PROBE_READ_USER_STR, HelperId.PROBE_READ_KERNEL_STR ->
              slots[pc] = call.withImm(HelperId.PROBE_READ_STR).bits();
          default -> {}
        }
      }
    }
  }

  private record Kind(
      ProgramType type,
      @Nullable AttachType attachType,
      @Nullable String target,
      int targetId,
      int flags) {}

  private Kind kind(Function main) {
    String name = main.sectionName();
    Optional<SectionName> known = SectionName.find(name);
    if (known.isEmpty()) {
      known = SectionName.findByPrefix(name);
      String what =
          known
              .map(
                  row ->
                      "libbpf 1.0 and newer refuse section name '%s'; older loaders take it for %s"
                          .formatted(name, row.type().kernelName()))
              .orElse("section name '%s' does not say a program type".formatted(name));
      warnings.add(
          Diagnostic.warning(
                  known.isPresent() ? "object/legacy-section" : "object/unknown-section",
                  Location.inProgram(file, main.name, -1, null),
                  "program '%s': %s".formatted(main.name, what))
              .withHelp("libbpf's names are such as xdp, tc, kprobe/FUNCTION, tp/CATEGORY/NAME"));
    }
    if (known.isEmpty()) {
      return new Kind(ProgramType.UNSPEC, null, null, 0, 0);
    }
    SectionName row = known.get();
    AttachType attach = row.attachType();
    if (row.pattern().startsWith("usdt")
        && Behaviour.ATTACHES_UPROBES_TOGETHER.isIn(options.kernel())) {
      attach = AttachType.TRACE_UPROBE_MULTI;
    }
    int flags =
        (row.sleepable() ? ProgramSpec.F_SLEEPABLE : 0) | (row.frags() ? F_XDP_HAS_FRAGS : 0);
    String target = null;
    int targetId = 0;
    int slash = name.indexOf('/');
    if (row.attachesByBtf()) {
      target = slash < 0 ? null : name.substring(slash + 1);
      targetId = target == null ? 0 : attachTargetId(main, row.type(), attach, target);
    } else if (row.type() == ProgramType.STRUCT_OPS) {
      if (main.structOps != null) {
        target = main.structOps.struct() + "." + main.structOps.member();
        targetId = main.structOps.kernelId();
      } else if (main.autoload()) {
        warnings.add(
            Diagnostic.warning(
                "object/struct-ops",
                Location.inProgram(file, main.name, -1, null),
                "program '%s': no variable in .struct_ops uses it, and libbpf refuses to load it"
                    .formatted(main.name)));
      }
    }
    return new Kind(row.type(), attach, target, targetId, flags);
  }

  private int attachTargetId(
      Function main, ProgramType type, @Nullable AttachType attach, String target) {
    Btf kernel = options.kernelBtf();
    if (kernel == null || type == ProgramType.EXT || attach == null) {
      return 0;
    }
    int colon = target.indexOf(':');
    String name = colon < 0 ? target : target.substring(colon + 1);
    int id =
        switch (attach) {
          case TRACE_RAW_TP -> kernel.find("btf_trace_" + name, BtfType.Typedef.class).orElse(0);
          case LSM_MAC, LSM_CGROUP -> kernel.findFunc("bpf_lsm_" + name).orElse(0);
          case TRACE_ITER -> kernel.findFunc("bpf_iter_" + name).orElse(0);
          default -> kernel.findFunc(name).orElse(0);
        };
    if (id == 0) {
      warnings.add(
          Diagnostic.warning(
              "object/attach-target",
              Location.inProgram(file, main.name, -1, null),
              "program '%s': the kernel has nothing called '%s' to attach to"
                  .formatted(main.name, name)));
    }
    return id;
  }

  private void reportCoreFailures(ProgramSpec spec, Linker.Linked linked) {
    linked.places.forEach(
        (function, base) -> {
          for (Function.CoreFailure failure : function.coreFailures) {
            int pc = failure.pc() + base;
            LineInfo line = spec.lineAt(pc);
            var finding =
                new Diagnostic(
                    "object/core-unresolved",
                    Diagnostic.Severity.NOTE,
                    Location.inProgram(
                        file,
                        spec.name(),
                        pc,
                        line == null
                            ? null
                            : new Location.Source(
                                line.file(), line.line(), line.column(), line.text())),
                    "CO-RE: %s; the instruction must not be reached".formatted(failure.cause()),
                    failure.notes(),
                    List.of(
                        "guard the access with bpf_core_field_exists() or bpf_core_type_exists()"));
            warnings.add(finding);
          }
        });
  }

  /** The programs that the object can load, in order. */
  List<ProgramSpec> buildAll(Map<Function, Linker.Linked> linked) {
    var programs = new ArrayList<ProgramSpec>();
    linked.forEach(
        (function, whole) -> {
          try {
            programs.add(build(function, whole));
          } catch (BadObject e) {
            forgive(function, e, warnings);
          }
        });
    return programs;
  }

  /** Links all programs, in order. */
  static Map<Function, Linker.Linked> linkAll(
      Sections sections, Linker linker, ExceptionCallbacks callbacks, List<Diagnostic> warnings) {
    var linked = new LinkedHashMap<Function, Linker.Linked>();
    for (Function function : sections.functions) {
      if (sections.isSubprogram(function)) {
        continue;
      }
      try {
        if (function.broken != null) {
          throw new BadObject(function.broken);
        }
        Linker.Linked whole = linker.link(function);
        Function callback = callbacks.of(function);
        if (callback != null) {
          linker.appendUncalled(whole, function, callback);
        }
        linked.put(function, whole);
      } catch (BadObject e) {
        forgive(function, e, warnings);
      }
    }
    return linked;
  }

  /** A program that is not loaded unless asked for does not spoil the object. */
  private static void forgive(Function function, BadObject e, List<Diagnostic> warnings) {
    if (function.autoload()) {
      throw e;
    }
    Diagnostic d = e.diagnostic();
    warnings.add(
        new Diagnostic(
            d.rule(), Diagnostic.Severity.WARNING, d.location(), d.message(), d.notes(), d.help()));
  }
}
