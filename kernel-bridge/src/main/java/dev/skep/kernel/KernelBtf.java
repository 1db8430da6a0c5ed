package dev.skep.kernel;

import dev.skep.kernel.sys.Fd;

/** Types loaded into the kernel. */
public final class KernelBtf extends KernelResource {

  KernelBtf(Kernel kernel, Fd fd) {
    super(kernel, fd);
  }
}
