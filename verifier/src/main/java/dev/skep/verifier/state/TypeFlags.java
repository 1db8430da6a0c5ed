package dev.skep.verifier.state;

/** Flags on a pointer's kind: {@code enum bpf_type_flag}, as bits of an int. */
public final class TypeFlags {

  /** May be null until checked. */
  public static final int PTR_MAYBE_NULL = 1;

  /** May not be written through. */
  public static final int MEM_RDONLY = 1 << 1;

  /** A reserved ring buffer record. */
  public static final int MEM_RINGBUF = 1 << 2;

  /** A user-space address. */
  public static final int MEM_USER = 1 << 3;

  /** Per-CPU memory: use needs bpf_this_cpu_ptr or bpf_per_cpu_ptr. */
  public static final int MEM_PERCPU = 1 << 4;

  /** Allocated by bpf_obj_new. */
  public static final int MEM_ALLOC = 1 << 5;

  /** Reads are probed; helpers do not take it. */
  public static final int PTR_UNTRUSTED = 1 << 6;

  /** Known to be valid for the call. */
  public static final int PTR_TRUSTED = 1 << 7;

  /** Valid inside the RCU section. */
  public static final int MEM_RCU = 1 << 8;

  /** A graph node's reference that is not owned. */
  public static final int NON_OWN_REF = 1 << 9;

  /** A slice of a dynptr over local memory; the next ones, over memory of other kinds. */
  public static final int DYNPTR_TYPE_LOCAL = 1 << 10;

  public static final int DYNPTR_TYPE_RINGBUF = 1 << 11;

  public static final int DYNPTR_TYPE_SKB = 1 << 12;

  public static final int DYNPTR_TYPE_XDP = 1 << 13;

  public static final int DYNPTR_TYPE_SKB_META = 1 << 14;

  public static final int DYNPTR_TYPE_FILE = 1 << 15;

  /** {@code DYNPTR_TYPE_FLAG_MASK}. */
  public static final int DYNPTR_TYPE_MASK = 0b11_1111 << 10;

  private TypeFlags() {}

  /** Prefix of the log's type name, in the kernel's order. */
  public static String prefix(int flags) {
    StringBuilder text = new StringBuilder();
    append(text, flags, MEM_RDONLY, "rdonly_");
    append(text, flags, MEM_RINGBUF, "ringbuf_");
    append(text, flags, MEM_USER, "user_");
    append(text, flags, MEM_PERCPU, "percpu_");
    append(text, flags, MEM_RCU, "rcu_");
    append(text, flags, PTR_UNTRUSTED, "untrusted_");
    append(text, flags, PTR_TRUSTED, "trusted_");
    return text.toString();
  }

  private static void append(StringBuilder text, int flags, int flag, String name) {
    if ((flags & flag) != 0) {
      text.append(name);
    }
  }
}
