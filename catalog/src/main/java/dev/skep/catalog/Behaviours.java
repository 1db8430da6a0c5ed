package dev.skep.catalog;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one kernel does of all that kernels do differently: computed once for a version, asked by
 * name.
 */
public final class Behaviours {

  private static final Behaviour[] ALL = Behaviour.values();

  private final KernelVersion version;
  // Asked by every step of the verifier.
  private final boolean[] has;

  private Behaviours(KernelVersion version) {
    this.version = version;
    this.has = new boolean[ALL.length];
    for (Behaviour behaviour : ALL) {
      has[behaviour.ordinal()] = behaviour.isIn(version);
    }
  }

  /** The behaviours of a kernel, by its number. */
  public static Behaviours of(KernelVersion version) {
    return new Behaviours(version);
  }

  /** The kernel whose behaviours these are. */
  public KernelVersion version() {
    return version;
  }

  /** Whether the kernel behaves like that. */
  public boolean has(Behaviour behaviour) {
    return has[behaviour.ordinal()];
  }

  /** Whether the kernel offers what came with a release. */
  public boolean has(Dated something) {
    return something.isIn(version);
  }

  /** All behaviours of the kernel. */
  public Set<Behaviour> all() {
    EnumSet<Behaviour> all = EnumSet.noneOf(Behaviour.class);
    Arrays.stream(ALL).filter(this::has).forEach(all::add);
    return all;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Behaviours one && Arrays.equals(has, one.has);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(has);
  }

  @Override
  public String toString() {
    return "Linux " + version;
  }
}
