package dev.skep.kernel.call;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Memory for a log of the kernel, which grows when the kernel says {@code ENOSPC}.
 *
 * <p>Since Linux 6.4 the kernel tells how much it would have needed ({@code log_true_size}), and
 * keeps the end of a log that does not fit; before, it kept the beginning, and the size is found by
 * growing.
 */
public final class LogBuffer {

  /** The kernel refuses larger ones: {@code UINT_MAX >> 2}. */
  public static final int KERNEL_MAXIMUM = Integer.MAX_VALUE >> 1;

  private final int maximum;
  private final Arena arena;
  private MemorySegment memory;

  public LogBuffer(Arena arena, int size) {
    this(arena, size, 1 << 26);
  }

  public LogBuffer(Arena arena, int size, int maximum) {
    this.arena = arena;
    this.maximum = Math.min(maximum, KERNEL_MAXIMUM);
    this.memory = arena.allocate(Math.min(size, this.maximum));
  }

  public MemorySegment memory() {
    return memory;
  }

  public int size() {
    return (int) memory.byteSize();
  }

  /**
   * Makes room.
   *
   * @param trueSize what the kernel would have needed, 0 if it did not say
   * @return false if the limit is reached
   */
  public boolean grow(int trueSize) {
    long wanted = trueSize > size() ? trueSize : size() * 4L;
    if (size() >= maximum) {
      return false;
    }
    memory = arena.allocate(Math.min(wanted, maximum));
    return true;
  }

  /** What the kernel wrote, up to its NUL. */
  public String text() {
    long end = 0;
    while (end < memory.byteSize() && memory.get(JAVA_BYTE, end) != 0) {
      end++;
    }
    return new String(memory.asSlice(0, end).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /** The last lines of a log that are not empty. */
  public static String lastLines(String log, int count) {
    String[] lines = log.strip().split("\n", -1);
    int from = Math.max(0, lines.length - count);
    return String.join("\n", java.util.Arrays.copyOfRange(lines, from, lines.length));
  }
}
