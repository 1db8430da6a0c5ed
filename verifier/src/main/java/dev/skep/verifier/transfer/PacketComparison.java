package dev.skep.verifier.transfer;

import dev.skep.isa.JumpOp;
import dev.skep.verifier.domain.BranchOutcome;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.VerifierState;

/** A packet pointer compared with the packet's end, or the metadata with the packet's start. */
final class PacketComparison {

  /** {@code MAX_PACKET_OFF}. */
  private static final int MAX_PACKET_OFFSET = 0xffff;

  PacketComparison() {}

  /** Whether an earlier comparison already decides this one. */
  BranchOutcome outcome(JumpOp op, Reg left, Reg right) {
    Reg packet;
    JumpOp asked;
    if (right.type() == RegType.PTR_TO_PACKET_END) {
      packet = left;
      asked = op;
    } else if (left.type() == RegType.PTR_TO_PACKET_END) {
      packet = right;
      asked = flip(op);
    } else {
      return BranchOutcome.UNKNOWN;
    }
    int range = packet.packetRange();
    boolean beyond = range == Detail.PacketRange.BEYOND_PKT_END;
    boolean at = range == Detail.PacketRange.AT_PKT_END;
    return switch (asked) {
      case JGT -> beyond ? BranchOutcome.ALWAYS : BranchOutcome.UNKNOWN;
      case JLE -> beyond ? BranchOutcome.NEVER : BranchOutcome.UNKNOWN;
      case JGE -> beyond || at ? BranchOutcome.ALWAYS : BranchOutcome.UNKNOWN;
      case JLT -> beyond || at ? BranchOutcome.NEVER : BranchOutcome.UNKNOWN;
      default -> BranchOutcome.UNKNOWN;
    };
  }

  private static JumpOp flip(JumpOp op) {
    return switch (op) {
      case JGT -> JumpOp.JLT;
      case JLT -> JumpOp.JGT;
      case JGE -> JumpOp.JLE;
      case JLE -> JumpOp.JGE;
      default -> op;
    };
  }

  /**
   * Learns on both edges.
   *
   * @return whether it was such a comparison
   */
  boolean learn(
      JumpOp op, int dst, int src, Reg left, Reg right, VerifierState taken, VerifierState here) {
    boolean straight = isBoundedBy(left, right);
    boolean reversed = !straight && isBoundedBy(right, left);
    if (!straight && !reversed) {
      return false;
    }
    Reg packet = straight ? left : right;
    int number = straight ? dst : src;
    JumpOp asked = straight ? op : flip(op);
    switch (asked) {
      case JGT -> {
        reachable(here, packet, false);
        markEnd(taken, number, true);
      }
      case JLT -> {
        reachable(taken, packet, true);
        markEnd(here, number, false);
      }
      case JGE -> {
        reachable(here, packet, true);
        markEnd(taken, number, false);
      }
      case JLE -> {
        reachable(taken, packet, false);
        markEnd(here, number, true);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean isBoundedBy(Reg pointer, Reg bound) {
    return pointer.type() == RegType.PTR_TO_PACKET && bound.type() == RegType.PTR_TO_PACKET_END
        || pointer.type() == RegType.PTR_TO_PACKET_META && isPacketStart(bound);
  }

  private static boolean isPacketStart(Reg reg) {
    return reg.type() == RegType.PTR_TO_PACKET
        && reg.id() == 0
        && reg.off() == 0
        && reg.range().isConst(0);
  }

  /** All copies of the pointer may now be used up to where it points. */
  private static void reachable(VerifierState state, Reg pointer, boolean open) {
    int off = pointer.off();
    if (off < 0 || off == 0 && open) {
      return;
    }
    long umax = pointer.range().umax();
    if (Long.compareUnsigned(umax, MAX_PACKET_OFFSET) > 0 || umax + off > MAX_PACKET_OFFSET) {
      return;
    }
    int range = open ? off + 1 : off;
    state.replaceAll(reg -> widen(reg, pointer, range));
  }

  private static Reg widen(Reg reg, Reg pointer, int range) {
    if (reg.type() != pointer.type()
        || reg.flags() != pointer.flags()
        || reg.id() != pointer.id()
        || reg.packetRange() >= range) {
      return reg;
    }
    return reg.withDetail(new Detail.PacketRange(range));
  }

  private static void markEnd(VerifierState state, int number, boolean open) {
    Reg reg = state.reg(number);
    if (reg.type() == RegType.PTR_TO_PACKET) {
      int mark = open ? Detail.PacketRange.BEYOND_PKT_END : Detail.PacketRange.AT_PKT_END;
      state.set(number, reg.withDetail(new Detail.PacketRange(mark)));
    }
  }
}
