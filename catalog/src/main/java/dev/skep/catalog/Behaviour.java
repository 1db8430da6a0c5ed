package dev.skep.catalog;

/**
 * What some kernels do and others do not, each named after what those do that have it. Nothing
 * outside this package compares versions: it asks {@link Behaviours} for one of these.
 *
 * <p>A release is written as Linux writes it. The first one is the release that brought the change;
 * point releases behind it are those of older series that got it too, each for its own series. What
 * only an older kernel does ends with the release behind {@code until}. Where the kernels that were
 * asked do not tell which of two releases it was, the kernel's history does; {@link #source()} is
 * the title of the change there.
 */
public enum Behaviour {

  // Numbers: what is known of them.

  COMPARES_RANGES(
      "6.8",
      "two unknown numbers are compared by their ranges, and each learns from the other",
      "bpf: generalize is_scalar_branch_taken() logic"),
  FOLLOWS_NUMBERS_CLOSELY(
      "6.18",
      "multiplication and addition keep more, negation and byte swaps are followed, bits and bounds"
          + " that leave one number are seen",
      "bpf: Add range tracking for BPF_NEG"),
  FORKS_ON_SIGN_MASKS(
      "6.12",
      "a number that is 0 or -1 is looked at in both ways where bits of it are taken",
      "bpf: Forget ranges when doing AND/OR with sign-extended masks"),

  // Linked numbers.

  LINKS_WITH_DISTANCE(
      "6.11",
      "a copy to which a constant is added stays linked",
      "bpf: Track delta between \"linked\" registers."),
  LINKS_PARTIAL_SPILLS(
      "6.12",
      "a number that was spilled with less than eight bytes stays linked",
      "bpf: Track equal scalars history on per-instruction level"),
  LINKS_WITH_ANY_DISTANCE(
      "6.18",
      "negative distances, subtraction and 32-bit sums keep the link",
      "bpf: Support negative offsets, BPF_SUB, and alu32 for linked register tracking"),

  // Comparing states.

  COMPARES_IDS_OF_EQUAL_REGISTERS(
      "6.2",
      "that a register is the same in two states does not yet mean that its id is",
      "bpf: regsafe() must not skip check_ids()"),
  TRACKS_SCALAR_IDS(
      "6.5",
      "numbers must be linked in the same way in both states, and no two ids may stand for one",
      "bpf: Verify scalar ids mapping in regsafe() using check_ids()"),
  IGNORES_NEW_LINKS(
      "6.18",
      "a number that was linked to nothing may now be linked to something",
      "bpf: Clear singular ids for scalars in is_state_visited()"),

  // The stack.

  STORES_ZEROS_ANYWHERE(
      "6.3",
      "an immediate zero stored at a variable offset leaves zeros zeros",
      "bpf: track immediate values written to stack by BPF_ST instruction"),
  OVERWRITES_DYNPTRS(
      "6.3",
      "a dynptr that holds no reference may be made anew in its place",
      "bpf: Allow reinitializing unreferenced dynptr stack slots"),
  READS_UNUSED_STACK(
      "6.8",
      "a privileged program may read stack below all that it wrote",
      "bpf: Fix accesses to uninit stack slots"),
  SPILLS_ANY_SCALAR(
      "6.9",
      "unbounded numbers and zeros are spilled as such, and their parts filled",
      "bpf: Preserve boundaries and track scalars on narrowing fill"),
  PLAIN_STACK_READS(
      "6.14",
      "a helper's read leaves the stack as it is, and is not called indirect any more",
      "bpf: verifier: Refactor helper access type tracking"),
  PRIVATE_STACKS(
      "6.13",
      "programs that may run while they run already get a stack of their own",
      "bpf: Find eligible subprogs for private stack support"),

  // Maps.

  KNOWS_ARRAY_ELEMENTS(
      "6.14",
      "looking up a constant index below an array's size does not give null",
      "bpf: verifier: Support eliding map lookup nullness"),

  // Pointers and types.

  COMPARES_NULLNESS(
      "6.2",
      "a pointer that equals one that is not null is not null",
      "bpf: propagate nullness information for reg to reg comparisons"),
  TRUSTS_TRACED_ARGUMENTS(
      "6.2",
      "arguments of tracepoints, iterators, struct_ops and most LSM hooks are trusted",
      "bpf: Allow trusted pointers to be passed to KF_TRUSTED_ARGS kfuncs"),
  MARKS_UNIONS_UNTRUSTED(
      "6.4",
      "what is read out of a union of several members is untrusted",
      "bpf: Refactor btf_nested_type_is_trusted()."),
  KNOWS_NULL_TRACEPOINT_ARGUMENTS(
      "6.13 6.12.6",
      "arguments of tracepoints that may be null or an error are known by name",
      "bpf: Augment raw_tp arguments with PTR_MAYBE_NULL"),
  FOLLOWS_POINTERS_TO_ANYTHING(
      "6.17",
      "a typed pointer's pointers to numbers may be read, as untrusted memory",
      "bpf: rdonly_untrusted_mem for btf id walk pointer leafs"),
  REFUSES_NODES_OF_TWO_OWNERS(
      "6.4",
      "a structure that is a node of lists and of trees must count its owners",
      "bpf: Add basic bpf_rb_{root,node} support"),

  // Calls of functions.

  READS_ARGUMENT_TAGS(
      "6.8",
      "declaration tags of a global function's arguments say what it takes",
      "bpf: support 'arg:xxx' btf_decl_tag-based hints for global subprog args"),
  CALLS_UNDER_LOCK(
      "6.9",
      "static functions may be called while a spin lock is held, and may leave it held",
      "bpf: Allow calling static subprogs while holding a bpf_spin_lock"),
  SEES_PACKET_CHANGES_IN_GLOBALS(
      "6.13 6.12.25 6.6.90",
      "a global function may change the packet",
      "bpf: track changes_pkt_data property for global functions"),
  SEES_SLEEP_IN_GLOBALS(
      "6.15", "a global function may sleep", "bpf: Summarize sleepable global subprogs"),
  RESULTS_OF_TAIL_CALLS_IN_CALLBACKS(
      "6.18",
      "a callback that ends in a tail call leaves its caller's registers unexplained",
      "bpf: Fix exception handling for tail calls in subprograms"),
  LEAVES_BY_PACKET_LOADS(
      "6.18",
      "LD_ABS and LD_IND in a function may end it, with a result of 0",
      "bpf: Add ld_{abs,ind} failure path analysis in subprogs"),
  LEAVES_BY_TAIL_CALLS(
      "6.18",
      "a tail call in a function may end it, with any result",
      "bpf: account for tail calls in subprograms"),
  KEEPS_CALLBACKS_FROM_LEAVING(
      "6.18",
      "what would leave a program from inside a callback is refused in every way there",
      "bpf: Reject ld_{abs,ind} in callbacks"),

  // Calls of helpers and kernel functions.

  KNOWS_PROCESSOR_COUNT(
      "6.11",
      "bpf_get_smp_processor_id is below the number of possible processors",
      "bpf: verifier: Constrain the result of bpf_get_smp_processor_id()"),
  SAVES_ON_FAST_CALLS(
      "6.12",
      "registers spilled around some helpers are not spilled at all",
      "bpf: no_caller_saved_registers attribute for helper calls"),
  BINDS_METADATA_TO_DEVICES(
      "6.3",
      "functions that read an XDP packet's metadata need a device-bound program",
      "bpf: XDP metadata RX kfuncs"),
  CHECKS_NODES_FOR_NULL(
      "6.18.44",
      "a node that may be NULL is refused as an argument of a tree's functions before its place is"
          + " looked at",
      "not found in the history: seen on 6.18.44, where earlier point releases were not asked"),
  PROTECTS_BY_RCU(
      "6.18",
      "functions with KF_RCU_PROTECTED need an RCU section",
      "bpf: Enforce RCU protection for KF_RCU_PROTECTED"),
  NESTS_RCU_SECTIONS(
      "6.19",
      "an RCU section may be entered again inside one",
      "bpf: support nested rcu critical sections"),

  // The walk.

  ALLOWS_FALL_THROUGH_LOOPS(
      "6.7",
      "a loop may be closed by falling through",
      "bpf: fix control-flow graph checking in privileged mode"),
  ADDS_BARRIERS(
      "6.17",
      "what a processor must not do before it knows better is stopped by a barrier, not refused",
      "bpf: Fall back to nospec if v1 verification fails"),

  // What a loader finds.

  NAMES_READ_KINDS(
      "5.5",
      "helpers that read memory say whether it is the kernel's or the user's",
      "bpf: Add probe_read_{user, kernel} and probe_read_{user, kernel}_str helpers"),
  MAPS_ARRAYS(
      "5.5", "arrays can be mapped into memory", "bpf: Add mmap() support for BPF_MAP_TYPE_ARRAY"),
  WRAPS_SYSTEM_CALLS(
      "4.17",
      "system calls take their arguments in struct pt_regs",
      "syscalls/core: Introduce CONFIG_ARCH_HAS_SYSCALL_WRAPPER=y"),
  COOKIES(
      "5.15",
      "an attachment can carry a number for its program",
      "bpf: Allow to specify user-provided bpf_cookie for BPF perf links"),
  ATTACHES_UPROBES_TOGETHER(
      "6.6",
      "one link attaches a program to many user-space functions",
      "bpf: Add multi uprobe link"),
  ACCOUNTS_IN_CONTROL_GROUPS(
      "5.11",
      "maps and programs count against the memory control group, not RLIMIT_MEMLOCK",
      "bpf: Eliminate rlimit-based memory accounting infra for bpf maps");

  private final Span span;
  private final String text;
  private final String source;

  Behaviour(String when, String text, String source) {
    this.span = Span.parse(when);
    this.text = text;
    this.source = source;
  }

  /** Whether a kernel behaves like that, going by its number. */
  public boolean isIn(KernelVersion kernel) {
    return span.covers(kernel);
  }

  /** The releases that have it. */
  public Span span() {
    return span;
  }

  /** What a kernel does that has it. */
  public String text() {
    return text;
  }

  /** The title of the change in the kernel's history. */
  public String source() {
    return source;
  }
}
