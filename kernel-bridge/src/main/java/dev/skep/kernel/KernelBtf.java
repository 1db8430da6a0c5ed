package dev.skep.kernel;

import dev.skep.kernel.info.BtfInfo;
import dev.skep.kernel.info.InfoReader;
import dev.skep.kernel.sys.Fd;

/** Types loaded into the kernel. */
public final class KernelBtf extends KernelResource {

  KernelBtf(Kernel kernel, Fd fd) {
    super(kernel, fd);
  }

  /** Id, name, size and owner. */
  public BtfInfo info() {
    return InfoReader.btf(fd());
  }

  /** The raw types, a {@code .BTF} section's contents. */
  public byte[] bytes() {
    return InfoReader.btfBytes(fd(), info().size());
  }
}
