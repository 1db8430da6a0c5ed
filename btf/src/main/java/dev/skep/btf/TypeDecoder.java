package dev.skep.btf;

import dev.skep.btf.BtfType.Enumerator;
import dev.skep.btf.BtfType.Linkage;
import dev.skep.btf.BtfType.Member;
import dev.skep.btf.BtfType.Param;
import dev.skep.btf.BtfType.SectionVar;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Decodes one type whose bytes {@link TypeScan} has checked. */
final class TypeDecoder {

  static final BtfType VOID = new BtfType.Void();

  private static final Linkage[] LINKAGES = Linkage.values();

  private final ParsedBtf btf;
  private final ByteBuffer in;

  private TypeDecoder(ParsedBtf btf, ByteBuffer in) {
    this.btf = btf;
    this.in = in;
  }

  static BtfType decode(ParsedBtf btf, ByteBuffer in, int at) {
    return new TypeDecoder(btf, in).decode(at);
  }

  private BtfType decode(int at) {
    String name = name(at);
    int vlen = TypeScan.vlen(in, at);
    boolean flag = TypeScan.kindFlag(in, at);
    int sizeOrType = in.getInt(at + 8);
    int rest = at + TypeScan.HEADER;
    BtfKind kind = TypeScan.kindAt(in, at);
    return switch (kind) {
      case VOID -> VOID;
      case INT -> integer(name, sizeOrType, in.getInt(rest));
      case PTR -> new BtfType.Ptr(sizeOrType);
      case ARRAY -> new BtfType.Array(in.getInt(rest), in.getInt(rest + 4), in.getInt(rest + 8));
      case STRUCT, UNION ->
          new BtfType.Struct(name, kind == BtfKind.UNION, sizeOrType, members(rest, vlen, flag));
      case ENUM -> new BtfType.Enum(name, sizeOrType, flag, enumerators(rest, vlen, flag));
      case ENUM64 -> new BtfType.Enum64(name, sizeOrType, flag, enumerators64(rest, vlen));
      case FWD -> new BtfType.Fwd(name, flag);
      case TYPEDEF -> new BtfType.Typedef(name, sizeOrType);
      case VOLATILE -> new BtfType.Volatile(sizeOrType);
      case CONST -> new BtfType.Const(sizeOrType);
      case RESTRICT -> new BtfType.Restrict(sizeOrType);
      case FUNC -> new BtfType.Func(name, sizeOrType, LINKAGES[vlen]);
      case FUNC_PROTO -> new BtfType.FuncProto(sizeOrType, params(rest, vlen));
      case VAR -> new BtfType.Var(name, sizeOrType, LINKAGES[in.getInt(rest)]);
      case DATASEC -> new BtfType.Datasec(name, sizeOrType, variables(rest, vlen));
      case FLOAT -> new BtfType.Float(name, sizeOrType);
      case DECL_TAG -> new BtfType.DeclTag(name, sizeOrType, in.getInt(rest));
      case TYPE_TAG -> new BtfType.TypeTag(name, sizeOrType, flag);
    };
  }

  private String name(int at) {
    return btf.string(in.getInt(at));
  }

  /** {@code BTF_INT_ENCODING} in bits 27..24, {@code BTF_INT_OFFSET} in 23..16, bits in 7..0. */
  private static BtfType integer(String name, int size, int data) {
    return new BtfType.Int(name, size, data & 0xff, data >>> 16 & 0xff, data >>> 24 & 7);
  }

  /** With the kind flag, an offset holds the bit field's size in its upper 8 bits. */
  private List<Member> members(int at, int count, boolean flag) {
    Member[] members = new Member[count];
    for (int i = 0; i < count; i++, at += 12) {
      int offset = in.getInt(at + 8);
      members[i] =
          flag
              ? new Member(name(at), in.getInt(at + 4), offset & 0xff_ffff, offset >>> 24)
              : new Member(name(at), in.getInt(at + 4), offset, 0);
    }
    return List.of(members);
  }

  private List<Enumerator> enumerators(int at, int count, boolean signed) {
    Enumerator[] values = new Enumerator[count];
    for (int i = 0; i < count; i++, at += 8) {
      int value = in.getInt(at + 4);
      values[i] = new Enumerator(name(at), signed ? value : Integer.toUnsignedLong(value));
    }
    return List.of(values);
  }

  private List<Enumerator> enumerators64(int at, int count) {
    Enumerator[] values = new Enumerator[count];
    for (int i = 0; i < count; i++, at += 12) {
      long low = Integer.toUnsignedLong(in.getInt(at + 4));
      values[i] = new Enumerator(name(at), low | (long) in.getInt(at + 8) << 32);
    }
    return List.of(values);
  }

  private List<Param> params(int at, int count) {
    Param[] params = new Param[count];
    for (int i = 0; i < count; i++, at += 8) {
      params[i] = new Param(name(at), in.getInt(at + 4));
    }
    return List.of(params);
  }

  private List<SectionVar> variables(int at, int count) {
    SectionVar[] variables = new SectionVar[count];
    Arrays.setAll(
        variables,
        i ->
            new SectionVar(
                in.getInt(at + 12 * i), in.getInt(at + 12 * i + 4), in.getInt(at + 12 * i + 8)));
    return List.of(variables);
  }
}
