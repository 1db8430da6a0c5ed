package dev.skep.catalog;

import static dev.skep.catalog.LookupResult.MAP;
import static dev.skep.catalog.LookupResult.REFUSED;
import static dev.skep.catalog.LookupResult.SOCKET;
import static dev.skep.catalog.LookupResult.VALUE;
import static dev.skep.catalog.LookupResult.XDP_SOCKET;
import static dev.skep.catalog.MapTrait.DIRECT_VALUE;
import static dev.skep.catalog.MapTrait.FILLED;
import static dev.skep.catalog.MapTrait.FOR_EACH;
import static dev.skep.catalog.MapTrait.HOLDS_MAPS;
import static dev.skep.catalog.MapTrait.HOLDS_PROGRAMS;
import static dev.skep.catalog.MapTrait.INNER;
import static dev.skep.catalog.MapTrait.PER_CPU;
import static dev.skep.catalog.MapTrait.READ_ONLY;
import static dev.skep.catalog.MapTrait.SLEEPABLE;
import static dev.skep.catalog.MapTrait.TYPED;
import static dev.skep.catalog.MapTrait.UNTYPED_BY_LIBBPF;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Map types: {@code enum bpf_map_type}, and what Linux 6.18 does with each.
 *
 * <p>Each constant carries its UAPI number, the Linux version that brought it, the kernel's
 * structure behind a map pointer ({@code map_btf_id}), what a look-up gives, and its {@link
 * MapTrait}s. Numbers are those of the kernel's own BTF; versions are from the eBPF docs project.
 * What its shape may be stands in {@link MapRules}, which helpers take it in {@code helpers.txt}.
 */
public enum MapType implements Dated {
  UNSPEC(0, 3, 18, "", REFUSED),
  HASH(1, 3, 19, "bpf_htab", VALUE, SLEEPABLE, FOR_EACH, INNER, TYPED),
  ARRAY(2, 3, 19, "bpf_array", VALUE, SLEEPABLE, FILLED, FOR_EACH, DIRECT_VALUE, INNER, TYPED),
  PROG_ARRAY(3, 4, 2, "bpf_array", REFUSED, HOLDS_PROGRAMS, TYPED),
  PERF_EVENT_ARRAY(4, 4, 3, "bpf_array", REFUSED, UNTYPED_BY_LIBBPF, INNER),
  PERCPU_HASH(5, 4, 6, "bpf_htab", VALUE, SLEEPABLE, PER_CPU, FOR_EACH, INNER, TYPED),
  PERCPU_ARRAY(6, 4, 6, "bpf_array", VALUE, SLEEPABLE, PER_CPU, FILLED, FOR_EACH, INNER, TYPED),
  STACK_TRACE(7, 4, 6, "bpf_stack_map", REFUSED, UNTYPED_BY_LIBBPF, INNER),
  CGROUP_ARRAY(8, 4, 8, "bpf_array", REFUSED, UNTYPED_BY_LIBBPF, INNER),
  LRU_HASH(9, 4, 10, "bpf_htab", VALUE, SLEEPABLE, FOR_EACH, INNER, TYPED),
  LRU_PERCPU_HASH(10, 4, 10, "bpf_htab", VALUE, SLEEPABLE, PER_CPU, FOR_EACH, INNER, TYPED),
  LPM_TRIE(11, 4, 11, "lpm_trie", VALUE, INNER, TYPED),
  ARRAY_OF_MAPS(12, 4, 12, "bpf_array", MAP, UNTYPED_BY_LIBBPF, SLEEPABLE, HOLDS_MAPS),
  HASH_OF_MAPS(13, 4, 12, "bpf_htab", MAP, UNTYPED_BY_LIBBPF, SLEEPABLE, HOLDS_MAPS),
  DEVMAP(14, 4, 14, "bpf_dtab", VALUE, UNTYPED_BY_LIBBPF, READ_ONLY, INNER),
  SOCKMAP(15, 4, 14, "bpf_stab", SOCKET, UNTYPED_BY_LIBBPF, INNER),
  CPUMAP(16, 4, 15, "bpf_cpu_map", REFUSED, UNTYPED_BY_LIBBPF, INNER),
  XSKMAP(17, 4, 18, "xsk_map", XDP_SOCKET, UNTYPED_BY_LIBBPF, INNER),
  SOCKHASH(18, 4, 18, "bpf_shtab", SOCKET, UNTYPED_BY_LIBBPF, INNER),
  CGROUP_STORAGE(19, 4, 19, "bpf_cgroup_storage_map", REFUSED, TYPED),
  REUSEPORT_SOCKARRAY(20, 4, 19, "reuseport_array", REFUSED, INNER, TYPED),
  PERCPU_CGROUP_STORAGE(21, 4, 20, "bpf_cgroup_storage_map", REFUSED, PER_CPU, TYPED),
  QUEUE(22, 4, 20, "bpf_queue_stack", REFUSED, UNTYPED_BY_LIBBPF, SLEEPABLE, INNER),
  STACK(23, 4, 20, "bpf_queue_stack", REFUSED, UNTYPED_BY_LIBBPF, SLEEPABLE, INNER),
  SK_STORAGE(24, 5, 2, "bpf_local_storage_map", REFUSED, SLEEPABLE, INNER, TYPED),
  DEVMAP_HASH(25, 5, 4, "bpf_dtab", VALUE, UNTYPED_BY_LIBBPF, READ_ONLY, INNER),
  STRUCT_OPS(26, 5, 6, "bpf_struct_ops_map", REFUSED),
  RINGBUF(27, 5, 8, "bpf_ringbuf_map", REFUSED, SLEEPABLE, INNER),
  INODE_STORAGE(28, 5, 10, "bpf_local_storage_map", REFUSED, SLEEPABLE, INNER, TYPED),
  TASK_STORAGE(29, 5, 11, "bpf_local_storage_map", REFUSED, SLEEPABLE, INNER, TYPED),
  BLOOM_FILTER(30, 5, 16, "bpf_bloom_filter", REFUSED, INNER),
  USER_RINGBUF(31, 6, 1, "bpf_ringbuf_map", REFUSED, SLEEPABLE, INNER),
  CGRP_STORAGE(32, 6, 2, "bpf_local_storage_map", REFUSED, SLEEPABLE, INNER, TYPED),
  ARENA(33, 6, 9, "bpf_arena", REFUSED, UNTYPED_BY_LIBBPF, SLEEPABLE, DIRECT_VALUE, INNER);

  private static final MapType[] BY_NUMBER = values();

  private final int number;
  private final KernelVersion since;
  private final String structName;
  private final LookupResult lookupResult;
  private final Set<MapTrait> traits;

  MapType(
      int number,
      int major,
      int minor,
      String structName,
      LookupResult lookupResult,
      MapTrait... traits) {
    this.number = number;
    this.since = new KernelVersion(major, minor);
    this.structName = structName;
    this.lookupResult = lookupResult;
    this.traits = Set.of(traits);
  }

  /** The number in {@code bpf_attr}. */
  public int number() {
    return number;
  }

  /** The constant's name in {@code linux/bpf.h}. */
  public String uapiName() {
    return "BPF_MAP_TYPE_" + name();
  }

  /** The Linux version that brought it. */
  @Override
  public KernelVersion since() {
    return since;
  }

  /** The name as the kernel's tools print it, such as {@code percpu_hash}. */
  public String kernelName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kernel's structure that a pointer to such a map points to, such as {@code bpf_htab}. */
  public String structName() {
    return structName;
  }

  /** What {@code bpf_map_lookup_elem} gives a program; it may be NULL. */
  public LookupResult lookupResult() {
    return lookupResult;
  }

  /** Whether it has a trait. */
  public boolean is(MapTrait trait) {
    return traits.contains(trait);
  }

  /** The constant of a UAPI number, or null if skep knows none. */
  public static @Nullable MapType ofNumber(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }
}
