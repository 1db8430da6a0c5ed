package dev.skep.verifier.path;

import dev.skep.btf.Btf;
import dev.skep.object.MapSpec;
import dev.skep.object.fields.ValueFields;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The kernel's fields in the values and objects that one verification meets, each found once. */
public final class SpecialFields {

  private final @Nullable Btf kernel;
  private final IdentityHashMap<MapSpec, ValueFields> maps = new IdentityHashMap<>();
  private final IdentityHashMap<Btf, Map<Integer, ValueFields>> structs = new IdentityHashMap<>();

  /** For programs that are verified against a kernel's types, or without them. */
  public SpecialFields(@Nullable Btf kernel) {
    this.kernel = kernel;
  }

  /** Of a map's value. */
  public ValueFields of(MapSpec map) {
    return maps.computeIfAbsent(map, m -> ValueFields.ofMap(m, kernel));
  }

  /** Of a local type; the kernel's types have none. */
  public ValueFields of(Btf btf, int typeId) {
    if (btf == kernel) {
      return ValueFields.NONE;
    }
    return structs
        .computeIfAbsent(btf, b -> new TreeMap<>())
        .computeIfAbsent(typeId, id -> ValueFields.ofObject(btf, id, kernel));
  }

  /** Of what a pointer points to ({@code reg_btf_record}). */
  public ValueFields of(Reg reg) {
    if (reg.type() == RegType.PTR_TO_MAP_VALUE) {
      return of(reg.map());
    }
    return reg.isAllocated() ? of(reg.btf(), reg.btfId()) : ValueFields.NONE;
  }
}
