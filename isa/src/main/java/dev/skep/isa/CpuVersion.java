package dev.skep.isa;

/**
 * The instruction set extensions by the names that compilers have for them ({@code -mcpu=v3}).
 *
 * <p>Each version contains those before it.
 */
public enum CpuVersion {
  /** The instruction set of 2014. */
  V1,
  /** {@code <}, {@code <=}, {@code s<} and {@code s<=} jumps; Linux 4.14. */
  V2,
  /** 32-bit jumps (Linux 5.1) and atomics beyond addition (Linux 5.12). */
  V3,
  /**
   * Signed division and modulo, sign-extending moves and loads, unconditional byte swaps, 32-bit
   * jump offsets (Linux 6.6), load-acquire and store-release (Linux 6.15).
   */
  V4;

  /** The compiler's name, such as {@code v3}. */
  public String compilerName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
