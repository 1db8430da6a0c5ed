package dev.skep.cli;

import dev.skep.kernel.Kernel;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Skips jqwik properties where bpf(2) cannot be used, unless that is required. */
final class NeedsKernel implements SkipExecutionHook {

  @Override
  public SkipResult shouldBeSkipped(LifecycleContext context) {
    String reason = Kernel.whyNot();
    return reason == null || "1".equals(System.getenv("SKEP_REQUIRE_KERNEL"))
        ? SkipResult.doNotSkip()
        : SkipResult.skip(reason);
  }
}
