package dev.skep.test;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs besides the JDK: a kernel, a right, a program of another project. Where it is
 * missing, the test is skipped, with the reason; where everything is required ({@code
 * SKEP_REQUIRE_KERNEL=1}), it fails. Programs that are named in {@code SKEP_OPTIONAL_TOOLS},
 * separated by commas, may be missing even so.
 */
public final class Needs {

  /** The programs of others that tests start, and the Debian packages that have them. */
  private static final Map<String, String> PACKAGES =
      Map.ofEntries(
          Map.entry("bash", "bash"),
          Map.entry("bpftool", "bpftool"),
          Map.entry("cc", "gcc"),
          Map.entry("clang-19", "clang-19"),
          Map.entry("ip", "iproute2"),
          Map.entry("llvm-mc-19", "llvm-19"),
          Map.entry("llvm-objdump-19", "llvm-19"),
          Map.entry("mkfifo", "coreutils"),
          Map.entry("mount", "mount"),
          Map.entry("perl", "perl-base"),
          Map.entry("setpriv", "util-linux"),
          Map.entry("sh", "dash"),
          Map.entry("true", "coreutils"),
          Map.entry("umount", "mount"),
          Map.entry("unshare", "util-linux"));

  private Needs() {}

  /**
   * Goes on if nothing is missing.
   *
   * @param missing what is missing and how to get it; null for nothing
   */
  public static void met(@Nullable String missing) {
    if (missing == null) {
      return;
    }
    if ("1".equals(System.getenv("SKEP_REQUIRE_KERNEL"))) {
      throw new AssertionError("SKEP_REQUIRE_KERNEL=1, but " + missing);
    }
    Assumptions.abort("skipped: " + missing);
  }

  /**
   * A program from {@code PATH}.
   *
   * @param name its file name, one of {@link #PACKAGES}
   * @return its path
   */
  public static String tool(String name) {
    String debian = PACKAGES.get(name);
    if (debian == null) {
      throw new IllegalArgumentException("which package has " + name + "?");
    }
    Path program = find(name);
    if (program == null) {
      String missing = "no " + name + " on PATH (Debian: " + debian + ")";
      if (optional().contains(name)) {
        Assumptions.abort("skipped: " + missing);
      }
      met(missing);
    }
    return String.valueOf(program);
  }

  /**
   * A command that starts a program.
   *
   * @param words the first is a path, or a name for {@link #tool}
   */
  public static ProcessBuilder command(String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    if (!words[0].contains("/")) {
      command.set(0, tool(words[0]));
    }
    return new ProcessBuilder(command);
  }

  /** As {@link #command(String...)}. */
  public static ProcessBuilder command(List<String> words) {
    return command(words.toArray(String[]::new));
  }

  /** Goes on if this process is root's; what it may do is another question. */
  public static void root() {
    met("root".equals(System.getProperty("user.name")) ? null : "this is not root");
  }

  private static List<String> optional() {
    String names = System.getenv("SKEP_OPTIONAL_TOOLS");
    return names == null ? List.of() : List.of(names.split(",", -1));
  }

  private static @Nullable Path find(String name) {
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      File program = new File(folder, name);
      if (!folder.isEmpty() && program.isFile() && program.canExecute()) {
        return program.toPath();
      }
    }
    return null;
  }
}
