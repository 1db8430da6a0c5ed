package dev.skep.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which {@code expected_attach_type} a program of a type is loaded with, as {@code
 * bpf_prog_load_check_attach} of Linux 6.18 checks it.
 */
public final class AttachRules {

  /** How much the kernel cares about the attach type at load. */
  public enum Need {
    /** Must be 0. */
    NONE,
    /**
     * Any value is taken; the ones of {@link #of} change what the program may do or where it goes.
     */
    OPTIONAL,
    /** One of {@link #of}; 0 stands for the first one where {@link #zeroIs} says so. */
    REQUIRED
  }

  private static final Map<ProgramType, List<@Nullable AttachType>> TYPES =
      new EnumMap<>(ProgramType.class);

  static {
    put(ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_INGRESS, AttachType.CGROUP_INET_EGRESS);
    put(
        ProgramType.CGROUP_SOCK,
        AttachType.CGROUP_INET_SOCK_CREATE,
        AttachType.CGROUP_INET_SOCK_RELEASE,
        AttachType.CGROUP_INET4_POST_BIND,
        AttachType.CGROUP_INET6_POST_BIND);
    put(
        ProgramType.CGROUP_SOCK_ADDR,
        AttachType.CGROUP_INET4_BIND,
        AttachType.CGROUP_INET6_BIND,
        AttachType.CGROUP_INET4_CONNECT,
        AttachType.CGROUP_INET6_CONNECT,
        AttachType.CGROUP_UNIX_CONNECT,
        AttachType.CGROUP_INET4_GETPEERNAME,
        AttachType.CGROUP_INET6_GETPEERNAME,
        AttachType.CGROUP_UNIX_GETPEERNAME,
        AttachType.CGROUP_INET4_GETSOCKNAME,
        AttachType.CGROUP_INET6_GETSOCKNAME,
        AttachType.CGROUP_UNIX_GETSOCKNAME,
        AttachType.CGROUP_UDP4_SENDMSG,
        AttachType.CGROUP_UDP6_SENDMSG,
        AttachType.CGROUP_UNIX_SENDMSG,
        AttachType.CGROUP_UDP4_RECVMSG,
        AttachType.CGROUP_UDP6_RECVMSG,
        AttachType.CGROUP_UNIX_RECVMSG);
    put(ProgramType.CGROUP_SOCKOPT, AttachType.CGROUP_GETSOCKOPT, AttachType.CGROUP_SETSOCKOPT);
    put(ProgramType.SK_LOOKUP, AttachType.SK_LOOKUP);
    put(
        ProgramType.SK_REUSEPORT,
        AttachType.SK_REUSEPORT_SELECT,
        AttachType.SK_REUSEPORT_SELECT_OR_MIGRATE);
    put(ProgramType.NETFILTER, AttachType.NETFILTER);
    put(
        ProgramType.TRACING,
        AttachType.TRACE_RAW_TP,
        AttachType.TRACE_FENTRY,
        AttachType.TRACE_FEXIT,
        AttachType.MODIFY_RETURN,
        AttachType.TRACE_ITER);
    put(ProgramType.LSM, AttachType.LSM_MAC, AttachType.LSM_CGROUP);
    put(ProgramType.SYSCALL, (AttachType) null);
    put(ProgramType.EXT, (AttachType) null);
    put(ProgramType.XDP, null, AttachType.XDP, AttachType.XDP_DEVMAP, AttachType.XDP_CPUMAP);
    put(
        ProgramType.KPROBE,
        null,
        AttachType.TRACE_KPROBE_MULTI,
        AttachType.TRACE_UPROBE_MULTI,
        AttachType.TRACE_KPROBE_SESSION,
        AttachType.TRACE_UPROBE_SESSION);
    put(
        ProgramType.SCHED_CLS,
        null,
        AttachType.TCX_INGRESS,
        AttachType.TCX_EGRESS,
        AttachType.NETKIT_PRIMARY,
        AttachType.NETKIT_PEER);
    put(ProgramType.SOCK_OPS, null, AttachType.CGROUP_SOCK_OPS);
    put(ProgramType.CGROUP_DEVICE, null, AttachType.CGROUP_DEVICE);
    put(ProgramType.CGROUP_SYSCTL, null, AttachType.CGROUP_SYSCTL);
    put(
        ProgramType.SK_SKB,
        null,
        AttachType.SK_SKB_STREAM_PARSER,
        AttachType.SK_SKB_STREAM_VERDICT,
        AttachType.SK_SKB_VERDICT);
    put(ProgramType.SK_MSG, null, AttachType.SK_MSG_VERDICT);
    put(ProgramType.LIRC_MODE2, null, AttachType.LIRC_MODE2);
    put(ProgramType.FLOW_DISSECTOR, null, AttachType.FLOW_DISSECTOR);
    put(ProgramType.PERF_EVENT, null, AttachType.PERF_EVENT);
    put(ProgramType.TRACEPOINT, null, AttachType.PERF_EVENT);
    put(ProgramType.STRUCT_OPS, null, AttachType.STRUCT_OPS);
  }

  private AttachRules() {}

  private static void put(ProgramType type, @Nullable AttachType... attachTypes) {
    List<@Nullable AttachType> list = new ArrayList<>();
    Collections.addAll(list, attachTypes);
    TYPES.put(type, Collections.unmodifiableList(list));
  }

  /** The attach types that a program of the type may be loaded with; null is the kernel's 0. */
  public static List<@Nullable AttachType> of(ProgramType type) {
    List<@Nullable AttachType> types = TYPES.get(type);
    return types != null ? types : Collections.singletonList(null);
  }

  /** How much the kernel cares about the attach type when it loads a program of the type. */
  public static Need need(ProgramType type) {
    return switch (type) {
      case CGROUP_SKB,
          CGROUP_SOCK,
          CGROUP_SOCK_ADDR,
          CGROUP_SOCKOPT,
          SK_LOOKUP,
          SK_REUSEPORT,
          NETFILTER,
          TRACING,
          LSM ->
          Need.REQUIRED;
      case SYSCALL, EXT -> Need.NONE;
      case UNSPEC,
          SOCKET_FILTER,
          KPROBE,
          SCHED_CLS,
          SCHED_ACT,
          TRACEPOINT,
          XDP,
          PERF_EVENT,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          SOCK_OPS,
          SK_SKB,
          CGROUP_DEVICE,
          SK_MSG,
          RAW_TRACEPOINT,
          LWT_SEG6LOCAL,
          LIRC_MODE2,
          FLOW_DISSECTOR,
          CGROUP_SYSCTL,
          RAW_TRACEPOINT_WRITABLE,
          STRUCT_OPS ->
          Need.OPTIONAL;
    };
  }

  /** What the kernel takes an attach type of 0 for; null if 0 stands for itself. */
  public static @Nullable AttachType zeroIs(ProgramType type) {
    return switch (type) {
      case CGROUP_SKB -> AttachType.CGROUP_INET_INGRESS;
      case CGROUP_SOCK -> AttachType.CGROUP_INET_SOCK_CREATE;
      case SK_REUSEPORT -> AttachType.SK_REUSEPORT_SELECT;
      default -> null;
    };
  }

  /** Whether the kernel takes the attach type for the program type at load. */
  public static boolean accepts(ProgramType type, @Nullable AttachType attach) {
    return switch (need(type)) {
      case NONE -> attach == null || attach.number() == 0;
      case OPTIONAL -> true;
      case REQUIRED -> of(type).contains(attach == null ? zeroIs(type) : attach);
    };
  }
}
