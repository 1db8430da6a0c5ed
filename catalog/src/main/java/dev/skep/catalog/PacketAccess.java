package dev.skep.catalog;

/** Direct packet access by program type: {@code may_access_direct_pkt_data} of Linux 6.18. */
public final class PacketAccess {

  private PacketAccess() {}

  /** Whether programs of the type may read the packet through pointers. */
  public static boolean mayRead(ProgramType type) {
    return switch (type) {
      case LWT_IN, LWT_OUT, LWT_SEG6LOCAL, SK_REUSEPORT, FLOW_DISSECTOR, CGROUP_SKB -> true;
      case SCHED_CLS, SCHED_ACT, XDP, LWT_XMIT, SK_SKB, SK_MSG, CGROUP_SOCKOPT -> true;
      case UNSPEC,
          SOCKET_FILTER,
          KPROBE,
          TRACEPOINT,
          PERF_EVENT,
          CGROUP_SOCK,
          SOCK_OPS,
          CGROUP_DEVICE,
          RAW_TRACEPOINT,
          CGROUP_SOCK_ADDR,
          LIRC_MODE2,
          CGROUP_SYSCTL,
          RAW_TRACEPOINT_WRITABLE,
          TRACING,
          STRUCT_OPS,
          EXT,
          LSM,
          SK_LOOKUP,
          SYSCALL,
          NETFILTER ->
          false;
    };
  }

  /** Whether programs of the type may write the packet through pointers. */
  public static boolean mayWrite(ProgramType type) {
    return switch (type) {
      case SCHED_CLS, SCHED_ACT, XDP, LWT_XMIT, SK_SKB, SK_MSG, CGROUP_SOCKOPT -> true;
      case UNSPEC,
          SOCKET_FILTER,
          KPROBE,
          TRACEPOINT,
          PERF_EVENT,
          CGROUP_SKB,
          CGROUP_SOCK,
          LWT_IN,
          LWT_OUT,
          SOCK_OPS,
          CGROUP_DEVICE,
          RAW_TRACEPOINT,
          CGROUP_SOCK_ADDR,
          LWT_SEG6LOCAL,
          LIRC_MODE2,
          SK_REUSEPORT,
          FLOW_DISSECTOR,
          CGROUP_SYSCTL,
          RAW_TRACEPOINT_WRITABLE,
          TRACING,
          STRUCT_OPS,
          EXT,
          LSM,
          SK_LOOKUP,
          SYSCALL,
          NETFILTER ->
          false;
    };
  }

  /**
   * Whether a helper may take a packet pointer as a memory argument: the types of {@link #mayRead}
   * allow it for helpers with {@link HelperPrototype#packetAccess}; SK_LOOKUP-like types without
   * packets never; a type that reads only gives up writable arguments.
   */
  public static boolean mayPassToHelper(
      ProgramType type, HelperPrototype prototype, boolean helperWrites) {
    if (type == ProgramType.CGROUP_SOCKOPT) {
      return true;
    }
    return mayRead(type) && (!helperWrites || mayWrite(type)) && prototype.packetAccess();
  }
}
