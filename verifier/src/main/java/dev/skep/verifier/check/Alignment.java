package dev.skep.verifier.check;

import dev.skep.verifier.domain.Tnum;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;

/** Whether an access lies on a multiple of its size ({@code check_ptr_alignment}). */
final class Alignment {

  /**
   * Where strict alignment counts, a packet starts two bytes off, so that the IP header is aligned.
   */
  private static final int NET_IP_ALIGN = 2;

  private static final int F_STRICT_ALIGNMENT = 1;

  private final Environment env;

  Alignment(Environment env) {
    this.env = env;
  }

  /** Refuses what is not aligned, where the kind of memory or the program's flags want it. */
  void check(Reg pointer, int offset, int size) {
    boolean strict =
        pointer.type() == RegType.PTR_TO_STACK || (env.program.flags() & F_STRICT_ALIGNMENT) != 0;
    check(pointer, offset, size, strict);
  }

  /** Refuses what is not aligned, where that is asked for. */
  void check(Reg pointer, int offset, int size, boolean strict) {
    if (!strict || size == 1) {
      return;
    }
    boolean packet = pointer.type().isPacket();
    int before = packet ? NET_IP_ALIGN : 0;
    Tnum place = pointer.varOff().add(Tnum.constant((long) before + pointer.off() + offset));
    if (!place.isAligned(size)) {
      String what =
          switch (pointer.type()) {
            case PTR_TO_STACK -> "stack ";
            case PTR_TO_CTX -> "context ";
            case PTR_TO_MAP_VALUE -> pointer.mayBeNull() ? "" : "value ";
            case PTR_TO_MAP_KEY -> "key ";
            case PTR_TO_PACKET, PTR_TO_PACKET_META -> "packet ";
            case PTR_TO_FLOW_KEYS -> "flow keys ";
            case PTR_TO_SOCKET -> "sock ";
            case PTR_TO_SOCK_COMMON -> "sock_common ";
            case PTR_TO_TCP_SOCK -> "tcp_sock ";
            case PTR_TO_XDP_SOCK -> "xdp_sock ";
            default -> "";
          };
      throw env.deny(
          "misaligned "
              + what
              + "access off "
              + (packet ? before + "+" : "")
              + pointer.varOff()
              + "+"
              + pointer.off()
              + "+"
              + offset
              + " size "
              + size);
    }
  }
}
