package dev.skep.assembler;

import dev.skep.assembler.Problems.Place;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.ProgramType;
import dev.skep.object.MapSpec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file as far as it has been read: functions, maps, data and constants by name. */
final class Draft {

  /** A program or a subprogram. */
  static final class Function {
    final String name;
    final String section;
    final Place place;
    final boolean program;
    final List<Item> items = new ArrayList<>();

    /** Label to index of the item that follows it. */
    final Map<String, Integer> labels = new HashMap<>();

    /** Label to its line, for who names it again. */
    final Map<String, Integer> labelLines = new HashMap<>();

    final Map<String, Integer> localLabels = new HashMap<>();
    @Nullable ProgramType type;
    @Nullable AttachType attach;
    @Nullable String target;
    int flags;

    /** Whether it comes from llvm-objdump, which counts slots from the section's start. */
    boolean listedInSection;

    Function(String name, String section, Place place, boolean program) {
      this.name = name;
      this.section = section;
      this.place = place;
      this.program = program;
    }
  }

  /** Global data: becomes an array map of one element. */
  static final class Data {
    final String name;
    final ByteArrayOutputStream content = new ByteArrayOutputStream();

    /** What the directives said about the contents, in their order; padding is not in it. */
    final List<Piece> pieces = new ArrayList<>();

    Data(String name) {
      this.name = name;
    }

    /** Notes that so many elements of a size come next. */
    void piece(int size, int count, boolean text) {
      pieces.add(new Piece(content.size(), size, count, text));
    }

    /** Whether it becomes a map, rather than being the licence or the like. */
    boolean isMap() {
      return name.startsWith(".data") || name.startsWith(".rodata") || name.startsWith(".bss");
    }

    boolean readOnly() {
      return name.startsWith(".rodata");
    }
  }

  /** Elements of one size from an offset on. */
  record Piece(int offset, int size, int count, boolean text) {
    int end() {
      return offset + size * count;
    }
  }

  /** Where a variable lies. */
  record Variable(Data section, int offset) {}

  final Map<String, Long> constants = new HashMap<>();
  final Map<String, Function> functions = new LinkedHashMap<>();
  final Map<String, MapSpec> maps = new LinkedHashMap<>();
  final Map<String, Place> mapPlaces = new HashMap<>();
  final TypeTable types = new TypeTable();
  final Map<String, Data> data = new LinkedHashMap<>();
  final Map<String, Variable> variables = new LinkedHashMap<>();
  final Map<String, Integer> kfuncs = new HashMap<>();
  final Set<String> declaredFunctions = new HashSet<>();
  final Map<Integer, String> sourceFiles = new HashMap<>();

  /** Names whose declaration has an error; that they are missing is no second one. */
  final Set<String> broken = new HashSet<>();

  @Nullable String license;

  /** The code section that a new function goes to. */
  String section = "";

  @Nullable Function function;

  /** The data section that is being filled, or null while in code. */
  @Nullable Data currentData;

  /** How much data there is in all sections and maps. */
  long dataBytes;

  /** The {@code .loc} that holds for the next instructions. */
  Item.@Nullable SourceLine sourceLine;

  /** The function that takes instructions, begun without a name if the file has named none. */
  Function functionFor(Place place) {
    Function current = function;
    if (current == null) {
      current = new Function("main", section, place, true);
      function = current;
      functions.put(current.name, current);
    }
    return current;
  }

  /** Whether a label begins a function, rather than marking a place inside one. */
  boolean beginsFunction(String label) {
    return declaredFunctions.contains(label) || (function == null && !section.isEmpty());
  }

  Data dataSection(String name) {
    return data.computeIfAbsent(name, Data::new);
  }
}
