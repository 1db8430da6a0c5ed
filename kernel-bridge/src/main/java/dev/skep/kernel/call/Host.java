package dev.skep.kernel.call;

import dev.skep.catalog.KernelVersion;
import dev.skep.object.RunningKernel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Facts about this machine and process that error texts and maps need, from proc and sysfs. */
public final class Host {

  public static final int CAP_NET_ADMIN = 12;
  public static final int CAP_SYS_ADMIN = 21;
  public static final int CAP_PERFMON = 38;
  public static final int CAP_BPF = 39;

  private static final int MAXIMUM = 1 << 16;
  private static final Pattern LAST_CPU = Pattern.compile("(\\d+)\\s*$");

  private Host() {}

  /** The kernel's release, such as {@code 6.12.48-cloud-amd64}. */
  public static String release() {
    return sysctl("kernel/osrelease").orElse("?");
  }

  /** The kernel's version; 3.18 if the release cannot be read. */
  public static KernelVersion version() {
    KernelVersion version = RunningKernel.version();
    return version == null ? new KernelVersion(3, 18) : version;
  }

  /** Number of possible CPUs: the number of values in an element of a per-CPU map. */
  public static int possibleCpus() {
    Matcher m = LAST_CPU.matcher(read(Path.of("/sys/devices/system/cpu/possible")).orElse("0"));
    return m.find() ? Integer.parseInt(m.group(1)) + 1 : 1;
  }

  /** Whether the thread's effective set has a capability; true if that cannot be read. */
  public static boolean hasCapability(int capability) {
    Optional<String> status = read(Path.of("/proc/thread-self/status"));
    if (status.isEmpty()) {
      return true;
    }
    Matcher m = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]+)").matcher(status.get());
    return !m.find() || (Long.parseUnsignedLong(m.group(1), 16) >> capability & 1) != 0;
  }

  /** A value below {@code /proc/sys}. */
  public static Optional<String> sysctl(String name) {
    return read(Path.of("/proc/sys", name)).map(String::strip);
  }

  /** The lockdown mode in force: {@code none}, {@code integrity}, {@code confidentiality}. */
  public static String lockdown() {
    String modes = read(Path.of("/sys/kernel/security/lockdown")).orElse("");
    Matcher m = Pattern.compile("\\[(\\w+)]").matcher(modes);
    return m.find() ? m.group(1) : "";
  }

  private static Optional<String> read(Path path) {
    // In one call: some files of proc have nothing more to say to a second one.
    try (InputStream in = Files.newInputStream(path)) {
      return Optional.of(new String(in.readNBytes(MAXIMUM), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
