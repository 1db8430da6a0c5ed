package dev.skep.catalog;

import org.jspecify.annotations.Nullable;

/**
 * Map types: {@code enum bpf_map_type}.
 *
 * <p>Each constant carries its UAPI number and name and the Linux version that brought it. Numbers
 * are those of the kernel's own BTF; versions are from the eBPF docs project.
 */
public enum MapType implements Dated {
  UNSPEC(0, "BPF_MAP_TYPE_UNSPEC", 3, 18),
  HASH(1, "BPF_MAP_TYPE_HASH", 3, 19),
  ARRAY(2, "BPF_MAP_TYPE_ARRAY", 3, 19),
  PROG_ARRAY(3, "BPF_MAP_TYPE_PROG_ARRAY", 4, 2),
  PERF_EVENT_ARRAY(4, "BPF_MAP_TYPE_PERF_EVENT_ARRAY", 4, 3),
  PERCPU_HASH(5, "BPF_MAP_TYPE_PERCPU_HASH", 4, 6),
  PERCPU_ARRAY(6, "BPF_MAP_TYPE_PERCPU_ARRAY", 4, 6),
  STACK_TRACE(7, "BPF_MAP_TYPE_STACK_TRACE", 4, 6),
  CGROUP_ARRAY(8, "BPF_MAP_TYPE_CGROUP_ARRAY", 4, 8),
  LRU_HASH(9, "BPF_MAP_TYPE_LRU_HASH", 4, 10),
  LRU_PERCPU_HASH(10, "BPF_MAP_TYPE_LRU_PERCPU_HASH", 4, 10),
  LPM_TRIE(11, "BPF_MAP_TYPE_LPM_TRIE", 4, 11),
  ARRAY_OF_MAPS(12, "BPF_MAP_TYPE_ARRAY_OF_MAPS", 4, 12),
  HASH_OF_MAPS(13, "BPF_MAP_TYPE_HASH_OF_MAPS", 4, 12),
  DEVMAP(14, "BPF_MAP_TYPE_DEVMAP", 4, 14),
  SOCKMAP(15, "BPF_MAP_TYPE_SOCKMAP", 4, 14),
  CPUMAP(16, "BPF_MAP_TYPE_CPUMAP", 4, 15),
  XSKMAP(17, "BPF_MAP_TYPE_XSKMAP", 4, 18),
  SOCKHASH(18, "BPF_MAP_TYPE_SOCKHASH", 4, 18),
  CGROUP_STORAGE(19, "BPF_MAP_TYPE_CGROUP_STORAGE", 4, 19),
  REUSEPORT_SOCKARRAY(20, "BPF_MAP_TYPE_REUSEPORT_SOCKARRAY", 4, 19),
  PERCPU_CGROUP_STORAGE(21, "BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE", 4, 20),
  QUEUE(22, "BPF_MAP_TYPE_QUEUE", 4, 20),
  STACK(23, "BPF_MAP_TYPE_STACK", 4, 20),
  SK_STORAGE(24, "BPF_MAP_TYPE_SK_STORAGE", 5, 2),
  DEVMAP_HASH(25, "BPF_MAP_TYPE_DEVMAP_HASH", 5, 4),
  STRUCT_OPS(26, "BPF_MAP_TYPE_STRUCT_OPS", 5, 6),
  RINGBUF(27, "BPF_MAP_TYPE_RINGBUF", 5, 8),
  INODE_STORAGE(28, "BPF_MAP_TYPE_INODE_STORAGE", 5, 10),
  TASK_STORAGE(29, "BPF_MAP_TYPE_TASK_STORAGE", 5, 11),
  BLOOM_FILTER(30, "BPF_MAP_TYPE_BLOOM_FILTER", 5, 16),
  USER_RINGBUF(31, "BPF_MAP_TYPE_USER_RINGBUF", 6, 1),
  CGRP_STORAGE(32, "BPF_MAP_TYPE_CGRP_STORAGE", 6, 2),
  ARENA(33, "BPF_MAP_TYPE_ARENA", 6, 9);

  private static final MapType[] BY_NUMBER = values();

  private final int number;
  private final String uapiName;
  private final KernelVersion since;

  MapType(int number, String uapiName, int major, int minor) {
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

  /** The name as the kernel's tools print it, such as {@code percpu_hash}. */
  public String kernelName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The constant of a UAPI number, or null if skep knows none. */
  public static @Nullable MapType ofNumber(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }
}
