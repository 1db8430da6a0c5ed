package dev.skep.kernel.sys;

import dev.skep.catalog.Errno;
import dev.skep.kernel.error.KernelCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** System calls other than bpf(2) that the bridge needs, with errors as exceptions. */
public final class Native {

  private static final int AT_FDCWD = -100;
  private static final int O_CLOEXEC = 0x80000;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int PERF_FLAG_FD_CLOEXEC = 8;

  private Native() {}

  /** Makes a call, repeating it on {@code EINTR}. */
  public static long call(String name, int number, long... arguments) {
    long result;
    do {
      result = Syscalls.call(number, arguments);
    } while (result == Errno.EINTR.negated());
    if (result < 0) {
      throw new KernelCallException(name, (int) -result, "");
    }
    return result;
  }

  /** Opens a file with {@code O_*} flags. */
  public static Fd open(Path path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path.toString());
      return Fd.own(
          call("open of " + path, Syscalls.OPENAT, AT_FDCWD, name.address(), flags | O_CLOEXEC, 0));
    }
  }

  /**
   * A new mount of a pseudo file system that no directory shows: its files are below {@code
   * /proc/self/fd/N}, and it goes with the descriptor.
   */
  public static Fd privateMount(String fileSystem) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(fileSystem);
      try (Fd context =
          Fd.own(call("fsopen of " + fileSystem, Syscalls.FSOPEN, name.address(), 1))) {
        int fd = context.acquire();
        try {
          call("fsconfig", Syscalls.FSCONFIG, fd, FSCONFIG_CMD_CREATE, 0, 0, 0);
          return Fd.own(call("fsmount", Syscalls.FSMOUNT, fd, 1, 0));
        } finally {
          context.release();
        }
      }
    }
  }

  /** {@code perf_event_open(2)}. */
  public static Fd perfEventOpen(Block attr, int pid, int cpu) {
    return Fd.own(
        call(
            "perf_event_open",
            Syscalls.PERF_EVENT_OPEN,
            attr.memory().address(),
            pid,
            cpu,
            -1,
            PERF_FLAG_FD_CLOEXEC));
  }
}
