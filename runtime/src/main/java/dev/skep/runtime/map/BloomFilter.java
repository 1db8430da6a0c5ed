package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapFlag;
import dev.skep.object.MapSpec;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * {@code BLOOM_FILTER}: push adds a value, peek tells whether it may have been added. Never a false
 * no; with {@code BPF_F_ZERO_SEED} the false yeses are the kernel's, otherwise they come from the
 * machine's seed.
 *
 * <p>In the kernel: {@code bloom_map_push_elem}, {@code bloom_map_peek_elem}.
 */
final class BloomFilter extends BpfMap {

  private static final int DEFAULT_HASHES = 5;

  private final AtomicLongArray bits;
  private final int mask;
  private final int hashes;
  private final int seed;

  BloomFilter(MapHost host, MapSpec spec) {
    super(host, spec);
    hashes = (spec.extra() & 0xf) == 0 ? DEFAULT_HASHES : (int) (spec.extra() & 0xf);
    // The number of bits with the fewest false yeses is n * k / ln 2, about n * k * 7 / 5.
    long wanted = Integer.toUnsignedLong(spec.maxEntries()) * hashes / 5 * 7;
    long size = wanted <= 64 ? 64 : Long.highestOneBit(wanted - 1) * 2;
    host.memory().charge(size / 8);
    bits = new AtomicLongArray((int) (size >>> 6));
    mask = (int) (size - 1);
    seed = spec.has(MapFlag.ZERO_SEED) ? 0 : (int) (host.seed() * 0x9e37_79b9L);
  }

  private int bit(byte[] value, int at, int hash) {
    return JHash.hash(value, at, valueSize(), seed + hash) & mask;
  }

  @Override
  public long push(byte[] value, int at, long flags) {
    if (flags != ANY) {
      return Errno.EINVAL.negated();
    }
    for (int i = 0; i < hashes; i++) {
      int bit = bit(value, at, i);
      bits.getAndAccumulate(bit >>> 6, 1L << bit, (old, one) -> old | one);
    }
    return 0;
  }

  @Override
  public long peek(byte[] value, int at) {
    for (int i = 0; i < hashes; i++) {
      int bit = bit(value, at, i);
      if ((bits.get(bit >>> 6) & 1L << bit) == 0) {
        return Errno.ENOENT.negated();
      }
    }
    return 0;
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    int error = mayRead(flags);
    return error != 0 ? error : (int) peek(value, 0);
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    sizes(key, value, valueSize());
    int error = mayWrite(flags);
    return error != 0 ? error : (int) push(value, 0, flags);
  }
}
