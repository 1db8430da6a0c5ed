package dev.skep.report.input;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfFormatException;
import dev.skep.btf.BtfReader;
import dev.skep.catalog.KernelVersion;
import dev.skep.object.RunningKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds the types (BTF) of the kernel that is judged for. */
public final class KernelTypes {

  /** No kernel's BTF comes near; a decompressed file stops there. */
  private static final int LIMIT = 256 << 20;

  private static final Path RUNNING_KERNEL = Path.of("/sys/kernel/btf/vmlinux");

  private KernelTypes() {}

  /**
   * Types from a file, or those of the running kernel.
   *
   * @param file raw BTF, gzipped or not; null for the running kernel's
   * @return null if no file is named and the running kernel offers none
   */
  public static @Nullable Btf read(@Nullable Path file) {
    if (file == null) {
      return BtfReader.runningKernel().orElse(null);
    }
    try {
      byte[] bytes = InputFile.readUnpacked(file, LIMIT);
      if (!BtfReader.isBtf(bytes)) {
        throw new UnreadableException(
            file + ": no BTF; --btf takes a raw or gzipped file like /sys/kernel/btf/vmlinux");
      }
      return BtfReader.read(bytes);
    } catch (BtfFormatException e) {
      throw new UnreadableException(file + ": malformed BTF: " + e.getMessage());
    }
  }

  /** As {@link #read}, but reads what is there only when it is needed. */
  public static @Nullable Btf lazy(@Nullable Path file) {
    if (file != null) {
      return read(file); // so that a wrong name is found at once
    }
    return Files.isReadable(RUNNING_KERNEL)
        ? new LazyBtf(() -> BtfReader.runningKernel().orElseThrow())
        : null;
  }

  /** Whether the running kernel is a Linux of this series. */
  static boolean isRunning(KernelVersion version) {
    KernelVersion running = RunningKernel.version();
    return running != null && running.series().equals(version.series());
  }
}
