package dev.skep.kernel;

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
 */
public record LoadOptions(int logLevel, int maxLogBytes, int extraFlags) {

  /** {@code BPF_F_STRICT_ALIGNMENT}. */
  public static final int F_STRICT_ALIGNMENT = 1;

  /** {@code BPF_F_TEST_RND_HI32}. */
  public static final int F_TEST_RND_HI32 = 1 << 2;

  /** {@code BPF_F_TEST_STATE_FREQ}. */
  public static final int F_TEST_STATE_FREQ = 1 << 3;

  /** No log unless the program is refused. */
  public static final LoadOptions DEFAULT = new LoadOptions(0, 256 << 20, 0);

  /** These options with another log level. */
  public LoadOptions withLogLevel(int level) {
    return new LoadOptions(level, maxLogBytes, extraFlags);
  }

  /** These options with another limit of the log. */
  public LoadOptions withMaxLogBytes(int bytes) {
    return new LoadOptions(logLevel, bytes, extraFlags);
  }
}
