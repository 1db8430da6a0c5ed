package dev.skep.kernel;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.InfoReader;
import dev.skep.kernel.info.MapInfo;
import dev.skep.kernel.info.ObjectKind;
import dev.skep.kernel.info.ProgramInfo;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.Fd;
import dev.skep.object.MapSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Objects that are in the kernel already: by id, and by their pins in a BPF file system. */
final class Registry {

  private Registry() {}

  /** {@code BPF_*_GET_NEXT_ID} until there is none. */
  static List<Integer> ids(ObjectKind kind) {
    var ids = new ArrayList<Integer>();
    try (Arena arena = Arena.ofConfined()) {
      Block attr = Block.of(arena, BpfAttr.GET_ID);
      for (; ; ) {
        int result = Bpf.attempt(kind.next(), attr);
        if (result == Errno.ENOENT.negated()) {
          return ids;
        }
        if (result < 0) {
          throw Bpf.failure(kind.next(), -result, attr);
        }
        int id = attr.getInt("next_id");
        ids.add(id);
        attr.set("start_id", Integer.toUnsignedLong(id));
      }
    }
  }

  /** {@code BPF_*_GET_FD_BY_ID}. */
  static KernelResource byId(Kernel kernel, ObjectKind kind, int id) {
    try (Arena arena = Arena.ofConfined()) {
      Fd fd =
          Bpf.open(
              kind.byId(),
              Block.of(arena, BpfAttr.GET_ID).set("start_id", Integer.toUnsignedLong(id)));
      return wrap(kernel, kind, fd);
    }
  }

  private static KernelResource wrap(Kernel kernel, ObjectKind kind, Fd fd) {
    try {
      return switch (kind) {
        case PROGRAM -> {
          ProgramInfo info = InfoReader.program(fd);
          ProgramType type = info.type();
          yield new KernelProgram(
              kernel, fd, info.name(), type == null ? ProgramType.UNSPEC : type);
        }
        case MAP -> {
          MapInfo info = InfoReader.map(fd);
          MapType type = info.type();
          yield new KernelMap(
              kernel,
              fd,
              MapSpec.of(
                  info.name(),
                  type == null ? MapType.UNSPEC : type,
                  info.keySize(),
                  info.valueSize(),
                  info.maxEntries()));
        }
        case BTF -> new KernelBtf(kernel, fd);
        case LINK -> new KernelLink(kernel, fd);
      };
    } catch (RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  /** {@code BPF_OBJ_PIN} (Linux 4.4). */
  static void pin(Fd object, Path path) {
    int fd = object.acquire();
    try (Arena arena = Arena.ofConfined()) {
      Block attr =
          Block.of(arena, BpfAttr.OBJ)
              .set("pathname", arena.allocateFrom(path.toString()))
              .set("bpf_fd", fd);
      int result = Bpf.attempt(BpfCommand.OBJ_PIN, attr);
      if (result == Errno.EPERM.negated() && !isBpfFileSystem(path.getParent())) {
        throw new KernelCallException(
            BpfCommand.OBJ_PIN.uapiName(),
            -result,
            path
                + " is in no BPF file system: mount one with `mount -t bpf bpf /sys/fs/bpf` and pin"
                + " there");
      }
      if (result < 0) {
        throw Bpf.failure(BpfCommand.OBJ_PIN, -result, attr);
      }
    } finally {
      object.release();
    }
  }

  private static boolean isBpfFileSystem(@org.jspecify.annotations.Nullable Path directory) {
    try {
      return directory != null && Files.getFileStore(directory).type().equals("bpf");
    } catch (IOException e) {
      return true;
    }
  }

  /** {@code BPF_OBJ_GET} (Linux 4.4); the kind is told by the descriptor. */
  static KernelResource pinned(Kernel kernel, Path path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      Block attr =
          Block.of(arena, BpfAttr.OBJ)
              .set("pathname", arena.allocateFrom(path.toString()))
              .set("file_flags", flags);
      Fd fd;
      try {
        fd = Bpf.open(BpfCommand.OBJ_GET, attr);
      } catch (KernelCallException e) {
        throw new KernelCallException(e.call() + " of " + path, e.errorNumber(), e.reason());
      }
      return wrap(kernel, kindOf(fd), fd);
    }
  }

  private static ObjectKind kindOf(Fd fd) {
    int number = fd.acquire();
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)).toString();
      if (target.contains("bpf-prog")) {
        return ObjectKind.PROGRAM;
      }
      return target.contains("bpf-map") ? ObjectKind.MAP : ObjectKind.LINK;
    } catch (IOException e) {
      return ObjectKind.LINK;
    } finally {
      fd.release();
    }
  }
}
