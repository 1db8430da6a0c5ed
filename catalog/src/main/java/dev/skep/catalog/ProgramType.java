package dev.skep.catalog;

import org.jspecify.annotations.Nullable;

/**
 * Program types: {@code enum bpf_prog_type}.
 *
 * <p>Each constant carries its UAPI number and name and the Linux version that brought it. Numbers
 * are those of the kernel's own BTF; versions are from the eBPF docs project.
 */
public enum ProgramType implements Dated {
  UNSPEC(0, "BPF_PROG_TYPE_UNSPEC", 3, 18),
  SOCKET_FILTER(1, "BPF_PROG_TYPE_SOCKET_FILTER", 3, 19),
  KPROBE(2, "BPF_PROG_TYPE_KPROBE", 4, 1),
  SCHED_CLS(3, "BPF_PROG_TYPE_SCHED_CLS", 4, 1),
  SCHED_ACT(4, "BPF_PROG_TYPE_SCHED_ACT", 4, 1),
  TRACEPOINT(5, "BPF_PROG_TYPE_TRACEPOINT", 4, 7),
  XDP(6, "BPF_PROG_TYPE_XDP", 4, 8),
  PERF_EVENT(7, "BPF_PROG_TYPE_PERF_EVENT", 4, 9),
  CGROUP_SKB(8, "BPF_PROG_TYPE_CGROUP_SKB", 4, 10),
  CGROUP_SOCK(9, "BPF_PROG_TYPE_CGROUP_SOCK", 4, 10),
  LWT_IN(10, "BPF_PROG_TYPE_LWT_IN", 4, 10),
  LWT_OUT(11, "BPF_PROG_TYPE_LWT_OUT", 4, 10),
  LWT_XMIT(12, "BPF_PROG_TYPE_LWT_XMIT", 4, 10),
  SOCK_OPS(13, "BPF_PROG_TYPE_SOCK_OPS", 4, 13),
  SK_SKB(14, "BPF_PROG_TYPE_SK_SKB", 4, 14),
  CGROUP_DEVICE(15, "BPF_PROG_TYPE_CGROUP_DEVICE", 4, 15),
  SK_MSG(16, "BPF_PROG_TYPE_SK_MSG", 4, 17),
  RAW_TRACEPOINT(17, "BPF_PROG_TYPE_RAW_TRACEPOINT", 4, 17),
  CGROUP_SOCK_ADDR(18, "BPF_PROG_TYPE_CGROUP_SOCK_ADDR", 4, 17),
  LWT_SEG6LOCAL(19, "BPF_PROG_TYPE_LWT_SEG6LOCAL", 4, 18),
  LIRC_MODE2(20, "BPF_PROG_TYPE_LIRC_MODE2", 4, 18),
  SK_REUSEPORT(21, "BPF_PROG_TYPE_SK_REUSEPORT", 4, 19),
  FLOW_DISSECTOR(22, "BPF_PROG_TYPE_FLOW_DISSECTOR", 4, 20),
  CGROUP_SYSCTL(23, "BPF_PROG_TYPE_CGROUP_SYSCTL", 5, 2),
  RAW_TRACEPOINT_WRITABLE(24, "BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE", 5, 2),
  CGROUP_SOCKOPT(25, "BPF_PROG_TYPE_CGROUP_SOCKOPT", 5, 3),
  TRACING(26, "BPF_PROG_TYPE_TRACING", 5, 5),
  STRUCT_OPS(27, "BPF_PROG_TYPE_STRUCT_OPS", 5, 6),
  EXT(28, "BPF_PROG_TYPE_EXT", 5, 6),
  LSM(29, "BPF_PROG_TYPE_LSM", 5, 7),
  SK_LOOKUP(30, "BPF_PROG_TYPE_SK_LOOKUP", 5, 9),
  SYSCALL(31, "BPF_PROG_TYPE_SYSCALL", 5, 14),
  NETFILTER(32, "BPF_PROG_TYPE_NETFILTER", 6, 4);

  private static final ProgramType[] BY_NUMBER = values();

  private final int number;
  private final String uapiName;
  private final KernelVersion since;

  ProgramType(int number, String uapiName, int major, int minor) {
    this.number = number;
    this.uapiName = uapiName;
    this.since = new KernelVersion(major, minor);
  }

  /** The number in {@code bpf_attr}. */
  public int number() {
    return number;
  }

  /** The constant's name in {@code linux/bpf.h}. */
  public String uapiName() {
    return uapiName;
  }

  /** The Linux version that brought it. */
  @Override
  public KernelVersion since() {
    return since;
  }

  /** The name as the kernel's tools print it, such as {@code socket_filter}. */
  public String kernelName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The constant of a UAPI number, or null if skep knows none. */
  public static @Nullable ProgramType ofNumber(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }
}
