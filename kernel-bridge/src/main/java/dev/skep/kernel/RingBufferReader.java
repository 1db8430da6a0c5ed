package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skep.kernel.sys.Mapping;
import dev.skep.kernel.sys.Poller;
import dev.skep.object.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code BPF_MAP_TYPE_RINGBUF} (Linux 5.8) in the order in which programs reserved.
 *
 * <p>The memory is shared with the kernel: a page with the consumer's position, a page with the
 * producers', and the data twice in a row so that no record is cut:
 *
 * <pre>
 *  page 0: consumer_pos   page 1: producer_pos   data (max_entries)   the same data again
 *  record: | busy:1 discard:1 length:30 | pgoff:32 | bytes ... to a multiple of 8 |
 * </pre>
 *
 * <p>Readers of one map share its position: have one. Waiting takes no processor time, and {@link
 * #close} from another thread ends it.
 */
public final class RingBufferReader implements AutoCloseable {

  private static final int PAGE = 4096;
  private static final int HEADER = 8;
  private static final int BUSY = 1 << 31;
  private static final int DISCARD = 1 << 30;
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final Mapping consumer;
  private final Mapping producer;
  private final Poller poller;
  private final long mask;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean closed;

  RingBufferReader(KernelMap map) {
    long size = Integer.toUnsignedLong(map.maxEntries());
    mask = size - 1;
    consumer = Mapping.of(map.fd(), 0, PAGE, true);
    try {
      producer = Mapping.of(map.fd(), PAGE, PAGE + 2 * size, false);
      try {
        poller = new Poller();
        poller.add(map.fd());
      } catch (RuntimeException e) {
        producer.close();
        throw e;
      }
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * The next record, waiting for it.
   *
   * @param timeout how long to wait; zero does not wait, a negative one waits for ever
   * @return null if the time is over or the reader has been closed
   */
  public @Nullable Bytes next(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    lock.lock();
    try {
      while (!closed) {
        Bytes record = take();
        if (record != null) {
          return record;
        }
        long left = timeout.isNegative() ? -1 : Math.max(0, deadline - System.nanoTime());
        if (left == 0 || closed) {
          return null;
        }
        poller.await(left);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** The next record if it is there and complete. */
  private @Nullable Bytes take() {
    MemorySegment positions = consumer.memory();
    MemorySegment memory = producer.memory();
    long at = positions.get(JAVA_LONG, 0);
    while (at < (long) LONG.getAcquire(memory, 0L)) {
      long offset = PAGE + (at & mask);
      int header = (int) INT.getAcquire(memory, offset);
      if ((header & BUSY) != 0) {
        return null;
      }
      int length = header & ~(BUSY | DISCARD);
      Bytes record =
          (header & DISCARD) != 0
              ? null
              : Bytes.of(memory.asSlice(offset + HEADER, length).toArray(JAVA_BYTE));
      at += (length + HEADER + 7L) / 8 * 8;
      // A full fence: a program decides by our position whether to wake us, and we decide by its
      // record whether to sleep; without the fence both could miss the other's write.
      LONG.setVolatile(positions, 0L, at);
      VarHandle.fullFence();
      if (record != null) {
        return record;
      }
    }
    return null;
  }

  /** Bytes that programs have reserved and this reader has not taken. */
  public long pendingBytes() {
    return (long) LONG.getAcquire(producer.memory(), 0L)
        - (long) LONG.getAcquire(consumer.memory(), 0L);
  }

  /** Whether it has been closed. */
  public boolean isClosed() {
    return closed;
  }

  /** Ends a wait in another thread, and gives memory and descriptors back. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    poller.wake();
    lock.lock();
    try {
      poller.close();
      consumer.close();
      producer.close();
    } finally {
      lock.unlock();
    }
  }
}
