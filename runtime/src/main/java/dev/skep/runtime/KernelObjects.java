package dev.skep.runtime;

import dev.skep.runtime.memory.AddressSpace;
import dev.skep.runtime.memory.Region;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Objects of {@code bpf_obj_new} and structures of the kernel that programs get references to, each
 * a region with a count of references; and the lists and trees that hold them, by the address of
 * their root. An object whose last reference goes is gone: later accesses trap.
 */
public final class KernelObjects {

  private static final int MAX_FREE = 1024;

  private final Machine machine;
  private final Map<Long, Integer> references = new HashMap<>();
  private final Map<Integer, ArrayDeque<Region>> free = new HashMap<>();
  private final Map<Long, List<Long>> collections = new HashMap<>();
  private final Map<Long, Long> owners = new HashMap<>();

  KernelObjects(Machine machine) {
    this.machine = machine;
  }

  /** A new object with one reference, filled with zeros; 0 if there is no memory for it. */
  public synchronized long allocate(String name, int size) {
    ArrayDeque<Region> pool = free.get(size);
    Region region = pool == null ? null : pool.poll();
    if (region != null) {
      Arrays.fill(region.bytes(), (byte) 0);
      machine.memory().show(region);
    } else {
      try {
        byte[] bytes = machine.memory().allocate(Math.max(size, 8));
        region = machine.memory().add(Region.Kind.MEMORY, name, bytes, true, this);
      } catch (AddressSpace.OutOfMemory e) {
        return 0;
      }
    }
    references.put(region.address(), 1);
    return region.address();
  }

  private long base(long address) {
    Region region = machine.memory().find(address);
    return region != null && region.owner() == this ? region.address() : 0;
  }

  /** Takes another reference; false if there is no such object. */
  public synchronized boolean acquire(long address) {
    return references.computeIfPresent(base(address), (a, n) -> n + 1) != null;
  }

  /** Gives a reference back, and the object with the last one; false if there is no such object. */
  public synchronized boolean release(long address) {
    long base = base(address);
    Integer count = references.get(base);
    if (count == null) {
      return false;
    }
    if (count > 1) {
      references.put(base, count - 1);
      return true;
    }
    references.remove(base);
    Region region = machine.memory().find(base);
    if (region != null) {
      machine.memory().hide(region);
      ArrayDeque<Region> pool =
          free.computeIfAbsent(region.bytes().length, k -> new ArrayDeque<>());
      if (pool.size() < MAX_FREE) {
        pool.add(region);
      }
    }
    return true;
  }

  /** Number of objects that are there. */
  public synchronized int count() {
    return references.size();
  }

  /** References to an object, 0 if there is none. */
  public synchronized int references(long address) {
    return references.getOrDefault(base(address), 0);
  }

  /** A list or tree by the address of its root: addresses of nodes, in order. */
  public synchronized List<Long> nodes(long root) {
    return List.copyOf(collections.getOrDefault(root, List.of()));
  }

  /** Inserts a node; false if it is in a list or tree already. */
  public synchronized boolean insert(long root, int position, long node) {
    if (owners.putIfAbsent(node, root) != null) {
      return false;
    }
    collections.computeIfAbsent(root, r -> new ArrayList<>()).add(position, node);
    return true;
  }

  /** Takes the node at a position out; 0 if there is none. */
  public synchronized long take(long root, int position) {
    List<Long> nodes = collections.get(root);
    if (nodes == null || position < 0 || position >= nodes.size()) {
      return 0;
    }
    long node = nodes.remove(position);
    owners.remove(node);
    return node;
  }

  /** Takes a node out of a root; false if it is not in it. */
  public synchronized boolean remove(long root, long node) {
    @Nullable Long owner = owners.get(node);
    return owner != null && owner == root && take(root, nodes(root).indexOf(node)) != 0;
  }
}
