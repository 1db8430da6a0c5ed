package dev.skep.runtime.helper;

import dev.skep.catalog.Errno;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Helper;
import dev.skep.runtime.memory.LittleEndian;
import java.util.Map;

/** Open-coded iterators: numbers and bits. Their state lies in the program's own memory. */
final class IteratorHelpers {

  private static final int MAX_LOOPS = 8 << 20;

  /** Most words that {@code bpf_iter_bits} takes. */
  private static final int MAX_WORDS = 511;

  private IteratorHelpers() {}

  static void kfuncs(Map<String, Helper> all) {
    all.put("bpf_iter_num_new", IteratorHelpers::numbers);
    all.put("bpf_iter_num_next", IteratorHelpers::nextNumber);
    all.put("bpf_iter_num_destroy", (cpu, it, b, c, d, e) -> store(cpu, it, 0, 0));
    all.put("bpf_iter_bits_new", IteratorHelpers::bits);
    all.put("bpf_iter_bits_next", IteratorHelpers::nextBit);
    all.put("bpf_iter_bits_destroy", IteratorHelpers::endBits);
  }

  private static long store(Cpu cpu, long it, int first, int second) {
    Access.store32(cpu, it, first);
    Access.store32(cpu, it + 4, second);
    return 0;
  }

  /** {@code struct bpf_iter_num}: the number before the next one, and the end. */
  private static long numbers(Cpu cpu, long it, long from, long to, long d, long e) {
    int start = (int) from;
    int end = (int) to;
    if (start > end) {
      store(cpu, it, 0, 0);
      return Errno.EINVAL.negated();
    }
    if ((long) end - start > MAX_LOOPS) {
      store(cpu, it, 0, 0);
      return Errno.E2BIG.negated();
    }
    return store(cpu, it, start - 1, end);
  }

  private static long nextNumber(Cpu cpu, long it, long b, long c, long d, long e) {
    int current = (int) Access.load32(cpu, it);
    int end = (int) Access.load32(cpu, it + 4);
    if ((long) current + 1 >= end) {
      store(cpu, it, 0, 0);
      return 0;
    }
    Access.store32(cpu, it, current + 1);
    return it;
  }

  /**
   * {@code struct bpf_iter_bits}: the bits (one word) or their address, their number, and the last
   * one that was given.
   */
  private static long bits(Cpu cpu, long it, long from, long words, long d, long e) {
    long count = words & 0xffff_ffffL;
    Access.store64(cpu, it, 0);
    Access.store64(cpu, it + 8, 0xffff_ffffL << 32);
    if (from == 0 || count == 0) {
      return Errno.EINVAL.negated();
    }
    if (count > MAX_WORDS) {
      return Errno.E2BIG.negated();
    }
    var source = Access.probe(cpu, from, (int) count * 8);
    if (source == null) {
      return Errno.EFAULT.negated();
    }
    long bits = (long) LittleEndian.LONG.get(source.bytes(), (int) from - source.base());
    if (count > 1) {
      bits = cpu.machine().objects().allocate("bits", (int) count * 8);
      if (bits == 0) {
        return Errno.ENOMEM.negated();
      }
      for (int i = 0; i < count; i++) {
        Access.store64(cpu, bits + i * 8L, Access.load64(cpu, from + i * 8L));
      }
    }
    Access.store64(cpu, it, bits);
    Access.store32(cpu, it + 8, count * 64);
    return 0;
  }

  private static long nextBit(Cpu cpu, long it, long b, long c, long d, long e) {
    int count = (int) Access.load32(cpu, it + 8);
    int bit = (int) Access.load32(cpu, it + 12) + 1;
    long bits = Access.load64(cpu, it);
    while (bit < count) {
      long word = count == 64 ? bits : Access.load64(cpu, bits + (bit >>> 6) * 8L);
      long rest = word >>> bit;
      if (rest != 0) {
        bit += Long.numberOfTrailingZeros(rest);
        Access.store32(cpu, it + 12, bit);
        return it + 12;
      }
      bit = (bit | 63) + 1;
    }
    Access.store32(cpu, it + 12, bit - 1);
    return 0;
  }

  private static long endBits(Cpu cpu, long it, long b, long c, long d, long e) {
    if (Access.load32(cpu, it + 8) > 64) {
      cpu.machine().objects().release(Access.load64(cpu, it));
    }
    Access.store64(cpu, it, 0);
    Access.store64(cpu, it + 8, 0);
    return 0;
  }
}
