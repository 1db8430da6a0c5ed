package dev.skep.runtime.map;

import dev.skep.object.MapSpec;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import java.util.BitSet;

/**
 * {@code BLOOM_FILTER}: push adds a value, peek tells whether it may have been added. Never a false
 * no; which other values give a false yes differs from the kernel, whose hash has a random seed.
 */
final class BloomFilter extends BpfMap {

  private final BitSet bits = new BitSet();
  private final int mask;
  private final int hashes;

  BloomFilter(Machine machine, MapSpec spec) {
    super(machine, spec);
    hashes = (spec.extra() & 0xf) == 0 ? 5 : (int) (spec.extra() & 0xf);
    long wanted = Math.min((long) spec.maxEntries() * hashes * 7 / 5, 1L << 30);
    mask = (int) Long.highestOneBit(Math.max(wanted - 1, 1)) * 2 - 1;
  }

  private int bit(byte[] value, int at, int hash) {
    long mixed = hash * 0x9e37_79b9_7f4a_7c15L + 1;
    for (int i = 0; i < valueSize(); i++) {
      mixed = (mixed ^ (value[at + i] & 0xff)) * 0xff51_afd7_ed55_8ccdL;
      mixed ^= mixed >>> 32;
    }
    return (int) mixed & mask;
  }

  @Override
  public synchronized long push(byte[] value, int at, long flags) {
    if (flags != ANY) {
      return -Errno.EINVAL;
    }
    for (int i = 0; i < hashes; i++) {
      bits.set(bit(value, at, i));
    }
    return 0;
  }

  @Override
  public synchronized long peek(byte[] value, int at) {
    for (int i = 0; i < hashes; i++) {
      if (!bits.get(bit(value, at, i))) {
        return -Errno.ENOENT;
      }
    }
    return 0;
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, valueSize());
    return (int) push(value, 0, flags);
  }
}
