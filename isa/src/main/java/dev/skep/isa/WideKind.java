package dev.skep.isa;

/**
 * What the 64-bit immediate of the wide load stands for: the {@code src_reg} field (RFC 9669,
 * section 5.4; {@code BPF_PSEUDO_*} in the UAPI).
 *
 * <p>The ordinal is the encoding.
 */
public enum WideKind {
  /** A plain 64-bit number. */
  CONSTANT,
  /** A map by file descriptor: {@code BPF_PSEUDO_MAP_FD}. */
  MAP_FD,
  /**
   * An address inside a map's first value: {@code BPF_PSEUDO_MAP_VALUE}; the second imm is the
   * offset.
   */
  MAP_VALUE,
  /** A kernel variable by BTF id: {@code BPF_PSEUDO_BTF_ID}. */
  VARIABLE_ADDRESS,
  /** A subprogram's address, for callbacks: {@code BPF_PSEUDO_FUNC}. */
  CODE_ADDRESS,
  /** A map by index into {@code fd_array}: {@code BPF_PSEUDO_MAP_IDX}. */
  MAP_INDEX,
  /** An address inside the first value of a map by index: {@code BPF_PSEUDO_MAP_IDX_VALUE}. */
  MAP_INDEX_VALUE;

  private static final WideKind[] VALUES = values();

  /** The number of kinds: a {@code src_reg} at or above it is invalid. */
  public static final int COUNT = VALUES.length;

  /** The kind for a {@code src_reg} below {@link #COUNT}. */
  public static WideKind of(int srcReg) {
    return VALUES[srcReg];
  }

  /** The value of {@code src_reg}. */
  public int code() {
    return ordinal();
  }
}
