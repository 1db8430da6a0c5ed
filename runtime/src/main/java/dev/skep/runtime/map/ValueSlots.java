package dev.skep.runtime.map;

import dev.skep.runtime.memory.AddressSpace;
import dev.skep.runtime.memory.Region;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbered places for keys and values, allocated in chunks as they are first needed. A value keeps
 * its address for as long as its slot is in use, and the slot may be used again right away: as with
 * the kernel's preallocated elements, a program that still has the address then sees another value.
 */
final class ValueSlots {

  private static final int CHUNK_BYTES = 1 << 18;

  private final MapHost host;
  private final BpfMap map;
  private final int keySize;
  private final int stride;
  private final int copies;
  private final int shift;
  private final int mask;
  private final int capacity;
  private final @Nullable Chunk[] chunks;

  private int fresh;
  private int[] free = new int[16];
  private int freeCount;

  /** Keys, and one region of values per copy. */
  static final class Chunk {
    private final byte[] keys;
    private final Region[] values;

    Chunk(byte[] keys, Region[] values) {
      this.keys = keys;
      this.values = values;
    }

    byte[] keys() {
      return keys;
    }
  }

  ValueSlots(MapHost host, BpfMap map, int capacity, int copies) {
    this.host = host;
    this.map = map;
    this.copies = copies;
    this.capacity = capacity;
    keySize = map.keySize();
    stride = Math.max(BpfMap.roundUp8(map.valueSize()), 8);
    int perChunk = Math.clamp(Integer.highestOneBit(Math.max(CHUNK_BYTES / stride, 1)), 1, 1 << 14);
    while (perChunk > 1 && perChunk >> 1 >= capacity) {
      perChunk >>= 1;
    }
    shift = Integer.numberOfTrailingZeros(perChunk);
    mask = perChunk - 1;
    chunks = new @Nullable Chunk[(int) (((long) capacity + mask) >>> shift)];
  }

  /** The only region of values, if there is one. */
  @Nullable Region single() {
    if (chunks.length != 1 || copies != 1) {
      return null;
    }
    return chunk(0).values[0];
  }

  /** All slots are in use. */
  static final int FULL = -1;

  /** The machine's memory limit is reached. */
  static final int NO_MEMORY = -2;

  /**
   * Takes a free slot, or gives {@link #FULL} or {@link #NO_MEMORY}. The caller holds the map's
   * lock.
   */
  int take() {
    if (freeCount > 0) {
      return free[--freeCount];
    }
    if (fresh >= capacity) {
      return FULL;
    }
    try {
      chunk(fresh >> shift);
    } catch (AddressSpace.OutOfMemory e) {
      return NO_MEMORY;
    }
    return fresh++;
  }

  private Chunk chunk(int number) {
    Chunk chunk = chunks[number];
    if (chunk == null) {
      int slots = Math.min(mask + 1, capacity - (number << shift));
      Region[] values = new Region[copies];
      long bytes = (long) (slots - 1) * stride + Math.max(map.valueSize(), 1);
      for (int i = 0; i < copies; i++) {
        values[i] =
            host.memory()
                .add(
                    Region.Kind.MAP_VALUE,
                    copies == 1 ? map.name() : map.name() + " (cpu " + i + ")",
                    host.memory().allocate(bytes),
                    map.programsWrite(),
                    map);
      }
      chunk = new Chunk(host.memory().allocate((long) slots * keySize), values);
      chunks[number] = chunk;
    }
    return chunk;
  }

  /** Gives a slot back. The caller holds the map's lock. */
  void give(int slot) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = slot;
  }

  /** The chunk of a slot, or null if a racing reader does not see it yet. */
  @Nullable Chunk at(int slot) {
    return chunks[slot >> shift];
  }

  /** Where a slot's key starts in its chunk's keys. */
  int keyIndex(int slot) {
    return (slot & mask) * keySize;
  }

  /** The address of a slot's value. */
  long address(Chunk chunk, int slot, int copy) {
    return chunk.values[copy].address() + (long) (slot & mask) * stride;
  }

  /** The slot whose value is at an address, or -1. */
  int slotOf(long address) {
    for (int i = 0; i < chunks.length; i++) {
      Chunk chunk = chunks[i];
      for (int copy = 0; chunk != null && copy < copies; copy++) {
        long offset = address - chunk.values[copy].address();
        if (offset >= 0 && offset < chunk.values[copy].bytes().length && offset % stride == 0) {
          return (i << shift) + (int) (offset / stride);
        }
      }
    }
    return -1;
  }

  byte[] key(int slot) {
    int index = keyIndex(slot);
    return Arrays.copyOfRange(chunk(slot >> shift).keys, index, index + keySize);
  }

  void setKey(int slot, byte[] key, int at) {
    System.arraycopy(key, at, chunk(slot >> shift).keys, keyIndex(slot), keySize);
  }

  /** Writes a value but for the parts that only helpers touch. */
  void setValue(int slot, int copy, byte[] value, int at) {
    map.valueCopy()
        .copy(
            value,
            at,
            chunk(slot >> shift).values[copy].bytes(),
            (slot & mask) * stride,
            map.valueSize());
  }

  void clearValue(int slot, int copy) {
    int index = (slot & mask) * stride;
    Arrays.fill(
        chunk(slot >> shift).values[copy].bytes(), index, index + map.valueSize(), (byte) 0);
  }

  /** Copies a slot's value out, or its copies one after another as the system call gives them. */
  void value(int slot, byte[] value) {
    Chunk chunk = chunk(slot >> shift);
    int index = (slot & mask) * stride;
    for (int i = 0; i < copies; i++) {
      map.export(chunk.values[i].bytes(), index, value, i * stride);
    }
  }

  /** Bytes of a value as the system call gives it. */
  int userValueBytes(boolean perCpu) {
    return perCpu ? host.cpuCount() * BpfMap.roundUp8(map.valueSize()) : map.valueSize();
  }
}
