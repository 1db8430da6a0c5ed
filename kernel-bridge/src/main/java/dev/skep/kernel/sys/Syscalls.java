package dev.skep.kernel.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The one door to the kernel: the C library's {@code syscall(2)} with errno.
 *
 * <p>Numbers are those of x86_64. A call returns what the kernel does: a value, or minus the error
 * number. Nothing is retried here.
 */
public final class Syscalls {

  public static final int READ = 0;
  public static final int WRITE = 1;
  public static final int CLOSE = 3;
  public static final int MMAP = 9;
  public static final int MUNMAP = 11;
  public static final int IOCTL = 16;
  public static final int SOCKET = 41;
  public static final int SENDTO = 44;
  public static final int RECVFROM = 45;
  public static final int BIND = 49;
  public static final int SETSOCKOPT = 54;
  public static final int FCNTL = 72;
  public static final int GETTID = 186;
  public static final int SCHED_SETAFFINITY = 203;
  public static final int EPOLL_WAIT = 232;
  public static final int EPOLL_CTL = 233;
  public static final int OPENAT = 257;
  public static final int UNSHARE = 272;
  public static final int EVENTFD2 = 290;
  public static final int EPOLL_CREATE1 = 291;
  public static final int PERF_EVENT_OPEN = 298;
  public static final int SETNS = 308;
  public static final int BPF = 321;
  public static final int FSOPEN = 430;
  public static final int FSCONFIG = 431;
  public static final int FSMOUNT = 432;

  private Syscalls() {}

  /** Why calls cannot be made from this JVM, or null if they can. */
  public static @org.jspecify.annotations.Nullable String unavailable() {
    String os = System.getProperty("os.name", "?");
    String arch = System.getProperty("os.arch", "?");
    if (!os.equals("Linux")) {
      return "bpf(2) is a Linux system call, and this is " + os;
    }
    if (!arch.equals("amd64")) {
      return "the kernel bridge knows Linux on x86_64 only, and this is " + arch;
    }
    return null;
  }

  /** Makes a call with up to six arguments; pointers as addresses that outlive it. */
  public static long call(int number, long... arguments) {
    long a0 = arguments.length > 0 ? arguments[0] : 0;
    long a1 = arguments.length > 1 ? arguments[1] : 0;
    long a2 = arguments.length > 2 ? arguments[2] : 0;
    long a3 = arguments.length > 3 ? arguments[3] : 0;
    long a4 = arguments.length > 4 ? arguments[4] : 0;
    long a5 = arguments.length > 5 ? arguments[5] : 0;
    return call6(number, a0, a1, a2, a3, a4, a5);
  }

  private static long call6(int number, long a0, long a1, long a2, long a3, long a4, long a5) {
    MemorySegment state = Libc.STATE.get();
    try {
      long result = (long) Libc.SYSCALL.invokeExact(state, (long) number, a0, a1, a2, a3, a4, a5);
      return result == -1 ? -(int) Libc.ERRNO.get(state, 0L) : result;
    } catch (Throwable t) {
      // The handle itself declares Throwable; a downcall of this shape throws nothing but what a
      // broken JVM would.
      throw new IllegalStateException("syscall(2) could not be called", t);
    }
  }

  /** Bound on first use, so that asking for {@link #unavailable} works everywhere. */
  private static final class Libc {

    private static final StructLayout STATE_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
        STATE_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** One capture buffer for each thread, freed with the thread. */
    private static final ThreadLocal<MemorySegment> STATE =
        ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE_LAYOUT));

    private static final MethodHandle SYSCALL = bind();

    private static MethodHandle bind() {
      Linker linker = Linker.nativeLinker();
      MemorySegment symbol = linker.defaultLookup().findOrThrow("syscall");
      return linker.downcallHandle(
          symbol,
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(1));
    }

    static {
      assert ERRNO.varType() == int.class && JAVA_INT.byteSize() == 4;
    }
  }
}
