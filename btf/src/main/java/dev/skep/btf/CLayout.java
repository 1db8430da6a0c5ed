package dev.skep.btf;

import dev.skep.btf.BtfType.Member;

/**
 * Follows where a C compiler puts a struct's members, and fills with unnamed bit fields what lies
 * between that and where BTF says they are.
 */
final class CLayout {

  private final Btf btf;
  private final BtfType.Struct struct;
  private final boolean packed;
  private final int alignment;
  private long position;

  CLayout(Btf btf, BtfType.Struct struct) {
    this.btf = btf;
    this.struct = struct;
    int align = 1;
    boolean misplaced = false;
    for (Member member : struct.members()) {
      int own = Math.max(1, btf.alignOf(member.type()));
      if (member.bitSize() == 0) {
        misplaced |= Integer.toUnsignedLong(member.bitOffset()) % (8L * own) != 0;
      } else {
        long size = Math.max(1, btf.sizeOf(member.type())) * 8;
        long start = Integer.toUnsignedLong(member.bitOffset());
        misplaced |= start / size != (start + member.bitSize() - 1) / size;
      }
      align = Math.max(align, own);
    }
    this.packed = misplaced || align > 1 && Integer.toUnsignedLong(struct.size()) % align != 0;
    this.alignment = packed ? 1 : align;
  }

  boolean packed() {
    return packed;
  }

  void padTo(Member member, StringBuilder text, int indent) {
    if (struct.union()) {
      return;
    }
    long wanted = Integer.toUnsignedLong(member.bitOffset());
    long size = Math.max(0, btf.sizeOf(member.type())) * 8;
    if (natural(member, size) != wanted && wanted > position) {
      pad(wanted, text, indent);
    }
    position = wanted + (member.bitSize() != 0 ? member.bitSize() : size);
  }

  /** Where the compiler would put the member next. */
  private long natural(Member member, long size) {
    if (member.bitSize() != 0) {
      boolean crosses =
          !packed && size > 0 && position / size != (position + member.bitSize() - 1) / size;
      return crosses ? up(position, size) : position;
    }
    return up(position, packed ? 8 : 8L * Math.max(1, btf.alignOf(member.type())));
  }

  private static long up(long position, long unit) {
    return (position + unit - 1) / unit * unit;
  }

  void padEnd(StringBuilder text, int indent) {
    long end = Integer.toUnsignedLong(struct.size()) * 8;
    if (struct.union()) {
      position = 0;
      for (Member member : struct.members()) {
        long size = Math.max(0, btf.sizeOf(member.type())) * 8;
        position = Math.max(position, member.bitSize() != 0 ? member.bitSize() : size);
      }
      if (up(position, 8L * alignment) < end) {
        text.repeat("\t", indent).append("char __padding[").append(end / 8).append("];\n");
      }
    } else if (up(position, 8L * alignment) < end && end - position < 1L << 32) {
      pad(end, text, indent);
    }
  }

  /** Unnamed bit fields do not change the struct's alignment. */
  private void pad(long to, StringBuilder text, int indent) {
    if (to - position > 64 * 64 && position % 8 == 0) {
      text.repeat("\t", indent)
          .append("char __padding_at_")
          .append(position / 8)
          .append('[')
          .append((to - position) / 8)
          .append("];\n");
      position += (to - position) / 8 * 8;
    }
    while (position < to) {
      int unit = 64;
      while (unit > 8 && (position % unit != 0 || to - position < unit)) {
        unit /= 2;
      }
      long bits = Math.min(unit - position % unit, to - position);
      String type =
          switch (unit) {
            case 64 -> "long";
            case 32 -> "int";
            case 16 -> "short";
            default -> "char";
          };
      text.repeat("\t", indent).append(type).append(" : ").append(bits).append(";\n");
      position += bits;
    }
  }
}
