package dev.skep.btf;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The one pass over all encoded types: where each starts, and that it refers to nothing outside.
 *
 * <pre>
 * struct btf_type { u32 name_off; u32 info; u32 size_or_type; }   info: kflag 31, kind 28..24, vlen 15..0
 * </pre>
 */
final class TypeScan {

  static final int HEADER = 12;
  static final int DECL_TAG = BtfKind.DECL_TAG.ordinal();

  private static final BtfKind[] KINDS = BtfKind.values();

  private TypeScan() {}

  static int kind(ByteBuffer in, int at) {
    return in.getInt(at + 4) >>> 24 & 0x1f;
  }

  static BtfKind kindAt(ByteBuffer in, int at) {
    return KINDS[kind(in, at)];
  }

  static int vlen(ByteBuffer in, int at) {
    return in.getInt(at + 4) & 0xffff;
  }

  static boolean kindFlag(ByteBuffer in, int at) {
    return in.getInt(at + 4) < 0;
  }

  /** Bytes that follow the common header. */
  private static int extra(BtfKind kind, int vlen) {
    return switch (kind) {
      case INT, VAR, DECL_TAG -> 4;
      case ARRAY -> 12;
      case STRUCT, UNION, DATASEC, ENUM64 -> 12 * vlen;
      case ENUM, FUNC_PROTO -> 8 * vlen;
      case VOID, PTR, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FLOAT, TYPE_TAG -> 0;
    };
  }

  /** The start of each type; checks kinds and lengths. */
  static int[] offsets(ByteBuffer in, int start, int length) {
    int end = start + length;
    int[] offsets = new int[Math.max(16, length / 24)];
    int count = 0;
    int at = start;
    while (at < end) {
      if (end - at < HEADER) {
        throw new BtfFormatException(
            "the type section ends inside type %d at byte %d".formatted(count + 1, at));
      }
      int kind = kind(in, at);
      if (kind == 0 || kind >= KINDS.length) {
        throw new BtfFormatException(
            "type %d at byte %d has kind %d, which is unknown".formatted(count + 1, at, kind));
      }
      int size = HEADER + extra(KINDS[kind], vlen(in, at));
      if (size > end - at) {
        throw new BtfFormatException(
            "type %d (%s) at byte %d takes %d bytes and reaches past the type section"
                .formatted(count + 1, KINDS[kind].kernelName(), at, size));
      }
      if (count == offsets.length) {
        offsets = Arrays.copyOf(offsets, count * 2);
      }
      offsets[count++] = at;
      at += size;
    }
    return Arrays.copyOf(offsets, count);
  }

  /** Checks every reference to a type and to a string, and each kind's own rules. */
  static void checkReferences(
      ByteBuffer in, int[] offsets, int firstId, int typeCount, int stringEnd) {
    for (int i = 0; i < offsets.length; i++) {
      int at = offsets[i];
      var checker = new Checker(in, firstId + i, typeCount, stringEnd);
      checker.string(at);
      int vlen = vlen(in, at);
      switch (kindAt(in, at)) {
        case INT -> checker.integer(at);
        case PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> checker.reference(at + 8);
        case FUNC -> {
          checker.reference(at + 8);
          checker.linkage(vlen);
        }
        case VAR -> {
          checker.reference(at + 8);
          checker.linkage(in.getInt(at + HEADER));
        }
        case DECL_TAG -> {
          checker.reference(at + 8);
          if (in.getInt(at + HEADER) < -1) {
            throw checker.problem("component index " + in.getInt(at + HEADER));
          }
        }
        case ARRAY -> {
          checker.reference(at + HEADER);
          checker.reference(at + HEADER + 4);
        }
        case STRUCT, UNION -> checker.each(at, vlen, 12, 0, 4);
        case ENUM -> checker.each(at, vlen, 8, 0, -1);
        case ENUM64 -> checker.each(at, vlen, 12, 0, -1);
        case FUNC_PROTO -> {
          checker.reference(at + 8);
          checker.each(at, vlen, 8, 0, 4);
        }
        case DATASEC -> checker.each(at, vlen, 12, -1, 0);
        case VOID, FWD, FLOAT -> {}
      }
    }
  }

  private record Checker(ByteBuffer in, int id, int typeCount, int stringEnd) {

    void each(int at, int count, int step, int stringAt, int referenceAt) {
      for (int i = 0, item = at + HEADER; i < count; i++, item += step) {
        if (stringAt >= 0) {
          string(item + stringAt);
        }
        if (referenceAt >= 0) {
          reference(item + referenceAt);
        }
      }
    }

    void string(int at) {
      int offset = in.getInt(at);
      if (offset < 0 || offset >= stringEnd && offset != 0) {
        throw problem(
            "a name at offset %d, but the strings end at %d"
                .formatted(Integer.toUnsignedLong(offset), stringEnd));
      }
    }

    void reference(int at) {
      int target = in.getInt(at);
      if (target < 0 || target >= typeCount) {
        throw problem(
            "it refers to type %d, but the highest id is %d"
                .formatted(Integer.toUnsignedLong(target), typeCount - 1));
      }
    }

    void linkage(int linkage) {
      if (linkage < 0 || linkage >= BtfType.Linkage.values().length) {
        throw problem("linkage " + linkage + " is unknown");
      }
    }

    void integer(int at) {
      int size = in.getInt(at + 8);
      if (size != 1 && size != 2 && size != 4 && size != 8 && size != 16) {
        throw problem("an integer of " + Integer.toUnsignedLong(size) + " bytes");
      }
      int data = in.getInt(at + HEADER);
      int bits = data & 0xff;
      int offset = data >>> 16 & 0xff;
      if (bits + offset > size * 8) {
        throw problem(
            "an integer of %d bytes with %d bits from bit %d".formatted(size, bits, offset));
      }
    }

    BtfFormatException problem(String what) {
      return new BtfFormatException("type " + id + ": " + what);
    }
  }
}
