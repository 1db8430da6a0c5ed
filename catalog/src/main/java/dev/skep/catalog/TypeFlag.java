package dev.skep.catalog;

/**
 * Refinements of an argument's, result's or register's type: {@code enum bpf_type_flag} (Linux
 * 6.18). The order is that of the kernel's bits.
 */
public enum TypeFlag {
  /** May be NULL. */
  PTR_MAYBE_NULL,
  /** Not written through. */
  MEM_RDONLY,
  /** From a ring buffer. */
  MEM_RINGBUF,
  /** In user space. */
  MEM_USER,
  /** Per CPU: needs {@code bpf_per_cpu_ptr} before an access. */
  MEM_PERCPU,
  /** The call releases the object. */
  OBJ_RELEASE,
  /** Reads may fault and give 0; not accepted where a trusted pointer is needed. */
  PTR_UNTRUSTED,
  /** The callee fills the memory: it need not be initialised. */
  MEM_UNINIT,
  /** A dynptr over local memory. */
  DYNPTR_TYPE_LOCAL,
  /** A dynptr over a ring buffer record. */
  DYNPTR_TYPE_RINGBUF,
  /** Memory of a size that the prototype gives. */
  MEM_FIXED_SIZE,
  /** Allocated by the program. */
  MEM_ALLOC,
  /** Valid as long as the program holds it. */
  PTR_TRUSTED,
  /** Valid inside an RCU read section. */
  MEM_RCU,
  /** A reference that the program does not own. */
  NON_OWN_REF,
  /** A dynptr over a socket buffer. */
  DYNPTR_TYPE_SKB,
  /** A dynptr over an XDP buffer. */
  DYNPTR_TYPE_XDP,
  /** Naturally aligned by its size. */
  MEM_ALIGNED,
  /** The callee writes through it. */
  MEM_WRITE,
  /** A dynptr over a socket buffer's metadata. */
  DYNPTR_TYPE_SKB_META;

  /** The bit in the kernel's {@code u32} type. */
  public int bit() {
    return 1 << (8 + ordinal());
  }
}
