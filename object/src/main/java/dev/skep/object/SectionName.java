package dev.skep.object;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.ProgramType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What libbpf makes of an ELF section's name: its {@code SEC()} table, as of libbpf 1.6.
 *
 * @param pattern the table's row; a {@code +} at the end allows {@code /something} to follow
 * @param type the program type
 * @param attachType the expected attach type, or null for 0
 * @param sleepable whether {@code BPF_F_SLEEPABLE} is set
 * @param frags whether {@code BPF_F_XDP_HAS_FRAGS} is set
 * @param attachesByBtf whether what follows the slash names a BTF function, hook or iterator
 */
public record SectionName(
    String pattern,
    ProgramType type,
    @Nullable AttachType attachType,
    boolean sleepable,
    boolean frags,
    boolean attachesByBtf) {

  private static final int SLEEPABLE = 1;
  private static final int FRAGS = 2;
  private static final int BTF = 4;

  private static final List<SectionName> TABLE =
      List.of(
          row("socket", ProgramType.SOCKET_FILTER, null),
          row(
              "sk_reuseport/migrate",
              ProgramType.SK_REUSEPORT,
              AttachType.SK_REUSEPORT_SELECT_OR_MIGRATE),
          row("sk_reuseport", ProgramType.SK_REUSEPORT, AttachType.SK_REUSEPORT_SELECT),
          row("kprobe+", ProgramType.KPROBE, null),
          row("uprobe+", ProgramType.KPROBE, null),
          row("uprobe.s+", ProgramType.KPROBE, null, SLEEPABLE),
          row("kretprobe+", ProgramType.KPROBE, null),
          row("uretprobe+", ProgramType.KPROBE, null),
          row("uretprobe.s+", ProgramType.KPROBE, null, SLEEPABLE),
          row("kprobe.multi+", ProgramType.KPROBE, AttachType.TRACE_KPROBE_MULTI),
          row("kretprobe.multi+", ProgramType.KPROBE, AttachType.TRACE_KPROBE_MULTI),
          row("kprobe.session+", ProgramType.KPROBE, AttachType.TRACE_KPROBE_SESSION),
          row("uprobe.multi+", ProgramType.KPROBE, AttachType.TRACE_UPROBE_MULTI),
          row("uretprobe.multi+", ProgramType.KPROBE, AttachType.TRACE_UPROBE_MULTI),
          row("uprobe.session+", ProgramType.KPROBE, AttachType.TRACE_UPROBE_SESSION),
          row("uprobe.multi.s+", ProgramType.KPROBE, AttachType.TRACE_UPROBE_MULTI, SLEEPABLE),
          row("uretprobe.multi.s+", ProgramType.KPROBE, AttachType.TRACE_UPROBE_MULTI, SLEEPABLE),
          row("uprobe.session.s+", ProgramType.KPROBE, AttachType.TRACE_UPROBE_SESSION, SLEEPABLE),
          row("ksyscall+", ProgramType.KPROBE, null),
          row("kretsyscall+", ProgramType.KPROBE, null),
          row("usdt+", ProgramType.KPROBE, null),
          row("usdt.s+", ProgramType.KPROBE, null, SLEEPABLE),
          row("tc/ingress", ProgramType.SCHED_CLS, AttachType.TCX_INGRESS),
          row("tc/egress", ProgramType.SCHED_CLS, AttachType.TCX_EGRESS),
          row("tcx/ingress", ProgramType.SCHED_CLS, AttachType.TCX_INGRESS),
          row("tcx/egress", ProgramType.SCHED_CLS, AttachType.TCX_EGRESS),
          row("tc", ProgramType.SCHED_CLS, null),
          row("classifier", ProgramType.SCHED_CLS, null),
          row("action", ProgramType.SCHED_ACT, null),
          row("netkit/primary", ProgramType.SCHED_CLS, AttachType.NETKIT_PRIMARY),
          row("netkit/peer", ProgramType.SCHED_CLS, AttachType.NETKIT_PEER),
          row("tracepoint+", ProgramType.TRACEPOINT, null),
          row("tp+", ProgramType.TRACEPOINT, null),
          row("raw_tracepoint+", ProgramType.RAW_TRACEPOINT, null),
          row("raw_tp+", ProgramType.RAW_TRACEPOINT, null),
          row("raw_tracepoint.w+", ProgramType.RAW_TRACEPOINT_WRITABLE, null),
          row("raw_tp.w+", ProgramType.RAW_TRACEPOINT_WRITABLE, null),
          row("tp_btf+", ProgramType.TRACING, AttachType.TRACE_RAW_TP, BTF),
          row("fentry+", ProgramType.TRACING, AttachType.TRACE_FENTRY, BTF),
          row("fmod_ret+", ProgramType.TRACING, AttachType.MODIFY_RETURN, BTF),
          row("fexit+", ProgramType.TRACING, AttachType.TRACE_FEXIT, BTF),
          row("fentry.s+", ProgramType.TRACING, AttachType.TRACE_FENTRY, BTF | SLEEPABLE),
          row("fmod_ret.s+", ProgramType.TRACING, AttachType.MODIFY_RETURN, BTF | SLEEPABLE),
          row("fexit.s+", ProgramType.TRACING, AttachType.TRACE_FEXIT, BTF | SLEEPABLE),
          row("freplace+", ProgramType.EXT, null, BTF),
          row("lsm+", ProgramType.LSM, AttachType.LSM_MAC, BTF),
          row("lsm.s+", ProgramType.LSM, AttachType.LSM_MAC, BTF | SLEEPABLE),
          row("lsm_cgroup+", ProgramType.LSM, AttachType.LSM_CGROUP, BTF),
          row("iter+", ProgramType.TRACING, AttachType.TRACE_ITER, BTF),
          row("iter.s+", ProgramType.TRACING, AttachType.TRACE_ITER, BTF | SLEEPABLE),
          row("syscall", ProgramType.SYSCALL, null, SLEEPABLE),
          row("xdp.frags/devmap", ProgramType.XDP, AttachType.XDP_DEVMAP, FRAGS),
          row("xdp/devmap", ProgramType.XDP, AttachType.XDP_DEVMAP),
          row("xdp.frags/cpumap", ProgramType.XDP, AttachType.XDP_CPUMAP, FRAGS),
          row("xdp/cpumap", ProgramType.XDP, AttachType.XDP_CPUMAP),
          row("xdp.frags", ProgramType.XDP, AttachType.XDP, FRAGS),
          row("xdp", ProgramType.XDP, AttachType.XDP),
          row("perf_event", ProgramType.PERF_EVENT, null),
          row("lwt_in", ProgramType.LWT_IN, null),
          row("lwt_out", ProgramType.LWT_OUT, null),
          row("lwt_xmit", ProgramType.LWT_XMIT, null),
          row("lwt_seg6local", ProgramType.LWT_SEG6LOCAL, null),
          row("sockops", ProgramType.SOCK_OPS, AttachType.CGROUP_SOCK_OPS),
          row("sk_skb/stream_parser", ProgramType.SK_SKB, AttachType.SK_SKB_STREAM_PARSER),
          row("sk_skb/stream_verdict", ProgramType.SK_SKB, AttachType.SK_SKB_STREAM_VERDICT),
          row("sk_skb/verdict", ProgramType.SK_SKB, AttachType.SK_SKB_VERDICT),
          row("sk_skb", ProgramType.SK_SKB, null),
          row("sk_msg", ProgramType.SK_MSG, AttachType.SK_MSG_VERDICT),
          row("lirc_mode2", ProgramType.LIRC_MODE2, AttachType.LIRC_MODE2),
          row("flow_dissector", ProgramType.FLOW_DISSECTOR, AttachType.FLOW_DISSECTOR),
          row("cgroup_skb/ingress", ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_INGRESS),
          row("cgroup_skb/egress", ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_EGRESS),
          row("cgroup/skb", ProgramType.CGROUP_SKB, null),
          row("cgroup/sock_create", ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE),
          row("cgroup/sock_release", ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_RELEASE),
          row("cgroup/sock", ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE),
          row("cgroup/post_bind4", ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET4_POST_BIND),
          row("cgroup/post_bind6", ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET6_POST_BIND),
          address("bind4", AttachType.CGROUP_INET4_BIND),
          address("bind6", AttachType.CGROUP_INET6_BIND),
          address("connect4", AttachType.CGROUP_INET4_CONNECT),
          address("connect6", AttachType.CGROUP_INET6_CONNECT),
          address("connect_unix", AttachType.CGROUP_UNIX_CONNECT),
          address("sendmsg4", AttachType.CGROUP_UDP4_SENDMSG),
          address("sendmsg6", AttachType.CGROUP_UDP6_SENDMSG),
          address("sendmsg_unix", AttachType.CGROUP_UNIX_SENDMSG),
          address("recvmsg4", AttachType.CGROUP_UDP4_RECVMSG),
          address("recvmsg6", AttachType.CGROUP_UDP6_RECVMSG),
          address("recvmsg_unix", AttachType.CGROUP_UNIX_RECVMSG),
          address("getpeername4", AttachType.CGROUP_INET4_GETPEERNAME),
          address("getpeername6", AttachType.CGROUP_INET6_GETPEERNAME),
          address("getpeername_unix", AttachType.CGROUP_UNIX_GETPEERNAME),
          address("getsockname4", AttachType.CGROUP_INET4_GETSOCKNAME),
          address("getsockname6", AttachType.CGROUP_INET6_GETSOCKNAME),
          address("getsockname_unix", AttachType.CGROUP_UNIX_GETSOCKNAME),
          row("cgroup/sysctl", ProgramType.CGROUP_SYSCTL, AttachType.CGROUP_SYSCTL),
          row("cgroup/getsockopt", ProgramType.CGROUP_SOCKOPT, AttachType.CGROUP_GETSOCKOPT),
          row("cgroup/setsockopt", ProgramType.CGROUP_SOCKOPT, AttachType.CGROUP_SETSOCKOPT),
          row("cgroup/dev", ProgramType.CGROUP_DEVICE, AttachType.CGROUP_DEVICE),
          row("struct_ops+", ProgramType.STRUCT_OPS, null),
          row("struct_ops.s+", ProgramType.STRUCT_OPS, null, SLEEPABLE),
          row("sk_lookup", ProgramType.SK_LOOKUP, AttachType.SK_LOOKUP),
          row("netfilter", ProgramType.NETFILTER, AttachType.NETFILTER));

  private static final Map<String, SectionName> BY_NAME = new HashMap<>();

  static {
    for (SectionName row : TABLE) {
      BY_NAME.put(row.prefix(), row);
    }
  }

  private static SectionName row(String pattern, ProgramType type, @Nullable AttachType attach) {
    return row(pattern, type, attach, 0);
  }

  private static SectionName row(
      String pattern, ProgramType type, @Nullable AttachType attach, int flags) {
    return new SectionName(
        pattern, type, attach, (flags & SLEEPABLE) != 0, (flags & FRAGS) != 0, (flags & BTF) != 0);
  }

  private static SectionName address(String hook, AttachType attach) {
    return row("cgroup/" + hook, ProgramType.CGROUP_SOCK_ADDR, attach);
  }

  /** All rows. */
  public static List<SectionName> table() {
    return TABLE;
  }

  private boolean extensible() {
    return pattern.endsWith("+");
  }

  private String prefix() {
    return extensible() ? pattern.substring(0, pattern.length() - 1) : pattern;
  }

  /** The row for a section's name, without its {@code ?}; libbpf 1.0's strict rules. */
  public static Optional<SectionName> find(String section) {
    SectionName exact = BY_NAME.get(section);
    if (exact != null) {
      return Optional.of(exact);
    }
    int slash = section.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    SectionName row = BY_NAME.get(section.substring(0, slash));
    return row != null && row.extensible() ? Optional.of(row) : Optional.empty();
  }

  /**
   * The row that libbpf before 1.0, and loaders that do not use libbpf, would take: the longest
   * that is a prefix, as in {@code xdp_pass}, {@code classifier/ingress} or {@code lirc_mode2/rc6}.
   */
  public static Optional<SectionName> findByPrefix(String section) {
    SectionName best = null;
    for (SectionName row : TABLE) {
      if (section.startsWith(row.prefix())
          && (best == null || row.prefix().length() > best.prefix().length())) {
        best = row;
      }
    }
    return Optional.ofNullable(best);
  }
}
