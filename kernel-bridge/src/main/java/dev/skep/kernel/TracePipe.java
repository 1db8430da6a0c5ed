package dev.skep.kernel;

import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Native;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's trace pipe: the lines that programs print with {@code bpf_trace_printk}. Each line
 * goes to one reader of the machine.
 */
public final class TracePipe implements AutoCloseable {

  private final Fd mount;
  private final BufferedReader reader;

  private TracePipe(Fd mount, BufferedReader reader) {
    this.mount = mount;
    this.reader = reader;
  }

  /**
   * Opens it, where tracefs is mounted, or by a mount of its own that nobody sees.
   *
   * @throws IOException if it cannot be read
   */
  public static TracePipe open() throws IOException {
    Path mounted = Path.of("/sys/kernel/tracing/trace_pipe");
    if (Files.exists(mounted)) {
      return new TracePipe(Fd.NONE, Files.newBufferedReader(mounted, StandardCharsets.UTF_8));
    }
    Fd mount = Native.privateMount("tracefs");
    try {
      int number = mount.acquire();
      Path pipe = Path.of("/proc/self/fd/" + number + "/trace_pipe");
      return new TracePipe(mount, Files.newBufferedReader(pipe, StandardCharsets.UTF_8));
    } catch (IOException e) {
      mount.close();
      throw e;
    } finally {
      mount.release();
    }
  }

  /** The next line, waiting for it; null at the end. */
  public @Nullable String readLine() throws IOException {
    return reader.readLine();
  }

  @Override
  public void close() throws IOException {
    reader.close();
    if (mount != Fd.NONE) {
      mount.close();
    }
  }
}
