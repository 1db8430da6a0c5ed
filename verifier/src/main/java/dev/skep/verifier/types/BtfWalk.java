package dev.skep.verifier.types;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.Behaviour;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Rejection;
import dev.skep.verifier.state.TypeFlags;
import org.jspecify.annotations.Nullable;

/** What lies at a place in a structure ({@code btf_struct_walk}, {@code btf_struct_ids_match}). */
public final class BtfWalk {

  /** Where one step ended. */
  public sealed interface Walked {}

  /** Where an access ended. */
  public sealed interface Found extends Walked {}

  /** A number, or bytes that are as good as one. */
  public record Scalar() implements Found {}

  /**
   * A pointer to a structure.
   *
   * @param member the pointer's name
   * @param typeId the structure that it points to
   * @param flags what tags and unions on the way say: {@link TypeFlags}
   */
  public record ToStruct(String member, int typeId, int flags) implements Found {}

  /** A pointer to something that is no structure. */
  public record ToOther() implements Found {}

  /** Nothing: the log says why. */
  public record Nothing(String errno) implements Found {}

  /** The start of an inner structure, by id. */
  private record Inner(int typeId) implements Walked {}

  private static final Found SCALAR = new Scalar();
  private static final Found TO_OTHER = new ToOther();
  private static final Found DENIED = new Nothing("EACCES");
  private static final Found INVALID = new Nothing("EINVAL");

  /** Longest way through inner structures: deeper ones do not exist, a cycle must end. */
  private static final int MAX_DEPTH = 64;

  private final Environment env;
  private int flags;

  public BtfWalk(Environment env) {
    this.env = env;
  }

  /**
   * Walks to where an access goes ({@code btf_struct_access}).
   *
   * @param flexible whether the end may be an array of any length
   */
  Found access(Btf btf, int typeId, int off, int size, boolean flexible) {
    flags = 0;
    int id = typeId;
    int at = off;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      switch (walk(btf, id, at, size, flexible)) {
        case Found found -> {
          return found;
        }
        case Inner(int inner) -> id = inner;
      }
      at = 0;
    }
    throw env.notModelled("structures nested deeper than " + MAX_DEPTH);
  }

  /** The access, or the end of the verification. */
  public Found require(Btf btf, int typeId, int off, int size, boolean flexible) {
    Found found = access(btf, typeId, off, size, flexible);
    if (found instanceof Nothing(String errno)) {
      throw new Rejection(errno);
    }
    return found;
  }

  /**
   * Whether a pointer with an offset also is one to another structure, because that is the first
   * member, or the member there.
   */
  public boolean idsMatch(
      Btf btf, int typeId, int off, Btf neededBtf, int neededId, boolean strict, boolean flexible) {
    boolean same = btf == neededBtf;
    if (off == 0 && same && typeId == neededId) {
      return true;
    }
    if (strict) {
      return false;
    }
    flags = 0;
    int id = typeId;
    int at = off;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      if (!(walk(btf, id, at, 1, flexible) instanceof Inner(int inner))) {
        return false;
      }
      if (same && inner == neededId) {
        return true;
      }
      id = inner;
      at = 0;
    }
    return false;
  }

  private Walked walk(Btf btf, int typeId, int offset, int size, boolean flexible) {
    int off = offset;
    int id = typeId;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      id = btf.resolve(id);
      if (!(btf.type(id) instanceof BtfType.Struct struct)) {
        env.log.message("Type '" + nameOf(btf.type(id)) + "' is not a struct");
        return INVALID;
      }
      if (struct.union()
          && struct.members().size() != 1
          && env.kernel.has(Behaviour.MARKS_UNIONS_UNTRUSTED)) {
        flags |= TypeFlags.PTR_UNTRUSTED;
      }
      if (Integer.toUnsignedLong(off) + size > struct.size()) {
        int element = flexible ? flexibleElement(btf, struct, off) : 0;
        if (element == 0) {
          env.log.message(
              "access beyond struct "
                  + nameOf(struct)
                  + " at off "
                  + Integer.toUnsignedString(off)
                  + " size "
                  + size);
          return DENIED;
        }
        if (!(btf.type(element) instanceof BtfType.Struct inner)) {
          return SCALAR;
        }
        off = (off - struct.members().getLast().bitOffset() / 8) % inner.size();
        id = element;
        continue;
      }
      @Nullable Step step = step(btf, struct, off, size);
      if (step == null) {
        env.log.message("struct " + nameOf(struct) + " doesn't have field at offset " + off);
        return INVALID;
      }
      if (step.found() != null) {
        return step.found();
      }
      if (off == step.start()) {
        return new Inner(step.typeId());
      }
      off -= step.start();
      id = step.typeId();
    }
    throw env.notModelled("structures nested deeper than " + MAX_DEPTH);
  }

  /** The element of an array without length at a structure's end, 0 if there is none. */
  private static int flexibleElement(Btf btf, BtfType.Struct struct, int off) {
    if (struct.members().isEmpty()) {
      return 0;
    }
    BtfType.Member last = struct.members().getLast();
    if (!(btf.resolved(last.type()) instanceof BtfType.Array array)
        || array.count() != 0
        || off < last.bitOffset() / 8) {
      return 0;
    }
    int element = btf.resolve(array.elementType());
    return switch (btf.type(element)) {
      case BtfType.Int i -> element;
      case BtfType.Struct s -> s.size() > 0 ? element : 0;
      default -> 0;
    };
  }

  /** One structure's answer: an end, or an inner structure and where it starts. */
  private record Step(@Nullable Found found, int typeId, int start) {
    static Step end(Found found) {
      return new Step(found, 0, 0);
    }
  }

  private @Nullable Step step(Btf btf, BtfType.Struct struct, int off, int size) {
    for (BtfType.Member member : struct.members()) {
      int start = member.bitOffset() / 8;
      if (off + size <= start) {
        return null;
      }
      if (member.bitSize() != 0) {
        int end = (member.bitOffset() + member.bitSize() + 7) / 8;
        if (off <= start && end <= off + size) {
          return Step.end(SCALAR);
        }
        continue;
      }
      if (off < start) {
        return null;
      }
      Shape shape = Shape.of(btf, member.type());
      if (shape == null) {
        env.log.message("field " + member.name() + " doesn't have size");
        return Step.end(new Nothing("EFAULT"));
      }
      long end = start + shape.size() * shape.count();
      if (off >= end) {
        continue;
      }
      if (shape.array()) {
        start += (int) ((off - start) / shape.size() * shape.size());
      }
      return inMember(btf, struct, member, shape, start, end, off, size);
    }
    return null;
  }

  private Step inMember(
      Btf btf,
      BtfType.Struct struct,
      BtfType.Member member,
      Shape shape,
      int start,
      long end,
      int off,
      int size) {
    BtfType type = btf.resolved(shape.typeId());
    if (type instanceof BtfType.Struct) {
      return new Step(null, shape.typeId(), start);
    }
    if (type instanceof BtfType.Ptr pointer) {
      if (shape.size() != size || off != start) {
        env.log.message(
            "cannot access ptr member %s with moff %d in struct %s with off %d size %d"
                .formatted(member.name(), start, nameOf(struct), off, size));
        return Step.end(DENIED);
      }
      int pointee = btf.resolve(pointer.type());
      if (btf.type(pointee) instanceof BtfType.Struct) {
        return Step.end(new ToStruct(member.name(), pointee, flags | tag(btf, pointer)));
      }
      if (env.kernel.has(Behaviour.FOLLOWS_POINTERS_TO_ANYTHING)) {
        return Step.end(TO_OTHER);
      }
    }
    if (off + size > end && (flags & TypeFlags.PTR_UNTRUSTED) == 0) {
      env.log.message(
          "access beyond the end of member %s (mend:%d) in struct %s with off %d size %d"
              .formatted(member.name(), end, nameOf(struct), off, size));
      return Step.end(DENIED);
    }
    return Step.end(SCALAR);
  }

  /** What the outermost type tag on a pointer's target means. */
  public static int tag(Btf btf, BtfType.Ptr pointer) {
    if (!(btf.type(pointer.type()) instanceof BtfType.TypeTag tag) || tag.attribute()) {
      return 0;
    }
    return switch (tag.name()) {
      case "user" -> TypeFlags.MEM_USER;
      case "percpu" -> TypeFlags.MEM_PERCPU;
      case "rcu" -> TypeFlags.MEM_RCU;
      default -> 0;
    };
  }

  private static String nameOf(BtfType type) {
    return type instanceof BtfType.Void || type.name().isEmpty() ? "(anon)" : type.name();
  }

  /**
   * A member's type with its arrays flattened ({@code __btf_resolve_size}).
   *
   * @param typeId of the element, or of the member itself behind typedefs and modifiers
   * @param size of one element
   * @param count elements of all dimensions, 1 for what is no array
   */
  private record Shape(int typeId, long size, long count, boolean array) {

    static @Nullable Shape of(Btf btf, int memberType) {
      int id = btf.resolve(memberType);
      long count = 1;
      int element = 0;
      for (int depth = 0; btf.type(id) instanceof BtfType.Array array; depth++) {
        if (depth > Btf.MAX_DEPTH) {
          return null;
        }
        count *= Integer.toUnsignedLong(array.count());
        element = array.elementType();
        id = btf.resolve(element);
      }
      long size = btf.sizeOf(id);
      if (size < 0) {
        return null;
      }
      return element == 0 ? new Shape(id, size, 1, false) : new Shape(element, size, count, true);
    }
  }
}
