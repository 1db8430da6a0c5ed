package dev.skep.isa.classic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs a filter over a packet, as it is written. */
public final class ClassicMachine {

  /** What a filter may ask about a packet besides its bytes. */
  @FunctionalInterface
  public interface Extensions {
    /**
     * A value, or null if there is none: the filter then returns what the accumulator holds, as
     * Linux does for the device of a packet that has none.
     *
     * <p>Netlink attributes and {@code A ^= X} are not asked for: the packet and the registers say
     * them.
     *
     * @param offset {@code SKF_AD_*}
     */
    @Nullable Integer value(int offset, int a, int x);

    /** Knows nothing about a packet. */
    Extensions NONE = (_, _, _) -> null;
  }

  private ClassicMachine() {}

  /**
   * What a filter returns: how many bytes of the packet to keep, as an unsigned number.
   *
   * @param program one that {@link ClassicCheck} has nothing against
   */
  public static int run(
      List<ClassicInstruction> program, ClassicPacket packet, Extensions extensions) {
    int a = 0;
    int x = 0;
    int[] m = new int[Classic.WORDS];
    for (int pc = 0; pc < program.size(); pc++) {
      ClassicInstruction i = program.get(pc);
      int operand = i.usesX() ? x : i.k();
      switch (i.instructionClass()) {
        case Classic.LD -> {
          switch (i.code() & 0xe0) {
            case Classic.IMM -> a = i.k();
            case Classic.MEM -> a = m[i.k()];
            case Classic.LEN -> a = packet.length();
            default -> {
              Classic.Ancillary extension = Classic.ancillary(i);
              if (extension != null) {
                Integer value = extension(extension, packet, extensions, a, x);
                if (value == null) {
                  return a;
                }
                a = value;
                continue;
              }
              boolean indirect = (i.code() & 0xe0) == Classic.IND;
              int size = size(i.code());
              int at = packet.at(indirect ? i.k() + x : i.k(), size);
              if (at < 0) {
                return 0;
              }
              a = bigEndian(packet.bytes(), at, size);
            }
          }
        }
        case Classic.LDX -> {
          switch (i.code() & 0xe0) {
            case Classic.IMM -> x = i.k();
            case Classic.MEM -> x = m[i.k()];
            case Classic.LEN -> x = packet.length();
            default -> {
              int at = packet.at(i.k(), 1);
              if (at < 0) {
                return 0;
              }
              x = (packet.bytes()[at] & 0xf) << 2;
            }
          }
        }
        case Classic.ST -> m[i.k()] = a;
        case Classic.STX -> m[i.k()] = x;
        case Classic.ALU -> {
          boolean divides = i.operation() == 0x30 || i.operation() == 0x90;
          if (divides && operand == 0) {
            return 0;
          }
          a = arithmetic(i.operation(), a, operand);
        }
        case Classic.JMP -> {
          if (i.operation() == 0) {
            pc += i.k();
          } else {
            pc += holds(i.operation(), a, operand) ? i.jt() : i.jf();
          }
        }
        case Classic.RET -> {
          return i.code() == Classic.RET_A ? a : i.k();
        }
        default -> {
          if (i.code() == Classic.TAX) {
            x = a;
          } else {
            a = x;
          }
        }
      }
    }
    throw new IllegalArgumentException("the filter does not end in a ret");
  }

  private static @Nullable Integer extension(
      Classic.Ancillary extension, ClassicPacket packet, Extensions extensions, int a, int x) {
    return switch (extension) {
      case ALU_XOR_X -> a ^ x;
      case NLATTR -> NetlinkAttributes.find(packet, a, x);
      case NLATTR_NEST -> NetlinkAttributes.findNested(packet, a, x);
      case PROTOCOL,
          PKTTYPE,
          IFINDEX,
          MARK,
          QUEUE,
          HATYPE,
          RXHASH,
          CPU,
          VLAN_TAG,
          VLAN_TAG_PRESENT,
          PAY_OFFSET,
          RANDOM,
          VLAN_TPID ->
          extensions.value(extension.offset, a, x);
    };
  }

  private static int size(int code) {
    return switch (code & 0x18) {
      case Classic.W -> 4;
      case Classic.H -> 2;
      default -> 1;
    };
  }

  private static int arithmetic(int operation, int a, int operand) {
    return switch (operation) {
      case 0x00 -> a + operand;
      case 0x10 -> a - operand;
      case 0x20 -> a * operand;
      case 0x30 -> Integer.divideUnsigned(a, operand);
      case 0x40 -> a | operand;
      case 0x50 -> a & operand;
      case 0x60 -> a << operand;
      case 0x70 -> a >>> operand;
      case 0x80 -> -a;
      case 0x90 -> Integer.remainderUnsigned(a, operand);
      default -> a ^ operand;
    };
  }

  private static boolean holds(int operation, int a, int operand) {
    return switch (operation) {
      case 0x10 -> a == operand;
      case 0x20 -> Integer.compareUnsigned(a, operand) > 0;
      case 0x30 -> Integer.compareUnsigned(a, operand) >= 0;
      default -> (a & operand) != 0;
    };
  }

  private static int bigEndian(byte[] packet, int at, int size) {
    int value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | (packet[at + i] & 0xff);
    }
    return value;
  }
}
