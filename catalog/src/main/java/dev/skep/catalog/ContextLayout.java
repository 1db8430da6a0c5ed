package dev.skep.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What R1 points to at a program's start, or what one of the kernel's socket pointers points to:
 * its fields, and which of them may be read and written (Linux 6.18, 64 bit).
 */
public final class ContextLayout {

  /** Pointers other than the context whose fields follow a table. */
  public enum Pointer {
    SOCK_COMMON,
    SOCKET,
    TCP_SOCK,
    XDP_SOCK
  }

  /** Size in bytes of {@code struct bpf_flow_keys}, all of it readable and writable. */
  public static final int FLOW_KEYS_SIZE = 56;

  /** Arguments of 8 bytes that a tracing context may have: {@code MAX_BPF_FUNC_ARGS}. */
  public static final int MAX_CONTEXT_ARGUMENTS = 12;

  private static final int READ = 0;
  private static final int WRITE = 4;

  /**
   * One line of the table.
   *
   * @param sizes bit log2(size) for a read, and 4 + log2(size) for a write
   * @param since the Linux version that brought the field, if later than 6.1
   */
  record Rule(int start, int end, int sizes, @Nullable KernelVersion since, ContextAccess access) {}

  private final @Nullable String structName;
  private final int size;
  private final List<ContextField> fields;
  private final List<Rule> rules;

  ContextLayout(
      @Nullable String structName, int size, List<ContextField> fields, List<Rule> rules) {
    this.structName = structName;
    this.size = size;
    this.fields = List.copyOf(fields);
    this.rules = List.copyOf(rules);
  }

  /**
   * The context of a program type; null if there is none for that attach type. For {@link
   * ProgramType#EXT} ask for the type of the program that it replaces.
   *
   * @param attach null for the kernel's 0
   */
  public static @Nullable ContextLayout of(ProgramType type, @Nullable AttachType attach) {
    return ContextTable.INSTANCE.context(type, attach);
  }

  /** What one of the kernel's socket pointers points to. */
  public static ContextLayout of(Pointer pointer) {
    return ContextTable.INSTANCE.pointer(pointer);
  }

  /** The C structure's name, such as {@code __sk_buff}; null if the context is none. */
  public @Nullable String structName() {
    return structName;
  }

  /** The structure's size in bytes; 0 if the context is none. */
  public int size() {
    return size;
  }

  /** The structure's fields by offset; the first member stands for a union. */
  public List<ContextField> fields() {
    return fields;
  }

  /** The field that holds an offset, or null. */
  public @Nullable ContextField fieldAt(int offset) {
    for (ContextField field : fields) {
      if (offset >= field.offset() && offset < field.offset() + field.size()) {
        return field;
      }
    }
    return null;
  }

  /**
   * What an access without sign extension gives.
   *
   * @param offset bytes from the start; any number
   * @param size 1, 2, 4 or 8 bytes
   */
  public ContextAccess access(int offset, int size, boolean write, KernelVersion version) {
    return access(offset, size, write, false, version);
  }

  /**
   * What an access gives.
   *
   * @param offset bytes from the start; any number
   * @param size 1, 2, 4 or 8 bytes
   * @param signExtended a load of mode MEMSX: it cannot read a packet pointer
   */
  public ContextAccess access(
      int offset, int size, boolean write, boolean signExtended, KernelVersion version) {
    if (Integer.bitCount(size) != 1 || size > 8 || (offset & (size - 1)) != 0) {
      return ContextAccess.REFUSED;
    }
    int bit = 1 << (Integer.numberOfTrailingZeros(size) + (write ? WRITE : READ));
    for (Rule rule : rules) {
      if (offset >= rule.start()
          && offset <= rule.end() - size
          && (rule.sizes() & bit) != 0
          && (rule.since() == null || version.isAtLeast(rule.since()))) {
        ContextAccess access = rule.access();
        return signExtended && size < 8 && isPacketPointer(access) ? ContextAccess.REFUSED : access;
      }
    }
    return ContextAccess.REFUSED;
  }

  private static boolean isPacketPointer(ContextAccess access) {
    return switch (access.kind()) {
      case PACKET, PACKET_META, PACKET_END -> true;
      case REFUSED, SCALAR, FLOW_KEYS, SOCKET, SOCK_COMMON, TP_BUFFER, BTF_ARGUMENT, BTF_POINTER ->
          false;
    };
  }
}
