package dev.skep.catalog;

import org.jspecify.annotations.Nullable;

/**
 * Attach types: {@code enum bpf_attach_type}.
 *
 * <p>Each constant carries its UAPI number and name and the Linux version that brought it. Numbers
 * are those of the kernel's own BTF; versions are from the eBPF docs project.
 */
public enum AttachType implements Dated {
  CGROUP_INET_INGRESS(0, "BPF_CGROUP_INET_INGRESS", 4, 10),
  CGROUP_INET_EGRESS(1, "BPF_CGROUP_INET_EGRESS", 4, 10),
  CGROUP_INET_SOCK_CREATE(2, "BPF_CGROUP_INET_SOCK_CREATE", 4, 10),
  CGROUP_SOCK_OPS(3, "BPF_CGROUP_SOCK_OPS", 4, 13),
  SK_SKB_STREAM_PARSER(4, "BPF_SK_SKB_STREAM_PARSER", 4, 14),
  SK_SKB_STREAM_VERDICT(5, "BPF_SK_SKB_STREAM_VERDICT", 4, 14),
  CGROUP_DEVICE(6, "BPF_CGROUP_DEVICE", 4, 15),
  SK_MSG_VERDICT(7, "BPF_SK_MSG_VERDICT", 4, 17),
  CGROUP_INET4_BIND(8, "BPF_CGROUP_INET4_BIND", 4, 17),
  CGROUP_INET6_BIND(9, "BPF_CGROUP_INET6_BIND", 4, 17),
  CGROUP_INET4_CONNECT(10, "BPF_CGROUP_INET4_CONNECT", 4, 17),
  CGROUP_INET6_CONNECT(11, "BPF_CGROUP_INET6_CONNECT", 4, 17),
  CGROUP_INET4_POST_BIND(12, "BPF_CGROUP_INET4_POST_BIND", 4, 17),
  CGROUP_INET6_POST_BIND(13, "BPF_CGROUP_INET6_POST_BIND", 4, 17),
  CGROUP_UDP4_SENDMSG(14, "BPF_CGROUP_UDP4_SENDMSG", 4, 18),
  CGROUP_UDP6_SENDMSG(15, "BPF_CGROUP_UDP6_SENDMSG", 4, 18),
  LIRC_MODE2(16, "BPF_LIRC_MODE2", 4, 18),
  FLOW_DISSECTOR(17, "BPF_FLOW_DISSECTOR", 4, 20),
  CGROUP_SYSCTL(18, "BPF_CGROUP_SYSCTL", 5, 2),
  CGROUP_UDP4_RECVMSG(19, "BPF_CGROUP_UDP4_RECVMSG", 5, 2),
  CGROUP_UDP6_RECVMSG(20, "BPF_CGROUP_UDP6_RECVMSG", 5, 2),
  CGROUP_GETSOCKOPT(21, "BPF_CGROUP_GETSOCKOPT", 5, 3),
  CGROUP_SETSOCKOPT(22, "BPF_CGROUP_SETSOCKOPT", 5, 3),
  TRACE_RAW_TP(23, "BPF_TRACE_RAW_TP", 5, 5),
  TRACE_FENTRY(24, "BPF_TRACE_FENTRY", 5, 5),
  TRACE_FEXIT(25, "BPF_TRACE_FEXIT", 5, 5),
  MODIFY_RETURN(26, "BPF_MODIFY_RETURN", 5, 7),
  LSM_MAC(27, "BPF_LSM_MAC", 5, 7),
  TRACE_ITER(28, "BPF_TRACE_ITER", 5, 8),
  CGROUP_INET4_GETPEERNAME(29, "BPF_CGROUP_INET4_GETPEERNAME", 5, 8),
  CGROUP_INET6_GETPEERNAME(30, "BPF_CGROUP_INET6_GETPEERNAME", 5, 8),
  CGROUP_INET4_GETSOCKNAME(31, "BPF_CGROUP_INET4_GETSOCKNAME", 5, 8),
  CGROUP_INET6_GETSOCKNAME(32, "BPF_CGROUP_INET6_GETSOCKNAME", 5, 8),
  XDP_DEVMAP(33, "BPF_XDP_DEVMAP", 5, 8),
  CGROUP_INET_SOCK_RELEASE(34, "BPF_CGROUP_INET_SOCK_RELEASE", 5, 9),
  XDP_CPUMAP(35, "BPF_XDP_CPUMAP", 5, 9),
  SK_LOOKUP(36, "BPF_SK_LOOKUP", 5, 9),
  XDP(37, "BPF_XDP", 5, 9),
  SK_SKB_VERDICT(38, "BPF_SK_SKB_VERDICT", 5, 13),
  SK_REUSEPORT_SELECT(39, "BPF_SK_REUSEPORT_SELECT", 5, 14),
  SK_REUSEPORT_SELECT_OR_MIGRATE(40, "BPF_SK_REUSEPORT_SELECT_OR_MIGRATE", 5, 14),
  PERF_EVENT(41, "BPF_PERF_EVENT", 5, 15),
  TRACE_KPROBE_MULTI(42, "BPF_TRACE_KPROBE_MULTI", 5, 18),
  LSM_CGROUP(43, "BPF_LSM_CGROUP", 6, 0),
  STRUCT_OPS(44, "BPF_STRUCT_OPS", 6, 4),
  NETFILTER(45, "BPF_NETFILTER", 6, 4),
  TCX_INGRESS(46, "BPF_TCX_INGRESS", 6, 6),
  TCX_EGRESS(47, "BPF_TCX_EGRESS", 6, 6),
  TRACE_UPROBE_MULTI(48, "BPF_TRACE_UPROBE_MULTI", 6, 6),
  CGROUP_UNIX_CONNECT(49, "BPF_CGROUP_UNIX_CONNECT", 6, 7),
  CGROUP_UNIX_SENDMSG(50, "BPF_CGROUP_UNIX_SENDMSG", 6, 7),
  CGROUP_UNIX_RECVMSG(51, "BPF_CGROUP_UNIX_RECVMSG", 6, 7),
  CGROUP_UNIX_GETPEERNAME(52, "BPF_CGROUP_UNIX_GETPEERNAME", 6, 7),
  CGROUP_UNIX_GETSOCKNAME(53, "BPF_CGROUP_UNIX_GETSOCKNAME", 6, 7),
  NETKIT_PRIMARY(54, "BPF_NETKIT_PRIMARY", 6, 7),
  NETKIT_PEER(55, "BPF_NETKIT_PEER", 6, 7),
  TRACE_KPROBE_SESSION(56, "BPF_TRACE_KPROBE_SESSION", 6, 10),
  TRACE_UPROBE_SESSION(57, "BPF_TRACE_UPROBE_SESSION", 6, 13);

  private static final AttachType[] BY_NUMBER = values();

  private final int number;
  private final String uapiName;
  private final KernelVersion since;

  AttachType(int number, String uapiName, int major, int minor) {
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

  /** The name as the kernel's tools print it, such as {@code cgroup_inet_ingress}. */
  public String kernelName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The constant of a UAPI number, or null if skep knows none. */
  public static @Nullable AttachType ofNumber(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }
}
