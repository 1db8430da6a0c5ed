package dev.skep.btf;

import dev.skep.btf.BtfType.Enumerator;
import dev.skep.btf.BtfType.Member;
import dev.skep.btf.BtfType.Param;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Prints types as C, such as the {@code vmlinux.h} that BPF programs include.
 *
 * <p>A type is printed after all that it contains; for what it only points to, a forward
 * declaration is enough. Padding, bit fields and packing are printed so that the compiler gives the
 * same layout.
 */
public final class BtfCPrinter {

  /** By-value nesting beyond this is no C. */
  private static final int MAX_DEPTH = 200;

  /** Characters of one type's members: types without a name are printed where they are nested. */
  private static final int MAX_BODY = 16 << 20;

  private static final Set<String> C_TYPES =
      Set.of(
          "char",
          "signed char",
          "unsigned char",
          "short",
          "short int",
          "short unsigned int",
          "unsigned short",
          "int",
          "unsigned int",
          "unsigned",
          "long",
          "long int",
          "unsigned long",
          "long unsigned int",
          "long long",
          "long long int",
          "unsigned long long",
          "long long unsigned int",
          "_Bool",
          "__int128",
          "unsigned __int128",
          "__int128 unsigned",
          "float",
          "double",
          "long double",
          "_Float16",
          "__bf16");

  private final Btf btf;
  private final CNames names;
  private final StringBuilder out = new StringBuilder();
  private final BitSet declared = new BitSet();
  private final BitSet complete = new BitSet();
  private final BitSet underWay = new BitSet();
  private final BitSet referenced = new BitSet();
  private final Set<String> baseTypes = new HashSet<>();
  private int depth;

  private BtfCPrinter(Btf btf) {
    this.btf = btf;
    this.names = new CNames(btf);
  }

  /**
   * All types of {@code btf}, those of the base included, as one header.
   *
   * @throws BtfFormatException if a type contains itself, or types are nested too deeply
   */
  public static String print(Btf btf) {
    return new BtfCPrinter(btf).print();
  }

  private String print() {
    out.append("#ifndef __VMLINUX_H__\n#define __VMLINUX_H__\n\n");
    out.append("#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n");
    out.append("#pragma clang attribute push (__attribute__((preserve_access_index)), ");
    out.append("apply_to = record)\n#endif\n\n");
    for (int id = 1; id < btf.typeCount(); id++) {
      markReferences(btf.type(id));
    }
    for (int id = 1; id < btf.typeCount(); id++) {
      switch (btf.type(id)) {
        case BtfType.Struct s when !s.name().isEmpty() -> complete(id);
        case BtfType.Enum _, BtfType.Enum64 _, BtfType.Typedef _ -> declare(id);
        default -> {}
      }
    }
    out.append("#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n#pragma clang attribute pop\n#endif\n\n");
    return out.append("#endif /* __VMLINUX_H__ */\n").toString();
  }

  private void markReferences(BtfType type) {
    switch (type) {
      case BtfType.Ptr t -> referenced.set(t.type());
      case BtfType.Const t -> referenced.set(t.type());
      case BtfType.Volatile t -> referenced.set(t.type());
      case BtfType.Restrict t -> referenced.set(t.type());
      case BtfType.TypeTag t -> referenced.set(t.type());
      case BtfType.Typedef t -> referenced.set(t.type());
      case BtfType.Array t -> referenced.set(t.elementType());
      case BtfType.Struct t -> t.members().forEach(m -> referenced.set(m.type()));
      case BtfType.FuncProto t -> {
        referenced.set(t.returnType());
        t.params().forEach(p -> referenced.set(p.type()));
      }
      default -> {}
    }
  }

  private void deeper(int id) {
    if (++depth > MAX_DEPTH) {
      throw new BtfFormatException("type " + id + ": nested more than " + MAX_DEPTH + " deep");
    }
  }

  /** Prints what must come before the type can be named. */
  private void declare(int id) {
    if (declared.get(id)) {
      return;
    }
    deeper(id);
    switch (btf.type(id)) {
      case BtfType.Struct s when s.name().isEmpty() -> completeAnonymous(id, s);
      case BtfType.Struct s -> {
        declared.set(id);
        if (!complete.get(id)) {
          out.append(s.union() ? "union " : "struct ").append(names.of(id)).append(";\n\n");
        }
      }
      case BtfType.Fwd f -> {
        declared.set(id);
        out.append(f.union() ? "union " : "struct ").append(names.of(id)).append(";\n\n");
      }
      case BtfType.Enum e when !e.name().isEmpty() || !referenced.get(id) -> enumeration(id);
      case BtfType.Enum64 e when !e.name().isEmpty() || !referenced.get(id) -> enumeration(id);
      case BtfType.Typedef t -> typedef(id, t);
      case BtfType.Ptr t -> declare(t.type());
      case BtfType.Const t -> declare(t.type());
      case BtfType.Volatile t -> declare(t.type());
      case BtfType.Restrict t -> declare(t.type());
      case BtfType.TypeTag t -> declare(t.type());
      case BtfType.Array t -> complete(t.elementType());
      case BtfType.FuncProto t -> {
        declare(t.returnType());
        for (Param p : t.params()) {
          declare(p.type());
        }
      }
      case BtfType.Int i -> baseType(i.name(), i.size(), i.signed());
      case BtfType.Float f -> baseType(f.name(), -f.size(), true);
      default -> {}
    }
    depth--;
  }

  private void enumeration(int id) {
    declared.set(id);
    out.append(specifier(id, 0)).append(";\n\n");
  }

  private void typedef(int id, BtfType.Typedef typedef) {
    if (underWay.get(id)) {
      throw new BtfFormatException("typedef " + id + " refers to itself");
    }
    underWay.set(id);
    declare(typedef.type());
    underWay.clear(id);
    declared.set(id);
    if (!typedef.name().equals("__builtin_va_list")) {
      out.append("typedef ").append(declaration(typedef.type(), names.of(id), 0)).append(";\n\n");
    }
  }

  /** Integers of other languages, such as {@code u32} or {@code f80}, are defined first. */
  private void baseType(String name, int size, boolean signed) {
    if (!C_TYPES.contains(name) && baseTypes.add(name)) {
      String base =
          switch (size) {
            case 1 -> signed ? "signed char" : "unsigned char";
            case 2 -> signed ? "short" : "unsigned short";
            case 4 -> signed ? "int" : "unsigned int";
            case 8 -> signed ? "long long" : "unsigned long long";
            case 16 -> signed ? "__int128" : "unsigned __int128";
            case -4 -> "float";
            default -> "double";
          };
      out.append("typedef ").append(base).append(' ').append(baseName(name)).append(";\n\n");
    }
  }

  private static String baseName(String name) {
    return C_TYPES.contains(name) ? name : "__base_" + CNames.identifier(name);
  }

  /** Prints what must come before the type can be a member. */
  private void complete(int id) {
    deeper(id);
    switch (btf.type(id)) {
      case BtfType.Struct s when !s.name().isEmpty() -> {
        if (!complete.get(id)) {
          if (underWay.get(id)) {
            throw new BtfFormatException("struct " + id + " contains itself");
          }
          underWay.set(id);
          completeMembers(s);
          underWay.clear(id);
          complete.set(id);
          declared.set(id);
          String tag = (s.union() ? "union " : "struct ") + names.of(id);
          out.append(tag).append(' ').append(body(id, s, 0)).append(";\n\n");
        }
      }
      case BtfType.Struct s -> completeAnonymous(id, s);
      case BtfType.Typedef t -> {
        declare(id);
        complete(t.type());
      }
      case BtfType.Const t -> complete(t.type());
      case BtfType.Volatile t -> complete(t.type());
      case BtfType.Restrict t -> complete(t.type());
      case BtfType.TypeTag t -> complete(t.type());
      case BtfType.Array t -> complete(t.elementType());
      default -> declare(id);
    }
    depth--;
  }

  /** Once each: types that nest the one before twice would take for ever. */
  private void completeAnonymous(int id, BtfType.Struct struct) {
    if (!complete.get(id)) {
      completeMembers(struct);
      complete.set(id);
    }
  }

  private void completeMembers(BtfType.Struct struct) {
    for (Member member : struct.members()) {
      complete(member.type());
    }
  }

  /** A declaration of {@code inner}, which may be empty. */
  private String declaration(int id, String inner, int indent) {
    deeper(id);
    String text =
        switch (btf.type(id)) {
          case BtfType.Ptr t -> {
            BtfType target = btf.type(btf.skipModifiers(t.type()));
            boolean binds = target instanceof BtfType.Array || target instanceof BtfType.FuncProto;
            yield declaration(t.type(), binds ? "(*" + inner + ")" : "*" + inner, indent);
          }
          case BtfType.Const t -> qualified("const", t.type(), inner, indent);
          case BtfType.Volatile t -> qualified("volatile", t.type(), inner, indent);
          case BtfType.Restrict t ->
              btf.resolved(t.type()) instanceof BtfType.Ptr
                  ? qualified("restrict", t.type(), inner, indent)
                  : declaration(t.type(), inner, indent);
          case BtfType.TypeTag t -> tagged(t, inner, indent);
          case BtfType.Array t ->
              declaration(
                  t.elementType(), inner + "[" + Integer.toUnsignedString(t.count()) + "]", indent);
          case BtfType.FuncProto t ->
              declaration(t.returnType(), inner + "(" + params(t.params()) + ")", indent);
          default -> {
            String specifier = specifier(id, indent);
            yield inner.isEmpty() ? specifier : specifier + " " + inner;
          }
        };
    depth--;
    return text;
  }

  private String tagged(BtfType.TypeTag tag, String inner, int indent) {
    if (tag.attribute() || inner.isEmpty() || inner.charAt(0) != '*') {
      return declaration(tag.type(), inner, indent);
    }
    String name = tag.name().replace("\\", "\\\\").replace("\"", "\\\"");
    return declaration(
        tag.type(), "__attribute__((btf_type_tag(\"" + name + "\"))) " + inner, indent);
  }

  private String qualified(String qualifier, int type, String inner, int indent) {
    BtfType target = btf.type(btf.skipModifiers(type));
    if (target instanceof BtfType.FuncProto || inner.startsWith(qualifier + " ")) {
      return declaration(type, inner, indent);
    }
    return declaration(type, inner.isEmpty() ? qualifier : qualifier + " " + inner, indent);
  }

  private String params(List<Param> params) {
    if (params.isEmpty()) {
      return "void";
    }
    var text = new StringBuilder();
    for (int i = 0; i < params.size(); i++) {
      Param param = params.get(i);
      text.append(i == 0 ? "" : ", ");
      boolean ellipsis = param.type() == 0 && i == params.size() - 1 && i > 0;
      text.append(ellipsis ? "..." : declaration(param.type(), "", 0));
    }
    return text.toString();
  }

  private String specifier(int id, int indent) {
    return switch (btf.type(id)) {
      case BtfType.Int t -> baseName(t.name());
      case BtfType.Float t -> baseName(t.name());
      case BtfType.Typedef t -> t.name().equals("__builtin_va_list") ? t.name() : names.of(id);
      case BtfType.Fwd t -> (t.union() ? "union " : "struct ") + names.of(id);
      case BtfType.Struct t ->
          t.name().isEmpty()
              ? (t.union() ? "union " : "struct ") + body(id, t, indent)
              : (t.union() ? "union " : "struct ") + names.of(id);
      case BtfType.Enum t ->
          enumeration(id, t.name(), t.size(), t.values(), indent, t.signed() ? "" : "U");
      case BtfType.Enum64 t ->
          enumeration(id, t.name(), 4, t.values(), indent, t.signed() ? "LL" : "ULL");
      default -> "void";
    };
  }

  private final BitSet printedEnumerations = new BitSet();

  private String enumeration(
      int id, String name, int size, List<Enumerator> values, int indent, String suffix) {
    String tag = name.isEmpty() ? "enum" : "enum " + names.of(id);
    if (!name.isEmpty() && printedEnumerations.get(id) || values.isEmpty()) {
      return values.isEmpty() && name.isEmpty() ? "int" : tag;
    }
    printedEnumerations.set(id);
    var text = new StringBuilder(tag).append(" {\n");
    for (Enumerator value : values) {
      text.repeat("\t", indent + 1).append(names.enumerator(value.name())).append(" = ");
      boolean lowest = value.value() == Long.MIN_VALUE;
      if (suffix.startsWith("U")) {
        text.append(Long.toUnsignedString(value.value())).append(suffix);
      } else if (lowest) {
        text.append("-0x7fffffffffffffffLL - 1");
      } else {
        text.append(value.value()).append(suffix);
      }
      text.append(",\n");
    }
    text.repeat("\t", indent).append('}');
    return switch (size) {
      case 1 -> text.append(" __attribute__((mode(byte)))").toString();
      case 2 -> text.append(" __attribute__((mode(HI)))").toString();
      case 8 -> text.append(" __attribute__((mode(DI)))").toString();
      default -> text.toString();
    };
  }

  private String body(int id, BtfType.Struct struct, int indent) {
    deeper(id);
    var layout = new CLayout(btf, struct);
    var text = new StringBuilder("{\n");
    for (Member member : struct.members()) {
      if (text.length() > MAX_BODY) {
        throw new BtfFormatException("type " + id + ": more than 16 MiB of C");
      }
      layout.padTo(member, text, indent + 1);
      text.repeat("\t", indent + 1);
      String name = member.name().isEmpty() ? "" : CNames.identifier(member.name());
      text.append(declaration(member.type(), name, indent + 1));
      if (member.bitSize() != 0) {
        text.append(" : ").append(member.bitSize());
      }
      text.append(";\n");
    }
    layout.padEnd(text, indent + 1);
    text.repeat("\t", indent).append('}');
    depth--;
    return layout.packed() ? text.append(" __attribute__((packed))").toString() : text.toString();
  }
}
