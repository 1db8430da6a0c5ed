package dev.skep.object.core;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfExt.CoreRecord;
import dev.skep.btf.BtfKind;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Enumerator;
import dev.skep.object.core.CoreSpec.Accessor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resolves CO-RE relocations of one object against one kernel, as libbpf does.
 *
 * <p>Candidates are the kernel's types of the same kind and name, flavours ignored. Each is matched
 * against the access; all that match must come to the same answer. Candidates that once did not
 * match are not asked again for the same local type, which libbpf does too and which can decide
 * between flavours.
 */
public final class CoreResolver {

  private final Btf local;
  private final Btf target;
  private final TypeMatch types;
  private final Map<Integer, List<Integer>> candidates = new HashMap<>();

  /** For the program's types against the kernel's. */
  public CoreResolver(Btf local, Btf target) {
    this.local = local;
    this.target = target;
    this.types = new TypeMatch(local, target);
  }

  /**
   * Resolves one relocation.
   *
   * @throws CoreException if libbpf would refuse it
   * @throws dev.skep.btf.BtfFormatException if the types are malformed
   */
  public CoreResult resolve(CoreRecord record) {
    CoreKind kind = CoreKind.of(record.kind());
    if (kind == null) {
      throw new CoreException("relocation kind " + record.kind() + " is unknown");
    }
    if (record.access().isEmpty()) {
      throw new CoreException("a relocation without an access string");
    }
    int localId = record.typeId();
    CoreSpec wanted = CoreSpec.parse(local, localId, kind, record.access());
    if (kind == CoreKind.TYPE_ID_LOCAL) {
      return found(localId, false, localId);
    }
    if (local.type(localId).name().isEmpty() || localId == 0) {
      throw new CoreException(
          "<%s> of an anonymous type, which has no name to look for".formatted(kind.shortName()));
    }
    List<Integer> all = candidates.computeIfAbsent(localId, this::findCandidates);
    var matching = new ArrayList<Integer>();
    CoreSpec first = null;
    CoreResult.Found result = null;
    for (int id : all) {
      CoreSpec found = match(wanted, id);
      if (found == null) {
        continue;
      }
      CoreResult.Found answer = present(wanted, found);
      if (first == null || result == null) {
        first = found;
        result = answer;
      } else if (found.bitOffset != first.bitOffset) {
        throw ambiguous(wanted, first, found, "they are at different offsets");
      } else if (answer.now() != result.now()) {
        throw ambiguous(
            wanted,
            first,
            found,
            "one gives %d, the other %d".formatted(result.now(), answer.now()));
      }
      matching.add(id);
    }
    if (result != null) {
      candidates.put(localId, matching);
      return result;
    }
    return absent(wanted);
  }

  private static CoreException ambiguous(CoreSpec wanted, CoreSpec a, CoreSpec b, String how) {
    return new CoreException(
        "%s is ambiguous: %s".formatted(wanted.path(), how),
        "one candidate is " + a,
        "another is " + b);
  }

  private List<Integer> findCandidates(int localId) {
    BtfType type = local.type(localId);
    var ids = new ArrayList<Integer>();
    for (int id : target.idsWithEssentialName(Btf.essentialName(type.name()))) {
      if (TypeMatch.sameKind(type, target.type(id))) {
        ids.add(id);
      }
    }
    return ids;
  }

  /** The same part of a candidate, or null if it has none. */
  private @Nullable CoreSpec match(CoreSpec wanted, int candidate) {
    var found = new CoreSpec(target, candidate, wanted.kind);
    if (wanted.kind.type()) {
      boolean same =
          wanted.kind == CoreKind.TYPE_MATCHES
              ? types.matches(wanted.rootId, candidate)
              : types.compatible(wanted.rootId, candidate);
      return same ? found : null;
    }
    if (wanted.kind.enumerator()) {
      return matchEnumerator(wanted, candidate, found) ? found : null;
    }
    int id = candidate;
    for (int i = 0; i < wanted.accessors.size(); i++) {
      Accessor accessor = wanted.accessors.get(i);
      id = target.resolve(id);
      if (accessor.name() != null) {
        Integer next = matchMember(accessor, id, found);
        if (next == null || next < 0) {
          return null;
        }
        id = next;
        continue;
      }
      if (i > 0) {
        if (!(target.type(id) instanceof BtfType.Array array)
            || !CoreSpec.isFlexible(target, found.last(), array)
                && Integer.compareUnsigned(accessor.index(), array.count()) >= 0) {
          return null;
        }
        id = target.resolve(array.elementType());
      }
      found.step(accessor.index());
      found.accessors.add(new Accessor(id, accessor.index(), null));
      found.bitOffset += accessor.index() * CoreSpec.size(target, id) * 8;
    }
    return found;
  }

  private boolean matchEnumerator(CoreSpec wanted, int candidate, CoreSpec found) {
    int id = target.resolve(candidate);
    List<Enumerator> values = CoreSpec.enumerators(target.type(id));
    String name = wanted.last().name();
    if (values == null || name == null) {
      return false;
    }
    for (int i = 0; i < values.size(); i++) {
      if (Btf.essentialName(values.get(i).name()).equals(Btf.essentialName(name))) {
        found.accessors.add(new Accessor(id, i, values.get(i).name()));
        found.step(i);
        return true;
      }
    }
    return false;
  }

  private static final Integer INCOMPATIBLE = -1;

  /**
   * Looks for a member by name, in anonymous members too.
   *
   * @return the member's type; null if there is no such member, {@link #INCOMPATIBLE} if it has a
   *     type that cannot be taken for the program's
   */
  private @Nullable Integer matchMember(Accessor wanted, int structId, CoreSpec found) {
    int id = target.resolve(structId);
    if (!(target.type(id) instanceof BtfType.Struct struct)) {
      return null;
    }
    var localStruct = (BtfType.Struct) local.type(wanted.typeId());
    int localType = localStruct.members().get(wanted.index()).type();
    for (int i = 0; i < struct.members().size(); i++) {
      types.countWork();
      BtfType.Member member = struct.members().get(i);
      found.step(i);
      long before = found.bitOffset;
      found.bitOffset += Integer.toUnsignedLong(member.bitOffset());
      if (member.name().isEmpty()) {
        Integer inner = matchMember(wanted, member.type(), found);
        if (inner != null) {
          return inner;
        }
      } else if (member.name().equals(wanted.name())) {
        if (!types.fieldsCompatible(localType, member.type())) {
          return INCOMPATIBLE;
        }
        found.accessors.add(new Accessor(id, i, member.name()));
        return member.type();
      }
      found.bitOffset = before;
      found.raw.removeLast();
    }
    return null;
  }

  /** What a candidate that matches gives. */
  private CoreResult.Found present(CoreSpec wanted, CoreSpec found) {
    return switch (wanted.kind) {
      case FIELD_EXISTS, ENUMVAL_EXISTS, TYPE_EXISTS, TYPE_MATCHES -> found(1, true, 1);
      case TYPE_ID_LOCAL -> throw new IllegalStateException("has no target");
      case TYPE_ID_TARGET -> found(wanted.rootId, false, found.rootId);
      case TYPE_SIZE -> found(size(local, wanted), true, size(target, found));
      case ENUMVAL_VALUE -> found(value(wanted), true, value(found));
      case FIELD_BYTE_OFFSET, FIELD_BYTE_SIZE, FIELD_SIGNED, FIELD_LSHIFT_U64, FIELD_RSHIFT_U64 ->
          field(FieldValue.of(wanted), FieldValue.of(found));
    };
  }

  /** What it comes to if no candidate matches: an answer for whoever asks whether there is one. */
  private CoreResult absent(CoreSpec wanted) {
    return switch (wanted.kind) {
      case FIELD_EXISTS, ENUMVAL_EXISTS, TYPE_EXISTS, TYPE_MATCHES -> found(1, true, 0);
      case TYPE_ID_LOCAL -> throw new IllegalStateException("has no target");
      case TYPE_ID_TARGET -> found(wanted.rootId, false, 0);
      case TYPE_SIZE -> found(size(local, wanted), true, 0);
      case ENUMVAL_VALUE -> new CoreResult.Poisoned(value(wanted), true, missing(wanted));
      case FIELD_BYTE_OFFSET, FIELD_BYTE_SIZE, FIELD_SIGNED, FIELD_LSHIFT_U64, FIELD_RSHIFT_U64 -> {
        FieldValue original = FieldValue.of(wanted);
        yield new CoreResult.Poisoned(original.value(), original.validate(), missing(wanted));
      }
    };
  }

  private static CoreResult.Found found(long original, boolean validate, long now) {
    return new CoreResult.Found(original, validate, now, CoreResult.FieldSizes.NONE);
  }

  private static long size(Btf types, CoreSpec spec) {
    return CoreSpec.size(types, spec.rootId);
  }

  /** An enumerator's value as libbpf takes it: 32 bits are sign-extended, whatever their sign. */
  private static long value(CoreSpec spec) {
    Accessor last = spec.last();
    return switch (spec.btf.type(last.typeId())) {
      case BtfType.Enum e -> (int) e.values().get(last.index()).value();
      case BtfType.Enum64 e -> e.values().get(last.index()).value();
      case BtfType other -> throw new IllegalStateException("no enumeration: " + other);
    };
  }

  private CoreResult.Found field(FieldValue original, FieldValue now) {
    boolean fits = original.size() == now.size() || resizable(original, now);
    return new CoreResult.Found(
        original.value(),
        original.validate(),
        now.value(),
        new CoreResult.FieldSizes(original.size(), now.size(), fits));
  }

  /** Whether a load of another size gives the same number: pointers and unsigned integers. */
  private boolean resizable(FieldValue original, FieldValue now) {
    BtfType a = local.type(original.typeId());
    BtfType b = target.type(now.typeId());
    return a instanceof BtfType.Ptr && b instanceof BtfType.Ptr
        || a instanceof BtfType.Int x
            && b instanceof BtfType.Int y
            && !plainSigned(x)
            && !plainSigned(y);
  }

  private static boolean plainSigned(BtfType.Int i) {
    return i.signed() && !i.isChar() && !i.isBool();
  }

  private CoreResult.Missing missing(CoreSpec wanted) {
    var notes = new ArrayList<String>();
    notes.add("the program was compiled with " + wanted);
    BtfType root = local.type(wanted.rootId);
    List<Integer> ids = candidates.getOrDefault(wanted.rootId, List.of());
    if (ids.isEmpty()) {
      notes.add(
          "the kernel has no %s %s"
              .formatted(BtfKind.of(root).kernelName(), Btf.essentialName(root.name())));
    }
    for (int id : ids.subList(0, Math.min(ids.size(), 3))) {
      notes.add("candidate " + Explain.lack(local, target, wanted, id));
    }
    return new CoreResult.Missing(BtfKind.of(root).kernelName() + " " + wanted.path(), notes);
  }
}
