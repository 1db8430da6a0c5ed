package dev.skep.runtime.typed;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Members of C structures by the names of Java components. */
final class MemberNames {

  private MemberNames() {}

  /** The member of a name as it is, or in {@code snake_case}; null if there is none. */
  static Btf.@Nullable MemberPlace find(Shape shape, String name) {
    Btf btf = shape.btf();
    if (btf == null) {
      return null;
    }
    Btf.MemberPlace exact = btf.findMember(shape.typeId(), name);
    return exact != null ? exact : btf.findMember(shape.typeId(), snake(name));
  }

  private static String snake(String name) {
    StringBuilder snake = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c)) {
        snake.append('_');
      }
      snake.append(Character.toLowerCase(c));
    }
    return snake.toString();
  }

  /** The names that there are, for a message. */
  static List<String> of(Shape shape) {
    return shape.type() instanceof BtfType.Struct struct
        ? struct.members().stream().map(BtfType.Member::name).toList()
        : List.of();
  }
}
