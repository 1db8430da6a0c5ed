package dev.skep.object.fields;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.SpecialField;
import dev.skep.object.fields.ValueFields.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the kernel's fields in a type: {@code btf_parse_fields}, Linux 6.18. It looks into structs
 * and arrays of them, behind no typedef or modifier, and gives up on the whole type where one field
 * is not as it should be.
 */
final class FieldSearch {

  /** {@code MAX_RESOLVE_DEPTH}: structs in structs, and arrays of arrays. */
  private static final int MAX_DEPTH = 32;

  /** {@code BTF_FIELDS_MAX}. */
  private static final int MAX_FIELDS = 11;

  /** Of these a struct has at most one. */
  private static final Set<SpecialField> UNIQUE =
      EnumSet.of(
          SpecialField.SPIN_LOCK,
          SpecialField.RES_SPIN_LOCK,
          SpecialField.TIMER,
          SpecialField.WORKQUEUE,
          SpecialField.TASK_WORK,
          SpecialField.REFCOUNT);

  /** Only of these there may be arrays ({@code btf_repeat_fields}). */
  private static final Set<SpecialField> REPEATABLE =
      EnumSet.of(
          SpecialField.KPTR_UNREF,
          SpecialField.KPTR_REF,
          SpecialField.KPTR_PERCPU,
          SpecialField.UPTR,
          SpecialField.LIST_HEAD,
          SpecialField.RB_ROOT);

  /** The kernel gives up on the type. */
  private static final class GivenUp extends Exception {
    private static final long serialVersionUID = 1;

    GivenUp() {
      super(null, null, false, false);
    }
  }

  private final Btf btf;
  private final @Nullable Btf kernel;
  private final Set<SpecialField> wanted;

  FieldSearch(Btf btf, @Nullable Btf kernel, Set<SpecialField> wanted) {
    this.btf = btf;
    this.kernel = kernel;
    this.wanted = wanted;
  }

  /** Whether a struct has such a member itself, not only inside others. */
  static boolean hasOwn(Btf btf, int id) {
    if (!(btf.type(id) instanceof BtfType.Struct struct)) {
      return false;
    }
    for (BtfType.Member member : struct.members()) {
      BtfType type = btf.type(member.type());
      if (type instanceof BtfType.Struct s) {
        SpecialField kind = SpecialField.ofStruct(s.name());
        if (kind != null && SpecialField.IN_OBJECTS.contains(kind)) {
          return true;
        }
      } else if (type instanceof BtfType.Ptr p
          && btf.type(p.type()) instanceof BtfType.TypeTag tag
          && SpecialField.ofTag(tag.name()) != null) {
        return true;
      }
    }
    return false;
  }

  /** The fields by ascending offset; none where the kernel gives up. */
  List<Field> of(int typeId) {
    try {
      List<Field> found =
          switch (btf.type(typeId)) {
            case BtfType.Struct s when !s.union() -> inStruct(s, typeId, 0);
            case BtfType.Datasec d -> inSection(d);
            default -> List.of();
          };
      return checked(found);
    } catch (GivenUp unusable) {
      return List.of();
    }
  }

  private static List<Field> checked(List<Field> found) throws GivenUp {
    List<Field> sorted = found.stream().sorted(Comparator.comparingInt(Field::offset)).toList();
    int next = 0;
    for (Field field : sorted) {
      if (field.offset() < next) {
        throw new GivenUp();
      }
      next = field.offset() + field.size();
    }
    Set<SpecialField> kinds = EnumSet.noneOf(SpecialField.class);
    sorted.forEach(f -> kinds.add(f.kind()));
    boolean locked =
        kinds.contains(SpecialField.SPIN_LOCK) || kinds.contains(SpecialField.RES_SPIN_LOCK);
    boolean holds = kinds.contains(SpecialField.LIST_HEAD) || kinds.contains(SpecialField.RB_ROOT);
    boolean twoNodes =
        kinds.contains(SpecialField.LIST_NODE) && kinds.contains(SpecialField.RB_NODE);
    if (holds && !locked || twoNodes && !kinds.contains(SpecialField.REFCOUNT)) {
      throw new GivenUp();
    }
    return sorted;
  }

  private List<Field> inStruct(BtfType.Struct struct, int id, int depth) throws GivenUp {
    List<Field> found = new ArrayList<>();
    Set<SpecialField> seen = EnumSet.noneOf(SpecialField.class);
    for (int i = 0; i < struct.members().size(); i++) {
      BtfType.Member member = struct.members().get(i);
      if (member.bitOffset() % 8 != 0) {
        // Even where it is a bit field of a number that nobody looks for.
        throw new GivenUp();
      }
      add(found, one(member.type(), member.bitOffset() / 8, new Tagged(id, i), seen, depth));
    }
    return found;
  }

  private List<Field> inSection(BtfType.Datasec section) throws GivenUp {
    List<Field> found = new ArrayList<>();
    Set<SpecialField> seen = EnumSet.noneOf(SpecialField.class);
    for (BtfType.SectionVar place : section.vars()) {
      if (btf.type(place.type()) instanceof BtfType.Var variable) {
        Tagged tagged = new Tagged(place.type(), -1);
        add(found, one(variable.type(), place.offset(), tagged, seen, 0));
      }
    }
    return found;
  }

  private static void add(List<Field> to, List<Field> more) throws GivenUp {
    to.addAll(more);
    if (to.size() > MAX_FIELDS) {
      throw new GivenUp();
    }
  }

  /** What declaration tags are looked for at: a member of a struct, or a variable. */
  private record Tagged(int type, int component) {}

  /** The fields of a member or variable: {@code btf_find_field_one}. */
  private List<Field> one(int typeId, int offset, Tagged tagged, Set<SpecialField> seen, int depth)
      throws GivenUp {
    long count = 1;
    int element = typeId;
    int nested = 0;
    while (btf.type(element) instanceof BtfType.Array array) {
      if (++nested == MAX_DEPTH) {
        throw new GivenUp();
      }
      count = Math.min(count * Integer.toUnsignedLong(array.count()), Integer.MAX_VALUE);
      element = array.elementType();
    }
    if (count == 0) {
      return List.of();
    }
    BtfType type = btf.type(element);
    SpecialField kind =
        type instanceof BtfType.Struct named ? SpecialField.ofStruct(named.name()) : null;
    if (kind != null && wanted.contains(kind)) {
      if (UNIQUE.contains(kind) && !seen.add(kind)) {
        throw new GivenUp();
      }
      BtfType.Struct struct = (BtfType.Struct) type;
      if (struct.union() || struct.size() != kind.size() || offset % kind.alignment() != 0) {
        return List.of();
      }
      return repeated(List.of(field(kind, offset, tagged)), count, kind.size());
    }
    if (type instanceof BtfType.Struct struct && !struct.union()) {
      if (depth + 1 >= MAX_DEPTH) {
        throw new GivenUp();
      }
      List<Field> inside = new ArrayList<>();
      for (Field f : inStruct(struct, element, depth + 1)) {
        inside.add(moved(f, offset));
      }
      return repeated(inside, count, struct.size());
    }
    Field pointer = offset % 8 == 0 ? pointer(element, offset) : null;
    return pointer == null ? List.of() : repeated(List.of(pointer), count, 8);
  }

  private static Field moved(Field f, int by) {
    return new Field(f.kind(), f.offset() + by, f.size(), f.btf(), f.typeId(), f.nodeOffset());
  }

  private static List<Field> repeated(List<Field> once, long count, int stride) throws GivenUp {
    if (once.isEmpty() || count == 1) {
      return once;
    }
    if (once.stream().anyMatch(f -> !REPEATABLE.contains(f.kind()))
        || once.size() * count > MAX_FIELDS) {
      throw new GivenUp();
    }
    List<Field> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      for (Field f : once) {
        all.add(moved(f, i * stride));
      }
    }
    return all;
  }

  /** A pointer with a tag: {@code btf_find_kptr}; null for any other type. */
  private @Nullable Field pointer(int typeId, int offset) throws GivenUp {
    BtfType type = btf.type(typeId);
    if (type instanceof BtfType.Volatile v) {
      type = btf.type(v.type());
    }
    if (!(type instanceof BtfType.Ptr pointer)
        || !(btf.type(pointer.type()) instanceof BtfType.TypeTag tag)
        || tag.attribute()) {
      return null;
    }
    SpecialField kind = SpecialField.ofTag(tag.name());
    if (btf.type(tag.type()) instanceof BtfType.TypeTag || kind == null) {
      throw new GivenUp();
    }
    if (!wanted.contains(kind)) {
      return null;
    }
    int pointee = btf.resolve(tag.type());
    if (!(btf.type(pointee) instanceof BtfType.Struct struct) || struct.union()) {
      throw new GivenUp();
    }
    // A type that the kernel has, too, is the kernel's; another one is local.
    if (kind != SpecialField.UPTR && kernel != null) {
      var id = kernel.findStruct(struct.name());
      if (id.isPresent()) {
        return new Field(kind, offset, 8, kernel, id.getAsInt(), 0);
      }
    }
    return new Field(kind, offset, 8, btf, pointee, 0);
  }

  /** A list or tree says with a declaration tag, {@code contains:STRUCT:MEMBER}, what it holds. */
  private Field field(SpecialField kind, int offset, Tagged tagged) throws GivenUp {
    if (kind != SpecialField.LIST_HEAD && kind != SpecialField.RB_ROOT) {
      return new Field(kind, offset, kind.size(), btf, 0, 0);
    }
    String node = kind == SpecialField.LIST_HEAD ? "bpf_list_node" : "bpf_rb_node";
    for (String tag : btf.declTags(tagged.type(), tagged.component())) {
      String[] words = tag.split(":", -1);
      if (words.length != 3 || !words[0].equals("contains")) {
        continue;
      }
      var id = btf.findStruct(words[1]);
      if (id.isPresent() && btf.type(id.getAsInt()) instanceof BtfType.Struct s) {
        for (BtfType.Member member : s.members()) {
          if (member.name().equals(words[2])
              && btf.type(member.type()) instanceof BtfType.Struct type
              && type.name().equals(node)) {
            int at = member.bitOffset() / 8;
            return new Field(kind, offset, kind.size(), btf, id.getAsInt(), at);
          }
        }
      }
    }
    throw new GivenUp();
  }
}
