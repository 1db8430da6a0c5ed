package dev.skep.runtime;

/**
 * The classic BPF packet loads {@code BPF_LD | BPF_ABS} and {@code BPF_IND} (RFC 9669, section
 * 5.6): big endian, with offsets that may count from a header.
 */
public final class LegacyPacket {

  /** Offsets from here on count from the link-layer header: {@code SKF_LL_OFF}. */
  private static final int LINK_LAYER = -0x20_0000;

  /** Offsets from here on count from the network header: {@code SKF_NET_OFF}. */
  private static final int NETWORK_LAYER = -0x10_0000;

  private static final int ETHERNET_HEADER = 14;

  private LegacyPacket() {}

  /**
   * Loads from the packet of the current run.
   *
   * @param bytes 1, 2 or 4
   * @return the value, or -1 if it is not in the packet: the program then ends with 0
   */
  public static long load(Cpu cpu, int bytes, int offset) {
    Context context = cpu.context();
    byte[] buffer = context.buffer();
    int link = context.dataOffset() - (context.linkLayer() ? 0 : ETHERNET_HEADER);
    long index;
    if (offset >= 0) {
      index = (long) context.dataOffset() + offset;
    } else if (offset >= NETWORK_LAYER) {
      index = (long) link + ETHERNET_HEADER + (offset - NETWORK_LAYER);
    } else if (offset >= LINK_LAYER) {
      index = (long) link + (offset - LINK_LAYER);
    } else {
      index = -1;
    }
    if (index < 0 || index > buffer.length - bytes) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | (buffer[(int) index + i] & 0xff);
    }
    return value;
  }
}
