package dev.skep.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The data file {@code helpers.txt}, read once; its head describes the format. */
final class HelperTable {

  /** One number more than the newest helper's: {@code __BPF_FUNC_MAX_ID}. */
  static final int MAX_ID = 212;

  static final HelperTable INSTANCE = new HelperTable();

  /** By number; null for a number that is none. */
  final @Nullable String[] names = new @Nullable String[MAX_ID];

  final @Nullable String[] configurations = new @Nullable String[MAX_ID];

  private final @Nullable KernelVersion[] since = new @Nullable KernelVersion[MAX_ID];

  /** The lines of a helper's prototypes: a command needs few of them, so they are read late. */
  private final List<List<String>> lines = new ArrayList<>(MAX_ID);

  /** What became of the lines. Two threads may both read a line: both get the same. */
  private final AtomicReferenceArray<@Nullable List<HelperPrototype>> prototypes =
      new AtomicReferenceArray<>(MAX_ID);

  /** Which prototypes a program may use: a line's end, read when it is asked for. */
  static final class Row {
    private final String text;
    // volatile: another thread must not see the array before what is in it
    private volatile byte @Nullable [] prototypes;

    Row(String text) {
      this.text = text;
    }

    /** The index of the prototype of a helper, or -1. */
    int of(int id) {
      byte[] known = prototypes;
      if (known == null) {
        known = row(text.equals("-") ? new String[0] : DataFile.words(text));
        prototypes = known;
      }
      return known[id];
    }
  }

  private final Map<ProgramType, Row> byType = new EnumMap<>(ProgramType.class);

  private final Map<ProgramType, Map<AttachType, Row>> byAttachType =
      new EnumMap<>(ProgramType.class);

  private final Map<String, Row> byStructOps = new HashMap<>();

  private final Map<String, Row> byIterator = new HashMap<>();

  /** By version, then type, then attach type or "*": the helpers that the type lacks there. */
  private final Map<KernelVersion, Map<String, Row>> absent = new TreeMap<>();

  /**
   * What the history of Linux says of program types.
   *
   * @param exact whether the version is the first; else it is one that is known to allow it
   * @param types null for all
   */
  private record Dated(
      boolean exact, KernelVersion version, @Nullable Set<ProgramType> types, Row helpers) {}

  private final List<Dated> dated = new ArrayList<>();

  private final Map<Capability, List<Row>> capabilities = new EnumMap<>(Capability.class);

  // No lambdas, streams or string templates on this path: each costs milliseconds in a fresh JVM.
  private HelperTable() {
    for (int i = 0; i < MAX_ID; i++) {
      lines.add(List.of());
    }
    List<String> current = new ArrayList<>();
    for (String line : DataFile.lines("helpers.txt")) {
      if (line.charAt(0) == ' ') {
        current.add(line);
        continue;
      }
      int space = line.indexOf(' ');
      switch (line.substring(0, space)) {
        case "helper" -> {
          String[] words = DataFile.words(line);
          int id = Integer.parseInt(words[1]);
          names[id] = words[2];
          since[id] = DataFile.version(words[3]);
          current = new ArrayList<>(1);
          lines.set(id, current);
          if (words.length > 4) {
            configurations[id] = words[4];
          }
        }
        case "program" -> {
          String[] words = DataFile.firstWords(line, 3);
          Row row = new Row(words[3]);
          ProgramType type = ProgramType.valueOf(words[1]);
          if (words[2].equals("*")) {
            byType.put(type, row);
          } else {
            Map<AttachType, Row> map = byAttachType.get(type);
            if (map == null) {
              map = new EnumMap<>(AttachType.class);
              byAttachType.put(type, map);
            }
            for (String attach : DataFile.split(words[2], ',')) {
              map.put(AttachType.valueOf(attach), row);
            }
          }
        }
        case "iterator" -> {
          String[] words = DataFile.firstWords(line, 2);
          byIterator.put(words[1], new Row(words[2]));
        }
        case "joined", "known" -> {
          String[] words = DataFile.firstWords(line, 3);
          dated.add(
              new Dated(
                  words[0].equals("joined"),
                  DataFile.version(words[1]),
                  words[2].equals("*") ? null : types(words[2]),
                  new Row(words[3])));
        }
        case "absent" -> absent(DataFile.firstWords(line, 4));
        case "struct_ops" -> {
          String[] words = DataFile.firstWords(line, 2);
          byStructOps.put(words[1], new Row(words[2]));
        }
        case "capability" -> {
          String[] words = DataFile.firstWords(line, 2);
          for (String capability : DataFile.split(words[1], ',')) {
            Capability key = Capability.valueOf(capability);
            List<Row> rows = capabilities.get(key);
            if (rows == null) {
              rows = new ArrayList<>(2);
              capabilities.put(key, rows);
            }
            rows.add(new Row(words[2]));
          }
        }
        default -> throw new IllegalStateException("helpers.txt: " + line);
      }
    }
  }

  /** The row of a program type and attach type; null if no program of that kind exists. */
  @Nullable Row row(ProgramType type, AttachType attach) {
    Map<AttachType, Row> special = byAttachType.get(type);
    Row row = special == null ? null : special.get(attach);
    return row != null ? row : byType.get(type);
  }

  /** The row of a program that implements a member of a kernel structure. */
  Row structOpsRow(@Nullable String struct) {
    Row row = struct == null ? null : byStructOps.get(struct);
    if (row == null) {
      row = byStructOps.get("*");
    }
    if (row == null) {
      throw new IllegalStateException("helpers.txt lacks struct_ops *");
    }
    return row;
  }

  /** The prototypes that an iterator's programs have besides those of their type. */
  @Nullable Row iteratorRow(String target) {
    return byIterator.get(target);
  }

  /** The older versions that were asked, in ascending order. */
  Set<KernelVersion> askedVersions() {
    return absent.keySet();
  }

  /**
   * The helpers that a program type lacks in one of the {@link #askedVersions}; null if it was not
   * asked.
   */
  @Nullable Row absent(KernelVersion version, ProgramType type, AttachType attach) {
    Map<String, Row> rows = absent.get(version);
    if (rows == null) {
      return null;
    }
    Row special = rows.get(type.name().concat("/").concat(attach.name()));
    return special != null ? special : rows.get(type.name().concat("/*"));
  }

  private void absent(String[] words) {
    KernelVersion version = DataFile.version(words[1]);
    Map<String, Row> rows = absent.get(version);
    if (rows == null) {
      rows = new HashMap<>();
      absent.put(version, rows);
    }
    Row row = new Row(words[4]);
    for (String type : DataFile.split(words[2], ',')) {
      for (String attach : DataFile.split(words[3], ',')) {
        rows.put(type.concat("/").concat(attach), row);
      }
    }
  }

  private static Set<ProgramType> types(String text) {
    Set<ProgramType> types = EnumSet.noneOf(ProgramType.class);
    for (String type : DataFile.split(text, ',')) {
      types.add(ProgramType.valueOf(type));
    }
    return types;
  }

  /** What history says of a helper for a program type that both exist in a version. */
  Availability dated(int id, ProgramType type, KernelVersion version) {
    for (Dated fact : dated) {
      if ((fact.types == null || fact.types.contains(type)) && fact.helpers.of(id) >= 0) {
        if (version.isAtLeast(fact.version)) {
          return Availability.ALLOWED;
        }
        if (fact.exact) {
          return Availability.NOT_ALLOWED;
        }
      }
    }
    return Availability.UNKNOWN;
  }

  /** Whether a loader needs the capability for the helper. */
  boolean needs(Capability capability, int id) {
    List<Row> rows = capabilities.get(capability);
    if (rows != null) {
      for (Row row : rows) {
        if (row.of(id) >= 0) {
          return true;
        }
      }
    }
    return false;
  }

  private static byte[] row(String[] words) {
    byte[] row = new byte[MAX_ID];
    java.util.Arrays.fill(row, (byte) -1);
    for (String word : words) {
      int dash = word.indexOf('-');
      int colon = word.indexOf(':');
      if (dash > 0) {
        int last = Integer.parseInt(word, dash + 1, word.length(), 10);
        for (int id = Integer.parseInt(word, 0, dash, 10); id <= last; id++) {
          row[id] = 0;
        }
      } else if (colon > 0) {
        row[Integer.parseInt(word, 0, colon, 10)] = (byte) (word.charAt(colon + 1) - '0');
      } else {
        row[Integer.parseInt(word)] = 0;
      }
    }
    return row;
  }

  /**
   * All prototypes of a helper; index 0 is the most common one. Empty if there is no such helper.
   */
  List<HelperPrototype> prototypes(int id) {
    List<HelperPrototype> known = prototypes.get(id);
    if (known == null) {
      String name = names[id];
      KernelVersion version = since[id];
      List<HelperPrototype> read = new ArrayList<>(1);
      if (name != null && version != null) {
        for (String line : lines.get(id)) {
          read.add(prototype(id, name, version, DataFile.words(line)));
        }
      }
      known = List.copyOf(read);
      prototypes.set(id, known);
    }
    return known;
  }

  private static HelperPrototype prototype(
      int id, String name, KernelVersion since, String[] words) {
    String flags = words[0];
    String returns = words[1];
    String returnBtf = null;
    int equals = returns.indexOf('=');
    if (equals >= 0) {
      returnBtf = returns.substring(equals + 1);
      returns = returns.substring(0, equals);
    }
    int bar = returns.indexOf('|');
    ReturnKind kind =
        ReturnKind.valueOf("RET_".concat(bar < 0 ? returns : returns.substring(0, bar)));
    List<Argument> arguments = new ArrayList<>(words.length - 2);
    for (int i = 2; i < words.length; i++) {
      arguments.add(argument(words[i]));
    }
    return new HelperPrototype(
        id,
        name,
        since,
        kind,
        flags(bar < 0 ? "" : returns.substring(bar + 1)),
        returnBtf,
        List.copyOf(arguments),
        flags.indexOf('g') >= 0,
        flags.indexOf('p') >= 0,
        flags.indexOf('s') >= 0,
        flags.indexOf('f') >= 0,
        flags.indexOf('a') >= 0);
  }

  private static Argument argument(String word) {
    String btf = null;
    int size = 0;
    int equals = word.indexOf('=');
    if (equals >= 0) {
      btf = word.substring(equals + 1);
      word = word.substring(0, equals);
    }
    int colon = word.indexOf(':');
    if (colon >= 0) {
      size = Integer.parseInt(word.substring(colon + 1));
      word = word.substring(0, colon);
    }
    int bar = word.indexOf('|');
    return new Argument(
        ArgumentKind.valueOf(bar < 0 ? word : word.substring(0, bar)),
        flags(bar < 0 ? "" : word.substring(bar + 1)),
        size,
        btf);
  }

  private static Set<TypeFlag> flags(String text) {
    if (text.isEmpty()) {
      return Set.of();
    }
    Set<TypeFlag> set = EnumSet.noneOf(TypeFlag.class);
    for (String flag : DataFile.split(text, '|')) {
      set.add(TypeFlag.valueOf(flag));
    }
    return Collections.unmodifiableSet(set);
  }
}
