package dev.skep.verifier.path;

/** A function of the program: {@code struct bpf_subprog_info}. */
public final class Subprogram {

  /** First instruction. */
  public final int start;

  /** One past the last instruction. */
  public final int end;

  /** Its name, empty without BTF. */
  public String name = "";

  /** Id of its {@code BTF_KIND_FUNC} in the program's BTF, 0 without BTF. */
  public int btfFuncId;

  /** Whether its linkage is global: verified on its own, called by its prototype. */
  public boolean global;

  /** Whether it may be null-checked away: called at all by verified code. */
  public boolean called;

  /** Bytes of stack used, positive. */
  public int stackDepth;

  /** Where the spills around calls that may be inlined end, in bytes from the frame pointer. */
  public int fastCallStackOffset;

  /** Whether some of them are around calls that are not inlined, so that their stack stays. */
  public boolean keepsFastCallStack;

  public boolean hasTailCall;

  public boolean hasLdAbs;

  /** Whether the kernel calls it later and on its own: {@code is_async_cb}. */
  public boolean asyncCallback;

  /** Whether the kernel calls it at all, at once or later: {@code is_cb}. */
  public boolean callback;

  /** Whether it, or something it calls, changes packet data. */
  public boolean changesPacketData;

  /** Whether it, or something it calls, may sleep. */
  public boolean mightSleep;

  /** Its reachable instructions, each after those that follow it, but for loops. */
  public int[] postOrder = {};

  public Subprogram(int start, int end) {
    this.start = start;
    this.end = end;
  }
}
