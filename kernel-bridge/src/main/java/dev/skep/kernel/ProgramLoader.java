package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfWriter;
import dev.skep.catalog.Errno;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.kernel.KernelObject.LoadedTypes;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.call.ErrorGuide;
import dev.skep.kernel.call.LogBuffer;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Fd;
import dev.skep.object.FunctionInfo;
import dev.skep.object.LineInfo;
import dev.skep.object.ProgramSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** {@code BPF_PROG_LOAD} from a {@link ProgramSpec}. */
final class ProgramLoader {

  private static final int FUNC_INFO_BYTES = 8;
  private static final int LINE_INFO_BYTES = 16;
  private static final int COLUMN_BITS = 10;
  private static final int FIRST_LOG_BYTES = 64 * 1024;
  private static final int FIRST_LARGE_LOG_BYTES = 1 << 20;

  private final KernelObject session;
  private final ProgramSpec spec;
  private final LoadOptions options;
  private final List<String> notes = new ArrayList<>();
  private final List<Fd> inUse = new ArrayList<>();

  ProgramLoader(KernelObject session, ProgramSpec spec, LoadOptions options) {
    this.session = session;
    this.spec = spec;
    this.options = options;
  }

  LoadResult load() {
    try (Arena arena = Arena.ofConfined()) {
      KernelProgram attachTo = options.attachTo();
      KernelReferences references =
          KernelReferences.of(session.kernel(), session.moduleTypes(), spec, attachTo);
      if (options.verified()) {
        LoadResult.Refused refused = new Gates(session.kernel(), spec, options).refusal(references);
        if (refused != null) {
          return refused;
        }
      }
      Block attr =
          Block.of(arena, BpfAttr.PROG_LOAD)
              .set("prog_type", spec.type().number())
              .set("license", arena.allocateFrom(spec.license()))
              .set("prog_flags", Integer.toUnsignedLong(spec.flags() | options.extraFlags()))
              .set("attach_btf_id", references.attachBtfId())
              .set("expected_attach_type", references.expectedAttachType())
              .setText("prog_name", Names.kernelName(spec.name()));
      if (attachTo != null) {
        attr.set("attach_prog_fd", use(attachTo.fd()));
      }
      long[] slots = references.code().toSlots();
      resolveMaps(slots);
      resolveModules(arena, attr, references, slots);
      attr.set("insns", arena.allocateFrom(JAVA_LONG, slots)).set("insn_cnt", slots.length);
      types(arena, attr);
      return submit(arena, attr);
    } finally {
      inUse.forEach(Fd::release);
    }
  }

  /** Puts descriptors where the spec has indexes of its map list. */
  private void resolveMaps(long[] slots) {
    int next;
    for (int pc = 0; pc < slots.length; pc = next) {
      RawInstruction slot = new RawInstruction(slots[pc]);
      next = pc + (slot.isWide() ? 2 : 1);
      if (slot.isWide() && slot.srcReg() < WideKind.COUNT) {
        switch (WideKind.of(slot.srcReg())) {
          case MAP_FD, MAP_INDEX ->
              slots[pc] = slot.withSrcReg(WideKind.MAP_FD.code()).withImm(mapFd(slot.imm())).bits();
          case MAP_VALUE, MAP_INDEX_VALUE ->
              slots[pc] =
                  slot.withSrcReg(WideKind.MAP_VALUE.code()).withImm(mapFd(slot.imm())).bits();
          case CONSTANT, VARIABLE_ADDRESS, CODE_ADDRESS -> {}
        }
      }
    }
  }

  /** Descriptors of the modules that the program calls, looks at, or attaches to. */
  private void resolveModules(Arena arena, Block attr, KernelReferences references, long[] slots) {
    ModuleTypes.Module attachModule = references.attachModule();
    if (attachModule != null) {
      attr.set("attach_btf_obj_fd", use(attachModule.loaded().fd()));
    }
    references
        .variableModules()
        .forEach(
            (pc, module) ->
                slots[pc + 1] =
                    new RawInstruction(slots[pc + 1]).withImm(use(module.loaded().fd())).bits());
    var modules = references.functionModules();
    if (!modules.isEmpty()) {
      MemorySegment array = arena.allocate(JAVA_INT, modules.size() + 1L);
      for (int i = 0; i < modules.size(); i++) {
        array.setAtIndex(JAVA_INT, i + 1L, use(modules.get(i).loaded().fd()));
      }
      attr.set("fd_array", array);
    }
  }

  /** A descriptor for a map of the spec; an index out of range stays one that cannot be open. */
  private int mapFd(int index) {
    if (index < 0 || index >= spec.maps().size()) {
      return -1;
    }
    return use(session.map(spec.maps().get(index), notes).fd());
  }

  private int use(Fd fd) {
    int number = fd.acquire();
    inUse.add(fd);
    return number;
  }

  private void types(Arena arena, Block attr) {
    Btf specTypes = spec.btf();
    if (specTypes == null || spec.functions().isEmpty()) {
      return;
    }
    LoadedTypes loaded = session.types(specTypes, spec.lines(), notes);
    KernelBtf btf = loaded.btf();
    if (btf == null) {
      return;
    }
    attr.set("prog_btf_fd", use(btf.fd()));
    MemorySegment functions = functionInfo(arena);
    attr.set("func_info", functions)
        .set("func_info_cnt", spec.functions().size())
        .set("func_info_rec_size", FUNC_INFO_BYTES);
    if (!spec.lines().isEmpty()) {
      attr.set("line_info", lineInfo(arena, loaded.strings()))
          .set("line_info_cnt", spec.lines().size())
          .set("line_info_rec_size", LINE_INFO_BYTES);
    }
  }

  private MemorySegment functionInfo(Arena arena) {
    MemorySegment out = arena.allocate((long) spec.functions().size() * FUNC_INFO_BYTES, 8);
    long at = 0;
    for (FunctionInfo function : spec.functions()) {
      out.set(JAVA_INT, at, function.pc());
      out.set(JAVA_INT, at + 4, function.typeId());
      at += FUNC_INFO_BYTES;
    }
    return out;
  }

  private MemorySegment lineInfo(Arena arena, BtfWriter.StringTable strings) {
    MemorySegment out = arena.allocate((long) spec.lines().size() * LINE_INFO_BYTES, 8);
    long at = 0;
    for (LineInfo line : spec.lines()) {
      out.set(JAVA_INT, at, line.pc());
      out.set(JAVA_INT, at + 4, strings.offsetOf(line.file()));
      out.set(JAVA_INT, at + 8, strings.offsetOf(line.text()));
      out.set(JAVA_INT, at + 12, line.line() << COLUMN_BITS | line.column());
      at += LINE_INFO_BYTES;
    }
    return out;
  }

  private LoadResult submit(Arena arena, Block attr) {
    if (options.logLevel() == 0) {
      int result = Bpf.attempt(BpfCommand.PROG_LOAD, attr);
      return result >= 0 ? loaded(result, "") : submit(arena, attr, 1, -result);
    }
    return submit(arena, attr, options.logLevel(), 0);
  }

  /**
   * Submits with a log.
   *
   * @param errorBefore the error of the submission without a log, 0 if there was none
   */
  private LoadResult submit(Arena arena, Block attr, int level, int errorBefore) {
    int first = (level & 2) != 0 ? FIRST_LARGE_LOG_BYTES : FIRST_LOG_BYTES;
    LogBuffer log = new LogBuffer(arena, first, options.maxLogBytes());
    int result;
    do {
      attr.set("log_buf", log.memory())
          .set("log_size", log.size())
          .set("log_level", level)
          .set("log_true_size", 0);
      result = Bpf.attempt(BpfCommand.PROG_LOAD, attr);
    } while (result == Errno.ENOSPC.negated() && log.grow(attr.getInt("log_true_size")));
    String text = log.text();
    if (result == Errno.ENOSPC.negated()) {
      notes.add(
          "the log is longer than the limit of " + options.maxLogBytes() + " bytes: part is lost");
      attr.set("log_buf", 0).set("log_size", 0).set("log_level", 0);
      result = Bpf.attempt(BpfCommand.PROG_LOAD, attr);
    }
    if (result >= 0) {
      return loaded(result, text);
    }
    int error = errorBefore != 0 ? errorBefore : -result;
    Errno errno = Errno.of(error);
    return new LoadResult.Refused(
        errno, error, ErrorGuide.refusal(errno, attr, text), text, notes, null);
  }

  private LoadResult loaded(int fd, String log) {
    var program = new KernelProgram(session.kernel(), Fd.own(fd), spec.name(), spec.type());
    return new LoadResult.Loaded(program, log, notes);
  }
}
