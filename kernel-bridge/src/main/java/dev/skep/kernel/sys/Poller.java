package dev.skep.kernel.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.skep.catalog.Errno;
import dev.skep.kernel.error.KernelCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits until one of several descriptors has something new, or another thread calls {@link #wake}.
 *
 * <p>Edge-triggered: a descriptor that is ready and stays so wakes once. The user looks for work
 * first and waits after finding none.
 */
public final class Poller implements AutoCloseable {

  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLLIN = 1;
  private static final int EPOLLET = 1 << 31;
  private static final int EVENT_BYTES = 12;
  private static final int EVENTS = 64;

  private final Fd epoll =
      Fd.own(Native.call("epoll_create1", Syscalls.EPOLL_CREATE1, EPOLL_CLOEXEC));
  private final Fd waker;

  /** A poller that waits for nothing yet. */
  public Poller() {
    try {
      waker = Fd.own(Native.call("eventfd2", Syscalls.EVENTFD2, 0, EFD_CLOEXEC_NONBLOCK));
      add(waker, EPOLLIN);
    } catch (RuntimeException e) {
      epoll.close();
      throw e;
    }
  }

  /** Adds a descriptor. */
  public void add(Fd fd) {
    add(fd, EPOLLIN | EPOLLET);
  }

  private void add(Fd fd, int events) {
    int number = fd.acquire();
    int poll = epoll.acquire();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(EVENT_BYTES);
      event.set(JAVA_INT_UNALIGNED, 0, events);
      event.set(JAVA_LONG_UNALIGNED, 4, number);
      Native.call("epoll_ctl", Syscalls.EPOLL_CTL, poll, EPOLL_CTL_ADD, number, event.address());
    } finally {
      epoll.release();
      fd.release();
    }
  }

  /**
   * Waits.
   *
   * @param nanos at most this long; negative for ever
   */
  public void await(long nanos) {
    int poll = epoll.acquire();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment events = arena.allocate((long) EVENT_BYTES * EVENTS);
      int millis =
          nanos < 0 ? -1 : (int) Math.min(Integer.MAX_VALUE, (nanos + 999_999) / 1_000_000);
      long result = Syscalls.call(Syscalls.EPOLL_WAIT, poll, events.address(), EVENTS, millis);
      if (result < 0 && result != Errno.EINTR.negated()) {
        throw new KernelCallException("epoll_wait", (int) -result, "");
      }
    } finally {
      epoll.release();
    }
  }

  /** Makes {@link #await} return, now and every time from now on. */
  public void wake() {
    int number = waker.acquire();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(8);
      one.set(JAVA_LONG_UNALIGNED, 0, 1);
      Syscalls.call(Syscalls.WRITE, number, one.address(), 8);
    } finally {
      waker.release();
    }
  }

  @Override
  public void close() {
    waker.close();
    epoll.close();
  }
}
