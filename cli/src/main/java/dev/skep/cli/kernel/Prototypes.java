package dev.skep.cli.kernel;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfReader;
import dev.skep.btf.BtfType;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelBtf;
import dev.skep.kernel.error.KernelCallException;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Declarations of functions, such as {@code int f(struct xdp_md * ctx)}, from their types. */
record Prototypes(@Nullable Btf types) {

  private static final int DEPTH = 16;

  /** Of the types of an id; of none if it is 0 or may not be read. */
  static Prototypes of(Kernel kernel, int btfId) {
    if (btfId == 0) {
      return new Prototypes(null);
    }
    try (KernelBtf btf = kernel.btfById(btfId)) {
      return new Prototypes(BtfReader.read(btf.bytes()));
    } catch (KernelCallException | BtfFormatException e) {
      return new Prototypes(null);
    }
  }

  /** The declaration of a function by its id; null if it has none. */
  @Nullable String function(int id) {
    Btf known = types;
    if (known != null
        && known.type(id) instanceof BtfType.Func f
        && known.type(f.type()) instanceof BtfType.FuncProto proto) {
      return declarator(known, proto.returnType()) + f.name() + parameters(known, proto, true);
    }
    return null;
  }

  /** A function's type without a name: {@code u32 (struct sock *)}. */
  static String pointee(Btf types, BtfType.FuncProto proto) {
    return declarator(types, proto.returnType()) + parameters(types, proto, false);
  }

  private static String parameters(Btf types, BtfType.FuncProto proto, boolean named) {
    if (proto.params().isEmpty()) {
      return "(void)";
    }
    var text = new StringJoiner(", ", "(", ")");
    for (BtfType.Param p : proto.params()) {
      if (p.type() == 0) {
        text.add("...");
      } else {
        text.add(named ? declarator(types, p.type()) + p.name() : name(types, p.type(), DEPTH));
      }
    }
    return text.toString();
  }

  /** A type in front of a name, with the space between them. */
  private static String declarator(Btf types, int id) {
    return name(types, id, DEPTH) + " ";
  }

  private static String name(Btf types, int id, int depth) {
    if (depth == 0) {
      return "?";
    }
    return switch (types.type(id)) {
      case BtfType.Void _ -> "void";
      case BtfType.Ptr t -> pointer(types, t.type(), depth);
      case BtfType.Struct t -> (t.union() ? "union " : "struct ") + anonymous(t.name());
      case BtfType.Fwd t -> (t.union() ? "union " : "struct ") + anonymous(t.name());
      case BtfType.Enum t -> "enum " + anonymous(t.name());
      case BtfType.Enum64 t -> "enum " + anonymous(t.name());
      case BtfType.Const t -> "const " + name(types, t.type(), depth - 1);
      case BtfType.Volatile t -> "volatile " + name(types, t.type(), depth - 1);
      case BtfType.Restrict t -> "restrict " + name(types, t.type(), depth - 1);
      case BtfType.TypeTag t -> name(types, t.type(), depth - 1);
      case BtfType.Array t -> name(types, t.elementType(), depth - 1) + "[" + t.count() + "]";
      case BtfType.FuncProto t -> pointee(types, t);
      case BtfType other -> anonymous(other.name());
    };
  }

  private static String pointer(Btf types, int to, int depth) {
    String name = name(types, to, depth - 1);
    return name.endsWith("*") ? name + "*" : name + " *";
  }

  private static String anonymous(String name) {
    return name.isEmpty() ? "(anon)" : name;
  }
}
