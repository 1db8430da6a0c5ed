package dev.skep.kernel;

import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.InfoReader;
import dev.skep.kernel.info.LinkInfo;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Fd;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * An attachment of a program. It ends when its last descriptor is closed and no pin holds it, or by
 * {@link #detach}.
 */
public final class KernelLink extends KernelResource {

  KernelLink(Kernel kernel, Fd fd) {
    super(kernel, fd);
  }

  /** What and where it is. */
  public LinkInfo info() {
    return InfoReader.link(fd());
  }

  /** Puts another program of the same type in its place: {@code BPF_LINK_UPDATE} (Linux 5.7). */
  public void update(KernelProgram replacement) {
    update(replacement, null);
  }

  /**
   * Puts another program in its place, if it still has the expected one.
   *
   * @throws KernelCallException {@code EPERM} if it has another, {@code EINVAL} if the kind of link
   *     cannot be updated
   */
  public void update(KernelProgram replacement, @Nullable KernelProgram expected) {
    int fd = fd().acquire();
    int next = replacement.fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      Block attr = Block.of(arena, BpfAttr.LINK_UPDATE).set("link_fd", fd).set("new_prog_fd", next);
      if (expected == null) {
        Bpf.call(BpfCommand.LINK_UPDATE, attr);
        return;
      }
      int old = expected.fd().acquire();
      try {
        // BPF_F_REPLACE
        Bpf.call(BpfCommand.LINK_UPDATE, attr.set("flags", 1 << 2).set("old_prog_fd", old));
      } finally {
        expected.fd().release();
      }
    } finally {
      replacement.fd().release();
      fd().release();
    }
  }

  /** Puts another structure in the place of a struct_ops link's (Linux 6.4). */
  public void update(KernelMap replacement) {
    int fd = fd().acquire();
    int next = replacement.fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      Bpf.call(
          BpfCommand.LINK_UPDATE,
          Block.of(arena, BpfAttr.LINK_UPDATE).set("link_fd", fd).set("new_map_fd", next));
    } finally {
      replacement.fd().release();
      fd().release();
    }
  }

  /**
   * Ends the attachment while descriptors and pins remain: {@code BPF_LINK_DETACH} (Linux 5.9).
   *
   * @throws KernelCallException {@code EOPNOTSUPP} for kinds that cannot
   */
  public void detach() {
    int fd = fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      Bpf.call(BpfCommand.LINK_DETACH, Block.of(arena, BpfAttr.LINK_DETACH).set("link_fd", fd));
    } finally {
      fd().release();
    }
  }

  /**
   * A new walk of an iterator's link: {@code BPF_ITER_CREATE} (Linux 5.8). Reading gives what the
   * program writes.
   */
  public IteratorReader iterate() {
    int fd = fd().acquire();
    try (Arena arena = Arena.ofConfined()) {
      return new IteratorReader(
          Bpf.open(
              BpfCommand.ITER_CREATE, Block.of(arena, BpfAttr.ITER_CREATE).set("link_fd", fd)));
    } finally {
      fd().release();
    }
  }
}
