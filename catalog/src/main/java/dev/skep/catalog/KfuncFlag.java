package dev.skep.catalog;

/** What a kfunc does with its arguments and result: the kernel's {@code KF_*} (Linux 6.18). */
public enum KfuncFlag {
  /** Returns a reference that the program must release. */
  ACQUIRE,
  /** Releases the reference in its argument. */
  RELEASE,
  /** May return NULL. */
  RET_NULL,
  /** Pointer arguments must be trusted or referenced. */
  TRUSTED_ARGS,
  /** May sleep. */
  SLEEPABLE,
  /** Needs CAP_SYS_BOOT. */
  DESTRUCTIVE,
  /** Pointer arguments must be trusted or RCU-protected. */
  RCU,
  /** Starts an open-coded iterator. */
  ITER_NEW,
  /** Gives an open-coded iterator's next element. */
  ITER_NEXT,
  /** Ends an open-coded iterator. */
  ITER_DESTROY,
  /** Callable only inside an RCU read section. */
  RCU_PROTECTED,
  /** Follows the fastcall convention. */
  FASTCALL,
  /** Returns an arena pointer. */
  ARENA_RET,
  /** The first argument is an arena pointer. */
  ARENA_ARG1,
  /** The second argument is an arena pointer. */
  ARENA_ARG2;

  /** The constant's name in the kernel, such as {@code KF_ACQUIRE}. */
  public String kernelName() {
    return "KF_" + name();
  }
}
