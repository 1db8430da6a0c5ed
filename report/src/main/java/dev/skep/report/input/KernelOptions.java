package dev.skep.report.input;

import dev.skep.catalog.KernelVersion;
import dev.skep.object.KernelConfiguration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
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
    String text = new String(InputFile.readUnpacked(file, LIMIT), StandardCharsets.ISO_8859_1);
    for (String line : text.split("\\R", -1)) {
      int equals = line.indexOf('=');
      if (line.startsWith("CONFIG_") && equals > 0 && !line.endsWith("=n")) {
        found.add(line.substring(0, equals));
      }
    }
    if (found.isEmpty()) {
      throw new UnreadableException(
          file + ": no kernel options; --kconfig takes a file like /proc/config.gz");
    }
    enabled = found;
    return found;
  }
}
