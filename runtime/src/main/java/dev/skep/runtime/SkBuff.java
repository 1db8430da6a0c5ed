package dev.skep.runtime;

import dev.skep.runtime.memory.LittleEndian;
import java.util.Arrays;

/**
 * {@code struct __sk_buff}: byte offsets, and how a run starts.
 *
 * <p>The values are those that {@code BPF_PROG_TEST_RUN} gives a program without {@code ctx_in}: a
 * packet that the loopback interface (index 1) received.
 */
public final class SkBuff {
  public static final int LEN = 0;
  public static final int PKT_TYPE = 4;
  public static final int MARK = 8;
  public static final int QUEUE_MAPPING = 12;
  public static final int PROTOCOL = 16;
  public static final int VLAN_PRESENT = 20;
  public static final int VLAN_TCI = 24;
  public static final int VLAN_PROTO = 28;
  public static final int PRIORITY = 32;
  public static final int INGRESS_IFINDEX = 36;
  public static final int IFINDEX = 40;
  public static final int TC_INDEX = 44;
  public static final int CB = 48;
  public static final int HASH = 68;
  public static final int TC_CLASSID = 72;
  public static final int DATA = 76;
  public static final int DATA_END = 80;
  public static final int NAPI_ID = 84;
  public static final int FAMILY = 88;
  public static final int REMOTE_IP4 = 92;
  public static final int LOCAL_IP4 = 96;
  public static final int DATA_META = 140;
  public static final int TSTAMP = 152;
  public static final int WIRE_LEN = 160;
  public static final int GSO_SEGS = 164;
  public static final int SK = 168;
  public static final int GSO_SIZE = 176;
  public static final int HWTSTAMP = 184;

  /** Size of the structure. */
  public static final int BYTES = 192;

  /** Bytes of an Ethernet header. */
  public static final int ETHERNET_HEADER = 14;

  /** Size of {@code struct bpf_sock}. */
  public static final int SOCK_BYTES = 80;

  private static final int PACKET_HOST = 0;
  private static final int PACKET_BROADCAST = 1;
  private static final int PACKET_MULTICAST = 2;
  private static final int PACKET_OTHERHOST = 3;

  private SkBuff() {}

  static void fill(Context context, byte[] packet) {
    byte[] skb = context.bytes();
    Arrays.fill(skb, (byte) 0);
    LittleEndian.INT.set(skb, PKT_TYPE, packetType(packet));
    LittleEndian.INT.set(skb, PROTOCOL, protocol(packet));
    LittleEndian.INT.set(skb, IFINDEX, 1);
    LittleEndian.LONG.set(skb, SK, (long) Cpu.SOCKET << 32);
    if (context.socket().length == 0) {
      context.socket(new byte[SOCK_BYTES]);
    }
    pointers(context);
  }

  /** Fields that {@code ctx_in} may set, as offset and size. */
  private static final int[][] GIVEN = {
    {MARK, 4},
    {PRIORITY, 4},
    {INGRESS_IFINDEX, 4},
    {IFINDEX, 4},
    {CB, 20},
    {TSTAMP, 8},
    {WIRE_LEN, 4},
    {GSO_SEGS, 4},
    {GSO_SIZE, 4},
    {HWTSTAMP, 8}
  };

  private static final int MAX_GSO_SEGS = 65_535;

  static void checkGiven(byte[] skb) {
    byte[] rest = Arrays.copyOf(skb, BYTES);
    for (int[] field : GIVEN) {
      Arrays.fill(rest, field[0], field[0] + field[1], (byte) 0);
    }
    for (int i = 0; i < rest.length; i++) {
      if (rest[i] != 0) {
        throw new IllegalArgumentException(
            "EINVAL: ctx_in sets byte %d of struct __sk_buff, which a test run does not take"
                .formatted(i));
      }
    }
    if (Integer.compareUnsigned((int) LittleEndian.INT.get(skb, GSO_SEGS), MAX_GSO_SEGS) > 0) {
      throw new IllegalArgumentException("EINVAL: more than 65535 segments");
    }
  }

  /** Takes what {@code ctx_in} gives; an interface of 0 means the loopback one. */
  static void given(Context context, byte[] skb) {
    if (skb.length == 0) {
      return;
    }
    byte[] target = context.bytes();
    for (int[] field : GIVEN) {
      System.arraycopy(skb, field[0], target, field[0], field[1]);
    }
    if ((int) LittleEndian.INT.get(skb, IFINDEX) == 0) {
      LittleEndian.INT.set(target, IFINDEX, 1);
    }
    if ((int) LittleEndian.INT.get(skb, WIRE_LEN) == 0) {
      LittleEndian.INT.set(target, WIRE_LEN, context.length());
    }
  }

  static void pointers(Context context) {
    byte[] skb = context.bytes();
    LittleEndian.INT.set(skb, LEN, context.length());
    LittleEndian.INT.set(skb, DATA, Cpu.PACKET_BASE + context.dataOffset());
    LittleEndian.INT.set(skb, DATA_END, Cpu.PACKET_BASE + context.buffer().length);
    LittleEndian.INT.set(skb, DATA_META, Cpu.PACKET_BASE + context.metaOffset());
  }

  /** As {@code eth_type_trans} finds it for an interface whose address is zero. */
  private static int packetType(byte[] packet) {
    boolean zero = true;
    boolean ones = true;
    for (int i = 0; i < 6 && i < packet.length; i++) {
      zero &= packet[i] == 0;
      ones &= packet[i] == (byte) 0xff;
    }
    if (zero) {
      return PACKET_HOST;
    }
    return ones ? PACKET_BROADCAST : (packet[0] & 1) != 0 ? PACKET_MULTICAST : PACKET_OTHERHOST;
  }

  /** The ethertype in network order, as {@code skb->protocol} holds it. */
  private static int protocol(byte[] packet) {
    if (packet.length < ETHERNET_HEADER) {
      return 0;
    }
    int type = (packet[12] & 0xff) << 8 | (packet[13] & 0xff);
    if (type < 0x600) {
      boolean raw = packet.length >= 16 && packet[14] == -1 && packet[15] == -1;
      type = raw ? 0x0001 : 0x0004;
    }
    return Integer.reverseBytes(type) >>> 16;
  }
}
