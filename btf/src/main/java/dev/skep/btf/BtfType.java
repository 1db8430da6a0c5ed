package dev.skep.btf;

import java.util.List;

/**
 * One type of a BTF section: the kinds of {@code enum} {@code BTF_KIND_*} in {@code linux/btf.h}.
 *
 * <p>Types refer to each other by id, as in the encoding; id 0 is {@code void}. Names are resolved
 * (an anonymous type has the empty name). Sizes are in bytes unless a name says bits.
 */
public sealed interface BtfType {

  /** The type's name, empty if it has none. */
  String name();

  /** Id 0. */
  record Void() implements BtfType {
    @Override
    public String name() {
      return "void";
    }
  }

  /**
   * An integer.
   *
   * @param bits may be less than {@code size * 8} in old bit-field encodings
   * @param encoding any of {@link #SIGNED}, {@link #CHAR} and {@link #BOOL}
   */
  record Int(String name, int size, int bits, int bitOffset, int encoding) implements BtfType {

    /** {@code BTF_INT_SIGNED}. */
    public static final int SIGNED = 1;

    /** {@code BTF_INT_CHAR}, which no compiler sets. */
    public static final int CHAR = 1 << 1;

    /** {@code BTF_INT_BOOL}. */
    public static final int BOOL = 1 << 2;

    /** A whole integer that may be negative. */
    public static Int signed(String name, int size) {
      return new Int(name, size, size * 8, 0, SIGNED);
    }

    /** A whole integer that is never negative. */
    public static Int unsigned(String name, int size) {
      return new Int(name, size, size * 8, 0, 0);
    }

    /** A truth value of {@code size} bytes. */
    public static Int bool(String name, int size) {
      return new Int(name, size, size * 8, 0, BOOL);
    }

    /** Whether it may be negative. */
    public boolean signed() {
      return (encoding & SIGNED) != 0;
    }

    /** Whether it says that it is a character. */
    public boolean isChar() {
      return (encoding & CHAR) != 0;
    }

    /** Whether it is a truth value. */
    public boolean isBool() {
      return (encoding & BOOL) != 0;
    }
  }

  /** A pointer. */
  record Ptr(int type) implements BtfType {
    @Override
    public String name() {
      return "";
    }
  }

  /** An array of {@code count} elements. */
  record Array(int elementType, int indexType, int count) implements BtfType {
    @Override
    public String name() {
      return "";
    }
  }

  /** A struct, or a union when {@code union} is set. */
  record Struct(String name, boolean union, int size, List<Member> members) implements BtfType {}

  /** A member; {@code bitSize} is 0 for what is no bit field. */
  record Member(String name, int type, int bitOffset, int bitSize) {}

  /** An enumeration of up to 32 bits ({@code BTF_KIND_ENUM}). */
  record Enum(String name, int size, boolean signed, List<Enumerator> values) implements BtfType {}

  /** An enumeration of 64 bits ({@code BTF_KIND_ENUM64}, Linux 6.0). */
  record Enum64(String name, int size, boolean signed, List<Enumerator> values)
      implements BtfType {}

  /** A named constant, sign- or zero-extended by its enumeration's signedness. */
  record Enumerator(String name, long value) {}

  /** A forward declaration. */
  record Fwd(String name, boolean union) implements BtfType {}

  /** A typedef. */
  record Typedef(String name, int type) implements BtfType {}

  /** {@code volatile}. */
  record Volatile(int type) implements BtfType {
    @Override
    public String name() {
      return "";
    }
  }

  /** {@code const}. */
  record Const(int type) implements BtfType {
    @Override
    public String name() {
      return "";
    }
  }

  /** {@code restrict}. */
  record Restrict(int type) implements BtfType {
    @Override
    public String name() {
      return "";
    }
  }

  /** A function, its prototype and its linkage. */
  record Func(String name, int type, Linkage linkage) implements BtfType {}

  /** A function's type; a last parameter without name and type is an ellipsis. */
  record FuncProto(int returnType, List<Param> params) implements BtfType {
    @Override
    public String name() {
      return "";
    }
  }

  /** A parameter. */
  record Param(String name, int type) {}

  /** A global variable. */
  record Var(String name, int type, Linkage linkage) implements BtfType {}

  /** An ELF section of variables. */
  record Datasec(String name, int size, List<SectionVar> vars) implements BtfType {}

  /** A variable's place in its section. */
  record SectionVar(int type, int offset, int size) {}

  /** A floating-point number. */
  record Float(String name, int size) implements BtfType {}

  /**
   * A {@code btf_decl_tag}: on the whole declaration when {@code component} is -1, otherwise on a
   * member or parameter.
   */
  record DeclTag(String name, int type, int component) implements BtfType {}

  /**
   * A {@code btf_type_tag}; {@code attribute} is the kind flag of Linux 6.15 (a plain attribute).
   */
  record TypeTag(String name, int type, boolean attribute) implements BtfType {}

  /** {@code enum btf_func_linkage} and {@code btf_var_linkage}. */
  enum Linkage {
    STATIC,
    GLOBAL,
    EXTERN
  }
}
