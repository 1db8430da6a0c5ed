package dev.skep.runtime.packet;

import dev.skep.catalog.ProgramType;
import java.util.HexFormat;

/** Packets that test runs use when nobody gives one. */
public final class SamplePackets {

  /** Ethernet, IPv4 192.0.2.1 → 198.51.100.2, TCP 40000 → 443 with SYN; 60 bytes with padding. */
  private static final String TCP_SYN =
      "020000000002"
          + "020000000001"
          + "0800"
          + "4500"
          + "0028"
          + "1c46"
          + "4000"
          + "4006"
          + "cc26"
          + "c0000201"
          + "c6336402"
          + "9c40"
          + "01bb"
          + "00000001"
          + "00000000"
          + "5002"
          + "ffff"
          + "0000"
          + "0000"
          + "000000000000";

  private SamplePackets() {}

  /** A TCP connection attempt. */
  public static byte[] tcpSyn() {
    return HexFormat.of().parseHex(TCP_SYN);
  }

  /** Whether {@code BPF_PROG_TEST_RUN} gives programs of a type a packet. */
  public static boolean takesPacket(ProgramType type) {
    return switch (type) {
      case XDP, SCHED_CLS, SCHED_ACT, SOCKET_FILTER, CGROUP_SKB, LWT_IN, LWT_OUT, LWT_XMIT -> true;
      default -> false;
    };
  }
}
