package dev.skep.catalog;

/** The kernel's fixed limits on programs, by their name in the kernel, and since when they hold. */
public final class Limits {

  /** {@code MAX_BPF_STACK}: bytes of stack of one call chain. */
  public static final int MAX_BPF_STACK = 512;

  /** Bytes of stack in a call chain below which a tail call may be made. */
  public static final int MAX_STACK_WITH_TAIL_CALL = 256;

  /** {@code MAX_CALL_FRAMES}: depth of program-local calls, the main program included. */
  public static final int MAX_CALL_FRAMES = 8;

  /** {@code BPF_MAX_SUBPROGS}: functions in one program. */
  public static final int MAX_SUBPROGS = 256;

  /** {@code MAX_TAIL_CALL_CNT}: tail calls in one run. */
  public static final int MAX_TAIL_CALLS = 33;

  /** {@code MAX_USED_MAPS}: maps that one program may name. */
  public static final int MAX_USED_MAPS = 64;

  /** {@code MAX_USED_BTFS}: BTF objects that one program may name. */
  public static final int MAX_USED_BTFS = 64;

  /** {@code MAX_KFUNC_DESCS}: different kfuncs in one program. */
  public static final int MAX_KFUNCS = 256;

  /** {@code MAX_BPF_FUNC_REG_ARGS}: arguments of a function. */
  public static final int MAX_ARGUMENTS = 5;

  /** {@code BPF_COMPLEXITY_LIMIT_JMP_SEQ}: branches that wait to be explored. */
  public static final int MAX_JUMP_SEQUENCE = 8192;

  /** {@code BPF_COMPLEXITY_LIMIT_STATES}: states kept per instruction for unprivileged loaders. */
  public static final int MAX_STATES_PER_INSTRUCTION = 64;

  /** {@code BPF_MAX_VAR_OFF}: the largest offset that arithmetic may add to a pointer. */
  public static final int MAX_VAR_OFF = 1 << 29;

  /** {@code BPF_MAX_VAR_SIZ}: the largest size that a memory argument may have. */
  public static final int MAX_VAR_SIZ = 1 << 29;

  /** {@code MAX_PACKET_OFF}: the largest offset into a packet. */
  public static final int MAX_PACKET_OFF = 0xffff;

  /** {@code BPF_MAX_LOOPS}: iterations of {@code bpf_loop}, and the budget of {@code may_goto}. */
  public static final int MAX_LOOPS = 8 * 1024 * 1024;

  /** {@code BPF_MAX_TIMED_LOOPS}: iterations of one {@code may_goto} before its clock is asked. */
  public static final int MAX_TIMED_LOOPS = 0xffff;

  /** {@code DYNPTR_MAX_SIZE}: bytes behind a dynptr. */
  public static final int MAX_DYNPTR_SIZE = (1 << 24) - 1;

  /** {@code BPF_OBJ_NAME_LEN}: bytes of a program's or map's name with its NUL. */
  public static final int OBJECT_NAME_LENGTH = 16;

  /** {@code MAX_BPF_FUNC_ARGS}: arguments of a traced kernel function. */
  public static final int MAX_TRACED_ARGUMENTS = 12;

  private static final int BPF_MAXINSNS = 4096;
  private static final int COMPLEXITY_SINCE_5_2 = 1_000_000;
  private static final int COMPLEXITY_SINCE_4_14 = 131_072;
  private static final int COMPLEXITY_SINCE_4_12 = 98_304;
  private static final int COMPLEXITY_BEFORE = 65_536;

  private Limits() {}

  /** How many slots a program may have ({@code E2BIG}). */
  public static int maxProgramSlots(KernelVersion version, boolean privileged) {
    return privileged && Feature.MILLION_INSTRUCTIONS.isIn(version)
        ? COMPLEXITY_SINCE_5_2
        : BPF_MAXINSNS;
  }

  /**
   * {@code BPF_COMPLEXITY_LIMIT_INSNS}: how many instructions the verifier processes before it
   * gives up ({@code BPF program is too large. Processed %d insn}).
   */
  public static int maxProcessedInstructions(KernelVersion version) {
    if (version.isAtLeast(5, 2)) {
      return COMPLEXITY_SINCE_5_2;
    }
    if (version.isAtLeast(4, 14)) {
      return COMPLEXITY_SINCE_4_14;
    }
    return version.isAtLeast(4, 12) ? COMPLEXITY_SINCE_4_12 : COMPLEXITY_BEFORE;
  }
}
