package dev.skep.object.core;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfKind;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Enumerator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a type is meant: for {@code s->a.b[3]} the root type and the steps {@code [0] .a .b
 * [3]}.
 *
 * <p>The raw steps are the access string's numbers, one for each level of nesting. The accessors
 * leave out anonymous structs and unions, which is how C names fields and how they are found again.
 */
final class CoreSpec {

  /** Longest access that libbpf handles. */
  static final int MAX_LENGTH = 64;

  final Btf btf;
  final int rootId;
  final CoreKind kind;
  final List<Accessor> accessors = new ArrayList<>();
  final List<Integer> raw = new ArrayList<>();
  long bitOffset;

  /** One step: a named member ({@code index} in its struct) or enumerator, or an array index. */
  record Accessor(int typeId, int index, @Nullable String name) {}

  CoreSpec(Btf btf, int rootId, CoreKind kind) {
    this.btf = btf;
    this.rootId = rootId;
    this.kind = kind;
  }

  Accessor last() {
    return accessors.getLast();
  }

  /** Adds a raw step. */
  void step(int index) {
    if (raw.size() == MAX_LENGTH) {
      throw new CoreException("the access has more than " + MAX_LENGTH + " steps");
    }
    raw.add(index);
  }

  /** Interprets an access string against the program's own types. */
  static CoreSpec parse(Btf btf, int typeId, CoreKind kind, String access) {
    var spec = new CoreSpec(btf, typeId, kind);
    if (kind.type()) {
      if (!access.equals("0")) {
        throw new CoreException("access string '" + access + "' for a type, which takes '0'");
      }
      return spec;
    }
    for (String part : access.split(":", -1)) {
      spec.step(number(access, part));
    }
    int id = btf.resolve(typeId);
    int first = spec.raw.getFirst();
    if (kind.enumerator()) {
      List<Enumerator> values = enumerators(btf.type(id));
      if (values == null || spec.raw.size() > 1 || first >= values.size()) {
        throw new CoreException("access string '" + access + "' names no enumerator");
      }
      spec.accessors.add(new Accessor(id, first, values.get(first).name()));
      return spec;
    }
    spec.accessors.add(new Accessor(id, first, null));
    spec.bitOffset = first * size(btf, id) * 8;
    for (int i = 1; i < spec.raw.size(); i++) {
      id = spec.descend(btf.resolve(id), spec.raw.get(i), access);
    }
    return spec;
  }

  private int descend(int id, int index, String access) {
    switch (btf.type(id)) {
      case BtfType.Struct struct -> {
        if (index >= struct.members().size()) {
          throw new CoreException(
              "access string '%s': %s has no member %d".formatted(access, struct.name(), index));
        }
        BtfType.Member member = struct.members().get(index);
        bitOffset += Integer.toUnsignedLong(member.bitOffset());
        if (!member.name().isEmpty()) {
          accessors.add(new Accessor(id, index, member.name()));
        }
        return member.type();
      }
      case BtfType.Array array -> {
        int element = btf.resolve(array.elementType());
        if (!isFlexible(btf, last(), array) && Integer.compareUnsigned(index, array.count()) >= 0) {
          throw new CoreException(
              "access string '%s': index %d in an array of %d"
                  .formatted(access, index, array.count()));
        }
        accessors.add(new Accessor(element, index, null));
        bitOffset += index * size(btf, element) * 8;
        return element;
      }
      case BtfType other ->
          throw new CoreException(
              "access string '%s' goes into a %s"
                  .formatted(access, BtfKind.of(other).kernelName()));
    }
  }

  private static int number(String access, String part) {
    if (part.isEmpty() || part.length() > 9 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new CoreException("access string '" + access + "' is malformed");
    }
    return Integer.parseInt(part);
  }

  /** A size that must exist. */
  static long size(Btf btf, int id) {
    long size = btf.sizeOf(id);
    if (size < 0) {
      throw new CoreException("type " + describe(btf, id) + " has no size");
    }
    return size;
  }

  /** An array of no elements at the end of a struct: any index may be meant. */
  static boolean isFlexible(Btf btf, Accessor before, BtfType.Array array) {
    return before.name() != null
        && array.count() == 0
        && btf.type(before.typeId()) instanceof BtfType.Struct struct
        && before.index() == struct.members().size() - 1;
  }

  static @Nullable List<Enumerator> enumerators(BtfType type) {
    return switch (type) {
      case BtfType.Enum e -> e.values();
      case BtfType.Enum64 e -> e.values();
      default -> null;
    };
  }

  /** Such as {@code [12] struct task_struct}. */
  static String describe(Btf btf, int id) {
    BtfType type = btf.type(id);
    return "[%d] %s %s"
        .formatted(
            id, BtfKind.of(type).kernelName(), type.name().isEmpty() ? "<anon>" : type.name());
  }

  /** The access as C writes it, such as {@code task_struct.mm.arg_start}. */
  String path() {
    String name = btf.type(rootId).name();
    var text = new StringBuilder(name.isEmpty() ? "<anon>" : name);
    for (int i = 0; i < accessors.size(); i++) {
      Accessor accessor = accessors.get(i);
      if (accessor.name() != null) {
        text.append(kind.enumerator() ? "::" : ".").append(accessor.name());
      } else if (i > 0 || accessor.index() > 0) {
        text.append('[').append(accessor.index()).append(']');
      }
    }
    return text.toString();
  }

  /**
   * The form of libbpf's and the kernel's messages: {@code <byte_off> [7] struct s.a (0:1 @ offset
   * 4)}.
   */
  @Override
  public String toString() {
    var text = new StringBuilder("<" + kind.shortName() + "> " + describe(btf, rootId));
    if (kind.type()) {
      return text.toString();
    }
    if (kind.enumerator()) {
      Accessor value = last();
      List<Enumerator> values = enumerators(btf.type(btf.resolve(rootId)));
      text.append("::").append(value.name());
      if (values != null && value.index() < values.size()) {
        text.append(" = ").append(values.get(value.index()).value());
      }
      return text.toString();
    }
    for (int i = 0; i < accessors.size(); i++) {
      Accessor accessor = accessors.get(i);
      if (accessor.name() != null) {
        text.append('.').append(accessor.name());
      } else if (i > 0 || accessor.index() > 0) {
        text.append('[').append(accessor.index()).append(']');
      }
    }
    text.append(" (");
    for (int i = 0; i < raw.size(); i++) {
      text.append(i == 0 ? "" : ":").append(raw.get(i));
    }
    text.append(" @ offset ").append(bitOffset / 8);
    if (bitOffset % 8 != 0) {
      text.append('.').append(bitOffset % 8);
    }
    return text.append(')').toString();
  }
}
