package dev.skep.object;

import dev.skep.btf.BtfReader;
import dev.skep.catalog.KernelVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What libbpf finds out about the kernel that it runs on. Everything is optional: what cannot be
 * read is left out, and reading an object warns if it misses it.
 */
public final class RunningKernel {

  /** What Debian's {@code uname -v} ends with: {@code Debian 6.1.176-1 (2026-06-01)}. */
  private static final Pattern DEBIAN = Pattern.compile("Debian (\\d{1,4}\\.\\d{1,4}\\.\\d{1,4})");

  private RunningKernel() {}

  /**
   * Options for this machine's kernel: its version, types, configuration and number of CPUs; the
   * newest kernel that skep describes if this is no Linux. Kernel symbols are not among them, see
   * {@link #symbols}.
   */
  public static ReadOptions options() {
    KernelVersion version = version();
    if (version == null) {
      return ReadOptions.defaults();
    }
    return ReadOptions.forKernel(version)
        .withKernelBtf(BtfReader.runningKernel().orElse(null))
        .withKernelConfig(configuration())
        .withPossibleCpus(possibleCpus());
  }

  /**
   * This machine's kernel; null if it is no Linux. Where the release that {@code uname} tells
   * counts builds, the distribution says elsewhere which point release it is, as libbpf finds out.
   */
  public static @Nullable KernelVersion version() {
    return version(
        firstLine(Path.of("/proc/sys/kernel/osrelease")),
        firstLine(Path.of("/proc/sys/kernel/version")),
        firstLine(Path.of("/proc/version_signature")));
  }

  /**
   * The version of a kernel.
   *
   * @param release what {@code uname -r} prints
   * @param build what {@code uname -v} prints
   * @param signature Ubuntu's {@code /proc/version_signature}; empty elsewhere
   */
  static @Nullable KernelVersion version(String release, String build, String signature) {
    KernelVersion version;
    try {
      version = KernelVersion.parse(release);
    } catch (IllegalArgumentException e) {
      return null;
    }
    Matcher debian = DEBIAN.matcher(build);
    String[] ubuntu = signature.split(" ", 4);
    try {
      if (version.point().isEmpty() && ubuntu.length >= 3) {
        return KernelVersion.parse(ubuntu[2]);
      }
      if (version.point().isEmpty() && debian.find()) {
        return KernelVersion.parse(debian.group(1));
      }
    } catch (IllegalArgumentException e) {
      return version; // somebody else's words
    }
    return version;
  }

  /**
   * The kernel's configuration, by {@code CONFIG_} name, from {@code /boot} or {@code
   * /proc/config.gz}; empty if neither can be read.
   */
  public static Map<String, String> configuration() {
    return config(firstLine(Path.of("/proc/sys/kernel/osrelease")));
  }

  private static Map<String, String> config(String release) {
    Path plain = Path.of("/boot/config-" + release);
    Path packed = Path.of("/proc/config.gz");
    Path file = Files.isReadable(plain) ? plain : packed;
    if (!Files.isReadable(file)) {
      return Map.of();
    }
    var config = new HashMap<String, String>();
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.equals(packed) ? new GZIPInputStream(raw) : raw;
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int equals = line.indexOf('=');
        if (equals > 0 && line.startsWith("CONFIG_")) {
          config.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
    } catch (IOException e) {
      return Map.of();
    }
    return config;
  }

  /** Addresses of all kernel symbols, zero without privilege: {@code /proc/kallsyms}. */
  public static Map<String, Long> symbols() {
    var symbols = new HashMap<String, Long>();
    try (Stream<String> lines = Files.lines(Path.of("/proc/kallsyms"))) {
      lines.forEach(
          line -> {
            String[] parts = line.split("\\s+", 4);
            if (parts.length >= 3) {
              symbols.putIfAbsent(parts[2], Long.parseUnsignedLong(parts[0], 16));
            }
          });
    } catch (IOException | java.io.UncheckedIOException | NumberFormatException e) {
      return Map.of();
    }
    return symbols;
  }

  /** From a list such as {@code 0-3,8}. */
  private static int possibleCpus() {
    int count = 0;
    Matcher range =
        Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?")
            .matcher(firstLine(Path.of("/sys/devices/system/cpu/possible")));
    while (range.find()) {
      int first = Integer.parseInt(range.group(1));
      count += (range.group(2) == null ? first : Integer.parseInt(range.group(2))) - first + 1;
    }
    return count > 0 ? count : Runtime.getRuntime().availableProcessors();
  }

  private static String firstLine(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.findFirst().orElse("");
    } catch (IOException | java.io.UncheckedIOException e) {
      return "";
    }
  }
}
