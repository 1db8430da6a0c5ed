package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.LittleEndian;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * {@code PROG_ARRAY}: the targets of tail calls. User space reads a program's number.
 *
 * <p>In the kernel: {@code prog_fd_array_get_ptr}, {@code fd_array_map_delete_elem}.
 */
public final class ProgArray extends Indexed {

  /** What a slot holds: {@code struct bpf_prog}, which only the kernel knows how to run. */
  public interface Callee {}

  private final AtomicReferenceArray<@Nullable Callee> programs;
  private final Map<Callee, Integer> ids = new ConcurrentHashMap<>();

  ProgArray(MapHost host, MapSpec spec) {
    super(host, spec);
    host.memory().charge(8L * spec.maxEntries());
    programs = new AtomicReferenceArray<>(spec.maxEntries());
  }

  /** The program of a slot, or null. */
  public @Nullable Callee program(int index) {
    return Integer.compareUnsigned(index, programs.length()) < 0 ? programs.get(index) : null;
  }

  /** Sets or, with null, empties a slot. */
  public void set(int index, @Nullable Callee program) {
    programs.set(index, program);
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    int error = mayRead(flags);
    if (error != 0) {
      return error;
    }
    Callee program = program(index(key, 0));
    if (program == null) {
      return Errno.ENOENT.negated();
    }
    LittleEndian.INT.set(value, 0, ids.computeIfAbsent(program, p -> host().newId()));
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
