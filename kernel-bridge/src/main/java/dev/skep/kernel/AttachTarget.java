package dev.skep.kernel;

import dev.skep.catalog.AttachType;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a program is attached by {@link KernelProgram#attach}; each kind names the Linux version
 * that brought its link. Cookies are numbers that the program reads with {@code
 * bpf_get_attach_cookie}.
 */
public sealed interface AttachTarget {

  /** A network device's receive path (Linux 5.9). Needs CAP_NET_ADMIN. */
  record Xdp(int ifindex, XdpMode mode) implements AttachTarget {}

  /** How an XDP program is run; the constants' numbers are {@code XDP_FLAGS_*}. */
  enum XdpMode {
    /** The driver's, or if it has none the generic one. */
    DEFAULT(0),
    /** By the network stack, on any device. */
    GENERIC(1 << 1),
    /** By the driver; {@code EOPNOTSUPP} if it cannot. */
    NATIVE(1 << 2),
    /** By the hardware. */
    OFFLOADED(1 << 3);

    private final int flag;

    XdpMode(int flag) {
      this.flag = flag;
    }

    int flag() {
      return flag;
    }
  }

  /** A device's traffic control hook (Linux 6.6). Needs CAP_NET_ADMIN. */
  record Tcx(int ifindex, boolean ingress, Position position) implements AttachTarget {}

  /** A netkit device (Linux 6.7), on its primary end or its peer. */
  record Netkit(int ifindex, boolean primary, Position position) implements AttachTarget {}

  /**
   * A place among several programs of one hook.
   *
   * @param anchor {@code BPF_F_BEFORE} and {@code BPF_F_AFTER} refer to it; null for the first or
   *     last place
   * @param expectedRevision of the hook's list, 0 for any; {@code ESTALE} if it has another
   */
  record Position(boolean before, @Nullable KernelProgram anchor, long expectedRevision) {
    /** Behind all others. */
    public static final Position LAST = new Position(false, null, 0);

    /** Before all others. */
    public static final Position FIRST = new Position(true, null, 0);
  }

  /** A control group of the unified hierarchy, by its directory (Linux 5.7). */
  record Cgroup(Path directory, AttachType type) implements AttachTarget {}

  /** A network namespace, by its file: flow dissector and sk_lookup (Linux 5.7). */
  record NetworkNamespace(Path file, AttachType type) implements AttachTarget {}

  /** A raw tracepoint, by its name (Linux 4.17; with a cookie 6.10). */
  record RawTracepoint(String name, long cookie) implements AttachTarget {}

  /** What the program was loaded for: fentry, fexit, fmod_ret, tp_btf, LSM (Linux 5.5). */
  record Tracing(long cookie) implements AttachTarget {}

  /** A function of another program, for a freplace program (Linux 5.10). */
  record Replace(KernelProgram target, int functionBtfId) implements AttachTarget {}

  /** A tracepoint, such as {@code syscalls/sys_enter_openat} (link since Linux 5.15). */
  record Tracepoint(String category, String name, long cookie) implements AttachTarget {}

  /**
   * An instruction of a binary, by its offset in the file (link since Linux 5.15).
   *
   * @param returns at the function's return instead
   * @param pid of one process, or -1 for all
   * @param counter offset in the file of a number that the kernel counts up while the probe is
   *     there ({@code ref_ctr_offset}, Linux 4.20; see {@link UsdtProbes}); 0 for none
   */
  record Uprobe(Path binary, long offset, boolean returns, int pid, long cookie, long counter)
      implements AttachTarget {

    /** Without a counter. */
    public Uprobe(Path binary, long offset, boolean returns, int pid, long cookie) {
      this(binary, offset, returns, pid, cookie, 0);
    }
  }

  /**
   * Several places of a binary in one link (Linux 6.6); the program was loaded for {@code
   * BPF_TRACE_UPROBE_MULTI}.
   *
   * @param cookies none, or one for each offset
   * @param counters none, or for each offset a counter as {@link Uprobe} has it
   */
  record UprobeMulti(
      Path binary,
      List<Long> offsets,
      List<Long> cookies,
      List<Long> counters,
      boolean returns,
      int pid)
      implements AttachTarget {
    public UprobeMulti {
      offsets = List.copyOf(offsets);
      cookies = List.copyOf(cookies);
      counters = List.copyOf(counters);
    }

    /** Without counters. */
    public UprobeMulti(
        Path binary, List<Long> offsets, List<Long> cookies, boolean returns, int pid) {
      this(binary, offsets, cookies, List.of(), returns, pid);
    }
  }

  /** A kernel function (link since Linux 5.15); needs a kernel with kprobes. */
  record Kprobe(String function, long offset, boolean returns, long cookie)
      implements AttachTarget {}

  /** Several kernel functions in one link (Linux 5.18); needs a kernel with fprobe. */
  record KprobeMulti(List<String> functions, List<Long> cookies, boolean returns)
      implements AttachTarget {
    public KprobeMulti {
      functions = List.copyOf(functions);
      cookies = List.copyOf(cookies);
    }
  }

  /**
   * A sampling event, as in {@code perf_event_attr} (link since Linux 5.15).
   *
   * @param pid of one process, or -1 for all
   * @param cpu one CPU, or -1 for all of one process
   */
  record PerfEvent(int type, long config, long samplePeriod, int pid, int cpu, long cookie)
      implements AttachTarget {}

  /** What the iterator program was loaded for, with all its elements (Linux 5.8). */
  record Iterator() implements AttachTarget {}

  /** An iterator over a map's elements (Linux 5.9). */
  record MapIterator(KernelMap map) implements AttachTarget {}

  /** An iterator over tasks: of one thread, one process, or all where both are 0 (Linux 6.1). */
  record TaskIterator(int tid, int pid) implements AttachTarget {}

  /**
   * An iterator over control groups (Linux 6.1).
   *
   * @param order {@code enum bpf_cgroup_iter_order}: 1 itself, 2 descendants first, 3 last, 4
   *     ancestors
   */
  record CgroupIterator(Path directory, int order) implements AttachTarget {}

  /**
   * A netfilter hook (Linux 6.4).
   *
   * @param protocolFamily {@code NFPROTO_IPV4} (2) or {@code NFPROTO_IPV6} (10)
   * @param hook {@code NF_INET_*}: 0 prerouting to 4 postrouting
   * @param defragment {@code BPF_F_NETFILTER_IP_DEFRAG} (Linux 6.6)
   */
  record Netfilter(int protocolFamily, int hook, int priority, boolean defragment)
      implements AttachTarget {}

  /** The sockets of a sockmap or sockhash (link since Linux 6.10). */
  record SocketMap(KernelMap map, AttachType type) implements AttachTarget {}
}
