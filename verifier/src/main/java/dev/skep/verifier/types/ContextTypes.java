package dev.skep.verifier.types;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.ContextLayout;
import dev.skep.catalog.ProgramType;
import dev.skep.verifier.path.Environment;
import org.jspecify.annotations.Nullable;

/**
 * Which pointer types of a function mean the program's context ({@code btf_is_prog_ctx_type},
 * {@code btf_validate_prog_ctx_type}).
 */
final class ContextTypes {

  private static final String REGISTERS = "bpf_user_pt_regs_t";

  private final Environment env;

  ContextTypes(Environment env) {
    this.env = env;
  }

  /** The name of the context's structure, null if programs of the type have none. */
  private @Nullable String structName() {
    return switch (env.type()) {
      case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> "bpf_raw_tracepoint_args";
      case TRACING, LSM, STRUCT_OPS, EXT, SYSCALL, TRACEPOINT, LIRC_MODE2 -> null;
      default -> {
        ContextLayout layout = ContextLayout.of(env.type(), env.attachType());
        yield layout == null ? null : layout.structName();
      }
    };
  }

  /** Whether an untagged pointer is one to the context. */
  boolean isContext(Btf btf, BtfType.Ptr pointer) {
    if (env.type() == ProgramType.KPROBE && isRegisters(btf, pointer)) {
      return true;
    }
    if (!(btf.resolved(pointer.type()) instanceof BtfType.Struct struct)) {
      return false;
    }
    String wanted = structName();
    return wanted != null
        && (struct.name().equals(wanted)
            || wanted.equals("__sk_buff") && struct.name().equals("sk_buff")
            || wanted.equals("xdp_md") && struct.name().equals("xdp_buff"));
  }

  private static boolean isRegisters(Btf btf, BtfType.Ptr pointer) {
    return btf.type(btf.skipModifiers(pointer.type())) instanceof BtfType.Typedef typedef
        && typedef.name().equals(REGISTERS);
  }

  /** What is wrong with the type of an argument tagged as the context; null if nothing is. */
  @Nullable String complaint(Btf btf, BtfType.Ptr pointer, int index) {
    boolean registers = env.type() == ProgramType.KPROBE || env.type() == ProgramType.PERF_EVENT;
    if (registers && isRegisters(btf, pointer)) {
      return null;
    }
    BtfType type = btf.resolved(pointer.type());
    if (type instanceof BtfType.Void) {
      return null;
    }
    String prefix = "arg#" + index;
    if (type.name().isEmpty()) {
      return prefix + " type doesn't have a name";
    }
    if (isSpecial(type)) {
      return null;
    }
    String wanted = structName();
    if (wanted == null) {
      return prefix + " should be void pointer";
    }
    return type instanceof BtfType.Struct s && s.name().equals(wanted)
        ? null
        : prefix + " should be `struct " + wanted + " *`";
  }

  private boolean isSpecial(BtfType type) {
    String struct = type instanceof BtfType.Struct s ? s.name() : "";
    boolean word = type instanceof BtfType.Int i && i.size() == 8;
    return switch (env.type()) {
      case KPROBE, PERF_EVENT -> struct.equals("pt_regs");
      case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE, LSM, STRUCT_OPS -> word;
      case TRACING ->
          env.attachType() == AttachType.TRACE_ITER
              ? struct.startsWith("bpf_iter__")
              : word
                  || env.attachType() == AttachType.TRACE_RAW_TP
                      && struct.equals("bpf_raw_tracepoint_args");
      case TRACEPOINT, SYSCALL, EXT -> true;
      default -> false;
    };
  }
}
