package dev.skep.verifier.domain;

import dev.skep.catalog.Behaviour;
import dev.skep.catalog.Behaviours;

/**
 * The releases whose scalar analysis differs. Later ones deduce more; every one is sound on its
 * own. Compared with the logs of Debian's 6.1.176 and 6.12.117 and of 6.18.44: stable updates
 * change the analysis too, so an older update of the same release may deduce less.
 */
public enum DomainRules {
  /** Linux 6.1: compares with known numbers only; halves inform each other through known bits. */
  LINUX_6_1,
  /** Linux 6.12: compares ranges; bounds of all kinds inform each other. */
  LINUX_6_12,
  /**
   * Linux 6.18, the default: multiplies and adds more precisely, follows negation and byte swaps,
   * and sees where bits and bounds leave one number.
   */
  LINUX_6_18;

  /** The analysis of a kernel. */
  public static DomainRules of(Behaviours kernel) {
    if (kernel.has(Behaviour.FOLLOWS_NUMBERS_CLOSELY)) {
      return LINUX_6_18;
    }
    return kernel.has(Behaviour.COMPARES_RANGES) ? LINUX_6_12 : LINUX_6_1;
  }

  /** Whether this is {@code other} or a later release. */
  public boolean atLeast(DomainRules other) {
    return compareTo(other) >= 0;
  }
}
