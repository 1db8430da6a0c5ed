package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.Errno;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Fd;
import dev.skep.kernel.sys.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;

/** {@code BPF_PROG_ATTACH}, {@code BPF_PROG_DETACH} (Linux 4.10) and {@code BPF_PROG_QUERY}. */
public final class DirectAttachment {

  /** {@code BPF_F_ALLOW_OVERRIDE}. */
  public static final int F_ALLOW_OVERRIDE = 1;

  /** {@code BPF_F_ALLOW_MULTI}. */
  public static final int F_ALLOW_MULTI = 1 << 1;

  private static final int FIRST_GUESS = 64;

  private DirectAttachment() {}

  /**
   * Attaches.
   *
   * @param flags {@code BPF_F_*} of attachment
   * @throws KernelCallException if the kernel refuses, for instance {@code EPERM} if another
   *     program is attached exclusively
   */
  public static void attach(KernelProgram program, AttachPoint point, AttachType type, int flags) {
    run(BpfCommand.PROG_ATTACH, program, point, type, flags);
  }

  /** Detaches; {@code ENOENT} if it is not attached there. */
  public static void detach(KernelProgram program, AttachPoint point, AttachType type) {
    run(BpfCommand.PROG_DETACH, program, point, type, 0);
  }

  private static void run(
      BpfCommand command, KernelProgram program, AttachPoint point, AttachType type, int flags) {
    int fd = program.fd().acquire();
    try (Arena arena = Arena.ofConfined();
        Target target = Target.of(point)) {
      Bpf.call(
          command,
          Block.of(arena, BpfAttr.PROG_ATTACH)
              .set("target_fd", target.number())
              .set("attach_bpf_fd", fd)
              .set("attach_type", type.number())
              .set("attach_flags", flags));
    } finally {
      program.fd().release();
    }
  }

  /**
   * What is attached: {@code BPF_PROG_QUERY} (Linux 4.15).
   *
   * @param effective with what a control group inherits ({@code BPF_F_QUERY_EFFECTIVE})
   */
  public static AttachedPrograms query(AttachPoint point, AttachType type, boolean effective) {
    try (Arena arena = Arena.ofConfined();
        Target target = Target.of(point)) {
      boolean links = point instanceof AttachPoint.Device;
      for (int room = FIRST_GUESS; ; room *= 4) {
        MemorySegment programs = arena.allocate(4L * room, 8);
        MemorySegment linkIds = arena.allocate(4L * room, 8);
        Block attr =
            Block.of(arena, BpfAttr.PROG_QUERY)
                .set("target_fd", target.number())
                .set("attach_type", type.number())
                .set("query_flags", effective ? 1 : 0)
                .set("prog_ids", programs)
                .set("prog_cnt", room);
        if (links) {
          attr.set("link_ids", linkIds);
        }
        int result = Bpf.attempt(BpfCommand.PROG_QUERY, attr);
        if (result == Errno.ENOSPC.negated()) {
          continue;
        }
        if (result < 0) {
          throw Bpf.failure(BpfCommand.PROG_QUERY, -result, attr);
        }
        var entries = new ArrayList<AttachedPrograms.Entry>();
        for (int i = 0; i < Math.min(room, attr.getInt("prog_cnt")); i++) {
          entries.add(
              new AttachedPrograms.Entry(
                  programs.getAtIndex(JAVA_INT, i), linkIds.getAtIndex(JAVA_INT, i)));
        }
        return new AttachedPrograms(attr.getInt("attach_flags"), attr.get("revision"), entries);
      }
    }
  }

  /** The number of a point, with the descriptor behind it. */
  private record Target(int number, Fd fd, boolean owned) implements AutoCloseable {

    static Target of(AttachPoint point) {
      return switch (point) {
        case AttachPoint.Cgroup p -> owned(Native.open(p.directory(), 0));
        case AttachPoint.NetworkNamespace p -> owned(Native.open(p.file(), 0));
        case AttachPoint.SocketMap p -> new Target(p.map().fd().acquire(), p.map().fd(), false);
        case AttachPoint.Device p -> new Target(p.ifindex(), Fd.NONE, true);
      };
    }

    private static Target owned(Fd fd) {
      return new Target(fd.acquire(), fd, true);
    }

    @Override
    public void close() {
      if (fd != Fd.NONE) {
        fd.release();
        if (owned) {
          fd.close();
        }
      }
    }
  }
}
