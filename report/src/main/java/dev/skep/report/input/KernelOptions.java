package dev.skep.report.input;

import dev.skep.catalog.KernelVersion;
import dev.skep.object.KernelConfiguration;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A kernel's build options from a file like {@code /proc/config.gz}, read when asked for. */
public final class KernelOptions implements KernelConfiguration {

  private static final Path RUNNING_KERNEL = Path.of("/proc/config.gz");

  /** More than any kernel has, in bytes. */
  private static final int LIMIT = 16 << 20;

  private final Path file;
  private @Nullable Set<String> enabled;

  private KernelOptions(Path file) {
    this.file = file;
  }

  /**
   * The options in a file, or those of the running kernel if it is of the version.
   *
   * @param file null for the running kernel's
   */
  public static KernelConfiguration of(@Nullable Path file, KernelVersion version) {
    if (file != null) {
      var options = new KernelOptions(file);
      options.read(); // so that a wrong name is found at once
      return options;
    }
    boolean same = KernelTypes.isRunning(version) && Files.isReadable(RUNNING_KERNEL);
    return same ? new KernelOptions(RUNNING_KERNEL) : KernelConfiguration.UNKNOWN;
  }

  @Override
  public Boolean has(String option) {
    return read().contains(option);
  }

  private synchronized Set<String> read() {
    if (enabled != null) {
      return enabled;
    }
    var found = new HashSet<String>();
    try (BufferedReader lines = lines()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int equals = line.indexOf('=');
        if (line.startsWith("CONFIG_") && equals > 0 && !line.endsWith("=n")) {
          found.add(line.substring(0, equals));
        }
      }
    } catch (NoSuchFileException e) {
      throw new UnreadableException(file + ": no such file");
    } catch (IOException e) {
      throw new UnreadableException(file + ": cannot be read: " + e.getMessage());
    }
    if (found.isEmpty()) {
      throw new UnreadableException(
          file + ": no kernel options; --kconfig takes a file like /proc/config.gz");
    }
    enabled = found;
    return found;
  }

  private BufferedReader lines() throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LIMIT);
    }
    boolean packed = bytes.length > 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
    InputStream in = new ByteArrayInputStream(bytes);
    return new BufferedReader(
        new InputStreamReader(packed ? new GZIPInputStream(in) : in, StandardCharsets.ISO_8859_1));
  }
}
