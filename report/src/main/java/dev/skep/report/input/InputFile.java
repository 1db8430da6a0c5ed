package dev.skep.report.input;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Reads the files that are named on a command line, each up to a size that nothing of its kind has:
 * a device has no end, and nobody may ever write to a named pipe.
 */
public final class InputFile {

  /** Where a shell passes on what it has opened itself. */
  private static final Path[] OPENED = {
    Path.of("/dev/stdin"), Path.of("/dev/fd"), Path.of("/proc/self/fd")
  };

  private InputFile() {}

  /**
   * Says no if there is no file to read.
   *
   * @throws UnreadableException if there is none, or it is a directory, a pipe or a device
   */
  public static void require(Path file) {
    if (Files.isDirectory(file)) {
      throw new UnreadableException(file + ": is a directory; name the objects in it");
    }
    if (!Files.exists(file)) {
      throw new UnreadableException(file + ": no such file");
    }
    if (!Files.isRegularFile(file) && !isOpened(file)) {
      throw new UnreadableException(
          file
              + ": is a pipe or a device, which may have no end; skep reads files, and /dev/stdin");
    }
  }

  /**
   * A file's bytes.
   *
   * @param limit more than a file of this kind has, in bytes
   * @throws UnreadableException if it cannot be read, or has more
   */
  public static byte[] read(Path file, int limit) {
    require(file);
    // Not by the size that the file system tells: /proc and /sys have none.
    try (InputStream in = Files.newInputStream(file)) {
      return atMost(in, file, limit);
    } catch (AccessDeniedException e) {
      throw new UnreadableException(file + ": permission denied");
    } catch (NoSuchFileException e) {
      throw new UnreadableException(file + ": no such file");
    } catch (IOException e) {
      throw new UnreadableException(file + ": cannot be read: " + e.getMessage());
    }
  }

  /** As {@link #read}; what is packed by gzip is unpacked, up to the same size. */
  public static byte[] readUnpacked(Path file, int limit) {
    byte[] bytes = read(file, limit);
    if (bytes.length < 2 || (bytes[0] & 0xff) != 0x1f || (bytes[1] & 0xff) != 0x8b) {
      return bytes;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return atMost(in, file, limit);
    } catch (IOException e) {
      throw new UnreadableException(file + ": cannot be unpacked: " + e.getMessage());
    }
  }

  private static byte[] atMost(InputStream in, Path file, int limit) throws IOException {
    byte[] bytes = in.readNBytes(limit);
    if (bytes.length == limit && in.read() >= 0) {
      throw new UnreadableException(
          file + ": has more than " + (limit >> 20) + " MiB, which no file of this kind has");
    }
    return bytes;
  }

  private static boolean isOpened(Path file) {
    for (Path opened : OPENED) {
      if (file.startsWith(opened)) {
        return true;
      }
    }
    return false;
  }
}
