package dev.skep.runtime;

import java.util.concurrent.atomic.AtomicLong;

/** A machine's time, in nanoseconds since boot. */
@FunctionalInterface
public interface Clock {

  /** Now. */
  long nanos();

  /** The time that really passes. */
  static Clock real() {
    return System::nanoTime;
  }

  /** Virtual time: starts at a second after boot and passes a microsecond with each look at it. */
  static Virtual virtual() {
    return new Virtual(1_000_000_000L, 1_000);
  }

  /** Time that only passes when it is looked at or moved. Safe for use by several threads. */
  final class Virtual implements Clock {
    private final AtomicLong now;
    private final long step;

    /** A clock that starts at {@code start} and moves by {@code step} with each look. */
    public Virtual(long start, long step) {
      this.now = new AtomicLong(start);
      this.step = step;
    }

    @Override
    public long nanos() {
      return now.getAndAdd(step);
    }

    /** Now, without letting time pass. */
    public long peek() {
      return now.get();
    }

    /** Goes to a moment, unless it has passed already. */
    public void reach(long nanos) {
      now.accumulateAndGet(nanos, Math::max);
    }

    /** Lets time pass. */
    public void advance(long nanos) {
      now.addAndGet(nanos);
    }
  }
}
