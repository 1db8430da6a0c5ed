package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.Errno;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.LinkType;
import dev.skep.object.BpfObject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs on functions: fentry, fexit, fmod_ret, LSM hooks, freplace. Some kernels refuse to load
 * them, by EPERM before the verifier looks; there the refusal and its words are what is tested.
 */
@KernelTest
class TracingTest extends LinkTestBase {

  /** Whether the kernel takes such programs; if not, it has to say so as we expect. */
  private boolean loads(BpfObject object, String program, LoadOptions options) {
    try (KernelObject session = kernel.object(object)) {
      return switch (session.load(object.program(program).orElseThrow(), options)) {
        case LoadResult.Loaded _ -> true;
        // Without CONFIG_FUNCTION_ERROR_INJECTION no function's result can be changed.
        case LoadResult.Refused refused when refused.log().contains("is not modifiable") -> false;
        case LoadResult.Refused refused -> {
          assertEquals(Errno.EPERM, refused.errno(), refused::log);
          assertTrue(refused.reason().contains("kernel's build"), refused::reason);
          yield false;
        }
      };
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"on_entry:entries", "on_exit:exits", "on_return:changed"})
  void functionsOfTheKernelAreSeen(String row) {
    String program = row.substring(0, row.indexOf(':'));
    BpfObject object = TestObjects.read(kernel, "tracing");
    if (!loads(object, program, LoadOptions.DEFAULT)) {
      return;
    }
    try (KernelObject session = kernel.object(object)) {
      KernelProgram loaded = TestObjects.load(session, object, program);
      try (KernelLink link = loaded.attach(new AttachTarget.Tracing(0))) {
        assertEquals(LinkType.TRACING, link.info().type());
        assertEquals(loaded.info().origin().types().attach(), attachedTo(link));
        loaded.testRun(TestRunOptions.NONE);
        assertTrue(TestObjects.variable(session, object, row.substring(row.indexOf(':') + 1)) > 0);
        var e = assertThrows(KernelCallException.class, link::detach);
        assertEquals(Errno.EOPNOTSUPP, e.errno());
      }
    }
  }

  private static int attachedTo(KernelLink link) {
    return Integer.parseInt(String.valueOf(link.info().details().get("target_btf_id")));
  }

  /**
   * The kernel's function gives 1 or 2 and an effect; the program takes its place, and says -22.
   */
  @Test
  void aReturnValueIsChanged() {
    BpfObject object = TestObjects.read(kernel, "tracing");
    if (!loads(object, "on_return", LoadOptions.DEFAULT)) {
      return;
    }
    try (KernelObject session = kernel.object(object)) {
      KernelProgram loaded = TestObjects.load(session, object, "on_return");
      try (KernelLink link = loaded.attach(new AttachTarget.Tracing(0))) {
        assertFalse(link.isClosed());
        TestRun run = loaded.testRun(TestRunOptions.NONE);
        boolean second =
            Objects.requireNonNull(kernel.btf()).findFunc("bpf_modify_return_test2").isPresent();
        assertEquals(second ? 29 - 22 : -22, (short) run.retval());
      }
    }
  }

  @Test
  void aSecurityHookDeniesThisProcessADirectory() throws IOException {
    BpfObject object = TestObjects.read(kernel, "tracing");
    if (!loads(object, "on_mkdir", LoadOptions.DEFAULT)) {
      return;
    }
    Path directory = Files.createTempDirectory("skep-lsm").resolve("denied");
    try (KernelObject session = kernel.object(object)) {
      KernelProgram loaded = TestObjects.load(session, object, "on_mkdir");
      TestObjects.setVariable(session, object, "denied_pid", ProcessHandle.current().pid());
      try (KernelLink link = loaded.attach(new AttachTarget.Tracing(0))) {
        assertEquals("lsm_mac", link.info().details().get("attach_type"));
        assertThrows(FileSystemException.class, () -> Files.createDirectory(directory));
        assertEquals(1, TestObjects.variable(session, object, "denied"));
      }
      Files.createDirectory(directory);
    } finally {
      Files.deleteIfExists(directory);
      Files.delete(directory.getParent());
    }
  }

  @Test
  void aFunctionOfAnotherProgramIsReplaced() {
    BpfObject object = TestObjects.read(kernel, "tracing");
    try (KernelObject session = kernel.object(object)) {
      KernelProgram asks = TestObjects.load(session, object, "asks");
      assertEquals(41, asks.testRun(new byte[64]).retval());
      LoadOptions onIt = LoadOptions.DEFAULT.withAttachTo(asks).unchecked();
      if (!loads(object, "other_answer", onIt)) {
        return;
      }
      KernelProgram other = TestObjects.load(session, object, "other_answer", onIt);
      try (KernelLink link = other.attach(new AttachTarget.Tracing(0))) {
        assertEquals(LinkType.TRACING, link.info().type());
        assertEquals(42, asks.testRun(new byte[64]).retval());
      }
      assertEquals(41, asks.testRun(new byte[64]).retval());
      try (KernelLink again =
          other.attach(new AttachTarget.Replace(asks, other.info().origin().types().attach()))) {
        assertEquals(42, asks.testRun(new byte[64]).retval());
        assertEquals(attachedTo(again), other.info().origin().types().attach());
      }
    }
  }

  @Test
  void anotherProgramIsTraced() {
    BpfObject object = TestObjects.read(kernel, "tracing");
    try (KernelObject session = kernel.object(object)) {
      KernelProgram asks = TestObjects.load(session, object, "asks");
      LoadOptions onIt = LoadOptions.DEFAULT.withAttachTo(asks).unchecked();
      if (!loads(object, "on_program", onIt)) {
        return;
      }
      KernelProgram tracer = TestObjects.load(session, object, "on_program", onIt);
      try (KernelLink link = tracer.attach(new AttachTarget.Tracing(0))) {
        assertFalse(link.isClosed());
        asks.testRun(new byte[64]);
        assertEquals(1, TestObjects.variable(session, object, "traced"));
      }
    }
  }
}
