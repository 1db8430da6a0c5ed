package dev.skep.runtime.map;

import dev.skep.object.MapSpec;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code LPM_TRIE}: keys are {@code struct bpf_lpm_trie_key}, a prefix length in bits and the data
 * in network order; a look-up finds the longest prefix that matches.
 *
 * <p>A binary trie with one node per bit on the way, in flat arrays; node 0 is the empty prefix.
 */
final class LpmTrie extends BpfMap {

  private static final int PREFIX_BYTES = 4;

  private final ValueSlots slots;
  private final int maxBits;
  private int[] children = new int[64];
  private int[] slotOf = new int[32];
  private int nodes = 1;
  private int count;

  LpmTrie(Machine machine, MapSpec spec) {
    super(machine, spec);
    slots = new ValueSlots(machine, this, spec.maxEntries(), 1);
    maxBits = (spec.keySize() - PREFIX_BYTES) * 8;
  }

  private static int bit(byte[] key, int at, int index) {
    return key[at + PREFIX_BYTES + (index >> 3)] >> (7 - (index & 7)) & 1;
  }

  private synchronized int longest(byte[] key, int at) {
    int bits = (int) Access.INT.get(key, at);
    if (Integer.compareUnsigned(bits, maxBits) > 0) {
      return -1;
    }
    int node = 0;
    int found = slotOf[0] - 1;
    for (int i = 0; i < bits; i++) {
      node = children[node * 2 + bit(key, at, i)];
      if (node == 0) {
        break;
      }
      if (slotOf[node] != 0) {
        found = slotOf[node] - 1;
      }
    }
    return found;
  }

  /** The node of exactly this prefix, or -1; made on the way if wanted. */
  private int node(byte[] key, int at, boolean create) {
    int bits = (int) Access.INT.get(key, at);
    int node = 0;
    for (int i = 0; i < bits; i++) {
      int edge = node * 2 + bit(key, at, i);
      if (children[edge] == 0) {
        if (!create) {
          return -1;
        }
        if (nodes == slotOf.length) {
          children = Arrays.copyOf(children, children.length * 2);
          slotOf = Arrays.copyOf(slotOf, slotOf.length * 2);
        }
        children[edge] = nodes++;
      }
      node = children[edge];
    }
    return node;
  }

  @Override
  public long lookup(Cpu cpu, byte[] key, int at) {
    int slot = longest(key, at);
    ValueSlots.Chunk chunk = slot < 0 ? null : slots.at(slot);
    return chunk == null ? 0 : slots.address(chunk, slot, 0);
  }

  @Override
  public long update(Cpu cpu, byte[] key, int at, byte[] value, int valueAt, long flags) {
    return set(key, at, value, valueAt, flags);
  }

  private synchronized int set(byte[] key, int at, byte[] value, int valueAt, long flags) {
    if (flags < 0 || flags > EXIST) {
      return -Errno.EINVAL;
    }
    if (Integer.compareUnsigned((int) Access.INT.get(key, at), maxBits) > 0) {
      return -Errno.EINVAL;
    }
    int there = node(key, at, false);
    boolean exists = there >= 0 && slotOf[there] != 0;
    if (exists && flags == NOEXIST) {
      return -Errno.EEXIST;
    }
    if (!exists && flags == EXIST) {
      return -Errno.ENOENT;
    }
    int slot;
    if (exists) {
      slot = slotOf[there] - 1;
    } else {
      slot = slots.take();
      if (slot < 0) {
        return slot == ValueSlots.NO_MEMORY ? -Errno.ENOMEM : -Errno.ENOSPC;
      }
      count++;
    }
    slots.setKey(slot, key, at);
    slots.setValue(slot, 0, value, valueAt);
    // The array may be replaced while the node is made: look it up afterwards.
    int node = node(key, at, true);
    slotOf[node] = slot + 1;
    return 0;
  }

  @Override
  public long delete(Cpu cpu, byte[] key, int at) {
    return unlink(key, at);
  }

  private synchronized int unlink(byte[] key, int at) {
    if (Integer.compareUnsigned((int) Access.INT.get(key, at), maxBits) > 0) {
      return -Errno.EINVAL;
    }
    int node = node(key, at, false);
    if (node < 0 || slotOf[node] == 0) {
      return -Errno.ENOENT;
    }
    slots.give(slotOf[node] - 1);
    slotOf[node] = 0;
    count--;
    if (nodes > 1024 && nodes / 4 > (long) count * maxBits) {
      rebuild();
    }
    return 0;
  }

  /** Drops the nodes that no entry needs any more. */
  private void rebuild() {
    List<Integer> live = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      if (slotOf[node] != 0) {
        live.add(slotOf[node]);
      }
    }
    children = new int[64];
    slotOf = new int[32];
    nodes = 1;
    for (int slot : live) {
      int node = node(slots.key(slot - 1), 0, true);
      slotOf[node] = slot;
    }
  }

  @Override
  public synchronized byte @Nullable [] get(byte[] key) {
    sizes(key, null, 0);
    int slot = longest(key, 0);
    return slot < 0 ? null : slots.value(slot);
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, valueSize());
    return set(key, 0, value, 0, flags);
  }

  @Override
  public int remove(byte[] key) {
    sizes(key, null, 0);
    return unlink(key, 0);
  }

  @Override
  public synchronized List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      if (slotOf[node] != 0) {
        keys.add(slots.key(slotOf[node] - 1));
      }
    }
    return keys;
  }
}
