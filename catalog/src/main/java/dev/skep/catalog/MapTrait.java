package dev.skep.catalog;

/** What some map types have in common (Linux 6.18). */
public enum MapTrait {
  /** An element has a value for each possible CPU. */
  PER_CPU,
  /** Every key below {@code max_entries} has an element: {@code can_elide_value_nullness}. */
  FILLED,
  /**
   * Sleepable programs may hold such a map ({@code Sleepable programs can only use array, hash,
   * ringbuf and local storage maps}).
   */
  SLEEPABLE,
  /** {@code bpf_for_each_map_elem} walks through it. */
  FOR_EACH,
  /** A wide load may give the address of a value ({@code map_direct_value_addr}). */
  DIRECT_VALUE,
  /** Programs may not write values: the kernel sets {@code BPF_F_RDONLY_PROG} itself. */
  READ_ONLY,
  /** Its elements are programs. */
  HOLDS_PROGRAMS,
  /** Its elements are maps. */
  HOLDS_MAPS,
  /** It may be the inner map of a map-in-map: it has a {@code map_meta_equal}. */
  INNER,
  /** The kernel takes BTF of its key and value. */
  TYPED,
  /** libbpf creates it without the ids of its types. */
  UNTYPED_BY_LIBBPF
}
