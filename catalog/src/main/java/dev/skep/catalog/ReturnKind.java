package dev.skep.catalog;

/** What a helper returns: the base of {@code enum bpf_return_type} (Linux 6.18). */
public enum ReturnKind {
  /** A number. */
  RET_INTEGER,
  /** Nothing: R0 is not readable after the call. */
  RET_VOID,
  /** A value of the map in the first argument. */
  RET_PTR_TO_MAP_VALUE,
  /** A full {@code bpf_sock}. */
  RET_PTR_TO_SOCKET,
  /** A {@code bpf_tcp_sock}. */
  RET_PTR_TO_TCP_SOCK,
  /** A {@code bpf_sock} that need not be full. */
  RET_PTR_TO_SOCK_COMMON,
  /** Memory whose size an argument gives. */
  RET_PTR_TO_MEM,
  /** A kernel variable: memory if its type is no structure, else a BTF pointer. */
  RET_PTR_TO_MEM_OR_BTF_ID,
  /** A kernel object of the prototype's BTF type. */
  RET_PTR_TO_BTF_ID
}
