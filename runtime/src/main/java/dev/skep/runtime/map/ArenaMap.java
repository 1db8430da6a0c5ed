package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.Region;
import java.util.Arrays;
import java.util.BitSet;

/**
 * {@code ARENA}: pages that programs and user space share, at the same addresses for both.
 *
 * <p>Page numbers count from the arena's start. Page 0 lies one page above a multiple of 4 GiB, so
 * that the lower half of no pointer into the arena is zero: casts keep null pointers apart by it.
 *
 * <p>In the kernel: {@code arena_map_alloc}, {@code arena_alloc_pages}, {@code arena_free_pages}.
 */
public final class ArenaMap extends BpfMap {

  /** Bytes of a page. */
  public static final int PAGE = 4096;

  private final Region region;
  private final BitSet taken = new BitSet();
  private final int pages;

  ArenaMap(MapHost host, MapSpec spec) {
    super(host, spec);
    // The last page of 4 GiB would lie above what one region's addresses can name.
    pages = Math.min(spec.maxEntries(), (Integer.MAX_VALUE - 16) / PAGE);
    region =
        host.memory()
            .add(
                Region.Kind.MAP_VALUE,
                spec.name(),
                PAGE,
                host.memory().allocate((long) pages * PAGE),
                true,
                this);
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    return Errno.EINVAL.negated();
  }

  /** The memory, for direct access. */
  public Region region() {
    return region;
  }

  /**
   * {@code bpf_arena_alloc_pages}: neighbouring pages filled with zeros.
   *
   * @param address where, or 0 for anywhere
   * @return their address, or 0 if there are none
   */
  public synchronized long allocate(long address, int count) {
    if (count <= 0 || count > pages) {
      return 0;
    }
    int first;
    if (address != 0) {
      long page = (address - region.address()) / PAGE;
      if ((address & (PAGE - 1)) != 0 || address < region.address() || page > pages - count) {
        return 0;
      }
      first = (int) page;
      int used = taken.nextSetBit(first);
      if (used >= 0 && used < first + count) {
        return 0;
      }
    } else {
      first = taken.nextClearBit(0);
      while (first + count <= pages) {
        int used = taken.nextSetBit(first);
        if (used < 0 || used >= first + count) {
          break;
        }
        first = taken.nextClearBit(used);
      }
      if (first + count > pages) {
        return 0;
      }
    }
    taken.set(first, first + count);
    Arrays.fill(region.bytes(), first * PAGE, (first + count) * PAGE, (byte) 0);
    return region.address() + (long) first * PAGE;
  }

  /** {@code bpf_arena_free_pages}. */
  public synchronized void free(long address, int count) {
    long page = (address - region.address()) / PAGE;
    if ((address & (PAGE - 1)) == 0 && page >= 0 && page < pages && count > 0) {
      taken.clear((int) page, (int) Math.min(page + count, pages));
    }
  }

  /**
   * {@code addr_space_cast}: a pointer's lower half names the byte; null stays null. Kernel and
   * user pointers are the same number on a machine.
   */
  public long cast(long pointer) {
    return (int) pointer == 0 ? 0 : region.address() & ~0xffff_ffffL | pointer & 0xffff_ffffL;
  }
}
