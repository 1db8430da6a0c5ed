package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapTrait;
import dev.skep.catalog.MapType;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.InfoReader;
import dev.skep.kernel.info.MapInfo;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Fd;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map in the kernel.
 *
 * <p>Keys and values are the bytes that programs see. An element of a per-CPU map is the values of
 * all possible CPUs one behind the other, each padded to a multiple of 8 bytes; an element of a
 * map-in-map or prog array is a descriptor when it is written and an id when it is read.
 */
public final class KernelMap extends KernelResource {

  private final String name;
  private final MapType type;
  private final int keySize;
  private final int valueSize;
  private final int maxEntries;
  private volatile @Nullable MappedValues arenaPages;

  /** A map of the given shape: type, sizes and number of elements, as they are in the kernel. */
  KernelMap(Kernel kernel, Fd fd, MapSpec shape) {
    super(kernel, fd);
    this.name = shape.name();
    this.type = shape.type();
    this.keySize = shape.keySize();
    this.valueSize = shape.valueSize();
    this.maxEntries = shape.maxEntries();
  }

  /** The name, as in the object. */
  public String name() {
    return name;
  }

  /** The map type. */
  public MapType type() {
    return type;
  }

  /** Bytes of a key; 0 for maps without keys (queues, stacks, bloom filters, ring buffers). */
  public int keySize() {
    return keySize;
  }

  /** Bytes of one CPU's value. */
  public int valueSize() {
    return valueSize;
  }

  /** Elements, or bytes of a ring buffer, or pages of an arena. */
  public int maxEntries() {
    return maxEntries;
  }

  /** Whether an element has a value for each possible CPU. */
  public boolean isPerCpu() {
    return type.is(MapTrait.PER_CPU);
  }

  /** Bytes of an element's value as the kernel hands it out: all CPUs' if it is per CPU. */
  public int elementSize() {
    return isPerCpu() ? (valueSize + 7) / 8 * 8 * kernel().possibleCpus() : valueSize;
  }

  /** The value of a key, or null if there is none: {@code BPF_MAP_LOOKUP_ELEM}. */
  public byte @Nullable [] lookup(byte[] key) {
    return lookup(key, 0);
  }

  /** The value of a key, or null if there is none, with {@code BPF_F_LOCK}. */
  public byte @Nullable [] lookup(byte[] key, long flags) {
    return read(BpfCommand.MAP_LOOKUP_ELEM, key, flags);
  }

  /**
   * Removes an element and gives its value, or null if there is none: {@code
   * BPF_MAP_LOOKUP_AND_DELETE_ELEM} (queues and stacks since Linux 4.20, with an empty key; hashes
   * since 5.14).
   */
  public byte @Nullable [] lookupAndDelete(byte[] key) {
    return read(BpfCommand.MAP_LOOKUP_AND_DELETE_ELEM, key, 0);
  }

  private byte @Nullable [] read(BpfCommand command, byte[] key, long flags) {
    int fd = fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(elementSize(), 8);
      if (type == MapType.BLOOM_FILTER) {
        // Its "value" is the question.
        MemorySegment.copy(checkedKey(key, valueSize), 0, value, JAVA_BYTE, 0, valueSize);
      }
      Block attr =
          Block.of(arena, BpfAttr.MAP_ELEM)
              .set("map_fd", fd)
              .set("value", value)
              .set("flags", flags);
      if (keySize > 0) {
        attr.set("key", arena.allocateFrom(JAVA_BYTE, checkedKey(key, keySize)));
      }
      int result = Bpf.attempt(command, attr);
      if (result == Errno.ENOENT.negated()) {
        return null;
      }
      if (result < 0) {
        throw Bpf.failure(command, -result, attr);
      }
      return value.toArray(JAVA_BYTE);
    } finally {
      fd().release();
    }
  }

  /** Sets an element, whether it exists or not: {@code BPF_MAP_UPDATE_ELEM}. */
  public void update(byte[] key, byte[] value) {
    update(key, value, UpdateMode.ANY);
  }

  /**
   * Sets an element.
   *
   * @throws KernelCallException {@code EEXIST} or {@code ENOENT} by the mode, {@code E2BIG} for a
   *     full map or an index that is too large
   */
  public void update(byte[] key, byte[] value, UpdateMode mode) {
    update(key, value, mode.flag());
  }

  /** Sets an element with the kernel's flags, for instance {@code BPF_F_LOCK} (4). */
  public void update(byte[] key, byte[] value, long flags) {
    int fd = fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      Block attr =
          Block.of(arena, BpfAttr.MAP_ELEM)
              .set("map_fd", fd)
              .set("value", arena.allocateFrom(JAVA_BYTE, checkedValue(value)))
              .set("flags", flags);
      if (keySize > 0) {
        attr.set("key", arena.allocateFrom(JAVA_BYTE, checkedKey(key, keySize)));
      }
      Bpf.call(BpfCommand.MAP_UPDATE_ELEM, attr);
    } finally {
      fd().release();
    }
  }

  /** Removes an element: {@code BPF_MAP_DELETE_ELEM}; false if there was none. */
  public boolean delete(byte[] key) {
    int fd = fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      Block attr =
          Block.of(arena, BpfAttr.MAP_ELEM)
              .set("map_fd", fd)
              .set("key", arena.allocateFrom(JAVA_BYTE, checkedKey(key, keySize)));
      int result = Bpf.attempt(BpfCommand.MAP_DELETE_ELEM, attr);
      if (result < 0 && result != Errno.ENOENT.negated()) {
        throw Bpf.failure(BpfCommand.MAP_DELETE_ELEM, -result, attr);
      }
      return result >= 0;
    } finally {
      fd().release();
    }
  }

  /**
   * The key behind a key in the kernel's order, or the first key for null; null at the end: {@code
   * BPF_MAP_GET_NEXT_KEY}. A key that is not there (any more) gives the first.
   */
  public byte @Nullable [] nextKey(byte @Nullable [] key) {
    int fd = fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment next = arena.allocate(Math.max(keySize, 1), 8);
      Block attr = Block.of(arena, BpfAttr.MAP_ELEM).set("map_fd", fd).set("next_key", next);
      if (key != null) {
        attr.set("key", arena.allocateFrom(JAVA_BYTE, checkedKey(key, keySize)));
      }
      int result = Bpf.attempt(BpfCommand.MAP_GET_NEXT_KEY, attr);
      if (result == Errno.ENOENT.negated()) {
        return null;
      }
      if (result < 0) {
        throw Bpf.failure(BpfCommand.MAP_GET_NEXT_KEY, -result, attr);
      }
      return next.asSlice(0, keySize).toArray(JAVA_BYTE);
    } finally {
      fd().release();
    }
  }

  /**
   * All elements in the kernel's order.
   *
   * <p>While others write, an element may be missed or an array's value be of different moments;
   * the walk ends even if a key it stands on is removed each time (it then starts again at most
   * {@code maxEntries} times).
   */
  public Map<Bytes, Bytes> entries() {
    var all = new LinkedHashMap<Bytes, Bytes>();
    byte[] key = nextKey(null);
    for (long steps = 0; key != null && steps < 2L * Integer.toUnsignedLong(maxEntries); steps++) {
      byte[] value = lookup(key);
      if (value != null) {
        all.put(Bytes.of(key), Bytes.of(value));
      }
      key = nextKey(key);
    }
    return all;
  }

  /**
   * All elements with few system calls: {@code BPF_MAP_LOOKUP_BATCH} (Linux 5.6).
   *
   * @param portion how many to ask for at once
   * @throws KernelCallException {@code ENOTSUPP} for map types without batches
   */
  public Map<Bytes, Bytes> readBatch(int portion) {
    return new MapBatch(this).read(portion, false);
  }

  /** The same, and removes them: {@code BPF_MAP_LOOKUP_AND_DELETE_BATCH} (Linux 5.6). */
  public Map<Bytes, Bytes> drainBatch(int portion) {
    return new MapBatch(this).read(portion, true);
  }

  /** Sets many elements: {@code BPF_MAP_UPDATE_BATCH} (Linux 5.6); gives how many. */
  public int updateBatch(Map<Bytes, Bytes> elements, UpdateMode mode) {
    return new MapBatch(this).update(elements, mode);
  }

  /** Removes many elements: {@code BPF_MAP_DELETE_BATCH} (Linux 5.6); gives how many. */
  public int deleteBatch(List<Bytes> keys) {
    return new MapBatch(this).delete(keys);
  }

  /** Each possible CPU's value of a per-CPU map's key, without padding; null if there is none. */
  public @Nullable List<Bytes> lookupPerCpu(byte[] key) {
    byte[] all = lookup(key);
    if (all == null) {
      return null;
    }
    int stride = all.length / kernel().possibleCpus();
    var values = new ArrayList<Bytes>();
    for (int cpu = 0; cpu < kernel().possibleCpus(); cpu++) {
      values.add(Bytes.of(Arrays.copyOfRange(all, cpu * stride, cpu * stride + valueSize)));
    }
    return values;
  }

  /** Sets each possible CPU's value of a per-CPU map's key. */
  public void updatePerCpu(byte[] key, List<Bytes> values) {
    if (values.size() != kernel().possibleCpus()) {
      throw new IllegalArgumentException(
          "there are %d possible CPUs, but %d values"
              .formatted(kernel().possibleCpus(), values.size()));
    }
    byte[] all = new byte[elementSize()];
    int stride = all.length / values.size();
    for (int cpu = 0; cpu < values.size(); cpu++) {
      byte[] value = values.get(cpu).toArray();
      System.arraycopy(value, 0, all, cpu * stride, Math.min(value.length, valueSize));
    }
    update(key, all);
  }

  /** Puts a program into a slot of a prog array, or a map into one of a map-in-map. */
  public void put(byte[] key, KernelResource object) {
    int fd = object.fd().acquire();
    try {
      update(key, MapKeys.u32(fd));
    } finally {
      object.fd().release();
    }
  }

  /** A reader of this ring buffer's records. */
  public RingBufferReader ringBuffer() {
    return new RingBufferReader(this);
  }

  /** A writer of this user ring buffer. */
  public UserRingBuffer userRingBuffer() {
    return new UserRingBuffer(this);
  }

  /**
   * A reader of what programs send to this perf event array.
   *
   * @param pages of each CPU's buffer, a power of two
   */
  public PerfBufferReader perfBuffer(int pages) {
    return new PerfBufferReader(this, pages);
  }

  /**
   * The values of an array made with {@code BPF_F_MMAPABLE} (Linux 5.5), or an arena's pages, as
   * memory shared with programs; element {@code i} of an array begins at {@code i} times the value
   * size rounded up to 8. An arena that this process created stays mapped, at one address, as long
   * as it is open.
   */
  public MappedValues mapValues() {
    MappedValues pages = arenaPages;
    return pages == null ? new MappedValues(this) : new MappedValues(pages);
  }

  /**
   * Programs that use an arena can be loaded once it is mapped: its address in this process is
   * compiled into them. So it is mapped when it is created, as long as it is open.
   */
  void mapArena() {
    arenaPages = new MappedValues(this);
  }

  @Override
  public void close() {
    super.close();
    MappedValues pages = arenaPages;
    if (pages != null) {
      pages.close();
    }
  }

  /** What the kernel knows of it. */
  public MapInfo info() {
    return InfoReader.map(fd());
  }

  /** Makes it read-only for user space: {@code BPF_MAP_FREEZE} (Linux 5.2). */
  public void freeze() {
    int fd = fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      Bpf.call(BpfCommand.MAP_FREEZE, Block.of(arena, BpfAttr.MAP_ELEM).set("map_fd", fd));
    } finally {
      fd().release();
    }
  }

  private byte[] checkedKey(byte[] key, int size) {
    if (key.length != size) {
      throw new IllegalArgumentException(
          "a key of map %s has %d bytes, not %d".formatted(name, size, key.length));
    }
    return key;
  }

  private byte[] checkedValue(byte[] value) {
    if (value.length != elementSize()) {
      throw new IllegalArgumentException(
          "a value of map %s has %d bytes%s, not %d"
              .formatted(
                  name,
                  elementSize(),
                  isPerCpu() ? " (all CPUs, each padded to 8)" : "",
                  value.length));
    }
    return value;
  }
}
