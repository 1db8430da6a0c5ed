package dev.skep.catalog;

/** What a helper's argument must be: the base of {@code enum bpf_arg_type} (Linux 6.18). */
public enum ArgumentKind {
  /** A map, loaded by a wide instruction or taken from a map of maps. */
  CONST_MAP_PTR,
  /** Memory of the map's key size, on the stack or elsewhere. */
  PTR_TO_MAP_KEY,
  /** Memory of the map's value size. */
  PTR_TO_MAP_VALUE,
  /** Memory; its size is in the next argument or, with {@link TypeFlag#MEM_FIXED_SIZE}, known. */
  PTR_TO_MEM,
  /** Memory of an arena. */
  PTR_TO_ARENA,
  /** The size of the memory before it, at least 1. */
  CONST_SIZE,
  /** The size of the memory before it, 0 allowed. */
  CONST_SIZE_OR_ZERO,
  /** The program's context. */
  PTR_TO_CTX,
  /** Any initialised value. */
  ANYTHING,
  /** A {@code bpf_spin_lock} in a map value or allocated object. */
  PTR_TO_SPIN_LOCK,
  /** A {@code bpf_sock} that need not be full. */
  PTR_TO_SOCK_COMMON,
  /** A full {@code bpf_sock}. */
  PTR_TO_SOCKET,
  /** A kernel object of the argument's BTF type. */
  PTR_TO_BTF_ID,
  /** What {@code bpf_ringbuf_reserve} returned. */
  PTR_TO_RINGBUF_MEM,
  /** The number of bytes to allocate: a known constant. */
  CONST_ALLOC_SIZE_OR_ZERO,
  /** Any socket: {@code bpf_sock}, {@code sock_common}, or a BTF type that starts with one. */
  PTR_TO_BTF_ID_SOCK_COMMON,
  /** A per-CPU kernel variable or object. */
  PTR_TO_PERCPU_BTF_ID,
  /** A function of the program: a callback. */
  PTR_TO_FUNC,
  /** The stack: a callback's context. */
  PTR_TO_STACK,
  /** A string that ends with NUL in a read-only map. */
  PTR_TO_CONST_STR,
  /** A {@code bpf_timer} in a map value. */
  PTR_TO_TIMER,
  /** A kptr field in a map value or allocated object. */
  KPTR_XCHG_DEST,
  /** A {@code bpf_dynptr} on the stack. */
  PTR_TO_DYNPTR;

  /** The constant's name in the kernel, such as {@code ARG_PTR_TO_CTX}. */
  public String kernelName() {
    return "ARG_" + name();
  }
}
