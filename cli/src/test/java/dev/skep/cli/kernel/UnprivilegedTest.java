package dev.skep.cli.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.cli.Main;
import dev.skep.cli.exit.ExitCode;
import dev.skep.kernel.sys.Native;
import dev.skep.test.Needs;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may not use bpf(2) gets one line that says why, and exit code 4; never a stack trace. */
@SuppressWarnings("NullAway.Init") // the extension sets the directory
class UnprivilegedTest extends Beside {

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("kernel", "prog", "list"),
          List.of("kernel", "-j", "map", "show"),
          List.of("compare", "../examples/xdp_firewall.bpf.o"));

  @TempDir private Path directory;

  /** Runs a command with bpf(2) answered by an error that the first argument names. */
  static final class Blocked {

    private static final int SECCOMP = 317;
    private static final int PRCTL = 157;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SET_MODE_FILTER = 1;
    private static final int TSYNC = 1;
    private static final int BPF = 321;

    private Blocked() {}

    public static void main(String[] args) {
      // Bound before the filter is there: binding itself makes system calls.
      int errno = Integer.parseInt(args[0]);
      Native.call("prctl", PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      try (Arena arena = Arena.ofConfined()) {
        // if the number is bpf's: SECCOMP_RET_ERRNO | errno, else SECCOMP_RET_ALLOW
        int[][] filter = {
          {0x20, 0, 0, 0},
          {0x15, 0, 1, BPF},
          {0x06, 0, 0, 0x50000 | errno},
          {0x06, 0, 0, 0x7fff0000}
        };
        MemorySegment code = arena.allocate(8L * filter.length, 8);
        for (int i = 0; i < filter.length; i++) {
          code.set(ValueLayout.JAVA_SHORT, 8L * i, (short) filter[i][0]);
          code.set(ValueLayout.JAVA_BYTE, 8L * i + 2, (byte) filter[i][1]);
          code.set(ValueLayout.JAVA_BYTE, 8L * i + 3, (byte) filter[i][2]);
          code.set(ValueLayout.JAVA_INT, 8L * i + 4, filter[i][3]);
        }
        MemorySegment program = arena.allocate(16, 8);
        program.set(ValueLayout.JAVA_SHORT, 0, (short) filter.length);
        program.set(ValueLayout.JAVA_LONG, 8, code.address());
        Native.call("seccomp", SECCOMP, SET_MODE_FILTER, TSYNC, program.address());
      }
      Main.main(java.util.Arrays.copyOfRange(args, 1, args.length));
    }
  }

  private static List<String> java(String classPath, String main) {
    return List.of(
        ProcessHandle.current().info().command().orElseThrow(),
        "--enable-native-access=ALL-UNNAMED",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        classPath,
        main);
  }

  /** One line and exit code 4. */
  private static String refused(List<String> command) throws IOException, InterruptedException {
    Process process = Needs.command(command).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(ExitCode.NO_KERNEL, process.waitFor(), command + out + err);
    // In JSON the line is an error as bpftool writes it.
    if (command.contains("-j")) {
      assertTrue(out.startsWith("{\"error\":"), out);
      assertEquals("", err);
      err = out;
    } else {
      assertEquals("", out);
    }
    assertEquals(1, err.lines().count(), err);
    return err;
  }

  private static List<String> join(List<String> a, List<String> b) {
    var all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private static List<String> withoutRights() {
    return join(
        List.of("setpriv", "--bounding-set", "-all", "--inh-caps=-all"),
        java(System.getProperty("java.class.path"), Main.class.getName()));
  }

  /** Where bpf(2) is open to everyone, some features are there for everyone. */
  @Test
  void featuresForThoseWithoutCapabilities() throws IOException, InterruptedException {
    List<String> command = join(withoutRights(), List.of("kernel", "feature", "probe"));
    Path setting = Path.of("/proc/sys/kernel/unprivileged_bpf_disabled");
    if (Files.exists(setting) && !Files.readString(setting).strip().equals("0")) {
      String line = refused(command);
      assertTrue(line.contains("neither CAP_BPF nor CAP_SYS_ADMIN"), line);
      return;
    }
    Process process = Needs.command(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(ExitCode.OK, process.waitFor(), out);
    assertTrue(out.contains("program_type socket_filter is available"), out);
    assertTrue(out.contains("program_type xdp is inconclusive"), out);
  }

  @Test
  void withoutCapabilities() throws IOException, InterruptedException {
    List<String> start = withoutRights();
    for (List<String> command : COMMANDS) {
      String line = refused(join(start, command));
      assertTrue(line.contains("neither CAP_BPF nor CAP_SYS_ADMIN"), line);
    }
  }

  @Test
  void asAnotherUser() throws IOException, InterruptedException {
    String classPath = copiedClassPath();
    var start =
        join(
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
            java(classPath, Main.class.getName()));
    String line = refused(join(start, List.of("kernel", "prog", "list")));
    assertTrue(line.contains(": EPERM"), line); // at which call, unprivileged_bpf_disabled decides
    assertTrue(line.contains("neither CAP_BPF nor CAP_SYS_ADMIN"), line);
  }

  /** The class path where everyone may read it: a home directory is closed to other users. */
  private String copiedClassPath() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    var copied = new ArrayList<String>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      Path to = directory.resolve(Integer.toString(copied.size()));
      if (Files.isDirectory(from)) {
        copyTree(from, to);
        copied.add(to.toString());
      } else if (Files.isRegularFile(from)) {
        Files.copy(from, directory.resolve(to.getFileName() + ".jar"));
        copied.add(to + ".jar");
      }
    }
    return String.join(File.pathSeparator, copied);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (var walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  @Test
  void withBpfBlockedBySeccomp() throws IOException, InterruptedException {
    var start = java(System.getProperty("java.class.path"), Blocked.class.getName());
    String refused = refused(join(start, List.of("1", "kernel", "prog", "list")));
    assertTrue(refused.contains("EPERM") && refused.contains("seccomp"), refused);
    String hidden = refused(join(start, List.of("38", "kernel", "prog", "list")));
    assertTrue(hidden.contains("ENOSYS") && hidden.contains("seccomp"), hidden);
  }
}
