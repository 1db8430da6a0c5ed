package dev.skep.isa.classic;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What Linux would know about an Ethernet frame besides its bytes, as far as the bytes say it: the
 * protocol and where the payload begins. The rest is as for a frame that has just come in on
 * interface 1, for us if it is for one host, without VLAN offload: mark, queue, hash and CPU are 0.
 *
 * <p>The payload's offset is found behind VLAN tags, IPv4 and IPv6 with its extension headers;
 * tunnels are not looked into, as Linux does.
 */
public final class EthernetFacts implements ClassicMachine.Extensions {

  private static final int ETHERNET_HEADER = 14;
  private static final int ARPHRD_ETHER = 1;

  private final ClassicPacket packet;
  private final RandomGenerator random;

  /** Facts about a frame; {@code random} is what {@code ld rand} draws from. */
  public EthernetFacts(ClassicPacket packet, RandomGenerator random) {
    this.packet = packet;
    this.random = random;
  }

  @Override
  public @Nullable Integer value(int offset, int a, int x) {
    Classic.Ancillary extension = Classic.Ancillary.of(Classic.ANCILLARY + offset);
    return switch (extension) {
      case null -> null;
      case PROTOCOL -> protocol();
      case IFINDEX -> 1;
      case HATYPE -> ARPHRD_ETHER;
      case PAY_OFFSET -> payload();
      case RANDOM -> random.nextInt();
      case PKTTYPE -> type();
      case MARK, QUEUE, RXHASH, CPU, VLAN_TAG, VLAN_TAG_PRESENT, VLAN_TPID -> 0;
      // The machine answers these itself.
      case NLATTR, NLATTR_NEST, ALU_XOR_X -> null;
    };
  }

  /** {@code PACKET_HOST}, {@code PACKET_BROADCAST} or {@code PACKET_MULTICAST}. */
  private int type() {
    boolean group = number(0, 1) >= 0 && (number(0, 1) & 1) != 0;
    boolean all = number(0, 2) == 0xffff && number(2, 4) == -1 && packet.bytes().length >= 6;
    return all ? 1 : group ? 2 : 0;
  }

  /** The EtherType; a smaller number is a length, and the frame 802.2's ({@code ETH_P_802_2}). */
  private int protocol() {
    int type = number(ETHERNET_HEADER - 2, 2);
    return type < 0 ? 0 : type < 0x600 ? 4 : type;
  }

  /** Offset of what follows the transport header, 0 if there is none that is known. */
  private int payload() {
    int at = ETHERNET_HEADER;
    int type = number(at - 2, 2);
    while (type == 0x8100 || type == 0x88a8) {
      type = number(at + 2, 2);
      at += 4;
    }
    return switch (type) {
      case 0x0800 -> ipv4(at);
      case 0x86dd -> ipv6(at);
      default -> 0;
    };
  }

  private int ipv4(int at) {
    int length = (number(at, 1) & 0xf) * 4;
    int fragment = number(at + 6, 2);
    int protocol = number(at + 9, 1);
    if (length < 20 || fragment < 0 || protocol < 0) {
      return 0;
    }
    boolean later = (fragment & 0x1fff) != 0;
    return later ? at + length : transport(at + length, protocol);
  }

  private int ipv6(int at) {
    int next = number(at + 6, 1);
    int place = at + 40;
    while (next == 0 || next == 43 || next == 60 || next == 44) {
      int length = next == 44 ? 8 : 8 * (number(place + 1, 1) + 1);
      boolean later = next == 44 && (number(place + 2, 2) & 0xfff8) != 0;
      next = number(place, 1);
      place += length;
      if (next < 0 || length <= 0) {
        return 0;
      }
      if (later) {
        return place;
      }
    }
    return next < 0 ? 0 : transport(place, next);
  }

  private int transport(int at, int protocol) {
    return switch (protocol) {
      case 6 -> {
        int offset = number(at + 12, 1);
        yield offset < 0 ? at : at + Math.max(20, (offset & 0xf0) >> 2);
      }
      // UDP, UDP-Lite, ICMP, ICMPv6, IGMP
      case 17, 136, 1, 58, 2 -> at + 8;
      // DCCP, SCTP
      case 33, 132 -> at + 12;
      default -> at;
    };
  }

  /** A number in network order, or -1 if the frame ends before it. */
  private int number(int offset, int size) {
    int at = packet.at(offset, size);
    if (at < 0) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | packet.bytes()[at + i] & 0xff;
    }
    return value;
  }
}
