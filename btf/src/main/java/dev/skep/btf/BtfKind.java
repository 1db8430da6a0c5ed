package dev.skep.btf;

/** {@code BTF_KIND_*} of {@code linux/btf.h}; the ordinal is the encoding. */
public enum BtfKind {
  VOID("void"),
  INT("int"),
  PTR("ptr"),
  ARRAY("array"),
  STRUCT("struct"),
  UNION("union"),
  ENUM("enum"),
  FWD("fwd"),
  TYPEDEF("typedef"),
  VOLATILE("volatile"),
  CONST("const"),
  RESTRICT("restrict"),
  FUNC("func"),
  FUNC_PROTO("func_proto"),
  VAR("var"),
  DATASEC("datasec"),
  FLOAT("float"),
  DECL_TAG("decl_tag"),
  TYPE_TAG("type_tag"),
  ENUM64("enum64");

  private final String kernelName;

  BtfKind(String kernelName) {
    this.kernelName = kernelName;
  }

  /** The kind as libbpf prints it, such as {@code func_proto}. */
  public String kernelName() {
    return kernelName;
  }

  /** The kind of a decoded type. */
  public static BtfKind of(BtfType type) {
    return switch (type) {
      case BtfType.Void _ -> VOID;
      case BtfType.Int _ -> INT;
      case BtfType.Ptr _ -> PTR;
      case BtfType.Array _ -> ARRAY;
      case BtfType.Struct s -> s.union() ? UNION : STRUCT;
      case BtfType.Enum _ -> ENUM;
      case BtfType.Enum64 _ -> ENUM64;
      case BtfType.Fwd _ -> FWD;
      case BtfType.Typedef _ -> TYPEDEF;
      case BtfType.Volatile _ -> VOLATILE;
      case BtfType.Const _ -> CONST;
      case BtfType.Restrict _ -> RESTRICT;
      case BtfType.Func _ -> FUNC;
      case BtfType.FuncProto _ -> FUNC_PROTO;
      case BtfType.Var _ -> VAR;
      case BtfType.Datasec _ -> DATASEC;
      case BtfType.Float _ -> FLOAT;
      case BtfType.DeclTag _ -> DECL_TAG;
      case BtfType.TypeTag _ -> TYPE_TAG;
    };
  }
}
