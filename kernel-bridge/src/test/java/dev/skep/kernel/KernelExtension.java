package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skep.test.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Does what {@link KernelTest} says. */
final class KernelExtension implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {

  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(KernelExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
    String reason = Kernel.whyNot();
    if (reason == null) {
      mountFileSystem();
      return;
    }
    Needs.met(reason);
  }

  /** A machine that has just been started may have none; bpftool mounts it as well. */
  private static void mountFileSystem() throws IOException, InterruptedException {
    if (Files.readAllLines(Path.of("/proc/self/mounts")).stream()
        .noneMatch(mount -> mount.contains(" /sys/fs/bpf bpf "))) {
      Needs.command("mount", "-t", "bpf", "bpf", "/sys/fs/bpf").inheritIO().start().waitFor();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    context.getStore(SPACE).put("before", descriptors());
  }

  @Override
  @SuppressWarnings("unchecked") // the store gives back what beforeEach put in
  public void afterEach(ExtensionContext context) throws IOException {
    Map<String, Integer> before = (Map<String, Integer>) context.getStore(SPACE).get("before");
    assertEquals(before, descriptors(), "descriptors left open");
  }

  /** Open descriptors by what they are, as far as a test could have opened them. */
  private static Map<String, Integer> descriptors() throws IOException {
    var counts = new TreeMap<String, Integer>();
    List<Path> all;
    try (var list = Files.list(Path.of("/proc/self/fd"))) {
      all = list.toList();
    }
    for (Path fd : all) {
      try {
        String target = Files.readSymbolicLink(fd).toString();
        if (target.startsWith("anon_inode:")
            || target.startsWith("net:")
            || target.startsWith("/sys/fs")) {
          counts.merge(target.replaceAll("\\d+", "N"), 1, Integer::sum);
        }
      } catch (IOException e) {
        // The descriptor that listed the directory is gone by now.
      }
    }
    return counts;
  }
}
