package dev.skep.btf;

import dev.skep.btf.BtfType.Enumerator;
import dev.skep.btf.BtfType.Member;
import dev.skep.btf.BtfType.Param;
import dev.skep.btf.BtfType.SectionVar;
import java.util.List;

/**
 * Prints types as {@code bpftool btf dump file … format raw} does, line for line:
 *
 * <pre>
 * [2] STRUCT 'list_head' size=16 vlen=2
 *         'next' type_id=3 bits_offset=0
 *         'prev' type_id=3 bits_offset=64
 * </pre>
 */
public final class BtfRawPrinter {

  private BtfRawPrinter() {}

  /** All types of {@code btf}; of split BTF only its own. */
  public static String print(Btf btf) {
    var text = new StringBuilder();
    for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
      print(btf, id, text);
    }
    return text.toString();
  }

  /** One type, with the line end after it. */
  public static void print(Btf btf, int id, StringBuilder text) {
    BtfType type = btf.type(id);
    text.append('[').append(id).append("] ");
    text.append(BtfKind.of(type).name()).append(" '").append(shown(type.name())).append('\'');
    switch (type) {
      case BtfType.Void _ -> {}
      case BtfType.Int t ->
          text.append(
              " size=%s bits_offset=%d nr_bits=%d encoding=%s"
                  .formatted(unsigned(t.size()), t.bitOffset(), t.bits(), encoding(t)));
      case BtfType.Ptr t -> reference(text, t.type());
      case BtfType.Const t -> reference(text, t.type());
      case BtfType.Volatile t -> reference(text, t.type());
      case BtfType.Restrict t -> reference(text, t.type());
      case BtfType.Typedef t -> reference(text, t.type());
      case BtfType.TypeTag t -> reference(text, t.type());
      case BtfType.Array t ->
          text.append(
              " type_id=%d index_type_id=%d nr_elems=%s"
                  .formatted(t.elementType(), t.indexType(), unsigned(t.count())));
      case BtfType.Struct t -> {
        text.append(" size=")
            .append(unsigned(t.size()))
            .append(" vlen=")
            .append(t.members().size());
        for (Member m : t.members()) {
          text.append("\n\t'").append(shown(m.name())).append("' type_id=").append(m.type());
          text.append(" bits_offset=").append(unsigned(m.bitOffset()));
          if (m.bitSize() != 0) {
            text.append(" bitfield_size=").append(m.bitSize());
          }
        }
      }
      case BtfType.Enum t -> {
        values(text, t.signed(), t.size(), t.values().size());
        for (Enumerator v : t.values()) {
          text.append("\n\t'").append(shown(v.name())).append("' val=").append(v.value());
        }
      }
      case BtfType.Enum64 t -> {
        values(text, t.signed(), t.size(), t.values().size());
        for (Enumerator v : t.values()) {
          text.append("\n\t'").append(shown(v.name())).append("' val=");
          text.append(t.signed() ? v.value() + "LL" : Long.toUnsignedString(v.value()) + "ULL");
        }
      }
      case BtfType.Fwd t -> text.append(" fwd_kind=").append(t.union() ? "union" : "struct");
      case BtfType.Func t -> {
        reference(text, t.type());
        text.append(" linkage=").append(linkage(t.linkage()));
      }
      case BtfType.FuncProto t -> {
        text.append(" ret_type_id=")
            .append(t.returnType())
            .append(" vlen=")
            .append(t.params().size());
        for (Param p : t.params()) {
          text.append("\n\t'").append(shown(p.name())).append("' type_id=").append(p.type());
        }
      }
      case BtfType.Var t -> {
        reference(text, t.type());
        text.append(", linkage=").append(linkage(t.linkage()));
      }
      case BtfType.Datasec t -> datasec(btf, text, t.size(), t.vars());
      case BtfType.Float t -> text.append(" size=").append(unsigned(t.size()));
      case BtfType.DeclTag t -> {
        reference(text, t.type());
        text.append(" component_idx=").append(t.component());
      }
    }
    text.append('\n');
  }

  private static void datasec(Btf btf, StringBuilder text, int size, List<SectionVar> vars) {
    text.append(" size=").append(unsigned(size)).append(" vlen=").append(vars.size());
    for (SectionVar v : vars) {
      BtfType type = btf.type(v.type());
      text.append(
          "\n\ttype_id=%d offset=%s size=%s (%s '%s')"
              .formatted(
                  v.type(),
                  unsigned(v.offset()),
                  unsigned(v.size()),
                  BtfKind.of(type).name(),
                  shown(type.name())));
    }
  }

  private static void values(StringBuilder text, boolean signed, int size, int count) {
    text.append(" encoding=").append(signed ? "SIGNED" : "UNSIGNED");
    text.append(" size=").append(unsigned(size)).append(" vlen=").append(count);
  }

  private static void reference(StringBuilder text, int id) {
    text.append(" type_id=").append(id);
  }

  static String name(String name) {
    return name.isEmpty() ? "(anon)" : name;
  }

  /** No kernel takes a name with a line end, but a file may hold one: a line stays one. */
  private static String shown(String name) {
    return name(name).replace("\n", "\\n");
  }

  static String unsigned(int number) {
    return Integer.toUnsignedString(number);
  }

  static String encoding(BtfType.Int t) {
    int set = Integer.bitCount(t.encoding());
    if (set == 0) {
      return "(none)";
    }
    return set > 1 ? "UNKN" : t.signed() ? "SIGNED" : t.isChar() ? "CHAR" : "BOOL";
  }

  static String linkage(BtfType.Linkage linkage) {
    return linkage.name().toLowerCase(java.util.Locale.ROOT);
  }
}
