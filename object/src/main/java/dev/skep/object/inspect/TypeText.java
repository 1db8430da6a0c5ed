package dev.skep.object.inspect;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;

/** A type in one line, as C would write it without the variable: {@code const struct s *[4]}. */
final class TypeText {

  private static final int DEPTH = 16;

  private TypeText() {}

  static String of(Btf btf, int id) {
    return text(btf, id, 0);
  }

  private static String text(Btf btf, int id, int depth) {
    if (depth > DEPTH) {
      return "…";
    }
    return switch (btf.type(id)) {
      case BtfType.Void _ -> "void";
      case BtfType.Ptr t -> text(btf, t.type(), depth + 1) + " *";
      case BtfType.Array t ->
          text(btf, t.elementType(), depth + 1) + "[" + Integer.toUnsignedString(t.count()) + "]";
      case BtfType.Struct t -> (t.union() ? "union " : "struct ") + named(t.name());
      case BtfType.Fwd t -> (t.union() ? "union " : "struct ") + named(t.name());
      case BtfType.Enum t -> "enum " + named(t.name());
      case BtfType.Enum64 t -> "enum " + named(t.name());
      case BtfType.Const t -> "const " + text(btf, t.type(), depth + 1);
      case BtfType.Volatile t -> "volatile " + text(btf, t.type(), depth + 1);
      case BtfType.Restrict t -> text(btf, t.type(), depth + 1);
      case BtfType.TypeTag t -> text(btf, t.type(), depth + 1);
      case BtfType.FuncProto _ -> "function";
      case BtfType.Int t -> t.name();
      case BtfType.Float t -> t.name();
      case BtfType.Typedef t -> t.name();
      case BtfType.Func t -> t.name();
      case BtfType.Var t -> t.name();
      case BtfType.Datasec t -> t.name();
      case BtfType.DeclTag t -> t.name();
    };
  }

  private static String named(String name) {
    return name.isEmpty() ? "{…}" : name;
  }
}
