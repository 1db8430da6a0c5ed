package dev.skep.catalog;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The data file {@code contexts.txt}, read once; its head describes the format. */
final class ContextTable {

  static final ContextTable INSTANCE = new ContextTable();

  private record Struct(String name, int size, List<ContextField> fields) {}

  private final Map<ProgramType, ContextLayout> byType = new EnumMap<>(ProgramType.class);
  private final Map<ProgramType, Map<AttachType, ContextLayout>> byAttachType =
      new EnumMap<>(ProgramType.class);
  private final Map<ContextLayout.Pointer, ContextLayout> pointers =
      new EnumMap<>(ContextLayout.Pointer.class);
  private final Map<String, ContextAccess> accesses = new HashMap<>();

  private ContextTable() {
    Map<String, Struct> structs = new HashMap<>();
    List<String[]> heads = new ArrayList<>();
    List<ContextLayout.Rule> rules = new ArrayList<>();
    for (String line : DataFile.lines("contexts.txt")) {
      String[] words = DataFile.words(line);
      if (line.charAt(0) == ' ') {
        rules.add(rule(words));
        continue;
      }
      if (!rules.isEmpty()) {
        finish(structs, heads, rules);
      }
      if (words[0].equals("struct")) {
        structs.put(words[1], struct(words));
      } else {
        heads.add(words);
      }
    }
    finish(structs, heads, rules);
  }

  @Nullable ContextLayout context(ProgramType type, @Nullable AttachType attach) {
    var special = byAttachType.get(type);
    if (special != null) {
      AttachType effective = attach;
      if (effective == null && type == ProgramType.CGROUP_SOCK) {
        effective = AttachType.CGROUP_INET_SOCK_CREATE;
      }
      ContextLayout layout = effective == null ? null : special.get(effective);
      if (layout != null) {
        return layout;
      }
    }
    return byType.get(type);
  }

  ContextLayout pointer(ContextLayout.Pointer pointer) {
    ContextLayout layout = pointers.get(pointer);
    if (layout == null) {
      throw new IllegalStateException("contexts.txt lacks pointer " + pointer);
    }
    return layout;
  }

  private void finish(
      Map<String, Struct> structs, List<String[]> heads, List<ContextLayout.Rule> rules) {
    for (String[] head : heads) {
      Struct struct = structs.get(head[head.length - 1]);
      ContextLayout layout =
          struct == null
              ? new ContextLayout(null, 0, List.of(), rules)
              : new ContextLayout(struct.name(), struct.size(), struct.fields(), rules);
      if (head[0].equals("pointer")) {
        pointers.put(ContextLayout.Pointer.valueOf(head[1]), layout);
      } else if (head[2].equals("*")) {
        byType.put(ProgramType.valueOf(head[1]), layout);
      } else {
        ProgramType type = ProgramType.valueOf(head[1]);
        Map<AttachType, ContextLayout> map = byAttachType.get(type);
        if (map == null) {
          map = new EnumMap<>(AttachType.class);
          byAttachType.put(type, map);
        }
        for (String attach : DataFile.split(head[2], ',')) {
          map.put(AttachType.valueOf(attach), layout);
        }
      }
    }
    heads.clear();
    rules.clear();
  }

  private static Struct struct(String[] words) {
    int size = Integer.parseInt(words[2]);
    List<ContextField> fields = new ArrayList<>();
    for (int i = 3; i < words.length; i++) {
      int offset = offsetOf(words[i]);
      int end = i + 1 < words.length ? offsetOf(words[i + 1]) : size;
      fields.add(
          new ContextField(offset, end - offset, words[i].substring(0, words[i].indexOf('@'))));
    }
    return new Struct(words[1], size, fields);
  }

  private static int offsetOf(String field) {
    return Integer.parseInt(field, field.indexOf('@') + 1, field.length(), 10);
  }

  private ContextLayout.Rule rule(String[] words) {
    int plus = words[0].indexOf('+');
    int start = Integer.parseInt(words[0], 0, plus, 10);
    int length = Integer.parseInt(words[0], plus + 1, words[0].length(), 10);
    int sizes = 0;
    KernelVersion since = null;
    for (int i = 3; i < words.length; i++) {
      if (words[i].charAt(0) == '@') {
        since = DataFile.version(words[i].substring(1));
        continue;
      }
      int base = words[i].charAt(0) == 'w' ? 4 : 0;
      for (String size : DataFile.split(words[i].substring(1), ',')) {
        sizes |= 1 << (base + Integer.numberOfTrailingZeros(Integer.parseInt(size)));
      }
    }
    return new ContextLayout.Rule(start, start + length, sizes, since, access(words[2]));
  }

  private ContextAccess access(String word) {
    ContextAccess known = accesses.get(word);
    if (known == null) {
      known = read(word);
      accesses.put(word, known);
    }
    return known;
  }

  private static ContextAccess read(String word) {
    String btf = null;
    int fieldSize = 0;
    int equals = word.indexOf('=');
    if (equals >= 0) {
      btf = word.substring(equals + 1);
      word = "BTF_POINTER";
    } else if (word.equals("BTF")) {
      word = "BTF_ARGUMENT";
    }
    int slash = word.indexOf('/');
    if (slash >= 0) {
      fieldSize = Integer.parseInt(word.substring(slash + 1));
      word = word.substring(0, slash);
    }
    boolean maybeNull = word.endsWith("?");
    if (maybeNull) {
      word = word.substring(0, word.length() - 1);
    }
    return new ContextAccess(ContextAccess.Kind.valueOf(word), maybeNull, fieldSize, btf);
  }
}
