package dev.skep.catalog;

/**
 * What of a kernel's build and settings decides about maps.
 *
 * @param nrCpus the CPUs that it was built for: {@code CONFIG_NR_CPUS}
 * @param maxStackFrames the sysctl {@code kernel.perf_event_max_stack}
 */
public record KernelBuild(int nrCpus, int maxStackFrames) {

  /** Pages of x86-64. */
  static final int PAGE_SIZE = 4096;

  /** As distributions build for x86-64, with the kernel's own settings. */
  public static final KernelBuild USUAL = new KernelBuild(8192, 127);
}
