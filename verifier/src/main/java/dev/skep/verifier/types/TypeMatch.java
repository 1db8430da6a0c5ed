package dev.skep.verifier.types;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.TypeFlags;
import org.jspecify.annotations.Nullable;

/** Whether a pointer's type is one that a function takes, and whether it can be trusted. */
public final class TypeMatch {

  /** {@code BPF_REG_TRUSTED_MODIFIERS}. */
  public static final int TRUSTED_MODIFIERS =
      TypeFlags.MEM_ALLOC | TypeFlags.PTR_TRUSTED | TypeFlags.NON_OWN_REF;

  private static final String NO_CAST_SUFFIX = "___init";

  private TypeMatch() {}

  /** The kernel's structure behind a pointer kind of its own: {@code reg2btf_ids}. */
  public static @Nullable String kernelStruct(RegType type) {
    return switch (type) {
      case PTR_TO_SOCKET -> "sock";
      case PTR_TO_SOCK_COMMON -> "sock_common";
      case PTR_TO_TCP_SOCK -> "tcp_sock";
      case CONST_PTR_TO_MAP -> "bpf_map";
      default -> null;
    };
  }

  /** A flag that makes a pointer unsafe to hand on: {@code bpf_type_has_unsafe_modifiers}. */
  public static boolean hasUnsafeFlags(Reg reg) {
    return (reg.flags() & ~TRUSTED_MODIFIERS) != 0;
  }

  /** {@code is_trusted_reg}. */
  public static boolean isTrusted(Reg reg) {
    if (reg.refObjId() != 0) {
      return true;
    }
    if (kernelStruct(reg.type()) != null && !hasUnsafeFlags(reg)) {
      return true;
    }
    return (reg.flags() & TRUSTED_MODIFIERS) != 0 && !hasUnsafeFlags(reg);
  }

  /** {@code btf_type_is_scalar}. */
  public static boolean isScalar(BtfType type) {
    return type instanceof BtfType.Int
        || type instanceof BtfType.Enum
        || type instanceof BtfType.Enum64;
  }

  /** The context as programs name it stands for the kernel's own. */
  public static boolean isProjection(String program, String kernel) {
    return program.equals("__sk_buff") && kernel.equals("sk_buff")
        || program.equals("xdp_md") && kernel.equals("xdp_buff");
  }

  /** The kind of a type as messages name it: {@code btf_type_str}. */
  public static String kind(BtfType type) {
    return switch (type) {
      case BtfType.Void t -> "UNKNOWN";
      case BtfType.Int t -> "INT";
      case BtfType.Ptr t -> "PTR";
      case BtfType.Array t -> "ARRAY";
      case BtfType.Struct t -> t.union() ? "UNION" : "STRUCT";
      case BtfType.Enum t -> "ENUM";
      case BtfType.Enum64 t -> "ENUM64";
      case BtfType.Fwd t -> "FWD";
      case BtfType.Typedef t -> "TYPEDEF";
      case BtfType.Volatile t -> "VOLATILE";
      case BtfType.Const t -> "CONST";
      case BtfType.Restrict t -> "RESTRICT";
      case BtfType.Func t -> "FUNC";
      case BtfType.FuncProto t -> "FUNC_PROTO";
      case BtfType.Var t -> "VAR";
      case BtfType.Datasec t -> "DATASEC";
      case BtfType.Float t -> "FLOAT";
      case BtfType.DeclTag t -> "DECL_TAG";
      case BtfType.TypeTag t -> "TYPE_TAG";
    };
  }

  /** One type is the other with a suffix that forbids casts: {@code btf_type_ids_nocast_alias}. */
  public static boolean isNoCastAlias(String one, String other) {
    return one.equals(other + NO_CAST_SUFFIX) || other.equals(one + NO_CAST_SUFFIX);
  }

  /**
   * Whether the type at an offset of a structure is the wanted one ({@code btf_struct_ids_match}).
   *
   * @param strict whether the outermost type itself must be it
   */
  public static boolean matches(
      Environment env, Reg reg, int id, Btf wantedBtf, int wanted, boolean strict) {
    Btf btf = reg.type() == RegType.PTR_TO_BTF_ID ? reg.btf() : wantedBtf;
    boolean flexible = !reg.has(TypeFlags.MEM_ALLOC);
    return new BtfWalk(env).idsMatch(btf, id, reg.off(), wantedBtf, wanted, strict, flexible);
  }
}
