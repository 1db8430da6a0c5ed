package dev.skep.catalog;

import java.util.Set;

/**
 * A kernel function that programs may call by its BTF id.
 *
 * @param name the C name
 * @param since the Linux version that brought it
 * @param flags what Linux 6.18 says about it; unmodifiable
 * @param hooks the groups of program types that may call it; unmodifiable
 * @param optional only kernels with some option or module have it
 * @param restriction a further condition on the program
 */
public record Kfunc(
    String name,
    KernelVersion since,
    Set<KfuncFlag> flags,
    Set<KfuncHook> hooks,
    boolean optional,
    Restriction restriction) {

  /** Conditions beyond the program type. */
  public enum Restriction {
    NONE,
    /** LSM programs only. */
    LSM,
    /** Programs with the attach type {@code BPF_TRACE_ITER} only. */
    ITER,
    /** Programs of kprobe and uprobe sessions only. */
    SESSION
  }

  /** Whether 6.18 gives the kfunc the flag. */
  public boolean has(KfuncFlag flag) {
    return flags.contains(flag);
  }
}
