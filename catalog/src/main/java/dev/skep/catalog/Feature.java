package dev.skep.catalog;

/**
 * What programs may contain or rely on, each with the Linux version that brought it. A distribution
 * may have carried one to an older version: a version is a guess where a kernel's own answer is
 * evidence.
 */
public enum Feature implements Dated {
  /** {@code BPF_PROG_TYPE_*} programs with a tail call. */
  TAIL_CALLS(4, 2, "tail calls"),
  /** {@code BPF_PSEUDO_CALL}. */
  PROGRAM_LOCAL_CALLS(4, 16, "program-local calls"),
  /** {@code BPF_JLT} and its relatives. */
  JUMP_LESS(4, 14, "jumps on less (JLT, JLE, JSLT, JSLE)"),
  /** {@code BPF_BTF_LOAD}. */
  BTF(4, 18, "BTF"),
  /** {@code BPF_JMP32}. */
  JMP32(5, 1, "32-bit conditional jumps (JMP32)"),
  /** {@code bpf_spin_lock} in map values. */
  SPIN_LOCKS(5, 1, "spin locks in map values"),
  /** {@code BPF_PSEUDO_MAP_VALUE}, {@code BPF_MAP_FREEZE}. */
  GLOBAL_DATA(5, 2, "global variables (map values as wide constants)"),
  /** A verification budget of a million instructions. */
  MILLION_INSTRUCTIONS(5, 2, "programs above 4,096 instructions"),
  /** Back-edges whose loop is seen to end. */
  BOUNDED_LOOPS(5, 3, "bounded loops"),
  /** {@code BPF_TRACE_FENTRY} and BTF pointers. */
  BTF_POINTERS(5, 5, "typed kernel pointers and BTF attach targets"),
  /** Functions with BTF, verified on their own. */
  GLOBAL_FUNCTIONS(5, 6, "global functions"),
  /** Batch commands for maps. */
  MAP_BATCH(5, 6, "batch operations on maps"),
  /** {@code BPF_ITER_CREATE}. */
  ITERATORS(5, 8, "BPF iterator programs"),
  /** {@code BPF_F_SLEEPABLE}. */
  SLEEPABLE(5, 10, "sleepable programs"),
  /** A tail call in a program with subprograms. */
  TAIL_CALLS_WITH_SUBPROGRAMS(5, 10, "tail calls together with program-local calls"),
  /** {@code BPF_PSEUDO_BTF_ID}. */
  KERNEL_VARIABLES(5, 10, "addresses of kernel variables (typed ksyms)"),
  /** Fetching atomics, {@code XCHG}, {@code CMPXCHG}, and, or, xor. */
  ATOMICS(5, 12, "atomic operations other than add"),
  /** {@code BPF_PSEUDO_KFUNC_CALL}. */
  KFUNCS(5, 13, "calls of kernel functions"),
  /** {@code BPF_PSEUDO_FUNC}. */
  CALLBACKS(5, 13, "callbacks (for_each_map_elem)"),
  /** {@code BPF_PSEUDO_MAP_IDX}, {@code fd_array}. */
  MAP_INDEX(5, 14, "maps by index (fd_array)"),
  /** {@code bpf_timer}. */
  TIMERS(5, 15, "timers"),
  /** {@code core_relos} of {@code BPF_PROG_LOAD}. */
  KERNEL_CORE_RELOCATION(5, 17, "CO-RE relocation by the kernel"),
  /** {@code bpf_loop}. */
  LOOP_HELPER(5, 17, "bpf_loop"),
  /** {@code BPF_F_XDP_HAS_FRAGS}. */
  XDP_FRAGS(5, 18, "XDP programs for multi-buffer packets"),
  /** {@code __kptr} fields. */
  KPTRS(5, 19, "kernel pointers in map values"),
  /** {@code bpf_dynptr}. */
  DYNPTRS(5, 19, "dynptrs"),
  /** {@code bpf_obj_new}, lists; trees came in 6.3. */
  ALLOCATED_OBJECTS(6, 2, "objects allocated by programs"),
  /** {@code KF_ITER_*}. */
  OPEN_CODED_ITERATORS(6, 4, "open-coded iterators"),
  /**
   * cpu v4: {@code MEMSX}, {@code MOVSX}, {@code BSWAP}, {@code SDIV}, {@code SMOD}, {@code JA32}.
   */
  CPU_V4(6, 6, "cpu v4 instructions (sign extension, bswap, signed division, gotol)"),
  /** {@code bpf_throw}. */
  EXCEPTIONS(6, 7, "exceptions"),
  /** {@code BPF_MAP_TYPE_ARENA}, {@code addr_space_cast}. */
  ARENA(6, 9, "arenas and address space casts"),
  /** {@code BPF_JCOND}. */
  MAY_GOTO(6, 9, "may_goto"),
  /** {@code BPF_TOKEN_CREATE}. */
  TOKENS(6, 9, "tokens (delegated privilege)"),
  /** Calls that keep R1 to R5. */
  FASTCALL(6, 12, "the fastcall convention"),
  /** A stack of their own for programs that may recurse. */
  PRIVATE_STACK(6, 13, "private stacks"),
  /** {@code BPF_LOAD_ACQ}, {@code BPF_STORE_REL}. */
  LOAD_ACQUIRE_STORE_RELEASE(6, 15, "load-acquire and store-release");

  private final KernelVersion since;
  private final String text;

  Feature(int major, int minor, String text) {
    this.since = new KernelVersion(major, minor);
    this.text = text;
  }

  /** The Linux version that brought it. */
  @Override
  public KernelVersion since() {
    return since;
  }

  /** What it is, for messages. */
  public String text() {
    return text;
  }
}
