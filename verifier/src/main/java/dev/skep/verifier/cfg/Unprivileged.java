package dev.skep.verifier.cfg;

import dev.skep.catalog.ProgramType;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Rejection;
import java.util.Set;

/** What a loader without CAP_BPF may not even submit, and which helpers it may not call. */
public final class Unprivileged {

  /** {@code BPF_MAXINSNS}. */
  private static final int MAX_INSTRUCTIONS = 4096;

  /** Offsets in {@code struct __sk_buff}. */
  private static final int SKB_DATA = 76;

  private static final int SKB_DATA_END = 80;
  private static final int SKB_TSTAMP = 152;

  /**
   * Helpers of socket filters and cgroup_skb programs that want CAP_BPF or CAP_PERFMON: {@code
   * bpf_base_func_proto}, and what was found by asking Linux 6.18.
   */
  private static final Set<Integer> PRIVILEGED_HELPERS =
      Set.of(
          6, 16, 17, 22, 35, 37, 55, 80, 93, 94, 109, 112, 113, 114, 115, 117, 118, 123, 136, 137,
          138, 139, 140, 141, 148, 149, 153, 154, 156, 157, 158, 164, 165, 169, 170, 171, 172, 175,
          176, 177, 178, 180, 181, 191, 194, 196, 197, 198, 199, 200, 201, 202, 203, 209, 210, 211);

  private Unprivileged() {}

  /** Whether the helper may be called at all. */
  public static boolean mayCall(int helper) {
    return !PRIVILEGED_HELPERS.contains(helper);
  }

  /** Whether it may use a field of its context, which starts or lies at this byte. */
  public static boolean mayAccess(ProgramType type, int off, boolean write) {
    boolean packet = off >= SKB_DATA && off < SKB_DATA_END + Integer.BYTES;
    boolean timestamp = write && off >= SKB_TSTAMP && off < SKB_TSTAMP + Long.BYTES;
    return type != ProgramType.CGROUP_SKB || !packet && !timestamp;
  }

  /** Kinds and sizes that bpf(2) refuses before the verifier looks. */
  static void checkKind(Environment env) {
    if (env.code.size() > MAX_INSTRUCTIONS) {
      throw new Rejection("E2BIG");
    }
    ProgramType type = env.type();
    if (type != ProgramType.SOCKET_FILTER && type != ProgramType.CGROUP_SKB) {
      throw new Rejection("EPERM");
    }
  }

  /** Functions of the program's own, and the kernel's. */
  static void checkCalls(Environment env) {
    for (int pc = 0; pc < env.code.size(); pc++) {
      RawInstruction raw = env.code.at(pc);
      if (ControlFlow.isLocalCall(raw)
          || ControlFlow.isFunctionAddress(raw)
          || ControlFlow.isKfuncCall(raw)) {
        throw env.refuse(
            "EPERM",
            "loading/calling other bpf or kernel functions are allowed for CAP_BPF and"
                + " CAP_SYS_ADMIN");
      }
    }
  }
}
