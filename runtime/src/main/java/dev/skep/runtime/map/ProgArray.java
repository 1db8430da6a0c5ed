package dev.skep.runtime.map;

import dev.skep.object.MapSpec;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Program;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** {@code PROG_ARRAY}: the targets of tail calls. */
public final class ProgArray extends BpfMap {

  private final AtomicReferenceArray<@Nullable Program> programs;

  ProgArray(Machine machine, MapSpec spec) {
    super(machine, spec);
    programs = new AtomicReferenceArray<>(spec.maxEntries());
  }

  /** The program of a slot, or null. */
  public @Nullable Program program(int index) {
    return Integer.compareUnsigned(index, programs.length()) < 0 ? programs.get(index) : null;
  }

  /** Sets or, with null, empties a slot. */
  public void set(int index, @Nullable Program program) {
    programs.set(index, program);
  }
}
