package dev.skep.kernel;

import org.jspecify.annotations.Nullable;

/**
 * How a program is loaded.
 *
 * @param logLevel the verifier's log: 0 none (a refused program is tried again with level 1 for its
 *     log), 1 the path to the error or the branches taken, 2 every state; plus 4 for statistics
 *     only. {@code BPF_LOG_*} bits as in the kernel
 * @param maxLogBytes the log is kept up to this size; of a longer one the end is kept (since Linux
 *     6.4; before, the beginning)
 * @param extraFlags {@code BPF_F_*} of program load on top of the spec's, for instance {@link
 *     #F_TEST_RND_HI32}
 * @param attachTo the program one of whose functions the new one replaces or traces ({@code
 *     attach_prog_fd}, Linux 5.5): the spec's attach target is the function's name. Null for the
 *     kernel's functions
 * @param verified whether the {@link dev.skep.object.Gate}s that are on the class path judge the
 *     program first, and only what they let pass is submitted: skep's verifier, where it is there
 */
public record LoadOptions(
    int logLevel,
    int maxLogBytes,
    int extraFlags,
    @Nullable KernelProgram attachTo,
    boolean verified) {

  /** {@code BPF_F_STRICT_ALIGNMENT}. */
  public static final int F_STRICT_ALIGNMENT = 1;

  /** {@code BPF_F_TEST_RND_HI32}. */
  public static final int F_TEST_RND_HI32 = 1 << 2;

  /** {@code BPF_F_TEST_STATE_FREQ}. */
  public static final int F_TEST_STATE_FREQ = 1 << 3;

  /** Judged by the gates first; no log unless the program is refused. */
  public static final LoadOptions DEFAULT = new LoadOptions(0, 256 << 20, 0, null, true);

  /** These options with another log level. */
  public LoadOptions withLogLevel(int level) {
    return new LoadOptions(level, maxLogBytes, extraFlags, attachTo, verified);
  }

  /** These options with another limit of the log. */
  public LoadOptions withMaxLogBytes(int bytes) {
    return new LoadOptions(logLevel, bytes, extraFlags, attachTo, verified);
  }

  /** These options for a program that replaces or traces a function of another. */
  public LoadOptions withAttachTo(KernelProgram program) {
    return new LoadOptions(logLevel, maxLogBytes, extraFlags, program, verified);
  }

  /** These options with flags of program load, such as {@link #F_TEST_RND_HI32}. */
  public LoadOptions withExtraFlags(int flags) {
    return new LoadOptions(logLevel, maxLogBytes, flags, attachTo, verified);
  }

  /**
   * These options without gates: the kernel alone judges. For programs that skep's verifier cannot
   * judge, and to hear what the kernel says to one that it refuses.
   */
  public LoadOptions unchecked() {
    return new LoadOptions(logLevel, maxLogBytes, extraFlags, attachTo, false);
  }
}
