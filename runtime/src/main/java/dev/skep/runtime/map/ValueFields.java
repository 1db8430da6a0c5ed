package dev.skep.runtime.map;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.object.MapSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a map's value that only helpers may touch: spin locks, timers, kernel pointers, list
 * and tree roots. Updates leave them alone, and new elements start with zeros there.
 */
public final class ValueFields {

  /** What a field is: the kernel's {@code enum btf_field_type}. */
  public enum Kind {
    BPF_SPIN_LOCK,
    BPF_RES_SPIN_LOCK,
    BPF_TIMER,
    BPF_WQ,
    BPF_LIST_HEAD,
    BPF_LIST_NODE,
    BPF_RB_ROOT,
    BPF_RB_NODE,
    BPF_REFCOUNT,
    BPF_TASK_WORK,
    KPTR
  }

  /** One field; offset and size in bytes. */
  public record Field(Kind kind, int offset, int size) {}

  static final ValueFields NONE = new ValueFields(List.of());

  private static final int MAX_FIELDS = 64;

  private final List<Field> fields;

  private ValueFields(List<Field> fields) {
    this.fields = List.copyOf(fields);
  }

  /** The fields of a map's values; none without types. */
  static ValueFields of(MapSpec spec) {
    Btf btf = spec.btf();
    if (btf == null || spec.btfValueTypeId() == 0) {
      return NONE;
    }
    return of(btf, spec.btfValueTypeId(), spec.valueSize());
  }

  /** The fields of a type. */
  public static ValueFields of(Btf btf, int typeId, int size) {
    List<Field> found = new ArrayList<>();
    collect(btf, typeId, 0, 0, found);
    found.removeIf(f -> f.offset < 0 || f.offset + f.size > size);
    found.sort(Comparator.comparingInt(Field::offset));
    return found.isEmpty() ? NONE : new ValueFields(found);
  }

  private static void collect(Btf btf, int typeId, long at, int depth, List<Field> found) {
    if (depth > 8 || typeId == 0 || found.size() >= MAX_FIELDS) {
      return;
    }
    int resolved = btf.resolve(typeId);
    switch (btf.type(resolved)) {
      case BtfType.Struct s -> {
        Kind kind = kindOf(s.name());
        if (kind != null) {
          found.add(new Field(kind, (int) at, s.size()));
          return;
        }
        for (BtfType.Member member : s.members()) {
          collect(btf, member.type(), at + member.bitOffset() / 8, depth + 1, found);
        }
      }
      case BtfType.Array array -> {
        long size = btf.sizeOf(array.elementType());
        for (int i = 0; size > 0 && i < Math.min(array.count(), MAX_FIELDS); i++) {
          int before = found.size();
          collect(btf, array.elementType(), at + i * size, depth + 1, found);
          if (found.size() == before) {
            return;
          }
        }
      }
      case BtfType.Datasec section -> {
        for (BtfType.SectionVar v : section.vars()) {
          collect(btf, v.type(), at + v.offset(), depth + 1, found);
        }
      }
      case BtfType.Var v -> collect(btf, v.type(), at, depth + 1, found);
      case BtfType.Ptr p -> {
        if (btf.typeTags(resolved).stream()
            .anyMatch(t -> t.startsWith("kptr") || t.equals("percpu_kptr") || t.equals("uptr"))) {
          found.add(new Field(Kind.KPTR, (int) at, 8));
        }
      }
      case BtfType other -> {}
    }
  }

  private static @Nullable Kind kindOf(String struct) {
    if (!struct.startsWith("bpf_")) {
      return null;
    }
    for (Kind kind : Kind.values()) {
      if (kind != Kind.KPTR && kind.name().toLowerCase(Locale.ROOT).equals(struct)) {
        return kind;
      }
    }
    return null;
  }

  /** All fields by ascending offset. */
  public List<Field> all() {
    return fields;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** Whether there is a spin lock, which {@code BPF_F_LOCK} takes. */
  public boolean hasLock() {
    return fields.stream()
        .anyMatch(f -> f.kind == Kind.BPF_SPIN_LOCK || f.kind == Kind.BPF_RES_SPIN_LOCK);
  }

  /** Where the spin lock is, -1 without one. */
  public int lockOffset() {
    for (Field field : fields) {
      if (field.kind == Kind.BPF_SPIN_LOCK || field.kind == Kind.BPF_RES_SPIN_LOCK) {
        return field.offset;
      }
    }
    return -1;
  }

  /** Where in its value the field at an address is. */
  public int offsetOf(long address, BpfMap map) {
    for (Field field : fields) {
      if (map.isValue(address - field.offset)) {
        return field.offset;
      }
    }
    return 0;
  }

  /** Copies a value but for its fields. */
  public void copy(byte[] from, int at, byte[] to, int index, int size) {
    int done = 0;
    for (Field field : fields) {
      if (field.offset > done) {
        System.arraycopy(from, at + done, to, index + done, field.offset - done);
      }
      done = Math.max(done, field.offset + field.size);
    }
    if (done < size) {
      System.arraycopy(from, at + done, to, index + done, size - done);
    }
  }

  /** Fills the fields with zeros: a new element, or a copy that user space gets. */
  public void clear(byte[] value, int index) {
    for (Field field : fields) {
      Arrays.fill(value, index + field.offset, index + field.offset + field.size, (byte) 0);
    }
  }
}
