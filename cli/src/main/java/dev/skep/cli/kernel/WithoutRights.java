package dev.skep.cli.kernel;

import dev.skep.kernel.sys.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Does something in a thread that has given up its capabilities, as any user would do it. */
final class WithoutRights {

  private static final int CAPSET = 126;
  private static final int VERSION_3 = 0x20080522;

  /** {@code struct __user_cap_data_struct[2]}. */
  private static final int DATA_BYTES = 24;

  private WithoutRights() {}

  static void run(Runnable work) {
    var failure = new AtomicReference<@Nullable RuntimeException>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    giveUp();
                    work.run();
                  } catch (RuntimeException e) {
                    failure.set(e);
                  }
                });
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    RuntimeException thrown = failure.get();
    if (thrown != null) {
      throw thrown;
    }
  }

  /** Capabilities belong to threads: the others keep theirs. */
  private static void giveUp() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocate(8, 4);
      header.set(ValueLayout.JAVA_INT, 0, VERSION_3);
      MemorySegment none = arena.allocate(DATA_BYTES, 4);
      Native.call("capset", CAPSET, header.address(), none.address());
    }
  }
}
