package dev.skep.runtime;

import dev.skep.catalog.Errno;
import org.jspecify.annotations.Nullable;

/**
 * What a machine cannot know by itself: stacks, routes, sockets, the cgroup tree, the size of
 * links. Each method's default is what a lone machine without any of that would answer; override
 * the ones that a test needs. Called on the thread of the run.
 */
public interface Environment {

  /** The environment of a machine whose owner gives none. */
  Environment DEFAULT = new Environment() {};

  /**
   * The call stack that {@code bpf_get_stack} and {@code bpf_get_stackid} see, innermost address
   * first; by default empty, for which they fail with {@code EFAULT}.
   *
   * @param user whether the stack in user space is asked for
   */
  default long[] stack(Cpu cpu, boolean user) {
    return new long[0];
  }

  /**
   * {@code bpf_fib_lookup}; by default there is no route: {@code BPF_FIB_LKUP_RET_NOT_FWDED} (4).
   *
   * @param params {@code struct bpf_fib_lookup}, 64 bytes, to be filled
   * @return a {@code BPF_FIB_LKUP_RET_*}, or a negative {@link Errno}
   */
  default long fibLookup(byte[] params, long flags) {
    return 4;
  }

  /**
   * {@code bpf_sk_lookup_tcp} and {@code _udp}; by default there is no such socket.
   *
   * @param tuple {@code struct bpf_sock_tuple}, 12 bytes for IPv4 or 36 for IPv6
   * @return a {@code struct bpf_sock} ({@value SkBuff#SOCK_BYTES} bytes), or null
   */
  default byte @Nullable [] socket(boolean tcp, byte[] tuple, long netns) {
    return null;
  }

  /** The ancestor of a cgroup at a level; by default all cgroups are children of the root, 1. */
  default long cgroupAncestor(long cgroup, int level) {
    return level == 0 ? 1 : level == 1 && cgroup != 1 ? cgroup : 0;
  }

  /** The largest packet that an interface takes, its header not counted; by default 1500. */
  default int mtu(int ifindex) {
    return 1500;
  }

  /** The path behind an address of a {@code struct path}, or null. */
  default @Nullable String path(long address) {
    return null;
  }
}
