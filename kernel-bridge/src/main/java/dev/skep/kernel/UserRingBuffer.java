package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skep.kernel.sys.Mapping;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Writes a {@code BPF_MAP_TYPE_USER_RINGBUF} (Linux 6.1), which programs drain with {@code
 * bpf_user_ringbuf_drain}. The layout is {@link RingBufferReader}'s with the sides exchanged.
 */
public final class UserRingBuffer implements AutoCloseable {

  private static final int PAGE = 4096;
  private static final int HEADER = 8;
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final VarHandle INT = JAVA_INT.varHandle();

  private final Mapping consumer;
  private final Mapping producer;
  private final long size;

  UserRingBuffer(KernelMap map) {
    size = Integer.toUnsignedLong(map.maxEntries());
    consumer = Mapping.of(map.fd(), 0, PAGE, false);
    try {
      producer = Mapping.of(map.fd(), PAGE, PAGE + 2 * size, true);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** Writes a record; false if there is no room for it until a program has drained some. */
  public synchronized boolean offer(byte[] record) {
    long total = (record.length + HEADER + 7L) / 8 * 8;
    if (total > size) {
      throw new IllegalArgumentException(
          "a record of " + record.length + " bytes is larger than the buffer of " + size);
    }
    MemorySegment memory = producer.memory();
    long at = (long) LONG.getAcquire(memory, 0L);
    long taken = (long) LONG.getAcquire(consumer.memory(), 0L);
    if (at + total - taken > size) {
      return false;
    }
    long offset = PAGE + (at & (size - 1));
    MemorySegment.copy(record, 0, memory, JAVA_BYTE, offset + HEADER, record.length);
    memory.set(JAVA_INT, offset + 4, 0);
    INT.setRelease(memory, offset, record.length);
    LONG.setRelease(memory, 0L, at + total);
    return true;
  }

  @Override
  public synchronized void close() {
    producer.close();
    consumer.close();
  }
}
