package dev.skep.isa.classic;

/**
 * A packet as a filter sees it.
 *
 * @param bytes everything that there is of it
 * @param start index of the byte at the filter's offset 0: the link header for packet sockets, the
 *     transport header for UDP sockets, the payload for Unix sockets
 * @param link index of the link header, or -1 if there is none; offsets from {@code SKF_LL_OFF}
 *     count from there
 * @param network index of the network header; offsets from {@code SKF_NET_OFF} count from there
 */
@SuppressWarnings("ArrayRecordComponent") // a packet on its way through a filter, never compared
public record ClassicPacket(byte[] bytes, int start, int link, int network) {

  private static final int ETHERNET_HEADER = 14;

  public ClassicPacket {
    if (start < 0 || start > bytes.length || link < -1 || network < 0) {
      throw new IllegalArgumentException(
          "start %d, link %d, network %d of %d bytes"
              .formatted(start, link, network, bytes.length));
    }
  }

  /** Bytes without any header that is known. */
  public static ClassicPacket of(byte[] bytes) {
    return new ClassicPacket(bytes, 0, -1, 0);
  }

  /** An Ethernet frame, as a packet socket gives it to its filter. */
  public static ClassicPacket ethernet(byte[] frame) {
    return new ClassicPacket(frame, 0, 0, Math.min(ETHERNET_HEADER, frame.length));
  }

  /** What {@code ld len} gives. */
  public int length() {
    return bytes.length - start;
  }

  /** Index of the byte at a filter's offset, or -1 if {@code size} bytes are not there. */
  int at(int offset, int size) {
    long index;
    if (offset >= 0) {
      index = (long) start + offset;
    } else if (offset >= Classic.NETWORK) {
      index = (long) network + offset - Classic.NETWORK;
    } else if (offset >= Classic.LINK && link >= 0) {
      index = (long) link + offset - Classic.LINK;
    } else {
      return -1;
    }
    return index + size <= bytes.length ? (int) index : -1;
  }
}
