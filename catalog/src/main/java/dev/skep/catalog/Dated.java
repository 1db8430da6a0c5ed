package dev.skep.catalog;

/** Something of Linux that is there from a release on. */
public interface Dated {

  /** The Linux version that brought it. */
  KernelVersion since();

  /** Whether a kernel has it, going by the kernel's number. */
  default boolean isIn(KernelVersion kernel) {
    return kernel.isAtLeast(since());
  }
}
