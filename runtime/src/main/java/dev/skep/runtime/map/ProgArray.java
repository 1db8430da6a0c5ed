package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import dev.skep.runtime.Access;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Program;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** {@code PROG_ARRAY}: the targets of tail calls. User space reads a program's number. */
public final class ProgArray extends Indexed {

  private final AtomicReferenceArray<@Nullable Program> programs;
  private final Map<Program, Integer> ids = new ConcurrentHashMap<>();

  ProgArray(Machine machine, MapSpec spec) {
    super(machine, spec);
    machine.memory().charge(8L * spec.maxEntries());
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

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    int error = mayRead(flags);
    if (error != 0) {
      return error;
    }
    Program program = program(index(key, 0));
    if (program == null) {
      return Errno.ENOENT.negated();
    }
    Access.INT.set(value, 0, ids.computeIfAbsent(program, p -> machine().newId()));
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    sizes(key, null, 0);
    int index = index(key, 0);
    if (outside(index)) {
      return Errno.E2BIG.negated();
    }
    return programs.getAndSet(index, null) == null ? Errno.ENOENT.negated() : 0;
  }
}
