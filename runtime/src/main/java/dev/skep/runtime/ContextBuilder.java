package dev.skep.runtime;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.ContextField;
import dev.skep.catalog.ContextLayout;
import dev.skep.catalog.ProgramType;
import dev.skep.runtime.memory.LittleEndian;
import org.jspecify.annotations.Nullable;

/**
 * Makes a context by the names of its fields, as {@code linux/bpf.h} has them.
 *
 * <pre>{@code
 * Context connect =
 *     new ContextBuilder(ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_CONNECT)
 *         .set("user_ip4", 0x0100007f)
 *         .set("user_port", 0x5000)
 *         .build();
 * }</pre>
 *
 * <p>{@link #data} is what {@code data} and {@code data_end} point to ({@code sk_msg_md}, {@code
 * sk_reuseport_md}), {@code optval} and {@code optval_end}, or {@code skb_data} and {@code
 * skb_data_end}; {@link #socket} what {@code sk} does. A {@code FLOW_DISSECTOR} program's {@code
 * flow_keys} follow its context: {@link #flowKeys}.
 */
public final class ContextBuilder {

  private final ProgramType type;
  private final ContextLayout layout;
  private final byte[] structure;
  private byte @Nullable [] data;
  private byte @Nullable [] socket;

  /**
   * A context with all fields zero.
   *
   * @param attach what the program is attached to, or null for the type's default
   * @throws IllegalArgumentException if contexts of that type have no fields: give them as {@link
   *     Context#arguments} or {@link Context#of}
   */
  public ContextBuilder(ProgramType type, @Nullable AttachType attach) {
    ContextLayout known = ContextLayout.of(type, attach);
    if (known == null || known.structName() == null) {
      throw new IllegalArgumentException(
          type.uapiName() + " programs have no context of named fields; use Context.arguments");
    }
    this.type = type;
    this.layout = known;
    boolean dissects = type == ProgramType.FLOW_DISSECTOR;
    this.structure = new byte[known.size() + (dissects ? ContextLayout.FLOW_KEYS_SIZE : 0)];
    if (dissects) {
      set("flow_keys", Cpu.CONTEXT_ADDRESS + known.size());
    }
  }

  private ContextField field(String name) {
    for (ContextField field : layout.fields()) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        "struct %s has no field '%s'; it has %s"
            .formatted(
                layout.structName(),
                name,
                layout.fields().stream().map(ContextField::name).toList()));
  }

  /** Sets a field of up to eight bytes; of an array its first number. */
  public ContextBuilder set(String name, long value) {
    ContextField field = field(name);
    return store(field.offset(), isArray(name) ? 4 : field.size(), value);
  }

  /** Sets a 32-bit number of an array, such as {@code user_ip6}. */
  public ContextBuilder set(String name, int index, int value) {
    ContextField field = field(name);
    if (index < 0 || index * 4 + 4 > field.size()) {
      throw new IllegalArgumentException(name + " has no element " + index);
    }
    return store(field.offset() + index * 4, 4, value);
  }

  /** Whether a field is an array of 32-bit numbers. */
  private static boolean isArray(String name) {
    return name.endsWith("_ip6") || name.equals("cb") || name.equals("args");
  }

  private ContextBuilder store(int offset, int size, long value) {
    for (int i = 0; i < size; i++) {
      structure[offset + i] = (byte) (value >>> 8 * i);
    }
    return this;
  }

  /** The bytes that the context's pointers enclose. Copied. */
  public ContextBuilder data(byte[] bytes) {
    data = bytes.clone();
    return this;
  }

  /** The {@code struct bpf_sock} behind {@code sk}. Copied. */
  public ContextBuilder socket(byte[] bpfSock) {
    socket = bpfSock.clone();
    return this;
  }

  /** The {@code struct bpf_flow_keys} that a flow dissector starts from. */
  public ContextBuilder flowKeys(byte[] keys) {
    if (type != ProgramType.FLOW_DISSECTOR || keys.length != ContextLayout.FLOW_KEYS_SIZE) {
      throw new IllegalArgumentException("flow keys are 56 bytes of a flow dissector");
    }
    System.arraycopy(keys, 0, structure, layout.size(), keys.length);
    return this;
  }

  /** The context. */
  public Context build() {
    byte[] bytes = data;
    Context context;
    if (bytes == null) {
      context = Context.of(structure.clone());
    } else if (has("optval")) {
      context = Context.pointing(structure.clone(), pair("optval", "optval_end"), bytes);
    } else if (has("skb_data")) {
      context = Context.pointing(structure.clone(), pair("skb_data", "skb_data_end"), bytes);
    } else {
      context = Context.pointing(structure.clone(), pair("data", "data_end"), bytes);
    }
    byte[] sk = socket;
    if (sk != null) {
      context.socket(sk);
      LittleEndian.LONG.set(context.bytes(), field("sk").offset(), (long) Cpu.SOCKET << 32);
    }
    return context;
  }

  private boolean has(String name) {
    return layout.fields().stream().anyMatch(f -> f.name().equals(name));
  }

  /** Offsets of two pointers, and how many bytes each has. */
  private int[] pair(String first, String second) {
    ContextField start = field(first);
    return new int[] {start.offset(), field(second).offset(), start.size()};
  }
}
