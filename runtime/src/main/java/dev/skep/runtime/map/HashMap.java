package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.catalog.SpecialField;
import dev.skep.object.MapSpec;
import dev.skep.object.fields.ValueFields;
import dev.skep.runtime.memory.LittleEndian;
import dev.skep.runtime.memory.Region;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code HASH}, {@code LRU_HASH} and their per-CPU forms, and the maps that are hashes inside: maps
 * of devices, sockets, and storage attached to kernel objects.
 *
 * <p>With {@code BPF_F_ZERO_SEED} keys come in the kernel's order, otherwise in one of our own: the
 * kernel's is random then.
 *
 * <p>Chained buckets of slot numbers. Readers take no lock: they find a key or, if a writer was at
 * work meanwhile, look again under the lock. A full LRU map gives up an element that has not been
 * looked at since the hand last passed it (second chance); which one the kernel would choose
 * depends on its per-CPU free lists.
 */
class HashMap extends BpfMap {

  private final ValueSlots slots;
  private final int[] heads;
  private final int[] next;
  private final int mask;
  private final boolean perCpu;
  private final boolean lru;
  private final byte[] referenced;
  private final int capacity;
  private final boolean kernelOrder;
  private int hand;
  private int count;
  private volatile int version;

  HashMap(MapHost host, MapSpec spec, boolean perCpu, boolean lru) {
    super(host, spec);
    this.perCpu = perCpu;
    this.lru = lru;
    int entries = spec.maxEntries();
    int buckets = Integer.highestOneBit(Math.max(Math.min(entries, 1 << 26) - 1, 1)) * 2;
    // One more, so that an update can write a new element before it takes the old one away.
    int places = entries + (lru || perCpu ? 0 : 1);
    slots = new ValueSlots(host, this, places, perCpu ? host.cpuCount() : 1);
    host.memory().charge(4L * buckets + 4L * places + (lru ? entries : 0));
    heads = new int[buckets];
    next = new int[places];
    referenced = new byte[lru ? entries : 0];
    capacity = entries;
    kernelOrder = spec.has(MapFlag.ZERO_SEED);
    mask = buckets - 1;
  }

  @Override
  public @Nullable Region values() {
    synchronized (this) {
      return slots.single();
    }
  }

  private int hash(byte[] key, int at) {
    int size = keySize();
    int hash;
    if (kernelOrder) {
      return JHash.hash(key, at, size, 0) & mask;
    }
    if (size == 4) {
      hash = (int) LittleEndian.INT.get(key, at) * 0x9e37_79b9;
    } else if (size == 8) {
      long mixed = (long) LittleEndian.LONG.get(key, at) * 0x9e37_79b9_7f4a_7c15L;
      hash = (int) (mixed >>> 32);
    } else {
      long mixed = size;
      int i = 0;
      for (; i + 8 <= size; i += 8) {
        mixed = (mixed ^ (long) LittleEndian.LONG.get(key, at + i)) * 0x9e37_79b9_7f4a_7c15L;
        mixed ^= mixed >>> 29;
      }
      for (; i < size; i++) {
        mixed = (mixed ^ (key[at + i] & 0xff)) * 0x9e37_79b9_7f4a_7c15L;
      }
      hash = (int) (mixed >>> 32);
    }
    return (hash ^ hash >>> 15) & mask;
  }

  private boolean matches(byte[] keys, int index, byte[] key, int at) {
    int size = keySize();
    if (size == 4) {
      return (int) LittleEndian.INT.get(keys, index) == (int) LittleEndian.INT.get(key, at);
    }
    if (size == 8) {
      return (long) LittleEndian.LONG.get(keys, index) == (long) LittleEndian.LONG.get(key, at);
    }
    return Arrays.equals(keys, index, index + size, key, at, at + size);
  }

  /** The slot of a key or -1; may miss what a writer is moving meanwhile. */
  private int find(byte[] key, int at) {
    int steps = next.length;
    for (int slot = heads[hash(key, at)] - 1; slot >= 0 && steps-- >= 0; slot = next[slot] - 1) {
      ValueSlots.Chunk chunk = slots.at(slot);
      if (chunk != null && matches(chunk.keys(), slots.keyIndex(slot), key, at)) {
        return slot;
      }
    }
    return -1;
  }

  /** The slot of a key, or -1. */
  final int slot(byte[] key, int at) {
    int before = version;
    int slot = find(key, at);
    if (slot < 0) {
      VarHandle.loadLoadFence();
      if ((before & 1) != 0 || before != version) {
        synchronized (this) {
          slot = find(key, at);
        }
      }
    }
    return slot;
  }

  @Override
  public long lookup(int cpu, byte[] key, int at) {
    int slot = slot(key, at);
    return slot < 0 ? 0 : touch(slot, perCpu ? cpu : 0);
  }

  private long touch(int slot, int copy) {
    if (lru) {
      referenced[slot] = 1;
    }
    ValueSlots.Chunk chunk = slots.at(slot);
    return chunk == null ? 0 : slots.address(chunk, slot, copy);
  }

  @Override
  public long lookupOn(int cpu, byte[] key, int at) {
    if (!perCpu || cpu < 0 || cpu >= host().cpuCount()) {
      return 0;
    }
    int slot = slot(key, at);
    return slot < 0 ? 0 : touch(slot, cpu);
  }

  @Override
  public synchronized byte @Nullable [] keyOf(long valueAddress) {
    int slot = slots.slotOf(valueAddress);
    return slot < 0 ? null : slots.key(slot);
  }

  @Override
  public long update(int cpu, byte[] key, int at, byte[] value, int valueAt, long flags) {
    return set(key, at, value, valueAt, flags, perCpu ? cpu : 0);
  }

  /** Sets one copy of a value, or with {@code copy} -1 all. */
  private synchronized int set(
      byte[] key, int at, byte[] value, int valueAt, long flags, int copy) {
    if ((flags & ~(perCpu ? 0 : F_LOCK)) > EXIST || flags < 0) {
      return Errno.EINVAL.negated();
    }
    if ((flags & F_LOCK) != 0 && !fields().hasLock()) {
      return Errno.EINVAL.negated();
    }
    int there = find(key, at);
    if (there >= 0 && (flags & NOEXIST) != 0) {
      return Errno.EEXIST.negated();
    }
    if (there < 0 && (flags & EXIST) != 0 && type() != MapType.DEVMAP_HASH) {
      return Errno.ENOENT.negated();
    }
    if (there >= 0 && (lru || perCpu || (flags & F_LOCK) != 0)) {
      store(there, value, valueAt, copy);
      if (lru) {
        referenced[there] = 1;
      }
      return 0;
    }
    int slot = there >= 0 ? slots.take() : takeSlot();
    if (slot < 0) {
      return slot == ValueSlots.NO_MEMORY ? Errno.ENOMEM.negated() : slot;
    }
    for (int i = 0; i < (perCpu ? host().cpuCount() : 1); i++) {
      slots.clearValue(slot, i);
    }
    store(slot, value, valueAt, copy);
    slots.setKey(slot, key, at);
    // The new element first, then the old one away: a reader always finds one of them.
    int bucket = hash(key, at);
    next[slot] = heads[bucket];
    VarHandle.storeStoreFence();
    heads[bucket] = slot + 1;
    count++;
    if (there >= 0) {
      unlinkSlot(bucket, there);
    }
    if (lru) {
      referenced[slot] = 0;
    }
    return 0;
  }

  /** Writes one copy of a slot's value, or with {@code copy} -1 all. */
  private void store(int slot, byte[] value, int valueAt, int copy) {
    if (copy >= 0) {
      slots.setValue(slot, copy, value, valueAt);
    } else {
      int stride = roundUp8(valueSize());
      for (int i = 0; i < host().cpuCount(); i++) {
        slots.setValue(slot, i, value, valueAt + i * stride);
      }
    }
  }

  private int takeSlot() {
    if (count >= capacity) {
      if (!lru) {
        return Errno.E2BIG.negated();
      }
      evict();
    }
    int slot = slots.take();
    return switch (slot) {
      case ValueSlots.FULL -> Errno.E2BIG.negated();
      case ValueSlots.NO_MEMORY -> Errno.ENOMEM.negated();
      default -> slot;
    };
  }

  private void evict() {
    while (referenced[hand] != 0) {
      referenced[hand] = 0;
      hand = (hand + 1) % referenced.length;
    }
    int victim = hand;
    hand = (hand + 1) % referenced.length;
    byte[] key = slots.key(victim);
    unlink(key, 0);
  }

  private int unlink(byte[] key, int at) {
    int slot = find(key, at);
    if (slot < 0) {
      return Errno.ENOENT.negated();
    }
    unlinkSlot(hash(key, at), slot);
    return 0;
  }

  /** What a value holds goes with it. */
  private void dropTimers(int slot) {
    for (ValueFields.Field field : fields().all()) {
      ValueSlots.Chunk chunk = slots.at(slot);
      if (chunk != null
          && (field.kind() == SpecialField.TIMER || field.kind() == SpecialField.WORKQUEUE)) {
        host().cancelAndFree(slots.address(chunk, slot, 0) + field.offset());
      }
    }
  }

  private void unlinkSlot(int bucket, int slot) {
    changing();
    if (heads[bucket] == slot + 1) {
      heads[bucket] = next[slot];
    } else {
      int before = heads[bucket] - 1;
      while (next[before] != slot + 1) {
        before = next[before] - 1;
      }
      next[before] = next[slot];
    }
    changing();
    dropTimers(slot);
    slots.give(slot);
    count--;
  }

  /** Marks that elements are about to move, or have moved: readers that miss then look again. */
  private void changing() {
    int now = version;
    version = now + 1;
  }

  @Override
  public synchronized long delete(int cpu, byte[] key, int at) {
    return unlink(key, at);
  }

  @Override
  public int elementBytes() {
    return slots.userValueBytes(perCpu);
  }

  @Override
  public synchronized int read(byte[] key, byte[] value, long flags) {
    int error = mayRead(flags);
    if (error != 0) {
      return error;
    }
    if (type() == MapType.SOCKHASH && valueSize() != 8) {
      return Errno.ENOSPC.negated();
    }
    int slot = find(key, 0);
    if (slot < 0) {
      return Errno.ENOENT.negated();
    }
    slots.value(slot, value);
    return 0;
  }

  @Override
  public synchronized int take(byte[] key, byte[] value, long flags) {
    if (type() == MapType.DEVMAP_HASH || type() == MapType.SOCKHASH) {
      return super.take(key, value, flags);
    }
    int error = mayRead(flags);
    if (error == 0) {
      error = mayWrite(flags);
    }
    return error != 0
        ? error
        : read(key, value, flags) == 0 ? unlink(key, 0) : Errno.ENOENT.negated();
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, elementBytes());
    int error = mayWrite(flags);
    return error != 0 ? error : set(key, 0, value, 0, flags, perCpu ? -1 : 0);
  }

  @Override
  public synchronized int remove(byte[] key) {
    sizes(key, null, 0);
    int error = mayWrite(0);
    return error != 0 ? error : unlink(key, 0);
  }

  @Override
  public synchronized int nextKey(byte @Nullable [] key, byte[] next) {
    int slot = -1;
    int bucket = 0;
    if (key != null) {
      int there = find(key, 0);
      if (there >= 0) {
        slot = this.next[there] - 1;
        bucket = hash(key, 0) + 1;
      }
    }
    while (slot < 0 && bucket < heads.length) {
      slot = heads[bucket++] - 1;
    }
    if (slot < 0) {
      return Errno.ENOENT.negated();
    }
    byte[] found = slots.key(slot);
    System.arraycopy(found, 0, next, 0, found.length);
    return 0;
  }

  @Override
  public synchronized List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>(count);
    for (int head : heads) {
      for (int slot = head - 1; slot >= 0; slot = next[slot] - 1) {
        keys.add(slots.key(slot));
      }
    }
    return keys;
  }
}
