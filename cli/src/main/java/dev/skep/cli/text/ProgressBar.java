package dev.skep.cli.text;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a long run is, on standard error: nothing in the first two seconds, then a bar that is
 * drawn over in a terminal, and elsewhere a line now and then.
 */
public final class ProgressBar {

  private static final long NANOS = 1_000_000_000L;
  private static final long QUIET = 2 * NANOS;
  private static final long REDRAW = NANOS / 4;
  private static final long NEXT_LINE = 5 * NANOS;
  private static final int WIDTH = 30;

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier clock;
  private final String unit;
  private final long start;
  private long due;
  private boolean drawn;

  /**
   * Starts now.
   *
   * @param unit what is counted, in the plural
   * @param terminal whether {@code err} is one
   * @param clock nanoseconds
   */
  public ProgressBar(PrintWriter err, String unit, boolean terminal, LongSupplier clock) {
    this.err = err;
    this.unit = unit;
    this.terminal = terminal;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.due = start + QUIET;
  }

  /**
   * For standard error as it is; never shown where the output itself goes by on a terminal, and is
   * progress enough.
   */
  public static ProgressBar onErr(PrintWriter err, String unit) {
    var bar = new ProgressBar(err, unit, isTerminal(2), System::nanoTime);
    if (isTerminal(1)) {
      bar.due = Long.MAX_VALUE;
    }
    return bar;
  }

  /** Where a descriptor goes, as Linux tells; elsewhere it counts as a file. */
  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Tells how far it is; cheap enough for every packet.
   *
   * @param done units
   * @param position how much of {@code whole} is behind, in any measure
   */
  public void at(long done, long position, long whole) {
    long now = clock.getAsLong();
    if (now < due || whole <= 0) {
      return;
    }
    due = now + (terminal ? REDRAW : NEXT_LINE);
    drawn = true;
    double share = Math.clamp((double) position / whole, 0.0, 1.0);
    long elapsed = Math.max(1, now - start);
    int full = (int) (share * WIDTH);
    String text =
        String.format(
            Locale.ROOT,
            "[%s%s] %3d %%  %d %s, %d a second%s",
            "#".repeat(full),
            ".".repeat(WIDTH - full),
            (int) (100 * share),
            done,
            unit,
            Math.round((double) done * NANOS / elapsed),
            share > 0 ? ", " + left(elapsed, share) + " s left" : "");
    err.print(terminal ? "\r" + text + "\u001b[K" : text + System.lineSeparator());
    err.flush();
  }

  private static long left(long elapsed, double share) {
    return Math.round(elapsed * (1 - share) / share / NANOS);
  }

  /** Takes the bar away. */
  public void done() {
    if (terminal && drawn) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
