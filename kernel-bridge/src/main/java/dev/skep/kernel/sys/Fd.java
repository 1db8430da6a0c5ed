package dev.skep.kernel.sys;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The owner of one file descriptor.
 *
 * <p>Closing while another thread is inside a call with it is safe: the number is given back to the
 * kernel when the last call ends, so that it never means another file in the middle of one. A call
 * takes the number with {@link #acquire} and gives it back with {@link #release}.
 */
public final class Fd implements AutoCloseable {

  /** No descriptor at all. */
  public static final Fd NONE = new Fd(-1);

  private static final int CLOSED = 1 << 30;

  private final int number;
  private final AtomicInteger users = new AtomicInteger();

  private Fd(int number) {
    this.number = number;
  }

  /** Takes ownership of a descriptor. */
  public static Fd own(long number) {
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("no descriptor: " + number);
    }
    return new Fd((int) number);
  }

  /**
   * The number, safe to use until {@link #release}.
   *
   * @throws IllegalStateException if it has been closed
   */
  public int acquire() {
    int now = users.getAndUpdate(n -> (n & CLOSED) != 0 ? n : n + 1);
    if ((now & CLOSED) != 0) {
      throw new IllegalStateException("this kernel object has been closed");
    }
    return number;
  }

  /** Ends a use that {@link #acquire} began. */
  public void release() {
    if (users.decrementAndGet() == CLOSED) {
      Syscalls.call(Syscalls.CLOSE, number);
    }
  }

  /** Whether {@link #close} has been called. */
  public boolean isClosed() {
    return (users.get() & CLOSED) != 0;
  }

  /** Closes the descriptor, once; a second call does nothing. */
  @Override
  public void close() {
    int before = users.getAndUpdate(n -> n | CLOSED);
    if (before == 0) {
      Syscalls.call(Syscalls.CLOSE, number);
    }
  }

  @Override
  public String toString() {
    return "fd " + number + (isClosed() ? " (closed)" : "");
  }
}
