package dev.skep.kernel;

import dev.skep.catalog.MapType;
import dev.skep.kernel.sys.Mapping;
import java.lang.foreign.MemorySegment;

/** An array's values, or an arena, as memory of this process. Closing unmaps it. */
public final class MappedValues implements AutoCloseable {

  private static final long PAGE = 4096;

  private final Mapping mapping;
  private final long size;
  private final boolean owner;

  MappedValues(KernelMap map) {
    long entries = Integer.toUnsignedLong(map.maxEntries());
    size = map.type() == MapType.ARENA ? entries * PAGE : (map.valueSize() + 7L) / 8 * 8 * entries;
    // An arena that names its address is mapped there or nowhere.
    long address = map.type() == MapType.ARENA ? map.info().extra() : 0;
    mapping = Mapping.at(map.fd(), address, (size + PAGE - 1) / PAGE * PAGE);
    owner = true;
  }

  /** Another view of a mapping: closing it leaves the memory mapped. */
  MappedValues(MappedValues whole) {
    size = whole.size;
    mapping = whole.mapping;
    owner = false;
  }

  /** The memory; a wrong access or one after closing is an exception. */
  public MemorySegment memory() {
    return mapping.memory().asSlice(0, size);
  }

  @Override
  public void close() {
    if (owner) {
      mapping.close();
    }
  }
}
