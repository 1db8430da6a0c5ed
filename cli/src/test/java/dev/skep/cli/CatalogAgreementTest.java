package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.cli.exit.ExitCode;
import dev.skep.kernel.Kernel;
import org.junit.jupiter.api.Test;

/** The catalog's entry for the running release, against the running kernel. */
class CatalogAgreementTest {

  @Test
  void theKernelSaysWhatTheCatalogSays() {
    try (Kernel kernel = RunningKernel.open()) {
      Cli.Result result = Cli.run("kernel", "feature", "compare");
      assertEquals(ExitCode.OK, result.code(), result.out() + result.err());
      assertTrue(result.out().endsWith(", differences 0\n"), result.out());
      assertTrue(result.out().contains("\nLinux " + kernel.version() + ": helpers "), result.out());
    }
  }
}
