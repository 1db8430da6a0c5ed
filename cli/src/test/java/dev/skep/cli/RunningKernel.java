package dev.skep.cli;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skep.kernel.Kernel;

/** For tests that need the running kernel. */
final class RunningKernel {

  private RunningKernel() {}

  /** Skips the test where bpf(2) cannot be used; fails it where that is required. */
  static Kernel open() {
    String reason = Kernel.whyNot();
    if (reason != null) {
      unavailable(reason);
    }
    return Kernel.open();
  }

  /** Skips or fails. */
  static void unavailable(String reason) {
    if ("1".equals(System.getenv("SKEP_REQUIRE_KERNEL"))) {
      fail("SKEP_REQUIRE_KERNEL is set, but: " + reason);
    }
    abort(reason);
  }
}
