package dev.skep.object;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A program as it would be submitted: {@code bpf_attr} of {@code BPF_PROG_LOAD}.
 *
 * <p>In {@link #code()}, a wide load of kind {@code MAP_FD} or {@code MAP_VALUE} holds in its imm
 * an index into {@link #maps()} instead of a file descriptor. Calls of kernel functions and
 * addresses of kernel variables hold ids of {@link #kernelBtf()}, where that is known; their names
 * are in {@link #kfuncs()} and {@link #ksyms()} either way.
 *
 * @param name the function's name
 * @param section the ELF section it came from, as written
 * @param type the program type
 * @param expectedAttachType what it will be attached to, or null for the type's default (0)
 * @param attachTarget the BTF name of what it attaches to (tracing, LSM, ext), or null; for
 *     struct_ops {@code STRUCT.MEMBER}, see {@link #structOpsMember()}
 * @param attachBtfId id of the attach target in the kernel's BTF, 0 if there is none or it is
 *     unknown
 * @param flags {@code BPF_F_*} of program load, such as sleepable
 * @param license the object's licence
 * @param code main program first, then its subprograms
 * @param maps maps that the code refers to
 * @param btf types of functions and lines, or null
 * @param functions where functions start, by ascending pc; empty without BTF
 * @param lines source lines by ascending pc; empty without line information
 * @param kfuncs name of the kernel function called at a pc
 * @param ksyms name of the kernel variable whose address is taken at a pc
 * @param kernelBtf the kernel types that CO-RE relocations were resolved against, or null
 * @param autoload false for programs in sections marked with {@code ?}
 */
public record ProgramSpec(
    String name,
    String section,
    ProgramType type,
    @Nullable AttachType expectedAttachType,
    @Nullable String attachTarget,
    int attachBtfId,
    int flags,
    String license,
    Code code,
    List<MapSpec> maps,
    @Nullable Btf btf,
    List<FunctionInfo> functions,
    List<LineInfo> lines,
    Map<Integer, String> kfuncs,
    Map<Integer, String> ksyms,
    @Nullable Btf kernelBtf,
    boolean autoload) {

  /** {@code BPF_F_TEST_STATE_FREQ}: the verifier keeps a state at every chance. */
  public static final int F_TEST_STATE_FREQ = 1 << 3;

  /** {@code BPF_F_SLEEPABLE}. */
  public static final int F_SLEEPABLE = 1 << 4;

  public ProgramSpec {
    maps = List.copyOf(maps);
    functions = List.copyOf(functions);
    lines = List.copyOf(lines);
    kfuncs = Map.copyOf(kfuncs);
    ksyms = Map.copyOf(ksyms);
  }

  /** A bare program: no maps, types or lines. */
  public static ProgramSpec of(String name, ProgramType type, Code code) {
    return new ProgramSpec(
        name, "", type, null, null, 0, 0, "GPL", code, List.of(), null, List.of(), List.of(),
        Map.of(), Map.of(), null, true);
  }

  /**
   * For struct_ops: index of the member that it implements in struct {@link #attachBtfId()} of the
   * kernel, which {@code BPF_PROG_LOAD} takes as {@code expected_attach_type}; empty if unknown.
   */
  public OptionalInt structOpsMember() {
    if (kernelBtf != null
        && attachTarget != null
        && attachBtfId != 0
        && kernelBtf.type(attachBtfId) instanceof BtfType.Struct struct) {
      String member = attachTarget.substring(attachTarget.indexOf('.') + 1);
      for (int i = 0; i < struct.members().size(); i++) {
        if (struct.members().get(i).name().equals(member)) {
          return OptionalInt.of(i);
        }
      }
    }
    return OptionalInt.empty();
  }

  /** Whether the kernel treats the licence as GPL compatible, which some helpers need. */
  public boolean gplCompatible() {
    return switch (license) {
      case "GPL",
          "GPL v2",
          "GPL and additional rights",
          "Dual BSD/GPL",
          "Dual MIT/GPL",
          "Dual MPL/GPL" ->
          true;
      default -> false;
    };
  }

  /** The source line that the instruction at {@code pc} belongs to, or null if it is not known. */
  public @Nullable LineInfo lineAt(int pc) {
    int low = 0;
    int high = lines.size() - 1;
    LineInfo found = null;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (lines.get(middle).pc() <= pc) {
        found = lines.get(middle);
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return found;
  }

  /** The same program with other maps, by the same indexes. */
  public ProgramSpec withMaps(List<MapSpec> other) {
    return new ProgramSpec(
        name,
        section,
        type,
        expectedAttachType,
        attachTarget,
        attachBtfId,
        flags,
        license,
        code,
        other,
        btf,
        functions,
        lines,
        kfuncs,
        ksyms,
        kernelBtf,
        autoload);
  }

  /** The same program with other instructions. */
  public ProgramSpec withCode(Code other) {
    return new ProgramSpec(
        name,
        section,
        type,
        expectedAttachType,
        attachTarget,
        attachBtfId,
        flags,
        license,
        other,
        maps,
        btf,
        functions,
        lines,
        kfuncs,
        ksyms,
        kernelBtf,
        autoload);
  }
}
