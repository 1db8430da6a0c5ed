package dev.skep.runtime.map;

import dev.skep.catalog.Errno;
import dev.skep.object.MapSpec;
import dev.skep.runtime.memory.LittleEndian;
import dev.skep.runtime.memory.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code RINGBUF}: records of any size in a ring of {@code max_entries} bytes, read in the order of
 * their reservation once they are submitted.
 *
 * <p>Each record has an 8-byte header: length with the busy bit (31) and the discard bit (30). A
 * record that would wrap runs on behind the ring's end instead, where the kernel maps the ring a
 * second time.
 *
 * <p>In the kernel: {@code ringbuf_map_alloc}, {@code __bpf_ringbuf_reserve}.
 */
public final class RingBuffer extends BpfMap {

  private static final int HEADER = 8;
  private static final int BUSY = 1 << 31;
  private static final int DISCARD = 1 << 30;
  private static final int LENGTH = DISCARD - 1;

  private final Region region;
  private final long mask;
  private long producer;
  private long consumer;

  RingBuffer(MapHost host, MapSpec spec) {
    super(host, spec);
    mask = spec.maxEntries() - 1L;
    region =
        host.memory()
            .add(
                Region.Kind.MAP_VALUE,
                spec.name(),
                host.memory().allocate(2L * spec.maxEntries()),
                true,
                this);
  }

  /** {@code bpf_ringbuf_reserve}: the record's address, or 0 if it does not fit. */
  public synchronized long reserve(long size, long flags) {
    if (flags != 0 || size < 0 || size > LENGTH) {
      return 0;
    }
    long total = (size + HEADER + 7) & -8;
    if (total > mask + 1 || producer + total - consumer > mask) {
      return 0;
    }
    int index = (int) (producer & mask);
    LittleEndian.INT.set(region.bytes(), index, (int) size | BUSY);
    producer += total;
    LittleEndian.INT.set(region.bytes(), index + 4, index >>> 12);
    return region.address() + index + HEADER;
  }

  /** {@code bpf_ringbuf_submit} or {@code bpf_ringbuf_discard} of a reserved record. */
  public synchronized boolean commit(long sample, boolean discard) {
    int index = (int) (sample - region.address()) - HEADER;
    if (index < 0 || index > mask || (index & 7) != 0) {
      return false;
    }
    int header = (int) LittleEndian.INT.get(region.bytes(), index);
    if ((header & BUSY) == 0) {
      return false;
    }
    LittleEndian.INT.set(region.bytes(), index, header & LENGTH | (discard ? DISCARD : 0));
    return true;
  }

  /** {@code bpf_ringbuf_output}. */
  public synchronized long output(byte[] data, int at, int size, long flags) {
    if ((flags & ~3L) != 0) {
      return Errno.EINVAL.negated();
    }
    long sample = reserve(size, 0);
    if (sample == 0) {
      return Errno.EAGAIN.negated();
    }
    System.arraycopy(data, at, region.bytes(), (int) sample, size);
    commit(sample, false);
    return 0;
  }

  /** {@code bpf_ringbuf_query}. */
  public synchronized long query(long what) {
    return switch ((int) what) {
      case 0 -> producer - consumer;
      case 1 -> mask + 1;
      case 2 -> consumer;
      case 3 -> producer;
      default -> 0;
    };
  }

  @Override
  public int read(byte[] key, byte[] value, long flags) {
    return unreadable(flags, Errno.ENOTSUPP);
  }

  @Override
  public int put(byte[] key, byte[] value, long flags) {
    int error = mayWrite(flags);
    return error != 0 ? error : Errno.ENOTSUPP.negated();
  }

  @Override
  public int remove(byte[] key) {
    return Errno.ENOTSUPP.negated();
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    return Errno.ENOTSUPP.negated();
  }

  /** Takes out all records that are ready, oldest first. */
  public synchronized List<byte[]> drain() {
    List<byte[]> records = new ArrayList<>();
    while (consumer < producer) {
      int index = (int) (consumer & mask);
      int header = (int) LittleEndian.INT.get(region.bytes(), index);
      if ((header & BUSY) != 0) {
        break;
      }
      int size = header & LENGTH;
      if ((header & DISCARD) == 0) {
        records.add(Arrays.copyOfRange(region.bytes(), index + HEADER, index + HEADER + size));
      }
      consumer += (size + HEADER + 7) & -8;
    }
    return records;
  }
}
