package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.AddressSpace;
import dev.skep.runtime.memory.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code LPM_TRIE}: keys are {@code struct bpf_lpm_trie_key}, a prefix length in bits and the data
 * in network order; a look-up finds the longest prefix that matches.
 *
 * <p>A path-compressed binary trie in flat arrays. A node with two children and no value of its own
 * stands where two prefixes part, so that there are never more than twice as many nodes as
 * elements. Node numbers are from 1 on; 0 is none.
 *
 * <p>In the kernel: {@code trie_lookup_elem}, {@code trie_update_elem}, {@code trie_delete_elem},
 * {@code trie_get_next_key}.
 */
final class LpmTrie extends BpfMap {

  private static final int PREFIX_BYTES = 4;

  private final ValueSlots slots;
  private final int maxBits;
  private final int dataBytes;
  private final int capacity;
  private int root;

  // Per node: two children, length of the prefix in bits, slot of the value + 1, the prefix.
  private int[] children = new int[16];
  private int[] bits = new int[8];
  private int[] slotOf = new int[8];
  private byte[] data;
  private int nodes = 1;
  private int free;
  private int count;

  LpmTrie(MapHost host, MapSpec spec) {
    super(host, spec);
    capacity = spec.maxEntries();
    slots = new ValueSlots(host, this, capacity, 1);
    dataBytes = spec.keySize() - PREFIX_BYTES;
    maxBits = dataBytes * 8;
    data = new byte[8 * dataBytes];
  }

  private static int bit(byte[] bytes, int at, int index) {
    return bytes[at + (index >> 3)] >> (7 - (index & 7)) & 1;
  }

  /** How many leading bits a node's prefix and a key share. */
  private int match(int node, byte[] key, int at) {
    int limit = Math.min(bits[node], prefix(key, at));
    int from = at + PREFIX_BYTES;
    int index = node * dataBytes;
    int bytes = (limit + 7) >> 3;
    int differs = Arrays.mismatch(data, index, index + bytes, key, from, from + bytes);
    if (differs < 0) {
      return limit;
    }
    int xor = (data[index + differs] ^ key[from + differs]) & 0xff;
    return Math.min(limit, differs * 8 + Integer.numberOfLeadingZeros(xor) - 24);
  }

  private static int prefix(byte[] key, int at) {
    return (int) LittleEndian.INT.get(key, at);
  }

  private boolean tooLong(byte[] key, int at) {
    return Integer.compareUnsigned(prefix(key, at), maxBits) > 0;
  }

  /** The slot of the longest prefix that matches, or -1. */
  private synchronized int longest(byte[] key, int at) {
    if (tooLong(key, at)) {
      return -1;
    }
    int found = -1;
    int node = root;
    while (node != 0) {
      int matched = match(node, key, at);
      if (matched < bits[node]) {
        break;
      }
      if (slotOf[node] != 0) {
        found = slotOf[node] - 1;
      }
      if (matched == maxBits) {
        break;
      }
      node = children[node * 2 + bit(key, at + PREFIX_BYTES, bits[node])];
    }
    return found;
  }

  @Override
  public long lookup(int cpu, byte[] key, int at) {
    int slot = longest(key, at);
    ValueSlots.Chunk chunk = slot < 0 ? null : slots.at(slot);
    return chunk == null ? 0 : slots.address(chunk, slot, 0);
  }

  @Override
  public long update(int cpu, byte[] key, int at, byte[] value, int valueAt, long flags) {
    return set(key, at, value, valueAt, flags);
  }

  private synchronized int set(byte[] key, int at, byte[] value, int valueAt, long flags) {
    if (flags < 0 || flags > EXIST || tooLong(key, at)) {
      return Errno.EINVAL.negated();
    }
    int length = prefix(key, at);
    int parent = 0;
    int side = 0;
    int node = root;
    int matched = 0;
    while (node != 0) {
      matched = match(node, key, at);
      if (matched != bits[node] || matched == length) {
        break;
      }
      parent = node;
      side = bit(key, at + PREFIX_BYTES, bits[node]);
      node = children[node * 2 + side];
    }
    boolean same = node != 0 && matched == bits[node] && matched == length;
    if (same && slotOf[node] != 0) {
      if (flags == NOEXIST) {
        return Errno.EEXIST.negated();
      }
      slots.setKey(slotOf[node] - 1, key, at);
      slots.setValue(slotOf[node] - 1, 0, value, valueAt);
      return 0;
    }
    if (flags == EXIST) {
      return Errno.ENOENT.negated();
    }
    if (count == capacity) {
      return Errno.ENOSPC.negated();
    }
    if (!roomForTwo()) {
      return Errno.ENOMEM.negated();
    }
    int slot = slots.take();
    if (slot < 0) {
      return Errno.ENOMEM.negated();
    }
    count++;
    slots.setKey(slot, key, at);
    slots.setValue(slot, 0, value, valueAt);
    if (same) {
      slotOf[node] = slot + 1;
      return 0;
    }
    int leaf = newNode(length, key, at + PREFIX_BYTES);
    slotOf[leaf] = slot + 1;
    if (node == 0) {
      link(parent, side, leaf);
    } else if (matched == length) {
      // The new prefix is a shorter one on the way to the node.
      children[leaf * 2 + bit(data, node * dataBytes, matched)] = node;
      link(parent, side, leaf);
    } else {
      int fork = newNode(matched, key, at + PREFIX_BYTES);
      int way = bit(key, at + PREFIX_BYTES, matched);
      children[fork * 2 + way] = leaf;
      children[fork * 2 + 1 - way] = node;
      link(parent, side, fork);
    }
    return 0;
  }

  private void link(int parent, int side, int node) {
    if (parent == 0) {
      root = node;
    } else {
      children[parent * 2 + side] = node;
    }
  }

  /** Makes sure that {@link #newNode} can be called twice. */
  private boolean roomForTwo() {
    if (nodes + 2 <= slotOf.length) {
      return true;
    }
    int size = slotOf.length * 2;
    if ((long) size * dataBytes > Integer.MAX_VALUE - 16) {
      return false;
    }
    try {
      host().memory().charge((long) slotOf.length * (16 + dataBytes));
    } catch (AddressSpace.OutOfMemory e) {
      return false;
    }
    children = Arrays.copyOf(children, size * 2);
    bits = Arrays.copyOf(bits, size);
    slotOf = Arrays.copyOf(slotOf, size);
    data = Arrays.copyOf(data, size * dataBytes);
    return true;
  }

  private int newNode(int length, byte[] key, int at) {
    int node = free;
    if (node != 0) {
      free = children[node * 2];
    } else {
      node = nodes++;
    }
    children[node * 2] = 0;
    children[node * 2 + 1] = 0;
    bits[node] = length;
    slotOf[node] = 0;
    System.arraycopy(key, at, data, node * dataBytes, dataBytes);
    return node;
  }

  private void dispose(int node) {
    children[node * 2] = free;
    free = node;
  }

  @Override
  public long delete(int cpu, byte[] key, int at) {
    return unlink(key, at);
  }

  private synchronized int unlink(byte[] key, int at) {
    if (tooLong(key, at)) {
      return Errno.EINVAL.negated();
    }
    int length = prefix(key, at);
    int grandparent = 0;
    int parent = 0;
    int parentSide = 0;
    int side = 0;
    int node = root;
    while (node != 0 && bits[node] < length) {
      if (match(node, key, at) != bits[node]) {
        return Errno.ENOENT.negated();
      }
      grandparent = parent;
      parentSide = side;
      parent = node;
      side = bit(key, at + PREFIX_BYTES, bits[node]);
      node = children[node * 2 + side];
    }
    if (node == 0 || bits[node] != length || slotOf[node] == 0 || match(node, key, at) != length) {
      return Errno.ENOENT.negated();
    }
    slots.give(slotOf[node] - 1);
    slotOf[node] = 0;
    count--;
    int left = children[node * 2];
    int right = children[node * 2 + 1];
    if (left != 0 && right != 0) {
      return 0;
    }
    if (left == 0 && right == 0 && parent != 0 && slotOf[parent] == 0) {
      // The parent only stood where two prefixes part: the other one takes its place.
      link(grandparent, parentSide, children[parent * 2 + 1 - side]);
      dispose(parent);
    } else {
      link(parent, side, left != 0 ? left : right);
    }
    dispose(node);
    return 0;
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    int error = mayRead(flags);
    if (error != 0) {
      return error;
    }
    synchronized (this) {
      int slot = longest(key, 0);
      if (slot < 0) {
        return Errno.ENOENT.negated();
      }
      slots.value(slot, value);
      return 0;
    }
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, valueSize());
    int error = mayWrite(flags);
    return error != 0 ? error : set(key, 0, value, 0, flags);
  }

  @Override
  public int remove(byte[] key) {
    sizes(key, null, 0);
    int error = mayWrite(0);
    return error != 0 ? error : unlink(key, 0);
  }

  @Override
  public synchronized List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>(count);
    collect(root, keys);
    return keys;
  }

  /** Longer prefixes before the shorter ones that contain them. No deeper than a key's bits. */
  private void collect(int node, List<byte[]> keys) {
    if (node == 0) {
      return;
    }
    collect(children[node * 2], keys);
    collect(children[node * 2 + 1], keys);
    if (slotOf[node] != 0) {
      keys.add(slots.key(slotOf[node] - 1));
    }
  }

  @Override
  public synchronized int nextKey(byte @Nullable [] key, byte[] next) {
    List<byte[]> all = keys();
    int at = 0;
    if (key != null && !tooLong(key, 0)) {
      for (int i = 0; i < all.size(); i++) {
        if (samePrefix(all.get(i), key)) {
          at = i + 1;
          break;
        }
      }
    }
    if (at >= all.size()) {
      return Errno.ENOENT.negated();
    }
    System.arraycopy(all.get(at), 0, next, 0, next.length);
    return 0;
  }

  private static boolean samePrefix(byte[] a, byte[] b) {
    int length = prefix(a, 0);
    if (length != prefix(b, 0)) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bit(a, PREFIX_BYTES, i) != bit(b, PREFIX_BYTES, i)) {
        return false;
      }
    }
    return true;
  }
}
