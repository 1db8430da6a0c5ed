package dev.skep.catalog;

/** What {@code bpf_map_lookup_elem} gives a program. */
public enum LookupResult {
  /** {@code PTR_TO_MAP_VALUE}: memory of the value's size. */
  VALUE,
  /** {@code CONST_PTR_TO_MAP}: the inner map. */
  MAP,
  /** {@code PTR_TO_XDP_SOCK}. */
  XDP_SOCKET,
  /** {@code PTR_TO_SOCKET}, with a reference that must be released. */
  SOCKET,
  /** Nothing: the helper does not take the map. */
  REFUSED
}
