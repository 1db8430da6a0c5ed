package dev.skep.btf;

import dev.skep.btf.Btf.MemberPlace;
import dev.skep.btf.BtfType.Array;
import dev.skep.btf.BtfType.DeclTag;
import dev.skep.btf.BtfType.Member;
import dev.skep.btf.BtfType.Struct;
import dev.skep.btf.BtfType.Typedef;
import dev.skep.btf.BtfType.Var;
import org.jspecify.annotations.Nullable;

/** Sizes, alignments and members: the arithmetic behind {@link Btf}'s questions. */
final class BtfLayout {

  private static final long MAX_SIZE = 0xffff_ffffL;

  /** Nested types can branch: no question looks at more members than this. */
  private static final int MAX_WORK = 1_000_000;

  private int work;

  private BtfLayout() {}

  private void countWork(int id) {
    if (++work > MAX_WORK) {
      throw new BtfFormatException(
          "type %d: more than %d members in all that it nests".formatted(id, MAX_WORK));
    }
  }

  static int alignOf(Btf btf, int id) {
    return new BtfLayout().alignOf(btf, id, 0);
  }

  static @Nullable MemberPlace findMember(Btf btf, int structId, String name) {
    return new BtfLayout().findMember(btf, structId, name, 0, 0);
  }

  static long sizeOf(Btf btf, int id) {
    long elements = 1;
    for (int depth = 0; depth <= Btf.MAX_DEPTH; depth++) {
      long size =
          switch (btf.type(btf.skipModifiers(id))) {
            case BtfType.Int t -> t.size();
            case BtfType.Ptr _ -> btf.pointerSize();
            case Struct t -> t.size();
            case BtfType.Enum t -> t.size();
            case BtfType.Enum64 t -> t.size();
            case BtfType.Float t -> t.size();
            case BtfType.Datasec t -> t.size();
            case Typedef t -> {
              id = t.type();
              yield -2;
            }
            case Var t -> {
              id = t.type();
              yield -2;
            }
            case DeclTag t -> {
              id = t.type();
              yield -2;
            }
            case Array t -> {
              id = t.elementType();
              elements *= Integer.toUnsignedLong(t.count());
              yield elements > MAX_SIZE ? -1 : -2;
            }
            case BtfType.Void _,
                BtfType.Fwd _,
                BtfType.Func _,
                BtfType.FuncProto _,
                BtfType.Volatile _,
                BtfType.Const _,
                BtfType.Restrict _,
                BtfType.TypeTag _ ->
                -1;
          };
      if (size == -1) {
        return -1;
      }
      if (size >= 0) {
        long all = Integer.toUnsignedLong((int) size) * elements;
        return all > MAX_SIZE ? -1 : all;
      }
    }
    throw BtfFormatException.tooDeep(id);
  }

  private int alignOf(Btf btf, int id, int depth) {
    if (depth > Btf.MAX_DEPTH) {
      throw BtfFormatException.tooDeep(id);
    }
    return switch (btf.resolved(id)) {
      case BtfType.Int t -> Math.min(t.size(), btf.pointerSize());
      case BtfType.Enum t -> Math.min(t.size(), btf.pointerSize());
      case BtfType.Enum64 t -> Math.min(t.size(), btf.pointerSize());
      case BtfType.Float t -> Math.min(t.size(), btf.pointerSize());
      case BtfType.Ptr _ -> btf.pointerSize();
      case Array t -> alignOf(btf, t.elementType(), depth + 1);
      case Struct t -> alignOfStruct(btf, t, depth);
      case Var t -> alignOf(btf, t.type(), depth + 1);
      case BtfType.Void _,
          BtfType.Fwd _,
          BtfType.Func _,
          BtfType.FuncProto _,
          BtfType.Datasec _,
          DeclTag _,
          Typedef _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.TypeTag _ ->
          0;
    };
  }

  /** A struct's alignment; 1 if a member's place shows that it is packed, as libbpf infers it. */
  private int alignOfStruct(Btf btf, Struct struct, int depth) {
    int max = 1;
    for (Member member : struct.members()) {
      countWork(member.type());
      int align = alignOf(btf, member.type(), depth + 1);
      if (align <= 0) {
        return align;
      }
      max = Math.max(max, align);
      if (member.bitSize() == 0 && Integer.toUnsignedLong(member.bitOffset()) % (8L * align) != 0) {
        return 1;
      }
    }
    return Integer.toUnsignedLong(struct.size()) % max != 0 ? 1 : max;
  }

  private @Nullable MemberPlace findMember(
      Btf btf, int structId, String name, long base, int depth) {
    if (depth > Btf.MAX_DEPTH) {
      throw BtfFormatException.tooDeep(structId);
    }
    int id = btf.resolve(structId);
    if (!(btf.type(id) instanceof Struct struct)) {
      return null;
    }
    for (int i = 0; i < struct.members().size(); i++) {
      countWork(id);
      Member member = struct.members().get(i);
      long offset = base + Integer.toUnsignedLong(member.bitOffset());
      if (member.name().equals(name)) {
        return new MemberPlace(member, id, i, offset);
      }
      if (member.name().isEmpty()) {
        MemberPlace inner = findMember(btf, member.type(), name, offset, depth + 1);
        if (inner != null) {
          return inner;
        }
      }
    }
    return null;
  }

  static @Nullable MemberPlace memberAt(Btf btf, int structId, long byteOffset) {
    int id = btf.resolve(structId);
    if (!(btf.type(id) instanceof Struct struct)) {
      return null;
    }
    for (int i = 0; i < struct.members().size(); i++) {
      Member member = struct.members().get(i);
      long start = Integer.toUnsignedLong(member.bitOffset());
      long bits = member.bitSize() != 0 ? member.bitSize() : 8 * sizeOf(btf, member.type());
      if (byteOffset >= start / 8 && byteOffset * 8 < start + bits) {
        return new MemberPlace(member, id, i, start);
      }
    }
    return null;
  }
}
