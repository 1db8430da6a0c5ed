package dev.skep.object.core;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfKind;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Enumerator;
import dev.skep.btf.BtfType.Member;
import java.util.List;

/**
 * The three relations between a program's type and a kernel's: compatible as a type, compatible as
 * a field, and matching in every detail.
 *
 * <p>Chains are followed {@value #DEPTH} deep; what is deeper is an error, as in libbpf.
 */
public final class TypeMatch {

  private static final int DEPTH = 32;

  private final Btf local;
  private final Btf target;

  /** Comparisons so far: nested structs can branch, so the whole is bounded. */
  private int work;

  private static final int MAX_WORK = 1_000_000;

  /** For types of {@code local} against types of {@code target}. */
  public TypeMatch(Btf local, Btf target) {
    this.local = local;
    this.target = target;
  }

  /** Whether kinds are the same, with the two enumeration kinds counted as one. */
  static boolean sameKind(BtfType a, BtfType b) {
    return kind(a) == kind(b);
  }

  private static BtfKind kind(BtfType type) {
    BtfKind kind = BtfKind.of(type);
    return kind == BtfKind.ENUM64 ? BtfKind.ENUM : kind;
  }

  /**
   * Compatible as a type: the same kinds all along, sizes and names ignored.
   *
   * @throws CoreException if the types are nested too deeply
   */
  public boolean compatible(int localId, int targetId) {
    return compatible(localId, targetId, DEPTH);
  }

  private boolean compatible(int localId, int targetId, int level) {
    if (!sameKind(local.type(localId), target.type(targetId))) {
      return false;
    }
    for (int depth = 0; depth < DEPTH; depth++) {
      countWork();
      BtfType a = local.resolved(localId);
      BtfType b = target.resolved(targetId);
      if (!sameKind(a, b)) {
        return false;
      }
      switch (a) {
        case BtfType.Void _, BtfType.Struct _, BtfType.Enum _, BtfType.Enum64 _, BtfType.Fwd _ -> {
          return true;
        }
        case BtfType.Int i -> {
          return plainIntegers(i, b);
        }
        case BtfType.Ptr p -> {
          localId = p.type();
          targetId = ((BtfType.Ptr) b).type();
        }
        case BtfType.Array array -> {
          localId = array.elementType();
          targetId = ((BtfType.Array) b).elementType();
        }
        case BtfType.FuncProto proto -> {
          var other = (BtfType.FuncProto) b;
          if (proto.params().size() != other.params().size()) {
            return false;
          }
          for (int i = 0; i < proto.params().size(); i++) {
            if (level <= 0) {
              throw tooDeep();
            }
            if (!compatible(
                local.resolve(proto.params().get(i).type()),
                target.resolve(other.params().get(i).type()),
                level - 1)) {
              return false;
            }
          }
          localId = local.resolve(proto.returnType());
          targetId = target.resolve(other.returnType());
        }
        default -> {
          return false;
        }
      }
    }
    throw tooDeep();
  }

  /** Bit-field integers of old BTF are compatible with nothing. */
  private static boolean plainIntegers(BtfType.Int a, BtfType b) {
    return a.bitOffset() == 0 && b instanceof BtfType.Int other && other.bitOffset() == 0;
  }

  /** Compatible as a field: any structs, any pointers, any integers; enumerations by name. */
  boolean fieldsCompatible(int localId, int targetId) {
    for (int depth = 0; depth < DEPTH; depth++) {
      countWork();
      BtfType a = local.resolved(localId);
      BtfType b = target.resolved(targetId);
      if (a instanceof BtfType.Struct && b instanceof BtfType.Struct) {
        return true;
      }
      if (!sameKind(a, b)) {
        return false;
      }
      switch (a) {
        case BtfType.Ptr _, BtfType.Float _ -> {
          return true;
        }
        case BtfType.Fwd _, BtfType.Enum _, BtfType.Enum64 _ -> {
          String nameA = Btf.essentialName(a.name());
          String nameB = Btf.essentialName(b.name());
          return nameA.isEmpty() || nameB.isEmpty() || nameA.equals(nameB);
        }
        case BtfType.Int i -> {
          return plainIntegers(i, b);
        }
        case BtfType.Array array -> {
          localId = array.elementType();
          targetId = ((BtfType.Array) b).elementType();
        }
        default -> {
          return false;
        }
      }
    }
    throw tooDeep();
  }

  /** Matching: every member, enumerator and parameter of the local type is in the target. */
  boolean matches(int localId, int targetId) {
    return matches(localId, targetId, false, DEPTH);
  }

  private boolean matches(int localId, int targetId, boolean behindPointer, int level) {
    if (level <= 0) {
      throw tooDeep();
    }
    for (int depth = 0; depth < DEPTH; depth++) {
      countWork();
      BtfType a = local.resolved(localId);
      BtfType b = target.resolved(targetId);
      if (!namesMatch(name(a), name(b))) {
        return false;
      }
      switch (a) {
        case BtfType.Void _ -> {
          return b instanceof BtfType.Void;
        }
        case BtfType.Fwd forward -> {
          return switch (b) {
            case BtfType.Fwd other -> forward.union() == other.union();
            case BtfType.Struct other -> behindPointer && forward.union() == other.union();
            default -> false;
          };
        }
        case BtfType.Enum _, BtfType.Enum64 _ -> {
          return enumerationsMatch(a, b);
        }
        case BtfType.Struct struct -> {
          if (behindPointer) {
            return switch (b) {
              case BtfType.Struct other -> struct.union() == other.union();
              case BtfType.Fwd other -> struct.union() == other.union();
              default -> false;
            };
          }
          return b instanceof BtfType.Struct other
              && struct.union() == other.union()
              && membersMatch(struct, other, level);
        }
        case BtfType.Int i -> {
          return b instanceof BtfType.Int other
              && i.size() == other.size()
              && i.signed() == other.signed();
        }
        case BtfType.Ptr pointer -> {
          if (!(b instanceof BtfType.Ptr other)) {
            return false;
          }
          behindPointer = true;
          localId = pointer.type();
          targetId = other.type();
        }
        case BtfType.Array array -> {
          if (!(b instanceof BtfType.Array other) || array.count() != other.count()) {
            return false;
          }
          localId = array.elementType();
          targetId = other.elementType();
        }
        case BtfType.FuncProto proto -> {
          if (!(b instanceof BtfType.FuncProto other)
              || proto.params().size() != other.params().size()) {
            return false;
          }
          for (int i = 0; i < proto.params().size(); i++) {
            if (!matches(
                proto.params().get(i).type(),
                other.params().get(i).type(),
                behindPointer,
                level - 1)) {
              return false;
            }
          }
          localId = proto.returnType();
          targetId = other.returnType();
        }
        default -> {
          return false;
        }
      }
    }
    throw tooDeep();
  }

  /** {@code void} has no name in the encoding. */
  private static String name(BtfType type) {
    return type instanceof BtfType.Void ? "" : type.name();
  }

  private static boolean namesMatch(String local, String target) {
    return target.isEmpty()
        ? local.isEmpty()
        : Btf.essentialName(local).equals(Btf.essentialName(target));
  }

  private boolean enumerationsMatch(BtfType a, BtfType b) {
    List<Enumerator> ours = CoreSpec.enumerators(a);
    List<Enumerator> theirs = CoreSpec.enumerators(b);
    if (ours == null || theirs == null || size(a) != size(b) || ours.size() > theirs.size()) {
      return false;
    }
    for (Enumerator value : ours) {
      countWork();
      if (theirs.stream().noneMatch(other -> namesMatch(value.name(), other.name()))) {
        return false;
      }
    }
    return true;
  }

  private static int size(BtfType type) {
    return switch (type) {
      case BtfType.Enum e -> e.size();
      case BtfType.Enum64 e -> e.size();
      default -> -1;
    };
  }

  private boolean membersMatch(BtfType.Struct ours, BtfType.Struct theirs, int level) {
    if (ours.members().size() > theirs.members().size()) {
      return false;
    }
    for (Member member : ours.members()) {
      boolean found = false;
      for (Member other : theirs.members()) {
        if (namesMatch(member.name(), other.name())
            && matches(member.type(), other.type(), false, level - 1)) {
          found = true;
          break;
        }
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  void countWork() {
    if (++work > MAX_WORK) {
      throw new CoreException("comparing the types takes more than " + MAX_WORK + " steps");
    }
  }

  private static CoreException tooDeep() {
    return new CoreException("the types are nested more than " + DEPTH + " deep");
  }
}
