package dev.skep.runtime.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The regions that all of a machine's processors share. Safe for use by several threads. */
public final class AddressSpace {

  /** Region numbers below this belong to a single {@link dev.skep.runtime.Cpu}. */
  public static final int FIRST_SHARED = 16;

  /** Most regions at one time. */
  private static final int MAX_REGIONS = 1 << 22;

  private final long limit;
  private long used;
  private volatile @Nullable Region[] table = new @Nullable Region[64];
  private int next = FIRST_SHARED;
  private final ConcurrentSkipListMap<Long, Region> fixed =
      new ConcurrentSkipListMap<>(Long::compareUnsigned);

  /**
   * An empty one.
   *
   * @param limit most bytes that {@link #allocate} hands out in all
   */
  public AddressSpace(long limit) {
    this.limit = limit;
  }

  /**
   * Adds a region.
   *
   * @throws OutOfMemory if the machine's memory limit does not allow it
   */
  public Region add(
      Region.Kind kind, String name, byte[] bytes, boolean writable, @Nullable Object owner) {
    return add(kind, name, 0, bytes, writable, owner);
  }

  /** Adds a region whose first byte is not the first of its 4 GiB. */
  public synchronized Region add(
      Region.Kind kind,
      String name,
      int base,
      byte[] bytes,
      boolean writable,
      @Nullable Object owner) {
    if (next >= MAX_REGIONS) {
      throw new OutOfMemory("more than " + MAX_REGIONS + " regions");
    }
    @Nullable Region[] regions = table;
    if (next == regions.length) {
      regions = java.util.Arrays.copyOf(regions, regions.length * 2);
    }
    Region region = new Region(kind, name, ((long) next << 32) + base, bytes, writable, owner);
    regions[next++] = region;
    table = regions;
    return region;
  }

  /**
   * Allocates a byte array and counts it against the machine's memory limit.
   *
   * @throws OutOfMemory if the limit does not allow it
   */
  public synchronized byte[] allocate(long size) {
    if (size > Integer.MAX_VALUE - 16 || used + size > limit) {
      throw new OutOfMemory(
          size + " bytes wanted, " + (limit - used) + " of the machine's " + limit + " left");
    }
    used += size;
    return new byte[(int) size];
  }

  /**
   * Counts memory that is not a region against the machine's limit.
   *
   * @throws OutOfMemory if the limit does not allow it
   */
  public synchronized void charge(long size) {
    if (used + size > limit) {
      throw new OutOfMemory(
          size + " bytes wanted, " + (limit - used) + " of the machine's " + limit + " left");
    }
    used += size;
  }

  /** Gives bytes back that {@link #allocate} handed out. */
  public synchronized void release(long size) {
    used -= size;
  }

  /** Says what is behind a region, once it is there. */
  public synchronized void own(Region region, Object owner) {
    @Nullable Region[] regions = table.clone();
    regions[region.id()] =
        new Region(
            region.kind(),
            region.name(),
            region.address(),
            region.bytes(),
            region.writable(),
            owner);
    table = regions;
  }

  /** Takes a region away until it is shown again: accesses in between trap. */
  public synchronized void hide(Region region) {
    table[region.id()] = null;
  }

  /** Brings a hidden region back. */
  public synchronized void show(Region region) {
    table[region.id()] = region;
  }

  /** Takes a region away: later accesses to its addresses trap. */
  public synchronized void remove(Region region) {
    @Nullable Region[] regions = table.clone();
    if (region.id() >= 0 && region.id() < regions.length && regions[region.id()] == region) {
      regions[region.id()] = null;
      table = regions;
    } else {
      fixed.remove(region.address(), region);
    }
  }

  /**
   * Puts memory at an address of the owner's choice, such as a kernel structure that programs read
   * with {@code bpf_probe_read_kernel}.
   *
   * @throws IllegalArgumentException if the address lies where the machine's own regions are, the
   *     memory crosses a multiple of 2<sup>32</sup>, or overlaps other memory
   */
  public synchronized Region provide(long address, String name, byte[] bytes, boolean writable) {
    int id = (int) (address >>> 32);
    if (id >= 0 && id < MAX_REGIONS) {
      throw new IllegalArgumentException(
          "0x%x is in the machine's own range; use an address from 0x%x on"
              .formatted(address, (long) MAX_REGIONS << 32));
    }
    if (bytes.length > 0 && (address + bytes.length - 1) >>> 32 != address >>> 32) {
      throw new IllegalArgumentException("memory at 0x%x crosses 4 GiB".formatted(address));
    }
    Map.Entry<Long, Region> before = fixed.floorEntry(address + Math.max(bytes.length - 1, 0));
    if (before != null
        && Long.compareUnsigned(
                before.getKey() + Math.max(before.getValue().bytes().length, 1), address)
            > 0) {
      throw new IllegalArgumentException(
          "memory at 0x%x overlaps %s".formatted(address, before.getValue()));
    }
    Region region = new Region(Region.Kind.MEMORY, name, address, bytes, writable, null);
    fixed.put(address, region);
    return region;
  }

  /** The shared region that an address is in, or null. The offset may still be out of bounds. */
  public @Nullable Region find(long address) {
    int id = (int) (address >>> 32);
    @Nullable Region[] regions = table;
    if (id >= 0 && id < regions.length) {
      return regions[id];
    }
    Map.Entry<Long, Region> entry = fixed.floorEntry(address);
    if (entry == null || entry.getKey() >>> 32 != address >>> 32) {
      return null;
    }
    return entry.getValue();
  }

  /** The machine's memory limit is reached: {@code ENOMEM}. */
  public static final class OutOfMemory extends RuntimeException {
    private static final long serialVersionUID = 1;

    OutOfMemory(String message) {
      super(message);
    }
  }
}
