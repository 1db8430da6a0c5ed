package dev.skep.kernel;

import dev.skep.kernel.sys.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something in the kernel that this process holds by a descriptor.
 *
 * <p>Closing gives the descriptor back; the object itself lives on in the kernel as long as
 * something else refers to it: a pin, a link, a program that uses a map. {@link Kernel#close}
 * closes what is still open.
 */
public abstract sealed class KernelResource implements AutoCloseable
    permits KernelMap, KernelProgram, KernelBtf, KernelLink, KernelToken {

  private final Kernel kernel;
  private final Fd fd;

  KernelResource(Kernel kernel, Fd fd) {
    this.kernel = kernel;
    this.fd = fd;
    kernel.adopt(this);
  }

  /** The kernel it belongs to. */
  public final Kernel kernel() {
    return kernel;
  }

  final Fd fd() {
    return fd;
  }

  /** Whether it has been closed. */
  public final boolean isClosed() {
    return fd.isClosed();
  }

  /**
   * What {@code /proc/self/fdinfo} tells of it, by the kernel's names, such as {@code memlock} and
   * {@code frozen}; empty if it cannot be read.
   */
  public final Map<String, String> descriptorInfo() {
    int number = fd.acquire();
    try {
      var info = new LinkedHashMap<String, String>();
      for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + number))) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          info.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
      return info;
    } catch (IOException e) {
      return Map.of();
    } finally {
      fd.release();
    }
  }

  /**
   * Pins it in a BPF file system: {@code BPF_OBJ_PIN} (Linux 4.4; links 5.7). It then stays in the
   * kernel until the file is removed. Types cannot be pinned ({@code EINVAL}).
   */
  public void pin(Path path) {
    Registry.pin(fd, path);
  }

  /** Gives the descriptor back; calls by other threads that are under way end normally. */
  @Override
  public void close() {
    kernel.forget(this);
    fd.close();
  }
}
