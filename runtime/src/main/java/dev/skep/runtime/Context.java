package dev.skep.runtime;

import dev.skep.catalog.ProgramType;
import dev.skep.runtime.memory.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a run works on: the context structure as flat memory, with the packet behind it if there is
 * one. It holds the state of one run; make a new one, or {@link #reset}, for the next.
 *
 * <p>The packet lies at the end of its buffer, so that the end of the buffer is the packet's end:
 *
 * <pre>
 * 0                metaOffset   dataOffset            buffer.length
 * |    headroom        |  meta  |  packet                  |
 * </pre>
 */
public final class Context {

  /** The context of no run. */
  public static final Context NONE = raw(new byte[0]);

  /** Free bytes before an XDP packet: {@code XDP_PACKET_HEADROOM}. */
  public static final int HEADROOM = 256;

  /** Free bytes before a socket buffer's packet: its address ends in 0x40, as the kernel's does. */
  private static final int SKB_HEADROOM = 320;

  /** The shape of a context with a packet. */
  public enum Layout {
    /** No packet. */
    PLAIN,
    /** {@code struct xdp_md}. */
    XDP,
    /** {@code struct __sk_buff}. */
    SKB
  }

  private final Layout layout;
  private final byte[] original;
  private final byte[] bytes;
  private final int r2;
  private byte[] socket = new byte[0];
  private byte[] buffer = new byte[0];
  private int dataOffset;
  private int metaOffset;
  private List<Redirect> redirects = List.of();
  private Effects effects = new Effects();

  /**
   * A packet sent elsewhere: {@code bpf_redirect}, {@code bpf_clone_redirect} and relatives.
   *
   * @param helper the helper's name
   * @param target interface index, or the value found in the map
   * @param flags the helper's flags
   * @param map the map's name, empty if there is none
   */
  public record Redirect(String helper, long target, long flags, String map) {}

  private Context(Layout layout, byte[] bytes, byte[] packet, int r2) {
    this.layout = layout;
    this.original = packet;
    this.bytes = bytes;
    this.r2 = r2;
  }

  /**
   * Bare memory: {@code r1} is its address (0 if it is empty), {@code r2} its length, as user-space
   * runtimes and the BPF conformance suite call programs. The array is used, not copied.
   */
  public static Context raw(byte[] memory) {
    return new Context(Layout.PLAIN, memory, new byte[0], memory.length);
  }

  /** A structure as flat memory: tracepoint records, {@code pt_regs}, {@code bpf_sock_addr}. */
  public static Context of(byte[] structure) {
    return new Context(Layout.PLAIN, structure, new byte[0], 0);
  }

  /** Arguments of eight bytes each: raw tracepoints, tracing, LSM. */
  public static Context arguments(long... values) {
    byte[] bytes = new byte[Math.max(values.length, 1) * 8];
    for (int i = 0; i < values.length; i++) {
      LittleEndian.LONG.set(bytes, i * 8, values[i]);
    }
    return of(bytes);
  }

  /**
   * A structure with two pointers around a piece of memory, where programs see it as a packet.
   *
   * @param pointers offsets of the pointers to its start and end, and bytes of each
   */
  static Context pointing(byte[] structure, int[] pointers, byte[] data) {
    Context context = new Context(Layout.PLAIN, structure, new byte[0], 0);
    context.pointers = pointers;
    context.buffer = data;
    context.writePointers();
    return context;
  }

  /** {@code struct xdp_md} for a packet that came in on interface 1. The packet is copied. */
  public static Context xdp(byte[] packet) {
    Context context = new Context(Layout.XDP, new byte[XdpMd.BYTES], packet.clone(), 0);
    context.reset();
    return context;
  }

  /**
   * {@code struct __sk_buff} for a packet with an Ethernet header, as a program of the given type
   * gets it: {@code SCHED_CLS} and {@code SCHED_ACT} see the header, the others start behind it.
   */
  public static Context skb(ProgramType type, byte[] packet) {
    Context context = new Context(Layout.SKB, new byte[SkBuff.BYTES], packet.clone(), 0);
    context.linkLayer = type == ProgramType.SCHED_CLS || type == ProgramType.SCHED_ACT;
    context.reset();
    return context;
  }

  /**
   * The context that {@code BPF_PROG_TEST_RUN} makes of a packet for a type of program.
   *
   * @throws IllegalArgumentException if the type does not run on packets
   */
  public static Context testRun(ProgramType type, byte[] packet) {
    return switch (type) {
      case XDP -> xdp(packet);
      case SOCKET_FILTER,
          SCHED_CLS,
          SCHED_ACT,
          CGROUP_SKB,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          LWT_SEG6LOCAL,
          SK_SKB ->
          skb(type, packet);
      default ->
          throw new IllegalArgumentException(
              type.uapiName() + " programs do not run on packets; give a context instead");
    };
  }

  /**
   * The same with a {@code ctx_in} of {@code BPF_PROG_TEST_RUN}: a {@code struct __sk_buff} whose
   * mark, priority, interface, control bytes, time stamp, wire length and segmentation the run
   * starts with.
   *
   * @throws IllegalArgumentException if another field is set, or the type takes no such context:
   *     {@code EINVAL} of the system call
   */
  public static Context testRun(ProgramType type, byte[] packet, byte[] contextIn) {
    Context context = testRun(type, packet);
    if (context.layout != Layout.SKB) {
      throw new IllegalArgumentException(
          "EINVAL: only socket buffers take a context; set the fields of " + type.uapiName());
    }
    SkBuff.checkGiven(contextIn);
    context.given = contextIn.clone();
    context.reset();
    return context;
  }

  private int[] pointers = {};
  private boolean linkLayer = true;
  private byte[] given = {};
  private int macLength = SkBuff.ETHERNET_HEADER;
  private boolean encapsulated;

  /** Back to the state before the run; contexts without a packet stay as they are. */
  public void reset() {
    redirects = List.of();
    if (layout != Layout.PLAIN) {
      effects = new Effects();
      macLength = SkBuff.ETHERNET_HEADER;
      encapsulated = false;
    }
    switch (layout) {
      case PLAIN -> {}
      case XDP -> {
        place(original, 0);
        XdpMd.fill(this);
      }
      case SKB -> {
        int skip = linkLayer ? 0 : Math.min(SkBuff.ETHERNET_HEADER, original.length);
        place(original, skip);
        SkBuff.fill(this, original);
        SkBuff.given(this, given);
      }
    }
  }

  private void place(byte[] packet, int skip) {
    int headroom = layout == Layout.SKB ? SKB_HEADROOM : HEADROOM;
    int size = headroom + packet.length;
    if (buffer.length == size) {
      Arrays.fill(buffer, 0, headroom, (byte) 0);
    } else {
      buffer = new byte[size];
    }
    System.arraycopy(packet, 0, buffer, headroom, packet.length);
    dataOffset = headroom + skip;
    metaOffset = dataOffset;
  }

  /** The shape. */
  public Layout layout() {
    return layout;
  }

  /** Whether the packet starts with its link-layer header. */
  public boolean linkLayer() {
    return linkLayer;
  }

  /** Bytes from the link-layer header's start to the network header's. */
  public int macLength() {
    return macLength;
  }

  /** Sets it. */
  public void macLength(int bytes) {
    macLength = bytes;
  }

  /** Whether {@code bpf_skb_adjust_room} has put a header around the packet. */
  public boolean encapsulated() {
    return encapsulated;
  }

  /** Sets it. */
  public void encapsulated(boolean now) {
    encapsulated = now;
  }

  /** The structure; handed out, not copied. */
  public byte[] bytes() {
    return bytes;
  }

  /** What {@code r1} is at the program's start. */
  public long r1() {
    return bytes.length == 0 ? 0 : Cpu.CONTEXT_ADDRESS;
  }

  /** What {@code r2} is at the program's start: the length of {@link #raw} memory. */
  public int r2() {
    return r2;
  }

  /** The socket that the context points to as {@code struct bpf_sock}; empty if there is none. */
  public byte[] socket() {
    return socket;
  }

  void socket(byte[] structure) {
    socket = structure;
  }

  /** The packet's buffer; handed out, not copied. */
  public byte[] buffer() {
    return buffer;
  }

  /** Where the packet starts in the buffer. */
  public int dataOffset() {
    return dataOffset;
  }

  /** Where the metadata before the packet starts. */
  public int metaOffset() {
    return metaOffset;
  }

  /** Number of bytes from the packet's start to its end. */
  public int length() {
    return buffer.length - dataOffset;
  }

  /** Moves the packet's and the metadata's start. */
  public void move(int data, int meta) {
    dataOffset = data;
    metaOffset = meta;
    writePointers();
  }

  /** Replaces buffer and starts: the packet grew or shrank. */
  public void replace(byte[] replacement, int data, int meta) {
    buffer = replacement;
    move(data, meta);
  }

  private void pointer(int offset, long value) {
    if (pointers[2] == 8) {
      LittleEndian.LONG.set(bytes, offset, value);
    } else {
      LittleEndian.INT.set(bytes, offset, (int) value);
    }
  }

  private void writePointers() {
    switch (layout) {
      case PLAIN -> {
        if (pointers.length == 3) {
          pointer(pointers[0], Cpu.PACKET_BASE + dataOffset);
          pointer(pointers[1], Cpu.PACKET_BASE + buffer.length);
        }
      }
      case XDP -> XdpMd.pointers(this);
      case SKB -> SkBuff.pointers(this);
    }
  }

  /**
   * The packet as it is now, with what {@code BPF_PROG_TEST_RUN} gives back: XDP's metadata before
   * it, and for program types that start behind the Ethernet header, 14 zero bytes in its place.
   */
  public byte[] packet() {
    int start = layout == Layout.XDP ? metaOffset : dataOffset;
    byte[] now = Arrays.copyOfRange(buffer, start, buffer.length);
    if (layout == Layout.SKB && !linkLayer) {
      byte[] whole = new byte[SkBuff.ETHERNET_HEADER + now.length];
      System.arraycopy(now, 0, whole, SkBuff.ETHERNET_HEADER, now.length);
      return whole;
    }
    return now;
  }

  /** What the run did beside its result, and what some helpers ask for. */
  public Effects effects() {
    return effects;
  }

  /** Where the packet was sent, in order. */
  public List<Redirect> redirects() {
    return List.copyOf(redirects);
  }

  /** Records a redirection. */
  public void redirect(Redirect redirect) {
    if (redirects.isEmpty()) {
      redirects = new ArrayList<>();
    }
    redirects.add(redirect);
  }
}
