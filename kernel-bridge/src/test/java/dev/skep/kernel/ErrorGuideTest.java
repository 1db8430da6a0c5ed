package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.Errno;
import dev.skep.catalog.MapType;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.call.ErrorGuide;
import dev.skep.kernel.call.ErrorTable;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.CStruct;
import dev.skep.object.MapSpec;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each error of each command is explained, and those that can be provoked are. */
@KernelTest
class ErrorGuideTest {

  /** Errors that any command may give. */
  private static final List<Errno> GENERAL =
      List.of(
          Errno.EPERM,
          Errno.EINVAL,
          Errno.E2BIG,
          Errno.ENOMEM,
          Errno.EFAULT,
          Errno.EBADF,
          Errno.EMFILE,
          Errno.ENFILE,
          Errno.ENOSYS,
          Errno.EINTR,
          Errno.EAGAIN,
          Errno.EOPNOTSUPP,
          Errno.ENOTSUPP);

  private static CStruct layout(BpfCommand command) {
    return switch (command) {
      case MAP_CREATE -> BpfAttr.MAP_CREATE;
      case PROG_LOAD -> BpfAttr.PROG_LOAD;
      case PROG_TEST_RUN -> BpfAttr.TEST_RUN;
      case LINK_CREATE -> BpfAttr.LINK_CREATE;
      default -> BpfAttr.OBJ;
    };
  }

  @ParameterizedTest
  @EnumSource(BpfCommand.class)
  void everyErrorOfACommandIsExplained(BpfCommand command) {
    var errors = new ArrayList<>(GENERAL);
    errors.addAll(ErrorTable.rows(command).keySet());
    try (Arena arena = Arena.ofConfined()) {
      Block attr = Block.of(arena, layout(command));
      for (Errno errno : errors) {
        String reason = ErrorGuide.explain(command, errno, attr);
        assertTrue(reason.length() > 10, command + " " + errno + ": '" + reason + "'");
        assertFalse(reason.endsWith("."), reason);
      }
    }
    assertFalse(command.needs().isEmpty());
  }

  record Provoked(String what, Errno errno, String words, Consumer<Kernel> call) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static KernelMap map(Kernel kernel, MapType type, int entries) {
    return kernel.createMap(MapSpec.of("provoked", type, 4, 4, entries));
  }

  private static void inMap(Kernel kernel, MapType type, Consumer<KernelMap> work) {
    try (KernelMap map = map(kernel, type, 1)) {
      work.accept(map);
    }
  }

  static List<Provoked> provoked() {
    byte[] key = new byte[4];
    return List.of(
        new Provoked(
            "a map type that does not go with its sizes",
            Errno.EINVAL,
            "do not go together",
            k -> map(k, MapType.RINGBUF, 3).close()),
        new Provoked(
            "a second element in a map of one",
            Errno.E2BIG,
            "the map is full",
            k ->
                inMap(
                    k,
                    MapType.HASH,
                    m -> {
                      m.update(key, key);
                      m.update(MapKeys.u32(1), key);
                    })),
        new Provoked(
            "an index behind the end",
            Errno.E2BIG,
            "not below max_entries",
            k -> inMap(k, MapType.ARRAY, m -> m.update(MapKeys.u32(7), key))),
        new Provoked(
            "a new element that exists",
            Errno.EEXIST,
            "BPF_NOEXIST",
            k -> inMap(k, MapType.ARRAY, m -> m.update(key, key, UpdateMode.NOEXIST))),
        new Provoked(
            "an element that does not exist",
            Errno.ENOENT,
            "BPF_EXIST",
            k -> inMap(k, MapType.HASH, m -> m.update(key, key, UpdateMode.EXIST))),
        new Provoked(
            "an array's element that is deleted",
            Errno.EINVAL,
            "no such combination",
            k -> inMap(k, MapType.ARRAY, m -> m.delete(key))),
        new Provoked(
            "a map that is frozen",
            Errno.EPERM,
            "frozen",
            k ->
                inMap(
                    k,
                    MapType.ARRAY,
                    m -> {
                      m.freeze();
                      m.update(key, key);
                    })),
        new Provoked(
            "an id that is not there",
            Errno.ENOENT,
            "no object has this id",
            k -> k.mapById(Integer.MAX_VALUE).close()),
        new Provoked(
            "a pin that is not there",
            Errno.ENOENT,
            "nothing is pinned",
            k -> k.pinned(Path.of("/sys/fs/bpf/skep-is-not-here")).close()),
        new Provoked(
            "a pin in another file system",
            Errno.EPERM,
            "mount -t bpf",
            k -> inMap(k, MapType.ARRAY, m -> m.pin(Path.of("/tmp/skep-no-pin")))));
  }

  @ParameterizedTest
  @MethodSource("provoked")
  void provokedErrorsHaveTheirWords(Provoked row) {
    try (Kernel kernel = Kernel.open()) {
      KernelCallException e =
          assertThrows(KernelCallException.class, () -> row.call().accept(kernel));
      assertEquals(row.errno(), e.errno(), e::getMessage);
      assertTrue(e.getMessage().contains(row.words()), e::getMessage);
      assertEquals(1, e.getMessage().lines().count(), "one line");
    }
  }
}
