package dev.skep.kernel.info;

import dev.skep.catalog.Dated;
import dev.skep.catalog.KernelVersion;
import org.jspecify.annotations.Nullable;

/** Kinds of links: {@code enum bpf_link_type} of Linux 6.18. The ordinal is the number. */
public enum LinkType implements Dated {
  UNSPEC(5, 7),
  RAW_TRACEPOINT(5, 7),
  TRACING(5, 7),
  CGROUP(5, 7),
  ITER(5, 8),
  NETNS(5, 7),
  XDP(5, 9),
  PERF_EVENT(5, 15),
  KPROBE_MULTI(5, 18),
  STRUCT_OPS(5, 19),
  NETFILTER(6, 4),
  TCX(6, 6),
  UPROBE_MULTI(6, 6),
  NETKIT(6, 7),
  SOCKMAP(6, 10);

  private static final LinkType[] BY_NUMBER = values();

  private final KernelVersion since;

  LinkType(int major, int minor) {
    this.since = new KernelVersion(major, minor);
  }

  /** The number in {@code bpf_link_info}. */
  public int number() {
    return ordinal();
  }

  /** The Linux version that brought it. */
  @Override
  public KernelVersion since() {
    return since;
  }

  /** The name as the kernel's tools print it, such as {@code raw_tracepoint}. */
  public String kernelName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The constant of a number, or null if skep knows none. */
  public static @Nullable LinkType ofNumber(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }
}
