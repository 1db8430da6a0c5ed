package dev.skep.btf;

import java.util.HashMap;
import java.util.Map;

/**
 * Gives every type a name that C accepts. BTF may have several types of one name; all but the first
 * get a flavour ({@code ___2}), which CO-RE ignores.
 *
 * <p>C has two spaces of names: tags of structs, unions and enumerations; and everything else.
 */
final class CNames {

  private final Map<Integer, String> byId = new HashMap<>();
  private final Map<String, Integer> tags = new HashMap<>();
  private final Map<String, String> forwards = new HashMap<>();
  private final Map<String, Integer> others = new HashMap<>();

  CNames(Btf btf) {
    for (int id = 1; id < btf.typeCount(); id++) {
      switch (btf.type(id)) {
        case BtfType.Struct s when !s.name().isEmpty() -> {
          String name = unique(tags, s.name());
          byId.put(id, name);
          forwards.putIfAbsent((s.union() ? "union " : "struct ") + s.name(), name);
        }
        case BtfType.Enum e when !e.name().isEmpty() -> byId.put(id, unique(tags, e.name()));
        case BtfType.Enum64 e when !e.name().isEmpty() -> byId.put(id, unique(tags, e.name()));
        case BtfType.Typedef t -> byId.put(id, unique(others, t.name()));
        default -> {}
      }
    }
    for (int id = 1; id < btf.typeCount(); id++) {
      if (btf.type(id) instanceof BtfType.Fwd fwd) {
        byId.put(
            id,
            forwards.computeIfAbsent(
                (fwd.union() ? "union " : "struct ") + fwd.name(), _ -> unique(tags, fwd.name())));
      }
    }
  }

  /** The C name of a named type. */
  String of(int id) {
    return byId.getOrDefault(id, "type_" + id);
  }

  /** A name for an enumerator, which is used from now on. */
  String enumerator(String name) {
    return unique(others, name);
  }

  private static String unique(Map<String, Integer> used, String name) {
    String clean = identifier(name);
    int count = used.merge(clean, 1, Integer::sum);
    return count == 1 ? clean : clean + "___" + count;
  }

  /** Replaces what C does not allow in names: BTF of other languages has it. */
  static String identifier(String name) {
    var clean = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$';
      boolean digit = c >= '0' && c <= '9' && i > 0;
      clean.append(letter || digit ? c : '_');
    }
    return clean.isEmpty() ? "_" : clean.toString();
  }
}
