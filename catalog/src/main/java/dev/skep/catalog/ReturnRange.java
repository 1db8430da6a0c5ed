package dev.skep.catalog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values a program may return: {@code check_return_code} of Linux 6.18 ({@code At program
 * exit the register R0 … should have been in [0, 1]}).
 *
 * @param min the smallest permitted value
 * @param max the largest permitted value
 * @param as32Bit the range is that of the low 32 bits
 */
public record ReturnRange(int min, int max, boolean as32Bit) {

  private static final ReturnRange ZERO = new ReturnRange(0, 0, false);
  private static final ReturnRange ONE = new ReturnRange(1, 1, false);
  private static final ReturnRange ZERO_OR_ONE = new ReturnRange(0, 1, false);
  private static final ReturnRange ZERO_TO_THREE = new ReturnRange(0, 3, false);
  private static final ReturnRange HOOK_BOOL = new ReturnRange(0, 1, true);
  private static final ReturnRange HOOK_ERROR = new ReturnRange(-4095, 0, true);

  /** Since when the results of programs on LSM hooks are checked. */
  private static final KernelVersion LSM_CHECKED = new KernelVersion(6, 12);

  /** LSM hooks that answer yes or no; the other ones that return something give 0 or an error. */
  private static final Set<String> BOOL_HOOKS =
      Set.of("xfrm_state_pol_flow_match", "audit_rule_known", "inode_xattr_skipcap");

  /**
   * The range for a program type and attach type; null if any value may be returned. For LSM see
   * {@link #ofLsm}; a {@code struct_ops} member or a replaced function follows its BTF.
   */
  public static @Nullable ReturnRange of(
      ProgramType type, @Nullable AttachType attach, KernelVersion version) {
    return switch (type) {
      case CGROUP_SOCK_ADDR -> attach == null ? ZERO_OR_ONE : ofSockAddr(attach);
      case CGROUP_SKB -> attach == AttachType.CGROUP_INET_EGRESS ? ZERO_TO_THREE : ZERO_OR_ONE;
      case CGROUP_SOCK, SOCK_OPS, CGROUP_DEVICE, CGROUP_SYSCTL, CGROUP_SOCKOPT -> ZERO_OR_ONE;
      case SK_LOOKUP, NETFILTER -> ZERO_OR_ONE;
      case TRACING ->
          attach == null
              ? null
              : switch (attach) {
                case TRACE_FENTRY, TRACE_FEXIT -> ZERO;
                case TRACE_ITER -> ZERO_OR_ONE;
                default -> null;
              };
      case KPROBE ->
          attach == AttachType.TRACE_KPROBE_SESSION || attach == AttachType.TRACE_UPROBE_SESSION
              ? ZERO_OR_ONE
              : null;
      case LSM ->
          attach == AttachType.LSM_CGROUP
              ? ZERO_OR_ONE
              : version.isAtLeast(LSM_CHECKED) ? HOOK_ERROR : null;
      case UNSPEC,
          SOCKET_FILTER,
          SCHED_CLS,
          SCHED_ACT,
          TRACEPOINT,
          XDP,
          PERF_EVENT,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          SK_SKB,
          SK_MSG,
          RAW_TRACEPOINT,
          LWT_SEG6LOCAL,
          LIRC_MODE2,
          SK_REUSEPORT,
          FLOW_DISSECTOR,
          RAW_TRACEPOINT_WRITABLE,
          STRUCT_OPS,
          EXT,
          SYSCALL ->
          null;
    };
  }

  private static ReturnRange ofSockAddr(AttachType attach) {
    return switch (attach) {
      case CGROUP_UDP4_RECVMSG,
          CGROUP_UDP6_RECVMSG,
          CGROUP_UNIX_RECVMSG,
          CGROUP_INET4_GETPEERNAME,
          CGROUP_INET6_GETPEERNAME,
          CGROUP_UNIX_GETPEERNAME,
          CGROUP_INET4_GETSOCKNAME,
          CGROUP_INET6_GETSOCKNAME,
          CGROUP_UNIX_GETSOCKNAME ->
          ONE;
      case CGROUP_INET4_BIND, CGROUP_INET6_BIND -> ZERO_TO_THREE;
      default -> ZERO_OR_ONE;
    };
  }

  /**
   * The range for a program on an LSM hook; null if any value may be returned.
   *
   * @param hook the hook's name without {@code bpf_lsm_}, such as {@code file_open}
   * @param returnsVoid whether the hook returns nothing, which its BTF says
   */
  public static @Nullable ReturnRange ofLsm(
      AttachType attach, String hook, boolean returnsVoid, KernelVersion version) {
    if (attach == AttachType.LSM_CGROUP) {
      return returnsVoid ? ONE : ZERO_OR_ONE;
    }
    if (returnsVoid || !version.isAtLeast(LSM_CHECKED)) {
      return null;
    }
    return BOOL_HOOKS.contains(hook) ? HOOK_BOOL : HOOK_ERROR;
  }
}
