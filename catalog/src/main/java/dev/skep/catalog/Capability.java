package dev.skep.catalog;

/** Capabilities that a loader may lack, by their name in {@code linux/capability.h}. */
public enum Capability {
  CAP_NET_ADMIN,
  CAP_SYS_ADMIN,
  CAP_PERFMON,
  CAP_BPF
}
