package dev.skep.cli.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfReader;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.LoadOptions;
import dev.skep.kernel.LoadResult;
import dev.skep.object.ProgramSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the running kernel whether programs of a type, attach type and target may name a helper: by
 * loading a program that does nothing but call it.
 */
final class HelperQuestion {

  /** The structure that struct_ops programs are asked for. */
  static final String STRUCT = "tcp_congestion_ops";

  private static final String LSM_PREFIX = "bpf_lsm_";

  private static final RawInstruction EXIT = RawInstruction.of(0x95, 0, 0, 0, 0);

  /**
   * What the verifier says of a helper that the program may not call; words of several releases.
   */
  private static final List<String> REFUSALS =
      List.of(
          "program of this type cannot use helper",
          "cannot use helper",
          "unknown func ",
          "invalid func ",
          "helper call might sleep in a non-sleepable prog",
          " in non-sleepable prog",
          "helper call is not allowed in probe");

  /** The kernel's answer. */
  sealed interface Answer {
    /** The program may call it. */
    record Allowed() implements Answer {}

    /** It may not. */
    record Refused() implements Answer {}

    /** The kernel refuses such programs before it looks at the call. */
    record Unasked(String reason) implements Answer {}
  }

  private final Kernel kernel;
  private final @Nullable Btf types = BtfReader.runningKernel().orElse(null);

  HelperQuestion(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Whether the kernel takes programs of the type at all: one that returns 0, or its log. */
  Answer ask(ProgramType type, @Nullable AttachType attach, int flags) {
    return answer(
        kernel.load(
            program(type, attach, flags, Code.of(RawInstruction.of(0xb7, 0, 0, 0, 0), EXIT)),
            LoadOptions.DEFAULT.unchecked().withLogLevel(1)));
  }

  /** Whether the program may call a helper. */
  Answer ask(ProgramType type, @Nullable AttachType attach, int flags, int helper) {
    return answer(
        kernel.load(
            program(type, attach, flags, Code.of(RawInstruction.of(0x85, 0, 0, 0, helper), EXIT)),
            LoadOptions.DEFAULT.unchecked().withLogLevel(1)));
  }

  private static Answer answer(LoadResult result) {
    return switch (result) {
      case LoadResult.Loaded loaded -> {
        loaded.program().close();
        yield new Answer.Allowed();
      }
      case LoadResult.Refused refused -> {
        String log = refused.log();
        if (REFUSALS.stream().anyMatch(log::contains)) {
          yield new Answer.Refused();
        }
        // A program was looked at if its first line is in the log.
        yield log.contains("0: (") ? new Answer.Allowed() : new Answer.Unasked(reason(refused));
      }
    };
  }

  private static String reason(LoadResult.Refused refused) {
    String first = refused.log().lines().findFirst().orElse("");
    return refused.errnoName() + (first.isBlank() ? "" : ": " + first.strip());
  }

  private ProgramSpec program(ProgramType type, @Nullable AttachType attach, int flags, Code code) {
    String target = target(type, attach);
    return ProgramSpec.builder("question", type, code)
        .expectedAttachType(attach)
        .attachTarget(target)
        .attachBtfId(target == null ? 0 : idOf(type, attach, target))
        .flags(flags)
        .kernelBtf(types)
        .build();
  }

  /** Something that a program of the type attaches to, on every kernel that has such programs. */
  private static @Nullable String target(ProgramType type, @Nullable AttachType attach) {
    return switch (type) {
      case STRUCT_OPS -> STRUCT + ".ssthresh";
      case LSM ->
          LSM_PREFIX + (attach == AttachType.LSM_CGROUP ? "socket_post_create" : "file_open");
      case TRACING ->
          attach == null
              ? null
              : switch (attach) {
                case TRACE_RAW_TP -> "btf_trace_sched_switch";
                case TRACE_ITER -> "bpf_iter_task";
                case MODIFY_RETURN -> "security_file_open";
                default -> "vfs_read";
              };
      default -> null;
    };
  }

  /** The target as the catalog names it. */
  static @Nullable String shortTarget(ProgramType type, @Nullable AttachType attach) {
    String target = target(type, attach);
    return target != null && target.startsWith(LSM_PREFIX)
        ? target.substring(LSM_PREFIX.length())
        : target;
  }

  private int idOf(ProgramType type, @Nullable AttachType attach, String target) {
    if (types == null) {
      return 0;
    }
    String name = type == ProgramType.STRUCT_OPS ? STRUCT : target;
    for (int id : types.idsNamed(name)) {
      BtfType found = types.type(id);
      boolean fits =
          type == ProgramType.STRUCT_OPS
              ? found instanceof BtfType.Struct
              : attach == AttachType.TRACE_RAW_TP
                  ? found instanceof BtfType.Typedef
                  : found instanceof BtfType.Func;
      if (fits) {
        return id;
      }
    }
    return 0;
  }
}
