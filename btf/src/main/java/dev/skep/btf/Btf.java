package dev.skep.btf;

import dev.skep.btf.BtfType.Const;
import dev.skep.btf.BtfType.DeclTag;
import dev.skep.btf.BtfType.Func;
import dev.skep.btf.BtfType.Restrict;
import dev.skep.btf.BtfType.Struct;
import dev.skep.btf.BtfType.TypeTag;
import dev.skep.btf.BtfType.Typedef;
import dev.skep.btf.BtfType.Var;
import dev.skep.btf.BtfType.Volatile;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A set of BTF types, addressed by id. Id 0 is {@code void}.
 *
 * <p>Split BTF (a module's, on top of the kernel's) continues the ids of its base. Implementations
 * are immutable and safe to share between threads. Types are decoded when first asked for, so that
 * a kernel's 150,000 types cost little until they are used.
 *
 * <p>Every method that follows references throws {@link BtfFormatException} if a chain of modifiers
 * is longer than {@link #MAX_DEPTH} (the kernel's and libbpf's limit), which a cycle is.
 */
public interface Btf {

  /** Longest chain of typedefs, modifiers and arrays that is followed. */
  int MAX_DEPTH = 32;

  /** One more than the highest id. */
  int typeCount();

  /**
   * The type of an id.
   *
   * @throws BtfFormatException if there is no such type
   */
  BtfType type(int id);

  /** Ids of the types with this name, of any kind, ascending. */
  List<Integer> idsNamed(String name);

  /** The first id that does not belong to the base: 1 if this is no split BTF. */
  default int firstOwnId() {
    return 1;
  }

  /** Size of a pointer in bytes; BPF's own is 8, and so is a 64-bit kernel's. */
  default int pointerSize() {
    return 8;
  }

  /**
   * Ids of the types whose name without flavour ({@code ___x}, see {@link #essentialName}) is the
   * given one, ascending: the candidates of a CO-RE relocation.
   */
  default List<Integer> idsWithEssentialName(String essentialName) {
    var ids = new ArrayList<Integer>();
    for (int id = 1; id < typeCount(); id++) {
      if (essentialName(type(id).name()).equals(essentialName)) {
        ids.add(id);
      }
    }
    return ids;
  }

  /**
   * The decl tags on a type ({@code component} -1), or on its member or parameter, in the order of
   * their ids.
   */
  default List<String> declTags(int typeId, int component) {
    var tags = new ArrayList<String>();
    for (int id = 1; id < typeCount(); id++) {
      if (type(id) instanceof DeclTag tag && tag.type() == typeId && tag.component() == component) {
        tags.add(tag.name());
      }
    }
    return tags;
  }

  /** The lowest id with a name whose type satisfies {@code wanted}. */
  default OptionalInt find(String name, Predicate<? super BtfType> wanted) {
    for (int id : idsNamed(name)) {
      if (wanted.test(type(id))) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  /** The lowest id with a name and of a kind, such as {@code find("task_struct", Struct.class)}. */
  default OptionalInt find(String name, Class<? extends BtfType> kind) {
    return find(name, kind::isInstance);
  }

  /** The struct (not union) of a name. */
  default OptionalInt findStruct(String name) {
    return find(name, type -> type instanceof Struct s && !s.union());
  }

  /** The union of a name. */
  default OptionalInt findUnion(String name) {
    return find(name, type -> type instanceof Struct s && s.union());
  }

  /** The function of a name. */
  default OptionalInt findFunc(String name) {
    return find(name, Func.class);
  }

  /** The typedef of a name. */
  default OptionalInt findTypedef(String name) {
    return find(name, Typedef.class);
  }

  /** The variable of a name. */
  default OptionalInt findVar(String name) {
    return find(name, Var.class);
  }

  /** The enumeration of a name, of 32 or 64 bits. */
  default OptionalInt findEnum(String name) {
    return find(name, type -> type instanceof BtfType.Enum || type instanceof BtfType.Enum64);
  }

  /** The id behind {@code const}, {@code volatile}, {@code restrict} and type tags. */
  default int skipModifiers(int id) {
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
      switch (type(id)) {
        case Const c -> id = c.type();
        case Volatile v -> id = v.type();
        case Restrict r -> id = r.type();
        case TypeTag t -> id = t.type();
        default -> {
          return id;
        }
      }
    }
    throw BtfFormatException.tooDeep(id);
  }

  /** The id behind modifiers and typedefs: a struct, an integer, a pointer, and so on. */
  default int resolve(int id) {
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
      int bare = skipModifiers(id);
      if (!(type(bare) instanceof Typedef typedef)) {
        return bare;
      }
      id = typedef.type();
    }
    throw BtfFormatException.tooDeep(id);
  }

  /** The type behind modifiers and typedefs. */
  default BtfType resolved(int id) {
    return type(resolve(id));
  }

  /**
   * Size of a type in bytes, or -1 if it has none ({@code void}, functions, forward declarations,
   * or an array larger than 2³²-1).
   */
  default long sizeOf(int id) {
    return BtfLayout.sizeOf(this, id);
  }

  /** Alignment of a type in bytes as C lays it out without attributes; 0 if it has no size. */
  default int alignOf(int id) {
    return BtfLayout.alignOf(this, id);
  }

  /**
   * The type tags ({@code user}, {@code rcu}, {@code percpu_kptr} …) on what a pointer points to,
   * outermost first; modifiers between them are skipped, typedefs are not.
   *
   * @param pointerId a pointer, or a modifier or typedef of one
   */
  default List<String> typeTags(int pointerId) {
    if (!(resolved(pointerId) instanceof BtfType.Ptr pointer)) {
      return List.of();
    }
    var tags = new ArrayList<String>();
    int id = pointer.type();
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
      switch (type(id)) {
        case Const c -> id = c.type();
        case Volatile v -> id = v.type();
        case Restrict r -> id = r.type();
        case TypeTag t -> {
          tags.add(t.name());
          id = t.type();
        }
        default -> {
          return tags;
        }
      }
    }
    throw BtfFormatException.tooDeep(id);
  }

  /**
   * The member of a name, looked for in anonymous inner structs and unions too, as C does.
   *
   * @param structId a struct or union, or a modifier or typedef of one
   * @return the member with its offset from the start of {@code structId}, or null
   */
  default @Nullable MemberPlace findMember(int structId, String name) {
    return BtfLayout.findMember(this, structId, name);
  }

  /**
   * The first member, of the struct itself, that covers a byte; in a union the first of them all.
   *
   * @return the member with its offset, or null in padding, past the end, or without a struct
   */
  default @Nullable MemberPlace memberAt(int structId, long byteOffset) {
    return BtfLayout.memberAt(this, structId, byteOffset);
  }

  /**
   * A member's place in an enclosing struct.
   *
   * @param member the member as its own struct declares it
   * @param structId that struct
   * @param index the member's index in it
   * @param bitOffset offset from the start of the enclosing struct, in bits
   */
  record MemberPlace(BtfType.Member member, int structId, int index, long bitOffset) {
    /** The offset in whole bytes. */
    public long byteOffset() {
      return bitOffset / 8;
    }
  }

  /**
   * A name without its flavour: everything from the last {@code ___} that has at least one
   * character before it and after it. CO-RE ignores flavours, so that a program may describe one
   * kernel type in several ways.
   */
  static String essentialName(String name) {
    for (int i = name.length() - 5; i >= 0; i--) {
      if (name.charAt(i) != '_' && name.startsWith("___", i + 1) && name.charAt(i + 4) != '_') {
        return name.substring(0, i + 1);
      }
    }
    return name;
  }
}
