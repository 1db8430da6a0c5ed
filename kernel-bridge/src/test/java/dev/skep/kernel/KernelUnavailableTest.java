package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.kernel.error.KernelException;
import dev.skep.kernel.info.ObjectKind;
import dev.skep.test.Needs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Without privilege there is one line that says what is missing. */
@KernelTest
class KernelUnavailableTest {

  /** Prints why there is no kernel. */
  static final class Asking {

    private Asking() {}

    public static void main(String[] args) {
      try (Kernel kernel = Kernel.open()) {
        // Opened for everyone, where kernel.unprivileged_bpf_disabled is 0; this is for none.
        System.out.println("programs: " + kernel.ids(ObjectKind.PROGRAM));
      } catch (KernelException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aProcessWithoutCapabilitiesIsToldWhichItNeeds() throws IOException {
    var command = new ArrayList<>(List.of("setpriv", "--bounding-set", "-all", "--inh-caps=-all"));
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Asking.class.getName()));
    List<String> lines;
    Process process = Needs.command(command).redirectErrorStream(true).start();
    try (var reader = process.inputReader()) {
      lines = reader.readAllLines();
    }
    assertEquals(1, lines.size(), lines.toString());
    String line = lines.getFirst();
    assertTrue(line.contains(": EPERM"), line);
    assertTrue(line.contains("neither CAP_BPF nor CAP_SYS_ADMIN"), line);
  }
}
