package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skep.catalog.Errno;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Mapping;
import dev.skep.kernel.sys.Native;
import dev.skep.kernel.sys.Poller;
import dev.skep.kernel.sys.Syscalls;
import dev.skep.object.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads what programs send with {@code bpf_perf_event_output} to a {@code
 * BPF_MAP_TYPE_PERF_EVENT_ARRAY}: one buffer for each online CPU.
 *
 * <p>Records of one CPU come in order; between CPUs there is none. What did not fit is counted.
 */
public final class PerfBufferReader implements AutoCloseable {

  private static final int PAGE = 4096;
  private static final int DATA_HEAD = 1024;
  private static final int DATA_TAIL = 1032;
  private static final int HEADER = 8;
  private static final int RECORD_LOST = 2;
  private static final int RECORD_SAMPLE = 9;
  private static final int IOC_ENABLE = 0x2400;
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final KernelMap map;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Poller poller;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean closed;
  private final AtomicLong lost = new AtomicLong();

  /** A record and the CPU it came from. */
  public record Sample(int cpu, Bytes data) {}

  private record Buffer(int cpu, Fd event, Mapping mapping) {}

  PerfBufferReader(KernelMap map, int pages) {
    if (Integer.bitCount(pages) != 1) {
      throw new IllegalArgumentException("pages must be a power of two, not " + pages);
    }
    this.map = map;
    this.poller = new Poller();
    try {
      for (int cpu = 0; cpu < Math.min(map.maxEntries(), map.kernel().possibleCpus()); cpu++) {
        open(cpu, pages);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void open(int cpu, int pages) {
    try (Arena arena = Arena.ofConfined()) {
      Block attr =
          PerfEvents.attr(arena, PerfEvents.TYPE_SOFTWARE, PerfEvents.COUNT_SW_BPF_OUTPUT)
              .set("sample_period", 1)
              .set("sample_type", PerfEvents.SAMPLE_RAW)
              .set("wakeup_events", 1);
      Fd event;
      try {
        event = Native.perfEventOpen(attr, -1, cpu);
      } catch (KernelCallException e) {
        if (e.errno() == Errno.ENODEV) {
          return; // possible, but not online
        }
        throw e;
      }
      int number = event.acquire();
      try {
        buffers.add(new Buffer(cpu, event, Mapping.of(event, 0, (pages + 1L) * PAGE, true)));
        poller.add(event);
        map.update(MapKeys.u32(cpu), MapKeys.u32(number));
        Native.call("ioctl PERF_EVENT_IOC_ENABLE", Syscalls.IOCTL, number, IOC_ENABLE, 0);
      } finally {
        event.release();
      }
    }
  }

  /**
   * The next record, waiting for it.
   *
   * @param timeout how long to wait; zero does not wait, a negative one waits for ever
   * @return null if the time is over or the reader has been closed
   */
  public @Nullable Sample next(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    lock.lock();
    try {
      while (!closed) {
        for (Buffer buffer : buffers) {
          Bytes data = take(buffer);
          if (data != null) {
            return new Sample(buffer.cpu(), data);
          }
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

  private @Nullable Bytes take(Buffer buffer) {
    MemorySegment memory = buffer.mapping().memory();
    long size = memory.byteSize() - PAGE;
    long tail = memory.get(JAVA_LONG, DATA_TAIL);
    while (tail < (long) LONG.getAcquire(memory, (long) DATA_HEAD)) {
      ByteBuffer header = ByteBuffer.wrap(copy(memory, size, tail, HEADER));
      header.order(ByteOrder.LITTLE_ENDIAN);
      int type = header.getInt(0);
      int length = header.getShort(6) & 0xffff;
      ByteBuffer body =
          ByteBuffer.wrap(copy(memory, size, tail + HEADER, Math.max(0, length - HEADER)));
      body.order(ByteOrder.LITTLE_ENDIAN);
      tail += Math.max(length, HEADER);
      LONG.setVolatile(memory, (long) DATA_TAIL, tail);
      if (type == RECORD_LOST) {
        lost.addAndGet(body.getLong(8));
      } else if (type == RECORD_SAMPLE) {
        byte[] raw = new byte[body.getInt(0)];
        body.get(4, raw);
        return Bytes.of(raw);
      }
    }
    return null;
  }

  /** Bytes of the ring, which may lie around its end. */
  private static byte[] copy(MemorySegment memory, long size, long position, int length) {
    byte[] out = new byte[length];
    long start = position & (size - 1);
    int first = (int) Math.min(length, size - start);
    MemorySegment.copy(memory, JAVA_BYTE, PAGE + start, out, 0, first);
    MemorySegment.copy(memory, JAVA_BYTE, PAGE, out, first, length - first);
    return out;
  }

  /** How many records did not fit, as far as the kernel has said so. */
  public long lost() {
    return lost.get();
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
      for (Buffer buffer : buffers) {
        buffer.mapping().close();
        buffer.event().close();
      }
    } finally {
      lock.unlock();
    }
  }
}
