package dev.skep.cli;

import dev.skep.kernel.Kernel;
import dev.skep.test.Needs;

/** For tests that need the running kernel. */
final class RunningKernel {

  private RunningKernel() {}

  /** Skips the test where bpf(2) cannot be used; fails it where that is required. */
  static Kernel open() {
    Needs.met(Kernel.whyNot());
    return Kernel.open();
  }
}
