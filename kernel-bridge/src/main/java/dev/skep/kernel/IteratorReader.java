package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.skep.catalog.Errno;
import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Syscalls;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** What an iterator program writes, as a stream; each read makes the program go on. */
public final class IteratorReader extends InputStream {

  private static final int BUFFER = 1 << 16;

  private final Fd fd;

  IteratorReader(Fd fd) {
    this.fd = fd;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    int number = fd.acquire();
    try (Arena arena = Arena.ofConfined()) {
      int size = Math.min(length, BUFFER);
      MemorySegment buffer = arena.allocate(size);
      long result;
      do {
        // EAGAIN: the program asked to be called again for the same element, or filled nothing yet.
        result = Syscalls.call(Syscalls.READ, number, buffer.address(), size);
      } while (result == Errno.EINTR.negated() || result == Errno.EAGAIN.negated());
      if (result < 0) {
        throw new IOException("reading the iterator: " + Errno.of((int) -result));
      }
      MemorySegment.copy(buffer, JAVA_BYTE, 0, into, offset, (int) result);
      return result == 0 ? -1 : (int) result;
    } finally {
      fd.release();
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
