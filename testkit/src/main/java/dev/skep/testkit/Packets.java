package dev.skep.testkit;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** jqwik generators of packets. Needs jqwik on the test's class path. */
public final class Packets {

  private static final int ETHERNET = 14;

  private Packets() {}

  /** Any bytes that a network interface could deliver: 14 to {@code longest} of them. */
  public static Arbitrary<byte[]> any(int longest) {
    return Arbitraries.bytes().array(byte[].class).ofMinSize(ETHERNET).ofMaxSize(longest);
  }

  /** Mostly well-formed UDP and TCP over IPv4, some cut short, some with a changed byte. */
  public static Arbitrary<byte[]> mixed() {
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(4, ipv4(17)),
        net.jqwik.api.Tuple.of(4, ipv4(6)),
        net.jqwik.api.Tuple.of(2, cut(ipv4(6))),
        net.jqwik.api.Tuple.of(2, changed(ipv4(17))),
        net.jqwik.api.Tuple.of(1, any(128)));
  }

  /** IPv4 with a right header checksum and a UDP (17) or TCP (6) header. */
  public static Arbitrary<byte[]> ipv4(int protocol) {
    Arbitrary<Integer> address = Arbitraries.integers();
    Arbitrary<Integer> port = Arbitraries.integers().between(0, 65_535);
    Arbitrary<byte[]> payload = Arbitraries.bytes().array(byte[].class).ofMinSize(0).ofMaxSize(64);
    return Combinators.combine(address, address, port, port, payload)
        .as((from, to, source, target, data) -> ipv4(protocol, from, to, source, target, data));
  }

  /** One IPv4 packet. */
  public static byte[] ipv4(
      int protocol, int from, int to, int source, int target, byte[] payload) {
    int transport = protocol == 6 ? 20 : 8;
    byte[] packet = new byte[ETHERNET + 20 + transport + payload.length];
    packet[0] = 2;
    packet[6] = 2;
    packet[11] = 1;
    packet[12] = 8;
    int ip = ETHERNET;
    packet[ip] = 0x45;
    put(packet, ip + 2, packet.length - ETHERNET, 2);
    packet[ip + 8] = 64;
    packet[ip + 9] = (byte) protocol;
    put(packet, ip + 12, from, 4);
    put(packet, ip + 16, to, 4);
    put(packet, ip + 10, checksum(packet, ip, 20), 2);
    int l4 = ip + 20;
    put(packet, l4, source, 2);
    put(packet, l4 + 2, target, 2);
    if (protocol == 6) {
      packet[l4 + 12] = 0x50;
      packet[l4 + 13] = 0x02;
    } else {
      put(packet, l4 + 4, transport + payload.length, 2);
    }
    System.arraycopy(payload, 0, packet, l4 + transport, payload.length);
    return packet;
  }

  private static void put(byte[] packet, int at, int value, int size) {
    for (int i = 0; i < size; i++) {
      packet[at + i] = (byte) (value >>> 8 * (size - 1 - i));
    }
  }

  private static int checksum(byte[] packet, int at, int size) {
    int sum = 0;
    for (int i = 0; i < size; i += 2) {
      sum += (packet[at + i] & 0xff) << 8 | packet[at + i + 1] & 0xff;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return ~sum & 0xffff;
  }

  private static Arbitrary<byte[]> cut(Arbitrary<byte[]> packets) {
    return Combinators.combine(packets, Arbitraries.integers().between(ETHERNET, 60))
        .as((packet, length) -> java.util.Arrays.copyOf(packet, Math.min(length, packet.length)));
  }

  private static Arbitrary<byte[]> changed(Arbitrary<byte[]> packets) {
    return Combinators.combine(packets, Arbitraries.integers().between(12, 60), Arbitraries.bytes())
        .as(
            (packet, at, value) -> {
              packet[at % packet.length] = value;
              return packet;
            });
  }
}
