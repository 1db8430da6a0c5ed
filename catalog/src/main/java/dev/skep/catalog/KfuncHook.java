package dev.skep.catalog;

import org.jspecify.annotations.Nullable;

/** Groups of program types that share kfuncs: {@code enum btf_kfunc_hook} (Linux 6.18). */
public enum KfuncHook {
  COMMON,
  XDP,
  TC,
  STRUCT_OPS,
  TRACING,
  SYSCALL,
  CGROUP,
  SCHED_ACT,
  SK_SKB,
  SOCKET_FILTER,
  LWT,
  NETFILTER,
  KPROBE;

  /** The group of a program type; null if it has the common kfuncs only. */
  public static @Nullable KfuncHook of(ProgramType type) {
    return switch (type) {
      case XDP -> XDP;
      case SCHED_CLS -> TC;
      case STRUCT_OPS -> STRUCT_OPS;
      case TRACING, TRACEPOINT, PERF_EVENT, LSM -> TRACING;
      case SYSCALL -> SYSCALL;
      case CGROUP_SKB,
          CGROUP_SOCK,
          CGROUP_DEVICE,
          CGROUP_SOCK_ADDR,
          CGROUP_SOCKOPT,
          CGROUP_SYSCTL,
          SOCK_OPS ->
          CGROUP;
      case SCHED_ACT -> SCHED_ACT;
      case SK_SKB -> SK_SKB;
      case SOCKET_FILTER -> SOCKET_FILTER;
      case LWT_OUT, LWT_IN, LWT_XMIT, LWT_SEG6LOCAL -> LWT;
      case NETFILTER -> NETFILTER;
      case KPROBE -> KPROBE;
      case UNSPEC,
          SK_MSG,
          RAW_TRACEPOINT,
          LIRC_MODE2,
          SK_REUSEPORT,
          FLOW_DISSECTOR,
          RAW_TRACEPOINT_WRITABLE,
          EXT,
          SK_LOOKUP ->
          null;
    };
  }
}
