package dev.skep.isa;

/**
 * The conformance groups of RFC 9669, section 2.4: what a runtime says it implements.
 *
 * <p>A runtime with a 64-bit group has the 32-bit group of the same kind too ({@link #implied}).
 */
public enum ConformanceGroup {
  /** Everything that is not in another group. */
  BASE32,
  /** 64-bit arithmetic, jumps, loads and stores; includes {@link #BASE32}. */
  BASE64,
  /** 32-bit atomic operations. */
  ATOMIC32,
  /** 64-bit atomic operations; includes {@link #ATOMIC32}. */
  ATOMIC64,
  /** 32-bit multiplication, division and modulo. */
  DIVMUL32,
  /** 64-bit multiplication, division and modulo; includes {@link #DIVMUL32}. */
  DIVMUL64,
  /** Legacy packet access. */
  PACKET;

  /** The name in the RFC, such as {@code base32}. */
  public String rfcName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The group that comes with this one: the 32-bit group of a 64-bit group, otherwise itself. */
  public ConformanceGroup implied() {
    return switch (this) {
      case BASE64 -> BASE32;
      case ATOMIC64 -> ATOMIC32;
      case DIVMUL64 -> DIVMUL32;
      case BASE32, ATOMIC32, DIVMUL32, PACKET -> this;
    };
  }
}
