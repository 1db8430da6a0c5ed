package dev.skep.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.skep.kernel.sys.Native;
import dev.skep.kernel.sys.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Programs on a socket of this process, by {@code setsockopt(2)}: socket filters ({@code
 * SO_ATTACH_BPF}, Linux 3.19) and the choice of a socket in a reuseport group ({@code
 * SO_ATTACH_REUSEPORT_EBPF}, Linux 4.5; type {@code sk_reuseport} 4.19). A program stays until it
 * is removed or its socket is closed.
 *
 * <p>Sockets are named by their descriptor's number. The JDK keeps those of its own sockets to
 * itself; native code has them.
 */
public final class SocketAttachment {

  private static final int SOL_SOCKET = 1;
  private static final int SO_DETACH_FILTER = 27;
  private static final int SO_ATTACH_BPF = 50;
  private static final int SO_ATTACH_REUSEPORT_EBPF = 52;
  private static final int SO_DETACH_REUSEPORT_BPF = 68;

  private SocketAttachment() {}

  /** What arrives at the socket is cut to as many bytes as the program returns; 0 drops it. */
  public static void attachFilter(KernelProgram filter, int socket) {
    set("SO_ATTACH_BPF", SO_ATTACH_BPF, filter, socket);
  }

  /** Removes a socket's filter; {@code ENOENT} if it has none. */
  public static void detachFilter(int socket) {
    option("SO_DETACH_FILTER", SO_DETACH_FILTER, socket, 0);
  }

  /**
   * The program chooses, for all sockets of the socket's group ({@code SO_REUSEPORT}): a socket
   * filter by the index that it returns, an {@code sk_reuseport} program with {@code
   * bpf_sk_select_reuseport}.
   */
  public static void attachReuseport(KernelProgram program, int socket) {
    set("SO_ATTACH_REUSEPORT_EBPF", SO_ATTACH_REUSEPORT_EBPF, program, socket);
  }

  /** Removes the group's program (Linux 5.3); {@code ENOENT} if it has none. */
  public static void detachReuseport(int socket) {
    option("SO_DETACH_REUSEPORT_BPF", SO_DETACH_REUSEPORT_BPF, socket, 0);
  }

  private static void set(String name, int option, KernelProgram program, int socket) {
    int fd = program.fd().acquire();
    try {
      option(name, option, socket, fd);
    } finally {
      program.fd().release();
    }
  }

  private static void option(String name, int option, int socket, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocateFrom(JAVA_INT, value);
      Native.call(
          "setsockopt of " + name,
          Syscalls.SETSOCKOPT,
          socket,
          SOL_SOCKET,
          option,
          number.address(),
          4);
    }
  }
}
