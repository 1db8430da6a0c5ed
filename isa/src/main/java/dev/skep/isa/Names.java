package dev.skep.isa;

import org.jspecify.annotations.Nullable;

/** What a {@link Listing} cannot know from the bits alone. */
public interface Names {

  /** Knows nothing. */
  Names NONE = new Names() {};

  /** The name of a helper, such as {@code bpf_map_lookup_elem}, or null if there is none. */
  default @Nullable String helper(int id) {
    return null;
  }

  /**
   * The name of the kernel function called at {@code pc}, or null if it is not known.
   *
   * @param btfId its BTF id
   * @param module 0, or an index into {@code fd_array}
   */
  default @Nullable String kfunc(int pc, int btfId, int module) {
    return null;
  }

  /**
   * What a wide load at {@code pc} shows as its value, or null for the number in the slots.
   *
   * <p>The kernel shows the address that it put there, such as {@code 0xffffc90004ee5004}.
   *
   * @param kind {@code src_reg}, 0 to 15
   * @param value both immediates as one number
   */
  default @Nullable String wide(int pc, int kind, long value) {
    return null;
  }
}
