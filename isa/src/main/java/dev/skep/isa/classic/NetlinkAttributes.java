package dev.skep.isa.classic;

import org.jspecify.annotations.Nullable;

/**
 * Netlink attributes in a packet: {@code SKF_AD_NLATTR} and {@code SKF_AD_NLATTR_NEST}.
 *
 * <pre>
 * length with this header (2 bytes, the machine's order), flags and type (2), contents, padding to 4
 * </pre>
 */
final class NetlinkAttributes {

  private static final int HEADER = 4;

  /** Without {@code NLA_F_NESTED} and {@code NLA_F_NET_BYTEORDER}. */
  private static final int TYPE_MASK = 0x3fff;

  private NetlinkAttributes() {}

  /** Offset of the first attribute of a type from offset {@code from} on, or 0. */
  static @Nullable Integer find(ClassicPacket packet, int from, int type) {
    return outside(packet, from) ? 0 : search(packet, from, packet.length() - from, type);
  }

  /** Offset of the first attribute of a type inside the attribute at offset {@code at}, or 0. */
  static @Nullable Integer findNested(ClassicPacket packet, int at, int type) {
    if (outside(packet, at) || !fits(packet, at, packet.length() - at)) {
      return 0;
    }
    return search(packet, at + HEADER, number(packet, at) - HEADER, type);
  }

  private static boolean outside(ClassicPacket packet, int at) {
    return packet.length() < HEADER || Integer.compareUnsigned(at, packet.length() - HEADER) > 0;
  }

  private static int search(ClassicPacket packet, int from, int length, int type) {
    int at = from;
    int left = length;
    while (fits(packet, at, left)) {
      if ((number(packet, at + 2) & TYPE_MASK) == type) {
        return at;
      }
      int step = number(packet, at) + 3 & ~3;
      at += step;
      left -= step;
    }
    return 0;
  }

  private static boolean fits(ClassicPacket packet, int at, int left) {
    return left >= HEADER && number(packet, at) >= HEADER && number(packet, at) <= left;
  }

  private static int number(ClassicPacket packet, int at) {
    int index = packet.start() + at;
    return packet.bytes()[index] & 0xff | (packet.bytes()[index + 1] & 0xff) << 8;
  }
}
