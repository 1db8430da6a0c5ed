package dev.skep.catalog;

import org.jspecify.annotations.Nullable;

/**
 * What the kernel's {@code is_valid_access} answers to one access of a context field or of a socket
 * pointer.
 *
 * @param kind what the access yields
 * @param maybeNull the pointer that is read may be NULL
 * @param fieldSize bytes of the kernel's own access ({@code ctx_field_size}): a smaller read is a
 *     narrow load; 0 if the access is made as it is
 * @param btfType the kernel structure with {@link Kind#BTF_POINTER}
 */
public record ContextAccess(Kind kind, boolean maybeNull, int fieldSize, @Nullable String btfType) {

  /** What a read gives, or REFUSED. A permitted write is always SCALAR. */
  public enum Kind {
    /** {@code invalid bpf_context access}. */
    REFUSED,
    SCALAR,
    PACKET,
    PACKET_META,
    PACKET_END,
    FLOW_KEYS,
    /** A full socket. */
    SOCKET,
    /** A socket that need not be full. */
    SOCK_COMMON,
    /** The buffer of a writable raw tracepoint. */
    TP_BUFFER,
    /** An argument whose type the attach target's BTF gives; it may still be refused there. */
    BTF_ARGUMENT,
    /** A trusted pointer to a kernel structure. */
    BTF_POINTER
  }

  /** The refusal. */
  public static final ContextAccess REFUSED = new ContextAccess(Kind.REFUSED, false, 0, null);

  /** Whether the access is permitted. */
  public boolean allowed() {
    return kind != Kind.REFUSED;
  }
}
