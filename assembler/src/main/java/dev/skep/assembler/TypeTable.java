package dev.skep.assembler;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The types that a text names: BTF while it is built. */
final class TypeTable {

  /**
   * A type.
   *
   * @param id in BTF
   * @param size bytes
   * @param align bytes
   */
  record Known(int id, int size, int align) {}

  /**
   * A struct's field.
   *
   * @param name an identifier
   * @param type what it is
   */
  record Field(String name, Known type) {}

  private static final Map<String, Integer> UNSIGNED =
      Map.of("u8", 1, "u16", 2, "u32", 4, "u64", 8);
  private static final Map<String, Integer> SIGNED = Map.of("s8", 1, "s16", 2, "s32", 4, "s64", 8);

  /** What the kernel finds in map values by name, with the number of 64-bit words in it. */
  private static final Map<String, Integer> OPAQUE = Map.of("bpf_timer", 2, "bpf_wq", 2);

  private final BtfBuilder types = new BtfBuilder();
  private final Map<String, Known> known = new HashMap<>();

  BtfBuilder types() {
    return types;
  }

  Btf build() {
    return types.build();
  }

  /** All names that {@link #find} knows. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(known.keySet());
    names.addAll(UNSIGNED.keySet());
    names.addAll(SIGNED.keySet());
    names.addAll(OPAQUE.keySet());
    names.addAll(List.of("char", "bool", "int", "long", "bpf_spin_lock"));
    return names;
  }

  /** A basic type, one that the kernel knows by name, or a declared struct. */
  @Nullable Known find(String name) {
    Known found = known.get(name);
    if (found == null) {
      found = basic(name);
      if (found != null) {
        known.put(name, found);
      }
    }
    return found;
  }

  private @Nullable Known basic(String name) {
    if (UNSIGNED.containsKey(name)) {
      return number(BtfType.Int.unsigned(name, UNSIGNED.get(name)));
    }
    if (SIGNED.containsKey(name)) {
      return number(BtfType.Int.signed(name, SIGNED.get(name)));
    }
    if (OPAQUE.containsKey(name)) {
      Known words = array(required("u64"), OPAQUE.get(name));
      return struct(name, List.of(new Field("__opaque", words)));
    }
    return switch (name) {
      case "char" -> number(BtfType.Int.signed(name, 1));
      case "bool" -> number(BtfType.Int.bool(name, 1));
      case "int" -> number(BtfType.Int.signed(name, 4));
      case "long" -> number(BtfType.Int.signed(name, 8));
      case "bpf_spin_lock" -> struct(name, List.of(new Field("val", required("u32"))));
      default -> null;
    };
  }

  private Known required(String name) {
    Known found = find(name);
    if (found == null) {
      throw new IllegalStateException(name);
    }
    return found;
  }

  private Known number(BtfType.Int type) {
    return new Known(types.add(type), type.size(), type.size());
  }

  Known array(Known element, int count) {
    int id = types.add(new BtfType.Array(element.id(), required("u32").id(), count));
    return new Known(id, element.size() * count, element.align());
  }

  /** A struct with C's natural layout, known by its name from here on. */
  Known struct(String name, List<Field> fields) {
    List<Member> members = new ArrayList<>();
    int size = 0;
    int align = 1;
    for (Field field : fields) {
      int own = field.type().align();
      size = (size + own - 1) / own * own;
      members.add(new Member(field.name(), field.type().id(), size * 8, 0));
      size += field.type().size();
      align = Math.max(align, own);
    }
    size = (size + align - 1) / align * align;
    Known struct =
        new Known(types.add(new BtfType.Struct(name, false, size, members)), size, align);
    known.put(name, struct);
    return struct;
  }
}
