package dev.skep.catalog;

import dev.skep.test.Needs;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Loads programs into this machine's kernel to compare its answer with the catalog's. Every loaded
 * program is closed at once. The kernel bridge cannot be used here: it is built on the catalog.
 */
final class KernelLoader implements AutoCloseable {

  private static final long SYS_BPF = 321;
  private static final long SYS_CLOSE = 3;
  private static final int BPF_MAP_CREATE = 0;
  private static final int BPF_PROG_LOAD = 5;
  private static final int BPF_BTF_LOAD = 18;
  private static final int KEY_TYPE = 1;
  private static final int VALUE_TYPE = 2;
  private static final int ATTR_SIZE = 152;
  private static final int LOG_SIZE = 1 << 16;

  private final Arena arena = Arena.ofConfined();
  private final MethodHandle syscall;
  private final MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
  private final MemorySegment attr = arena.allocate(ATTR_SIZE, 8);
  private final MemorySegment code = arena.allocate(8L * 128, 8);
  private final MemorySegment log = arena.allocate(LOG_SIZE);
  private final MemorySegment licence = arena.allocateFrom("GPL");

  private KernelLoader() {
    var linker = Linker.nativeLinker();
    syscall =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(1));
  }

  /**
   * Opens the kernel if it is the catalog's newest and bpf(2) works; else the test is skipped with
   * the reason, or fails when {@code SKEP_REQUIRE_KERNEL} is set.
   */
  static KernelLoader open() {
    String reason = null;
    KernelLoader loader = null;
    try {
      String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).trim();
      KernelVersion running = KernelVersion.parse(release);
      if (!running.series().equals(KernelVersion.NEWEST)) {
        reason = "this kernel is " + release + ", the catalog's is " + KernelVersion.NEWEST;
      } else if (!System.getProperty("os.arch").equals("amd64")) {
        reason = "the context layouts are those of x86-64";
      } else {
        loader = new KernelLoader();
        // r0 = 0; exit
        Result result = loader.load(ProgramType.SOCKET_FILTER, null, 0, 0, 0xb7L, 0x95L);
        if (!result.accepted()) {
          reason = "bpf(2) refuses a program, errno " + result.errno() + " (CAP_BPF missing?)";
          loader.close();
        }
      }
    } catch (IOException e) {
      reason = "no Linux: " + e.getMessage();
    }
    Needs.met(reason);
    if (loader == null) {
      throw new IllegalStateException();
    }
    return loader;
  }

  /** The kernel's answer to a program. */
  record Result(boolean accepted, int errno, String log) {}

  /** Loads instructions, given as their 64 bits. */
  Result load(
      ProgramType type, @Nullable AttachType attach, int flags, int attachBtfId, long... program) {
    for (int i = 0; i < program.length; i++) {
      code.setAtIndex(ValueLayout.JAVA_LONG, i, program[i]);
    }
    log.set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
    attr.fill((byte) 0);
    attr.set(ValueLayout.JAVA_INT, 0, type.number());
    attr.set(ValueLayout.JAVA_INT, 4, program.length);
    attr.set(ValueLayout.JAVA_LONG, 8, code.address());
    attr.set(ValueLayout.JAVA_LONG, 16, licence.address());
    attr.set(ValueLayout.JAVA_INT, 24, 1);
    attr.set(ValueLayout.JAVA_INT, 28, LOG_SIZE);
    attr.set(ValueLayout.JAVA_LONG, 32, log.address());
    attr.set(ValueLayout.JAVA_INT, 44, flags);
    attr.set(ValueLayout.JAVA_INT, 68, attach == null ? 0 : attach.number());
    attr.set(ValueLayout.JAVA_INT, 108, attachBtfId);
    long fd = call(SYS_BPF, BPF_PROG_LOAD, attr, ATTR_SIZE);
    int error = errno.get(ValueLayout.JAVA_INT, 0);
    if (fd >= 0) {
      call(SYS_CLOSE, fd, MemorySegment.NULL, 0);
    }
    return new Result(fd >= 0, fd >= 0 ? 0 : error, log.getString(0, StandardCharsets.ISO_8859_1));
  }

  /** Creates a map and closes it; 0, or the error number. */
  int createMap(MapShape shape) {
    long fd = openMap(shape);
    closeMap(fd);
    return fd >= 0 ? 0 : (int) -fd;
  }

  /** Creates a map, its inner map before it; its file descriptor, or minus the error number. */
  long openMap(MapShape shape) {
    MapShape inner = shape.inner();
    long innerFd = inner == null ? -1 : openMap(inner);
    if (innerFd < 0 && inner != null) {
      return innerFd;
    }
    long types = shape.keyType() || shape.valueType() ? openTypes(shape.valueSize()) : -1;
    attr.fill((byte) 0);
    attr.set(ValueLayout.JAVA_INT, 0, shape.type().number());
    attr.set(ValueLayout.JAVA_INT, 4, shape.keySize());
    attr.set(ValueLayout.JAVA_INT, 8, shape.valueSize());
    attr.set(ValueLayout.JAVA_INT, 12, shape.maxEntries());
    attr.set(ValueLayout.JAVA_INT, 16, shape.flags());
    attr.set(ValueLayout.JAVA_INT, 20, (int) innerFd);
    if (types >= 0) {
      attr.set(ValueLayout.JAVA_INT, 48, (int) types);
      attr.set(ValueLayout.JAVA_INT, 52, shape.keyType() ? KEY_TYPE : 0);
      attr.set(ValueLayout.JAVA_INT, 56, shape.valueType() ? VALUE_TYPE : 0);
    }
    attr.set(ValueLayout.JAVA_LONG, 64, shape.extra());
    long fd = call(SYS_BPF, BPF_MAP_CREATE, attr, 72);
    long result = fd >= 0 ? fd : -errno.get(ValueLayout.JAVA_INT, 0);
    closeMap(types);
    closeMap(innerFd);
    return result;
  }

  /**
   * Loads BTF with an {@code int} ({@link #KEY_TYPE}) and a structure of a size ({@link
   * #VALUE_TYPE}); its descriptor, or -1.
   */
  private long openTypes(int size) {
    byte[] strings = "\0int\0v\0".getBytes(StandardCharsets.UTF_8);
    int typeBytes = 16 + 12;
    ByteBuffer btf =
        ByteBuffer.allocate(24 + typeBytes + strings.length).order(ByteOrder.LITTLE_ENDIAN);
    btf.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    btf.putInt(0).putInt(typeBytes).putInt(typeBytes).putInt(strings.length);
    btf.putInt(1).putInt(1 << 24).putInt(4).putInt(1 << 24 | 32);
    btf.putInt(5).putInt(4 << 24).putInt(size);
    btf.put(strings);
    MemorySegment.copy(btf.array(), 0, log, ValueLayout.JAVA_BYTE, 0, btf.capacity());
    attr.fill((byte) 0);
    attr.set(ValueLayout.JAVA_LONG, 0, log.address());
    attr.set(ValueLayout.JAVA_INT, 16, btf.capacity());
    return call(SYS_BPF, BPF_BTF_LOAD, attr, 32);
  }

  /** Closes what {@link #openMap} gave, if it is a descriptor. */
  void closeMap(long fd) {
    if (fd < 0) {
      return;
    }
    call(SYS_CLOSE, fd, MemorySegment.NULL, 0);
  }

  private long call(long number, long first, MemorySegment second, long third) {
    try {
      return (long) syscall.invokeExact(errno, number, first, second, third);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
