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
 * @param poisoned what the kernel has nothing for, by pc; such an instruction must not be reached
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
    Map<Integer, PoisonedInstruction> poisoned,
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
    poisoned = Map.copyOf(poisoned);
  }

  /** A bare program: no maps, types or lines. */
  public static ProgramSpec of(String name, ProgramType type, Code code) {
    return builder(name, type, code).build();
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
    return toBuilder().maps(other).build();
  }

  /** The same program with other instructions. */
  public ProgramSpec withCode(Code other) {
    return toBuilder().code(other).build();
  }

  /**
   * A program under a GPL licence that is loaded by default, without anything else: to be filled.
   */
  public static Builder builder(String name, ProgramType type, Code code) {
    return new Builder(name, type, code);
  }

  /** A builder that holds what this program has. */
  public Builder toBuilder() {
    return new Builder(name, type, code)
        .section(section)
        .expectedAttachType(expectedAttachType)
        .attachTarget(attachTarget)
        .attachBtfId(attachBtfId)
        .flags(flags)
        .license(license)
        .maps(maps)
        .btf(btf)
        .functions(functions)
        .lines(lines)
        .kfuncs(kfuncs)
        .ksyms(ksyms)
        .poisoned(poisoned)
        .kernelBtf(kernelBtf)
        .autoload(autoload);
  }

  /** Builds a {@link ProgramSpec}; each method sets the component of its name. */
  public static final class Builder {

    private String name;
    private String section = "";
    private ProgramType type;
    private @Nullable AttachType expectedAttachType;
    private @Nullable String attachTarget;
    private int attachBtfId;
    private int flags;
    private String license = "GPL";
    private Code code;
    private List<MapSpec> maps = List.of();
    private @Nullable Btf btf;
    private List<FunctionInfo> functions = List.of();
    private List<LineInfo> lines = List.of();
    private Map<Integer, String> kfuncs = Map.of();
    private Map<Integer, String> ksyms = Map.of();
    private Map<Integer, PoisonedInstruction> poisoned = Map.of();
    private @Nullable Btf kernelBtf;
    private boolean autoload = true;

    private Builder(String name, ProgramType type, Code code) {
      this.name = name;
      this.type = type;
      this.code = code;
    }

    /** The function's name. */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /** The ELF section, {@code ""} by default. */
    public Builder section(String value) {
      this.section = value;
      return this;
    }

    /** The program type. */
    public Builder type(ProgramType value) {
      this.type = value;
      return this;
    }

    /** What it will be attached to; null by default. */
    public Builder expectedAttachType(@Nullable AttachType value) {
      this.expectedAttachType = value;
      return this;
    }

    /** The BTF name of what it attaches to; null by default. */
    public Builder attachTarget(@Nullable String value) {
      this.attachTarget = value;
      return this;
    }

    /** The id of the attach target; 0 by default. */
    public Builder attachBtfId(int value) {
      this.attachBtfId = value;
      return this;
    }

    /** {@code BPF_F_*} of program load; 0 by default. */
    public Builder flags(int value) {
      this.flags = value;
      return this;
    }

    /** The licence, {@code "GPL"} by default. */
    public Builder license(String value) {
      this.license = value;
      return this;
    }

    /** Main program first, then its subprograms. */
    public Builder code(Code value) {
      this.code = value;
      return this;
    }

    /** The maps that the code refers to by index; none by default. */
    public Builder maps(List<MapSpec> value) {
      this.maps = value;
      return this;
    }

    /** Types of functions and lines; null by default. */
    public Builder btf(@Nullable Btf value) {
      this.btf = value;
      return this;
    }

    /** Where functions start, by ascending pc; empty by default. */
    public Builder functions(List<FunctionInfo> value) {
      this.functions = value;
      return this;
    }

    /** Source lines by ascending pc; empty by default. */
    public Builder lines(List<LineInfo> value) {
      this.lines = value;
      return this;
    }

    /** Names of kernel functions by the pc that calls them; empty by default. */
    public Builder kfuncs(Map<Integer, String> value) {
      this.kfuncs = value;
      return this;
    }

    /** Names of kernel variables by the pc that takes their address; empty by default. */
    public Builder ksyms(Map<Integer, String> value) {
      this.ksyms = value;
      return this;
    }

    /** What the kernel has nothing for, by pc; empty by default. */
    public Builder poisoned(Map<Integer, PoisonedInstruction> value) {
      this.poisoned = value;
      return this;
    }

    /** The kernel types that the code refers to; null by default. */
    public Builder kernelBtf(@Nullable Btf value) {
      this.kernelBtf = value;
      return this;
    }

    /** Whether it is loaded unless asked otherwise; true by default. */
    public Builder autoload(boolean value) {
      this.autoload = value;
      return this;
    }

    /** The program. */
    public ProgramSpec build() {
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
          maps,
          btf,
          functions,
          lines,
          kfuncs,
          ksyms,
          poisoned,
          kernelBtf,
          autoload);
    }
  }
}
