package dev.skep.btf;

import dev.skep.btf.BtfType.Enumerator;
import dev.skep.btf.BtfType.Member;
import dev.skep.btf.BtfType.Param;
import dev.skep.btf.BtfType.SectionVar;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Prints types as JSON with the names that {@code bpftool -j btf dump} uses: {@code
 * {"types":[{"id":1,"kind":"INT","name":…}]}}.
 */
public final class BtfJsonPrinter {

  private final StringBuilder text = new StringBuilder();

  private BtfJsonPrinter() {}

  /** All types of {@code btf}; of split BTF only its own. */
  public static String print(Btf btf) {
    return print(btf, _ -> true);
  }

  /** Those of the types whose id is wanted; of split BTF only its own. */
  public static String print(Btf btf, IntPredicate wanted) {
    var printer = new BtfJsonPrinter();
    printer.text.append("{\"types\":[");
    String separator = "";
    for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
      if (wanted.test(id)) {
        printer.text.append(separator);
        printer.type(id, btf.type(id));
        separator = ",";
      }
    }
    return printer.text.append("]}\n").toString();
  }

  private void type(int id, BtfType type) {
    text.append("{\"id\":").append(id);
    string("kind", BtfKind.of(type).name());
    string("name", BtfRawPrinter.name(type.name()));
    switch (type) {
      case BtfType.Void _ -> {}
      case BtfType.Int t -> {
        number("size", t.size());
        number("bits_offset", t.bitOffset());
        number("nr_bits", t.bits());
        string("encoding", BtfRawPrinter.encoding(t));
      }
      case BtfType.Ptr t -> number("type_id", t.type());
      case BtfType.Const t -> number("type_id", t.type());
      case BtfType.Volatile t -> number("type_id", t.type());
      case BtfType.Restrict t -> number("type_id", t.type());
      case BtfType.Typedef t -> number("type_id", t.type());
      case BtfType.TypeTag t -> number("type_id", t.type());
      case BtfType.Array t -> {
        number("type_id", t.elementType());
        number("index_type_id", t.indexType());
        number("nr_elems", t.count());
      }
      case BtfType.Struct t -> {
        number("size", t.size());
        number("vlen", t.members().size());
        list("members", t.members(), this::member);
      }
      case BtfType.Enum t -> {
        string("encoding", t.signed() ? "SIGNED" : "UNSIGNED");
        number("size", t.size());
        number("vlen", t.values().size());
        list("values", t.values(), v -> value(v, t.signed()));
      }
      case BtfType.Enum64 t -> {
        string("encoding", t.signed() ? "SIGNED" : "UNSIGNED");
        number("size", t.size());
        number("vlen", t.values().size());
        list("values", t.values(), v -> value(v, t.signed()));
      }
      case BtfType.Fwd t -> string("fwd_kind", t.union() ? "union" : "struct");
      case BtfType.Func t -> {
        number("type_id", t.type());
        string("linkage", BtfRawPrinter.linkage(t.linkage()));
      }
      case BtfType.FuncProto t -> {
        number("ret_type_id", t.returnType());
        number("vlen", t.params().size());
        list("params", t.params(), this::param);
      }
      case BtfType.Var t -> {
        number("type_id", t.type());
        string("linkage", BtfRawPrinter.linkage(t.linkage()));
      }
      case BtfType.Datasec t -> {
        number("size", t.size());
        number("vlen", t.vars().size());
        list("vars", t.vars(), this::variable);
      }
      case BtfType.Float t -> number("size", t.size());
      case BtfType.DeclTag t -> {
        number("type_id", t.type());
        text.append(",\"component_idx\":").append(t.component());
      }
    }
    text.append('}');
  }

  private void member(Member m) {
    text.append("{\"name\":");
    quoted(BtfRawPrinter.name(m.name()));
    number("type_id", m.type());
    number("bits_offset", m.bitOffset());
    if (m.bitSize() != 0) {
      number("bitfield_size", m.bitSize());
    }
  }

  private void value(Enumerator v, boolean signed) {
    text.append("{\"name\":");
    quoted(BtfRawPrinter.name(v.name()));
    text.append(",\"val\":");
    text.append(signed ? Long.toString(v.value()) : Long.toUnsignedString(v.value()));
  }

  private void param(Param p) {
    text.append("{\"name\":");
    quoted(BtfRawPrinter.name(p.name()));
    number("type_id", p.type());
  }

  private void variable(SectionVar v) {
    text.append("{\"type_id\":").append(v.type());
    number("offset", v.offset());
    number("size", v.size());
  }

  private <T> void list(String name, List<T> items, Consumer<T> print) {
    text.append(",\"").append(name).append("\":[");
    for (int i = 0; i < items.size(); i++) {
      text.append(i == 0 ? "" : ",");
      print.accept(items.get(i));
      text.append('}');
    }
    text.append(']');
  }

  private void number(String name, int value) {
    text.append(",\"").append(name).append("\":").append(BtfRawPrinter.unsigned(value));
  }

  private void string(String name, String value) {
    text.append(",\"").append(name).append("\":");
    quoted(value);
  }

  private void quoted(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
