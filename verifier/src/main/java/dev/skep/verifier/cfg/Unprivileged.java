package dev.skep.verifier.cfg;

import dev.skep.catalog.HelperEffect;
import dev.skep.catalog.Helpers;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.ControlFlow;
import dev.skep.isa.RawInstruction;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Rejection;

/** What a loader without CAP_BPF may not even submit, and which helpers it may not call. */
public final class Unprivileged {

  /** {@code BPF_MAXINSNS}. */
  private static final int MAX_INSTRUCTIONS = 4096;

  /** Offsets in {@code struct __sk_buff}. */
  private static final int SKB_DATA = 76;

  private static final int SKB_DATA_END = 80;
  private static final int SKB_TSTAMP = 152;

  private Unprivileged() {}

  /**
   * Whether the helper may be called at all: some of those of socket filters and cgroup_skb
   * programs want CAP_BPF or CAP_PERFMON ({@code bpf_base_func_proto}).
   */
  public static boolean mayCall(int helper) {
    return !Helpers.has(helper, HelperEffect.PRIVILEGED);
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
