package dev.skep.runtime.map;

import dev.skep.object.MapSpec;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Region;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code HASH}, {@code LRU_HASH} and their per-CPU forms, and the maps that are hashes inside: maps
 * of devices, sockets, and storage attached to kernel objects.
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
  private int hand;
  private int count;
  private volatile int version;

  HashMap(Machine machine, MapSpec spec, boolean perCpu, boolean lru) {
    super(machine, spec);
    this.perCpu = perCpu;
    this.lru = lru;
    int entries = spec.maxEntries();
    int buckets = Integer.highestOneBit(Math.max(Math.min(entries, 1 << 26) - 1, 1)) * 2;
    slots = new ValueSlots(machine, this, entries, perCpu ? machine.cpuCount() : 1);
    machine.memory().charge(4L * buckets + 4L * entries + (lru ? entries : 0));
    heads = new int[buckets];
    next = new int[entries];
    referenced = new byte[lru ? entries : 0];
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
    if (size == 4) {
      hash = (int) Access.INT.get(key, at) * 0x9e37_79b9;
    } else if (size == 8) {
      long mixed = (long) Access.LONG.get(key, at) * 0x9e37_79b9_7f4a_7c15L;
      hash = (int) (mixed >>> 32);
    } else {
      long mixed = size;
      int i = 0;
      for (; i + 8 <= size; i += 8) {
        mixed = (mixed ^ (long) Access.LONG.get(key, at + i)) * 0x9e37_79b9_7f4a_7c15L;
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
      return (int) Access.INT.get(keys, index) == (int) Access.INT.get(key, at);
    }
    if (size == 8) {
      return (long) Access.LONG.get(keys, index) == (long) Access.LONG.get(key, at);
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
  public long lookup(Cpu cpu, byte[] key, int at) {
    int slot = slot(key, at);
    return slot < 0 ? 0 : touch(slot, perCpu ? cpu.number() : 0);
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
    if (!perCpu || cpu < 0 || cpu >= machine().cpuCount()) {
      return 0;
    }
    int slot = slot(key, at);
    return slot < 0 ? 0 : touch(slot, cpu);
  }

  @Override
  public long update(Cpu cpu, byte[] key, int at, byte[] value, int valueAt, long flags) {
    return set(key, at, value, valueAt, flags, perCpu ? cpu.number() : 0);
  }

  /** Sets one copy of a value, or with {@code copy} -1 all. */
  private synchronized int set(
      byte[] key, int at, byte[] value, int valueAt, long flags, int copy) {
    if ((flags & ~F_LOCK) > EXIST || flags < 0) {
      return -Errno.EINVAL;
    }
    int slot = find(key, at);
    if (slot >= 0 && (flags & NOEXIST) != 0) {
      return -Errno.EEXIST;
    }
    if (slot < 0 && (flags & EXIST) != 0) {
      return -Errno.ENOENT;
    }
    boolean created = slot < 0;
    if (created) {
      slot = takeSlot();
      if (slot < 0) {
        return slot;
      }
    }
    if (copy >= 0) {
      if (created && perCpu) {
        for (int i = 0; i < machine().cpuCount(); i++) {
          slots.clearValue(slot, i);
        }
      }
      slots.setValue(slot, copy, value, valueAt);
    } else {
      int stride = roundUp8(valueSize());
      for (int i = 0; i < machine().cpuCount(); i++) {
        slots.setValue(slot, i, value, valueAt + i * stride);
      }
    }
    if (created) {
      slots.setKey(slot, key, at);
      int bucket = hash(key, at);
      next[slot] = heads[bucket];
      VarHandle.storeStoreFence();
      heads[bucket] = slot + 1;
      count++;
    }
    if (lru) {
      referenced[slot] = (byte) (created ? 0 : 1);
    }
    return 0;
  }

  private int takeSlot() {
    int slot = slots.take();
    if (slot == ValueSlots.FULL && lru) {
      evict();
      slot = slots.take();
    }
    return switch (slot) {
      case ValueSlots.FULL -> -Errno.E2BIG;
      case ValueSlots.NO_MEMORY -> -Errno.ENOMEM;
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
    int bucket = hash(key, at);
    int before = -1;
    for (int slot = heads[bucket] - 1; slot >= 0; before = slot, slot = next[slot] - 1) {
      ValueSlots.Chunk chunk = slots.at(slot);
      if (chunk != null && matches(chunk.keys(), slots.keyIndex(slot), key, at)) {
        changing();
        if (before < 0) {
          heads[bucket] = next[slot];
        } else {
          next[before] = next[slot];
        }
        changing();
        slots.give(slot);
        count--;
        return 0;
      }
    }
    return -Errno.ENOENT;
  }

  /** Marks that elements are about to move, or have moved: readers that miss then look again. */
  private void changing() {
    int now = version;
    version = now + 1;
  }

  @Override
  public synchronized long delete(Cpu cpu, byte[] key, int at) {
    return unlink(key, at);
  }

  @Override
  public synchronized byte @Nullable [] get(byte[] key) {
    sizes(key, null, 0);
    int slot = find(key, 0);
    return slot < 0 ? null : slots.value(slot);
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, slots.userValueBytes(perCpu));
    return set(key, 0, value, 0, flags, perCpu ? -1 : 0);
  }

  @Override
  public synchronized int remove(byte[] key) {
    sizes(key, null, 0);
    return unlink(key, 0);
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
