package dev.skep.kernel.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory shared with the kernel ({@code mmap}). Closing unmaps it; an access after that is an
 * exception, not a crash.
 */
public final class Mapping implements AutoCloseable {

  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 1;
  private static final int MAP_FIXED_NOREPLACE = 0x10_0000;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;

  private Mapping(Fd file, long at, long offset, long size, boolean writable) {
    int fd = file.acquire();
    long address;
    try {
      address =
          Native.call(
              "mmap",
              Syscalls.MMAP,
              at,
              size,
              writable ? PROT_READ | PROT_WRITE : PROT_READ,
              at == 0 ? MAP_SHARED : MAP_SHARED | MAP_FIXED_NOREPLACE,
              fd,
              offset);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    } finally {
      file.release();
    }
    memory =
        MemorySegment.ofAddress(address)
            .reinterpret(
                size, arena, segment -> Syscalls.call(Syscalls.MUNMAP, segment.address(), size));
  }

  /** Maps part of a file; {@code offset} is a multiple of the page size. */
  public static Mapping of(Fd file, long offset, long size, boolean writable) {
    return new Mapping(file, 0, offset, size, writable);
  }

  /** Maps a file's start to this address, where nothing else may be. */
  public static Mapping at(Fd file, long address, long size) {
    return new Mapping(file, address, 0, size, true);
  }

  /** The memory. */
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
