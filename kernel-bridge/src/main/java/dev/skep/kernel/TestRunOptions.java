package dev.skep.kernel;

import dev.skep.object.Bytes;

/**
 * Input of {@code BPF_PROG_TEST_RUN} (Linux 4.12).
 *
 * <p>Networking types take a packet ({@code data}), and most of them a context ({@code struct
 * __sk_buff} or {@code xdp_md}, Linux 5.2 and 5.15); tracing and syscall types take a context only
 * and no {@code repeat}.
 *
 * @param data the packet, empty for none; an XDP or skb program wants at least 14 bytes
 * @param context the context, empty for none
 * @param repeat how often to run; 0 is the kernel's default, once
 * @param flags {@code BPF_F_TEST_*}
 * @param cpu the CPU to run on, with {@link #F_RUN_ON_CPU} (raw tracepoints, Linux 5.10)
 * @param batchSize packets in flight, with {@link #F_XDP_LIVE_FRAMES} (Linux 5.18)
 */
public record TestRunOptions(
    Bytes data, Bytes context, int repeat, int flags, int cpu, int batchSize) {

  /** {@code BPF_F_TEST_RUN_ON_CPU}. */
  public static final int F_RUN_ON_CPU = 1;

  /** {@code BPF_F_TEST_XDP_LIVE_FRAMES}. */
  public static final int F_XDP_LIVE_FRAMES = 1 << 1;

  /** {@code BPF_F_TEST_SKB_CHECKSUM_COMPLETE} (Linux 6.12). */
  public static final int F_SKB_CHECKSUM_COMPLETE = 1 << 2;

  /** One run without packet and context. */
  public static final TestRunOptions NONE = new TestRunOptions(Bytes.of(), Bytes.of(), 0, 0, 0, 0);

  /** One run of a packet. */
  public static TestRunOptions packet(byte[] data) {
    return NONE.withData(data);
  }

  /** These options with a packet. */
  public TestRunOptions withData(byte[] bytes) {
    return new TestRunOptions(Bytes.of(bytes), context, repeat, flags, cpu, batchSize);
  }

  /** These options with a context. */
  public TestRunOptions withContext(byte[] bytes) {
    return new TestRunOptions(data, Bytes.of(bytes), repeat, flags, cpu, batchSize);
  }

  /** These options with a number of repetitions. */
  public TestRunOptions withRepeat(int times) {
    return new TestRunOptions(data, context, times, flags, cpu, batchSize);
  }

  /** These options on a CPU. */
  public TestRunOptions onCpu(int number) {
    return new TestRunOptions(data, context, repeat, flags | F_RUN_ON_CPU, number, batchSize);
  }

  /** These options with live frames: what the program passes or redirects is really sent. */
  public TestRunOptions withLiveFrames(int inFlight) {
    return new TestRunOptions(data, context, repeat, flags | F_XDP_LIVE_FRAMES, cpu, inFlight);
  }
}
