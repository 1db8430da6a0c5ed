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

/**
 * What libbpf finds out about the kernel that it runs on. Everything is optional: what cannot be
 * read is left out, and reading an object warns if it misses it.
 */
public final class RunningKernel {

  private static final Pattern RELEASE =
      Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?.*");

  private RunningKernel() {}

  /**
   * Options for this machine's kernel: its version, types, configuration and number of CPUs; the
   * newest kernel that skep describes if this is no Linux. Kernel symbols are not among them, see
   * {@link #symbols}.
   */
  public static ReadOptions options() {
    String release = firstLine(Path.of("/proc/sys/kernel/osrelease"));
    Matcher parts = RELEASE.matcher(release);
    if (!parts.matches()) {
      return ReadOptions.defaults();
    }
    int major = Integer.parseInt(parts.group(1));
    int minor = Integer.parseInt(parts.group(2));
    int patch = parts.group(3) == null ? 0 : Math.min(255, Integer.parseInt(parts.group(3)));
    return ReadOptions.forKernel(new KernelVersion(major, minor))
        .withKernelVersionCode(major << 16 | minor << 8 | patch)
        .withKernelBtf(BtfReader.runningKernel().orElse(null))
        .withKernelConfig(config(release))
        .withPossibleCpus(possibleCpus());
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
