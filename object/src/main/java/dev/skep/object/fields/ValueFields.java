package dev.skep.object.fields;

import dev.skep.btf.Btf;
import dev.skep.catalog.SpecialField;
import dev.skep.object.MapSpec;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a map's value or of an allocated object that the kernel owns: {@code struct
 * btf_record}. Where the kernel gives up on a type (too many fields, a second lock, a list without
 * one), it has no such fields at all, and its bytes are like any others.
 */
public final class ValueFields {

  /**
   * One field.
   *
   * @param offset from the start of the value, in bytes
   * @param size in bytes
   * @param btf where {@code typeId} is: the kernel's types, or the program's for local objects
   * @param typeId what a pointer points to, or what a list or tree holds; 0 for other fields
   * @param nodeOffset for a list head or tree root, the node's offset in what it holds
   */
  public record Field(
      SpecialField kind, int offset, int size, Btf btf, int typeId, int nodeOffset) {}

  /** No fields. */
  public static final ValueFields NONE = new ValueFields(List.of());

  private final List<Field> fields;

  private ValueFields(List<Field> fields) {
    this.fields = fields;
  }

  /**
   * The fields of a map's values ({@code map_check_btf}); none without types.
   *
   * @param kernel the kernel's types, in which pointers are looked up; null if they are not known
   */
  public static ValueFields ofMap(MapSpec map, @Nullable Btf kernel) {
    Btf btf = map.btf();
    if (btf == null || map.btfValueTypeId() == 0) {
      return NONE;
    }
    return of(btf, btf.resolve(map.btfValueTypeId()), kernel, SpecialField.IN_MAPS);
  }

  /**
   * The fields of a type that programs allocate ({@code btf_parse_struct_metas}): only a type that
   * has such a member itself has any.
   *
   * @param kernel as for {@link #ofMap}
   */
  public static ValueFields ofObject(Btf btf, int typeId, @Nullable Btf kernel) {
    return FieldSearch.hasOwn(btf, typeId)
        ? of(btf, typeId, kernel, SpecialField.IN_OBJECTS)
        : NONE;
  }

  private static ValueFields of(
      Btf btf, int typeId, @Nullable Btf kernel, Set<SpecialField> wanted) {
    List<Field> found = new FieldSearch(btf, kernel, wanted).of(typeId);
    return found.isEmpty() ? NONE : new ValueFields(found);
  }

  /** All of them, by ascending offset. */
  public List<Field> all() {
    return fields;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** The first field of a kind, or null. */
  public @Nullable Field first(SpecialField kind) {
    for (Field field : fields) {
      if (field.kind() == kind) {
        return field;
      }
    }
    return null;
  }

  /** Whether a field of a kind is in it ({@code btf_record_has_field}). */
  public boolean has(SpecialField kind) {
    return first(kind) != null;
  }

  /** Whether there is a spin lock, which {@code BPF_F_LOCK} takes. */
  public boolean hasLock() {
    return has(SpecialField.SPIN_LOCK) || has(SpecialField.RES_SPIN_LOCK);
  }

  /** Whether any kptr is in it. */
  public boolean hasKptr() {
    return fields.stream().anyMatch(f -> f.kind().isKptr());
  }

  /** The field of a kind at an offset, or null. */
  public @Nullable Field at(long offset, SpecialField kind) {
    for (Field field : fields) {
      if (field.offset() == offset && field.kind() == kind) {
        return field;
      }
    }
    return null;
  }

  /** The pointer field at an offset, or null. */
  public @Nullable Field pointerAt(long offset) {
    for (Field field : fields) {
      if (field.offset() == offset && field.kind().isPointer()) {
        return field;
      }
    }
    return null;
  }
}
