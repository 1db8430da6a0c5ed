package dev.skep.verifier.types;

import dev.skep.btf.BtfType;

/** Kinds as the kernel's messages name them ({@code btf_type_str}). */
public final class BtfNames {

  private BtfNames() {}

  public static String kind(BtfType type) {
    return switch (type) {
      case BtfType.Void v -> "UNKNOWN";
      case BtfType.Int i -> "INT";
      case BtfType.Ptr p -> "PTR";
      case BtfType.Array a -> "ARRAY";
      case BtfType.Struct s -> s.union() ? "UNION" : "STRUCT";
      case BtfType.Enum e -> "ENUM";
      case BtfType.Fwd f -> "FWD";
      case BtfType.Typedef t -> "TYPEDEF";
      case BtfType.Volatile v -> "VOLATILE";
      case BtfType.Const c -> "CONST";
      case BtfType.Restrict r -> "RESTRICT";
      case BtfType.Func f -> "FUNC";
      case BtfType.FuncProto p -> "FUNC_PROTO";
      case BtfType.Var v -> "VAR";
      case BtfType.Datasec d -> "DATASEC";
      case BtfType.Float f -> "FLOAT";
      case BtfType.DeclTag d -> "DECL_TAG";
      case BtfType.TypeTag t -> "TYPE_TAG";
      case BtfType.Enum64 e -> "ENUM64";
    };
  }

  /** The name, empty for void and what has none. */
  public static String name(BtfType type) {
    return type instanceof BtfType.Void ? "" : type.name();
  }
}
