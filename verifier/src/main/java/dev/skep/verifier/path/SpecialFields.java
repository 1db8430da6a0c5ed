package dev.skep.verifier.path;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.object.MapSpec;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a map's value or of an allocated object that the kernel owns: {@code struct
 * btf_record}.
 */
public final class SpecialFields {

  /** {@code enum btf_field_type}. */
  public enum Kind {
    SPIN_LOCK("bpf_spin_lock"),
    RES_SPIN_LOCK("bpf_res_spin_lock"),
    TIMER("bpf_timer"),
    WORKQUEUE("bpf_wq"),
    TASK_WORK("bpf_task_work"),
    LIST_HEAD("bpf_list_head"),
    LIST_NODE("bpf_list_node"),
    RB_ROOT("bpf_rb_root"),
    RB_NODE("bpf_rb_node"),
    REFCOUNT("bpf_refcount"),
    KPTR_UNREF("kptr"),
    KPTR_REF("kptr"),
    KPTR_PERCPU("percpu_kptr"),
    UPTR("uptr");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The field as messages name it ({@code btf_field_type_name}). */
    public String text() {
      return text;
    }

    /** Whether it is a pointer that plain loads and stores may reach. */
    public boolean isPointer() {
      return this == KPTR_UNREF || this == KPTR_REF || this == KPTR_PERCPU || this == UPTR;
    }

    /** Whether it is a pointer to a kernel or local object: {@code BPF_KPTR}. */
    public boolean isKptr() {
      return isPointer() && this != UPTR;
    }

    private static @Nullable Kind ofStruct(String name) {
      for (Kind kind : values()) {
        if (!kind.isPointer() && kind.text.equals(name)) {
          return kind;
        }
      }
      return null;
    }
  }

  /**
   * One field.
   *
   * @param offset from the start of the value, in bytes
   * @param size in bytes
   * @param btf where {@code typeId} is: the kernel's types, or the program's for local objects
   * @param typeId what a pointer points to, or what a list or tree holds; 0 for other fields
   * @param nodeOffset for a list head or tree root, the node's offset in what it holds
   */
  public record Field(Kind kind, int offset, int size, Btf btf, int typeId, int nodeOffset) {}

  /** No fields. */
  public static final SpecialFields NONE = new SpecialFields(List.of());

  private static final int MAX_DEPTH = 32;

  /** {@code BTF_FIELDS_MAX}. */
  private static final int MAX_FIELDS = 11;

  /** Of these a value has at most one. */
  private static final List<Kind> UNIQUE =
      List.of(
          Kind.SPIN_LOCK,
          Kind.RES_SPIN_LOCK,
          Kind.TIMER,
          Kind.WORKQUEUE,
          Kind.TASK_WORK,
          Kind.REFCOUNT);

  private static final Set<Kind> LOCAL_ONLY = Set.of(Kind.LIST_NODE, Kind.RB_NODE);
  private static final Set<Kind> MAP_ONLY =
      Set.of(Kind.TIMER, Kind.WORKQUEUE, Kind.TASK_WORK, Kind.UPTR);

  private final List<Field> fields;

  private SpecialFields(List<Field> fields) {
    this.fields = fields;
  }

  /** All of them, by offset. */
  public List<Field> all() {
    return fields;
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** The first field of a kind, or null. */
  public @Nullable Field first(Kind kind) {
    for (Field field : fields) {
      if (field.kind() == kind) {
        return field;
      }
    }
    return null;
  }

  public boolean has(Kind kind) {
    return first(kind) != null;
  }

  /** Whether a lock is in it. */
  public boolean hasLock() {
    return has(Kind.SPIN_LOCK) || has(Kind.RES_SPIN_LOCK);
  }

  /** Whether any kptr is in it. */
  public boolean hasKptr() {
    return fields.stream().anyMatch(f -> f.kind().isKptr());
  }

  /** The field of a kind at an offset, or null. */
  public @Nullable Field at(long offset, Kind kind) {
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

  /** Fields of the types that one verification meets. */
  public static final class Cache {
    private final @Nullable Btf kernel;
    private final IdentityHashMap<MapSpec, SpecialFields> maps = new IdentityHashMap<>();
    private final IdentityHashMap<Btf, Map<Integer, SpecialFields>> structs =
        new IdentityHashMap<>();

    public Cache(@Nullable Btf kernel) {
      this.kernel = kernel;
    }

    /** Of a map's value. */
    public SpecialFields of(MapSpec map) {
      return maps.computeIfAbsent(
          map,
          m -> {
            Btf btf = m.btf();
            return btf == null || m.btfValueTypeId() == 0
                ? NONE
                : parse(btf, btf.resolve(m.btfValueTypeId()), LOCAL_ONLY);
          });
    }

    /** Of a local type; a type has some only if it has such a member itself, not inside others. */
    public SpecialFields of(Btf btf, int typeId) {
      if (btf == kernel) {
        return NONE;
      }
      return structs
          .computeIfAbsent(btf, b -> new TreeMap<>())
          .computeIfAbsent(typeId, id -> hasOwn(btf, id) ? parse(btf, id, MAP_ONLY) : NONE);
    }

    /** Of what a pointer points to ({@code reg_btf_record}). */
    public SpecialFields of(Reg reg) {
      if (reg.type() == RegType.PTR_TO_MAP_VALUE) {
        return of(reg.map());
      }
      return reg.isAllocated() ? of(reg.btf(), reg.btfId()) : NONE;
    }

    private boolean hasOwn(Btf btf, int id) {
      if (!(btf.type(id) instanceof BtfType.Struct struct)) {
        return false;
      }
      for (BtfType.Member member : struct.members()) {
        BtfType type = btf.type(member.type());
        if (type instanceof BtfType.Struct s) {
          Kind kind = Kind.ofStruct(s.name());
          if (kind != null && !MAP_ONLY.contains(kind)) {
            return true;
          }
        } else if (type instanceof BtfType.Ptr p && pointerKind(btf, p) != null) {
          return true;
        }
      }
      return false;
    }

    private SpecialFields parse(Btf btf, int typeId, Set<Kind> without) {
      List<Field> found = new ArrayList<>();
      collect(btf, typeId, 0, -1, -1, found, 0);
      found.removeIf(f -> without.contains(f.kind()));
      if (found.isEmpty() || found.size() > MAX_FIELDS || repeatsUnique(found)) {
        // Linux gives up on such a value: it has no special fields then.
        return NONE;
      }
      found.sort(Comparator.comparingInt(Field::offset));
      return new SpecialFields(List.copyOf(found));
    }

    private static boolean repeatsUnique(List<Field> found) {
      for (Kind kind : UNIQUE) {
        if (found.stream().filter(f -> f.kind() == kind).count() > 1) {
          return true;
        }
      }
      return false;
    }

    /** Adds a type's fields; {@code holder} and {@code component} say where its tags are. */
    private void collect(
        Btf btf, int typeId, int base, int holder, int component, List<Field> to, int depth) {
      // Linux looks behind no typedef or modifier here.
      switch (btf.type(typeId)) {
        case BtfType.Struct s -> {
          Kind kind = s.union() ? null : Kind.ofStruct(s.name());
          if (kind != null && depth > 0) {
            to.add(field(btf, kind, base, s.size(), holder, component));
          } else if (depth < MAX_DEPTH) {
            for (int i = 0; i < s.members().size(); i++) {
              BtfType.Member member = s.members().get(i);
              collect(btf, member.type(), base + member.bitOffset() / 8, typeId, i, to, depth + 1);
            }
          }
        }
        case BtfType.Array a -> {
          List<Field> one = new ArrayList<>();
          collect(btf, a.elementType(), base, holder, component, one, depth + 1);
          int size = one.isEmpty() ? 0 : (int) btf.sizeOf(a.elementType());
          for (int i = 0; i < a.count() && size > 0; i++) {
            for (Field f : one) {
              int at = f.offset() + i * size;
              to.add(new Field(f.kind(), at, f.size(), f.btf(), f.typeId(), f.nodeOffset()));
            }
          }
        }
        case BtfType.Datasec d -> {
          for (BtfType.SectionVar place : d.vars()) {
            if (btf.type(place.type()) instanceof BtfType.Var v) {
              collect(btf, v.type(), base + place.offset(), place.type(), -1, to, depth + 1);
            }
          }
        }
        case BtfType.Ptr p -> {
          Kind kind = pointerKind(btf, p);
          if (kind != null) {
            to.add(pointer(btf, kind, base, btf.resolve(p.type())));
          }
        }
        default -> {}
      }
    }

    private static @Nullable Kind pointerKind(Btf btf, BtfType.Ptr pointer) {
      if (!(btf.type(pointer.type()) instanceof BtfType.TypeTag tag)) {
        return null;
      }
      return switch (tag.name()) {
        case "kptr_untrusted" -> Kind.KPTR_UNREF;
        case "kptr" -> Kind.KPTR_REF;
        case "percpu_kptr" -> Kind.KPTR_PERCPU;
        case "uptr" -> Kind.UPTR;
        default -> null;
      };
    }

    /** A type that the kernel has, too, is the kernel's; another one is local. */
    private Field pointer(Btf btf, Kind kind, int offset, int pointee) {
      if (kind != Kind.UPTR && kernel != null && btf.type(pointee) instanceof BtfType.Struct s) {
        var id = s.union() ? kernel.findUnion(s.name()) : kernel.findStruct(s.name());
        if (id.isPresent()) {
          return new Field(kind, offset, 8, kernel, id.getAsInt(), 0);
        }
      }
      return new Field(kind, offset, 8, btf, pointee, 0);
    }

    private static Field field(
        Btf btf, Kind kind, int offset, int size, int holder, int component) {
      if (kind != Kind.LIST_HEAD && kind != Kind.RB_ROOT) {
        return new Field(kind, offset, size, btf, 0, 0);
      }
      for (String tag : btf.declTags(holder, component)) {
        String[] words = tag.split(":", -1);
        if (words.length != 3 || !words[0].equals("contains")) {
          continue;
        }
        var id = btf.findStruct(words[1]);
        if (id.isPresent() && btf.type(id.getAsInt()) instanceof BtfType.Struct s) {
          for (BtfType.Member member : s.members()) {
            if (member.name().equals(words[2])) {
              return new Field(kind, offset, size, btf, id.getAsInt(), member.bitOffset() / 8);
            }
          }
        }
      }
      return new Field(kind, offset, size, btf, 0, 0);
    }
  }
}
