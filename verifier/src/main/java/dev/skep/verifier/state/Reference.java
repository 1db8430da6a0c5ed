package dev.skep.verifier.state;

import org.jspecify.annotations.Nullable;

/**
 * Something acquired that must be given back: {@code struct bpf_reference_state}.
 *
 * @param kind what was acquired
 * @param id the reference's id
 * @param pc where it was acquired
 * @param owner for locks: the map or BTF type that holds the lock, by identity
 */
public record Reference(Kind kind, int id, int pc, @Nullable Object owner) {

  /** {@code enum ref_state_type}. */
  public enum Kind {
    PTR,
    IRQ,
    LOCK,
    RES_LOCK,
    RES_LOCK_IRQ;

    /** Whether it is a lock that is held. */
    public boolean isLock() {
      return this == LOCK || this == RES_LOCK || this == RES_LOCK_IRQ;
    }
  }
}
