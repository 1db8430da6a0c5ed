package dev.skep.isa.classic;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The numbers of classic BPF: {@code linux/bpf_common.h} and {@code linux/filter.h}. */
final class Classic {

  static final int LD = 0x00;
  static final int LDX = 0x01;
  static final int ST = 0x02;
  static final int STX = 0x03;
  static final int ALU = 0x04;
  static final int JMP = 0x05;
  static final int RET = 0x06;
  static final int MISC = 0x07;

  static final int W = 0x00;
  static final int H = 0x08;
  static final int B = 0x10;

  static final int IMM = 0x00;
  static final int ABS = 0x20;
  static final int IND = 0x40;
  static final int MEM = 0x60;
  static final int LEN = 0x80;
  static final int MSH = 0xa0;

  static final int RET_K = 0x06;
  static final int RET_A = 0x16;
  static final int TAX = 0x07;
  static final int TXA = 0x87;
  static final int NEG = 0x84;

  /** {@code BPF_MEMWORDS}. */
  static final int WORDS = 16;

  /** {@code BPF_MAXINSNS}. */
  static final int MAX_INSTRUCTIONS = 4096;

  /** {@code SKF_AD_OFF}: absolute loads from here on read what is known about a packet. */
  static final int ANCILLARY = -0x1000;

  /** {@code SKF_NET_OFF}: loads from here to {@code -1} count from the network header. */
  static final int NETWORK = -0x10_0000;

  /** {@code SKF_LL_OFF}: loads from here to {@link #NETWORK} count from the link header. */
  static final int LINK = -0x20_0000;

  private Classic() {}

  /** What is known about a packet besides its bytes: {@code SKF_AD_*}. */
  enum Ancillary {
    PROTOCOL(0, "proto"),
    PKTTYPE(4, "type"),
    IFINDEX(8, "ifidx"),
    NLATTR(12, "nla"),
    NLATTR_NEST(16, "nlan"),
    MARK(20, "mark"),
    QUEUE(24, "queue"),
    HATYPE(28, "hatype"),
    RXHASH(32, "rxhash"),
    CPU(36, "cpu"),
    ALU_XOR_X(40, "xor_x"),
    VLAN_TAG(44, "vlan_tci"),
    VLAN_TAG_PRESENT(48, "vlan_avail"),
    PAY_OFFSET(52, "poff"),
    RANDOM(56, "rand"),
    VLAN_TPID(60, "vlan_tpid");

    final int offset;
    final String assemblyName;

    Ancillary(int offset, String assemblyName) {
      this.offset = offset;
      this.assemblyName = assemblyName;
    }

    static @Nullable Ancillary of(int k) {
      for (Ancillary a : values()) {
        if (ANCILLARY + a.offset == k) {
          return a;
        }
      }
      return null;
    }

    static @Nullable Ancillary named(String name) {
      String wanted = name.toLowerCase(Locale.ROOT);
      for (Ancillary a : values()) {
        if (a.assemblyName.equals(wanted)) {
          return a;
        }
      }
      return switch (wanted) {
        // libpcap's listings and older texts have other names.
        case "poffset" -> PAY_OFFSET;
        case "vlanp", "vlan_pr" -> VLAN_TAG_PRESENT;
        case "vlant" -> VLAN_TAG;
        case "ifindex" -> IFINDEX;
        default -> null;
      };
    }
  }

  /** Whether an instruction loads from an absolute place of the packet. */
  static boolean isAbsolute(ClassicInstruction i) {
    return i.instructionClass() == LD && (i.code() & 0xe0) == ABS;
  }

  /** What an absolute load reads that is no byte of the packet, or null. */
  static @Nullable Ancillary ancillary(ClassicInstruction i) {
    return isAbsolute(i) ? Ancillary.of(i.k()) : null;
  }
}
