package dev.skep.verifier.domain;

/**
 * The releases whose scalar analysis differs. Later ones deduce more; every one is sound on its
 * own.
 */
public enum DomainRules {
  /** Linux 6.1 with its stable updates. */
  LINUX_6_1,
  /** Linux 6.12 with its stable updates. */
  LINUX_6_12,
  /** Linux 6.18 with its stable updates: the default. */
  LINUX_6_18;

  /** Whether this is {@code other} or a later release. */
  boolean atLeast(DomainRules other) {
    return compareTo(other) >= 0;
  }
}
