package dev.skep.assembler;

import dev.skep.assembler.Draft.Piece;
import dev.skep.btf.BtfType;
import dev.skep.btf.BtfType.Linkage;
import dev.skep.btf.BtfType.SectionVar;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sections of global data as maps, as libbpf makes them, and their variables as BTF, so that tools
 * show them by name. A variable's type is what its directives say: {@code .long 1} is a {@code
 * u32}, {@code .byte 1, 2} two {@code u8}, {@code .asciz} an array of {@code char}.
 */
final class DataTypes {

  /** What the kernel takes for a variable's name. */
  private static final String IDENTIFIER = "[A-Za-z_]\\w*";

  private final Draft draft;

  /** Variables of all sections share one space of names in ELF. */
  private final Set<String> taken = new HashSet<>();

  DataTypes(Draft draft) {
    this.draft = draft;
  }

  MapSpec map(String object, Draft.Data data) {
    String prefix = object.length() > 8 ? object.substring(0, 8) : object;
    byte[] content = data.content.toByteArray();
    int type = section(data, content.length);
    return MapSpec.of(prefix + data.name, MapType.ARRAY, 4, content.length, 1).toBuilder()
        .flags(MapFlag.MMAPABLE.bit() | (data.readOnly() ? MapFlag.RDONLY_PROG.bit() : 0))
        .btfValueTypeId(type)
        .frozen(data.readOnly())
        .initialValue(Bytes.of(content))
        .build();
  }

  /** Id of the section's type, 0 if it has no variable that can be named. */
  private int section(Draft.Data data, int size) {
    List<Map.Entry<String, Draft.Variable>> variables =
        draft.variables.entrySet().stream()
            .filter(e -> e.getValue().section() == data)
            .sorted(Comparator.comparingInt(e -> e.getValue().offset()))
            .toList();
    List<SectionVar> vars = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      String name = variables.get(i).getKey();
      int start = variables.get(i).getValue().offset();
      int end = i + 1 < variables.size() ? variables.get(i + 1).getValue().offset() : size;
      TypeTable.Known type = type(data, start, end);
      if (type != null && name.matches(IDENTIFIER) && taken.add(name)) {
        int id = draft.types.types().add(new BtfType.Var(name, type.id(), Linkage.GLOBAL));
        vars.add(new SectionVar(id, start, type.size()));
      }
    }
    return vars.isEmpty() ? 0 : draft.types.types().add(new BtfType.Datasec(data.name, size, vars));
  }

  /** The type of what lies between two offsets, null if nothing does. */
  private TypeTable.@Nullable Known type(Draft.Data data, int start, int end) {
    List<Piece> pieces =
        data.pieces.stream()
            .filter(p -> p.offset() >= start && p.offset() < end && p.count() > 0)
            .toList();
    if (pieces.isEmpty()) {
      return null;
    }
    Piece first = pieces.getFirst();
    int size = pieces.getLast().end() - start;
    boolean alike =
        pieces.stream().allMatch(p -> p.size() == first.size() && p.text() == first.text());
    int element = alike && size % first.size() == 0 ? first.size() : 1;
    String name = alike && first.text() ? "char" : "u" + element * 8;
    TypeTable.Known type = draft.types.find(name);
    if (type == null) {
      throw new IllegalStateException(name);
    }
    boolean single = size == element && !first.text();
    return single ? type : draft.types.array(type, size / element);
  }
}
