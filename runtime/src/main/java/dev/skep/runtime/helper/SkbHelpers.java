package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Access;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.SkBuff;
import dev.skep.runtime.memory.LittleEndian;
import dev.skep.runtime.memory.Region;
import java.util.Arrays;

/** Helpers that change the shape of a socket buffer's packet: VLAN tags, protocol, room, length. */
final class SkbHelpers {

  private static final int ETH_P_IP = 0x0800;
  private static final int ETH_P_IPV6 = 0x86dd;
  private static final int ETH_P_8021Q = 0x8100;
  private static final int ETH_P_8021AD = 0x88a8;
  private static final int VLAN_HEADER = 4;
  private static final int PACKET_OTHERHOST = 3;

  /** {@code SKB_MAX_ALLOC}: the longest packet of one piece. */
  private static final int MAX_LENGTH = 16_064;

  // Flags of bpf_skb_adjust_room.
  private static final long FIXED_GSO = 1;
  private static final long ENCAP_IPV4 = 1 << 1;
  private static final long ENCAP_IPV6 = 1 << 2;
  private static final long ENCAP_GRE = 1 << 3;
  private static final long ENCAP_UDP = 1 << 4;
  private static final long NO_CSUM_RESET = 1 << 5;
  private static final long ENCAP_ETH = 1 << 6;
  private static final long DECAP_IPV4 = 1 << 7;
  private static final long DECAP_IPV6 = 1 << 8;
  private static final long ROOM_FLAGS = 0x1ff | 0xffL << 56;
  private static final int EALREADY = 114;

  private SkbHelpers() {}

  static void register() {
    Helpers.add("bpf_skb_vlan_push", SkbHelpers::vlanPush);
    Helpers.add("bpf_skb_vlan_pop", (cpu, ctx, b, c, d, e) -> vlanPop(cpu.context()));
    Helpers.add("bpf_skb_change_proto", SkbHelpers::changeProto);
    Helpers.add("bpf_skb_change_type", SkbHelpers::changeType);
    Helpers.add("bpf_skb_change_tail", SkbHelpers::changeTail);
    Helpers.add("bpf_csum_update", (cpu, ctx, b, c, d, e) -> Errno.ENOTSUPP.negated());
    Helpers.add(
        "bpf_set_hash_invalid", (cpu, ctx, b, c, d, e) -> set(cpu.context(), SkBuff.HASH, 0));
    Helpers.add("bpf_skb_change_head", SkbHelpers::changeHead);
    Helpers.add(
        "bpf_set_hash", (cpu, ctx, hash, c, d, e) -> set(cpu.context(), SkBuff.HASH, (int) hash));
    Helpers.add("bpf_skb_adjust_room", SkbHelpers::adjustRoom);
    Helpers.add("bpf_skb_load_bytes_relative", SkbHelpers::loadRelative);
    Helpers.add("bpf_skb_ecn_set_ce", (cpu, ctx, b, c, d, e) -> ecnSetCe(cpu.context()));
    Helpers.add("bpf_csum_level", SkbHelpers::csumLevel);
    Helpers.add("bpf_skb_set_tstamp", SkbHelpers::setTimestamp);
  }

  private static long set(Context skb, int field, int value) {
    LittleEndian.INT.set(skb.bytes(), field, value);
    return 0;
  }

  private static int get(Context skb, int field) {
    return (int) LittleEndian.INT.get(skb.bytes(), field);
  }

  /** A 16-bit number in network order, as {@code skb->protocol} and {@code vlan_proto} hold it. */
  private static int swap(int value) {
    return Integer.reverseBytes(value) >>> 16;
  }

  private static int protocol(Context skb) {
    return swap(get(skb, SkBuff.PROTOCOL));
  }

  private static boolean isVlan(int protocol) {
    return protocol == ETH_P_8021Q || protocol == ETH_P_8021AD;
  }

  /** Where the network header starts, counted from the packet's start. */
  private static int networkOffset(Context skb) {
    return skb.macLength();
  }

  private static long vlanPush(Cpu cpu, long ctx, long proto, long tci, long d, long e) {
    Context skb = cpu.context();
    int wanted = swap((int) proto & 0xffff);
    if (!isVlan(wanted)) {
      wanted = ETH_P_8021Q;
    }
    if (get(skb, SkBuff.VLAN_PRESENT) != 0) {
      // The tag that the buffer carries beside the packet moves into the packet.
      int outer = get(skb, SkBuff.VLAN_PROTO);
      if (skb.length() < 2 * 6) {
        return Errno.ENOMEM.negated();
      }
      insert(cpu, 12, VLAN_HEADER);
      byte[] packet = skb.buffer();
      int at = skb.dataOffset() + 12;
      LittleEndian.SHORT.set(packet, at, (short) outer);
      LittleEndian.SHORT.set(packet, at + 2, (short) swap(get(skb, SkBuff.VLAN_TCI)));
      set(skb, SkBuff.PROTOCOL, outer);
      skb.macLength(skb.macLength() + VLAN_HEADER);
    }
    tag(skb, wanted, (int) tci & 0xffff);
    return 0;
  }

  private static void tag(Context skb, int protocol, int tci) {
    set(skb, SkBuff.VLAN_PRESENT, 1);
    set(skb, SkBuff.VLAN_TCI, tci);
    set(skb, SkBuff.VLAN_PROTO, swap(protocol));
  }

  private static long vlanPop(Context skb) {
    if (get(skb, SkBuff.VLAN_PRESENT) != 0) {
      set(skb, SkBuff.VLAN_PRESENT, 0);
      set(skb, SkBuff.VLAN_TCI, 0);
      set(skb, SkBuff.VLAN_PROTO, 0);
    } else {
      if (!isVlan(protocol(skb))) {
        return 0;
      }
      if (pull(skb) < 0) {
        return Errno.ENOMEM.negated();
      }
    }
    int next = protocol(skb);
    if (!isVlan(next)) {
      return 0;
    }
    long tci = pull(skb);
    if (tci < 0) {
      return Errno.ENOMEM.negated();
    }
    tag(skb, next, (int) tci);
    return 0;
  }

  /** Takes the tag out of the packet and gives it; a negative error if there is no room for one. */
  private static long pull(Context skb) {
    if (skb.length() < 18) {
      return Errno.ENOMEM.negated();
    }
    byte[] packet = skb.buffer();
    int at = skb.dataOffset();
    int tci = swap((short) LittleEndian.SHORT.get(packet, at + 14) & 0xffff);
    int inner = (short) LittleEndian.SHORT.get(packet, at + 16) & 0xffff;
    System.arraycopy(packet, at, packet, at + VLAN_HEADER, 12);
    skb.move(at + VLAN_HEADER, at + VLAN_HEADER);
    set(skb, SkBuff.PROTOCOL, inner);
    return tci;
  }

  /** Makes room in the packet, filled with zeros. */
  private static void insert(Cpu cpu, int offset, int size) {
    Context skb = cpu.context();
    byte[] buffer = skb.buffer();
    int data = skb.dataOffset();
    if (data < size) {
      // The headroom is used up: a larger buffer, as the kernel would reallocate.
      int more = size + 64;
      byte[] larger = new byte[buffer.length + more];
      System.arraycopy(buffer, 0, larger, more, buffer.length);
      skb.replace(larger, data + more, data + more);
      cpu.packetChanged();
      buffer = larger;
      data += more;
    }
    System.arraycopy(buffer, data, buffer, data - size, offset);
    Arrays.fill(buffer, data - size + offset, data + offset, (byte) 0);
    skb.move(data - size, data - size);
  }

  /** Takes bytes out of the packet. */
  private static void cut(Context skb, int offset, int size) {
    byte[] buffer = skb.buffer();
    int data = skb.dataOffset();
    System.arraycopy(buffer, data, buffer, data + size, offset);
    skb.move(data + size, data + size);
  }

  private static long changeProto(Cpu cpu, long ctx, long proto, long flags, long d, long e) {
    Context skb = cpu.context();
    if (flags != 0) {
      return Errno.EINVAL.negated();
    }
    int from = protocol(skb);
    int to = swap((int) proto & 0xffff);
    if (from == ETH_P_IP && to == ETH_P_IPV6) {
      insert(cpu, networkOffset(skb), 20);
    } else if (from == ETH_P_IPV6 && to == ETH_P_IP) {
      if (skb.length() < networkOffset(skb) + 20) {
        return Errno.ENOMEM.negated();
      }
      cut(skb, networkOffset(skb), 20);
    } else {
      return Errno.ENOTSUPP.negated();
    }
    set(skb, SkBuff.PROTOCOL, swap(to));
    return set(skb, SkBuff.HASH, 0);
  }

  private static long changeType(Cpu cpu, long ctx, long type, long c, long d, long e) {
    Context skb = cpu.context();
    if (Integer.compareUnsigned((int) type, PACKET_OTHERHOST) > 0
        || get(skb, SkBuff.PKT_TYPE) > PACKET_OTHERHOST) {
      return Errno.EINVAL.negated();
    }
    return set(skb, SkBuff.PKT_TYPE, (int) type);
  }

  private static long changeTail(Cpu cpu, long ctx, long length, long flags, long d, long e) {
    Context skb = cpu.context();
    int wanted = (int) length;
    if (flags != 0
        || Integer.compareUnsigned(wanted, MAX_LENGTH) > 0
        || wanted < Math.max(networkOffset(skb), 0)) {
      return Errno.EINVAL.negated();
    }
    skb.replace(
        Arrays.copyOf(skb.buffer(), skb.dataOffset() + wanted), skb.dataOffset(), skb.metaOffset());
    cpu.packetChanged();
    return 0;
  }

  private static long changeHead(Cpu cpu, long ctx, long room, long flags, long d, long e) {
    Context skb = cpu.context();
    int more = (int) room;
    if (flags != 0 || more < 0 || (long) skb.length() + more > MAX_LENGTH) {
      return Errno.EINVAL.negated();
    }
    insert(cpu, 0, more);
    skb.macLength(skb.macLength() + more);
    return 0;
  }

  private static long adjustRoom(Cpu cpu, long ctx, long change, long mode, long flags, long e) {
    Context skb = cpu.context();
    int delta = (int) change;
    int size = Math.abs(delta);
    boolean shrinks = delta < 0;
    int protocol = protocol(skb);
    if ((flags & ~ROOM_FLAGS) != 0) {
      return Errno.EINVAL.negated();
    }
    if (Integer.compareUnsigned(size, 0xfff) > 0) {
      return Errno.EFAULT.negated();
    }
    if (protocol != ETH_P_IP && protocol != ETH_P_IPV6) {
      return Errno.ENOTSUPP.negated();
    }
    int header = protocol == ETH_P_IP ? 20 : 40;
    int least = header;
    int offset = networkOffset(skb);
    switch ((int) mode) {
      case 0 -> offset += header;
      case 1 -> {}
      default -> {
        return Errno.ENOTSUPP.negated();
      }
    }
    long decapsulated = flags & (DECAP_IPV4 | DECAP_IPV6);
    if (decapsulated != 0) {
      if (!shrinks || decapsulated == (DECAP_IPV4 | DECAP_IPV6)) {
        return Errno.EINVAL.negated();
      }
      least = decapsulated == DECAP_IPV4 ? 20 : 40;
    }
    int now = skb.length() - networkOffset(skb);
    if (shrinks ? size >= now || now - size < least : skb.length() + size > MAX_LENGTH) {
      return Errno.ENOTSUPP.negated();
    }
    long error = shrinks ? shrink(skb, offset, size, flags) : grow(cpu, offset, size, flags);
    if (error == 0 && (flags & NO_CSUM_RESET) == 0) {
      skb.effects().checksumLevel(-1);
    }
    return error;
  }

  private static long shrink(Context skb, int offset, int size, long flags) {
    if ((flags & ~(FIXED_GSO | DECAP_IPV4 | DECAP_IPV6 | NO_CSUM_RESET)) != 0) {
      return Errno.EINVAL.negated();
    }
    if (skb.length() < offset + size) {
      return Errno.ENOMEM.negated();
    }
    cut(skb, offset, size);
    if ((flags & (DECAP_IPV4 | DECAP_IPV6)) != 0) {
      set(skb, SkBuff.PROTOCOL, swap((flags & DECAP_IPV4) != 0 ? ETH_P_IP : ETH_P_IPV6));
    }
    return 0;
  }

  private static long grow(Cpu cpu, int offset, int size, long flags) {
    Context skb = cpu.context();
    int innerMac = (int) (flags >>> 56);
    boolean encapsulates = (flags & (ENCAP_IPV4 | ENCAP_IPV6)) != 0;
    if (encapsulates) {
      if ((flags & ENCAP_IPV4) != 0 && (flags & ENCAP_IPV6) != 0
          || (flags & ENCAP_GRE) != 0 && (flags & ENCAP_UDP) != 0
          || (flags & ENCAP_ETH) != 0 && innerMac < 14) {
        return Errno.EINVAL.negated();
      }
      if (skb.encapsulated()) {
        return -EALREADY;
      }
      if (innerMac > size) {
        return Errno.EINVAL.negated();
      }
    }
    insert(cpu, offset, size);
    if (encapsulates) {
      skb.encapsulated(true);
      set(skb, SkBuff.PROTOCOL, swap((flags & ENCAP_IPV6) != 0 ? ETH_P_IPV6 : ETH_P_IP));
    }
    return 0;
  }

  private static long loadRelative(Cpu cpu, long ctx, long offset, long to, long size, long start) {
    Context skb = cpu.context();
    int length = MapHelpers.size(size & 0xffff_ffffL);
    Region target = Access.checkWrite(cpu, to, length);
    int at = (int) to - target.base();
    long from = offset & 0xffff_ffffL;
    int mac = skb.dataOffset() - (skb.linkLayer() ? 0 : SkBuff.ETHERNET_HEADER);
    int base =
        switch ((int) start) {
          case 0 -> mac;
          case 1 -> mac + skb.macLength();
          default -> -1;
        };
    if (from > 0xffff || base < 0 || base + from + length > skb.buffer().length) {
      Arrays.fill(target.bytes(), at, at + length, (byte) 0);
      return Errno.EFAULT.negated();
    }
    System.arraycopy(skb.buffer(), base + (int) from, target.bytes(), at, length);
    return 0;
  }

  /** Marks an IP packet that allows it as having met congestion: 1, or 0 if it does not. */
  private static long ecnSetCe(Context skb) {
    int protocol = protocol(skb);
    int at = skb.dataOffset() + (skb.linkLayer() ? networkOffset(skb) : 0);
    byte[] packet = skb.buffer();
    if (protocol == ETH_P_IP && packet.length - at >= 20) {
      int tos = packet[at + 1] & 3;
      if (tos == 0) {
        return 0;
      }
      if (tos != 3) {
        packet[at + 1] |= 3;
        // The checksum follows: a sum of words, one's complement.
        int check = (packet[at + 10] & 0xff) << 8 | packet[at + 11] & 0xff;
        check -= 3 - tos;
        check = check < 0 ? check - 1 & 0xffff : check;
        packet[at + 10] = (byte) (check >> 8);
        packet[at + 11] = (byte) check;
      }
      return 1;
    }
    if (protocol == ETH_P_IPV6 && packet.length - at >= 40) {
      int ecn = packet[at + 1] >> 4 & 3;
      if (ecn == 0) {
        return 0;
      }
      packet[at + 1] |= 0x30;
      return 1;
    }
    return 0;
  }

  private static long csumLevel(Cpu cpu, long ctx, long what, long c, long d, long e) {
    var effects = cpu.context().effects();
    int level = effects.checksumLevel();
    switch ((int) what) {
      case 0 -> {
        return level < 0 ? -13 : level;
      }
      case 1 -> effects.checksumLevel(level < 0 ? 0 : Math.min(level + 1, 3));
      case 2 -> effects.checksumLevel(level < 0 ? -1 : level - 1);
      case 3 -> effects.checksumLevel(-1);
      default -> {
        return Errno.EINVAL.negated();
      }
    }
    return 0;
  }

  private static long setTimestamp(Cpu cpu, long ctx, long time, long type, long d, long e) {
    Context skb = cpu.context();
    int protocol = protocol(skb);
    if (protocol != ETH_P_IP && protocol != ETH_P_IPV6) {
      return Errno.EOPNOTSUPP.negated();
    }
    switch ((int) type) {
      case 0 -> {}
      case 1, 2 -> {
        if (time == 0) {
          return Errno.EINVAL.negated();
        }
      }
      default -> {
        return Errno.EINVAL.negated();
      }
    }
    LittleEndian.LONG.set(skb.bytes(), SkBuff.TSTAMP, time);
    return 0;
  }
}
