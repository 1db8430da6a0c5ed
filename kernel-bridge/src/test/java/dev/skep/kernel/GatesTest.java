package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.Errno;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.kernel.call.Bpf;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.object.BpfObject;
import dev.skep.object.Gate;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Only what the gates let pass reaches bpf(2), unless the caller says otherwise. Two are on this
 * class path: skep's verifier, and {@link HouseRule}.
 */
@KernelTest
class GatesTest {

  private static final ProgramSpec UNREADABLE =
      ProgramSpec.of(
          "unreadable", ProgramType.XDP, Code.of(Programs.movReg(0, 3), Programs.exit()));

  private final List<BpfCommand> commands = new ArrayList<>();
  private Kernel kernel = Kernel.open();

  @BeforeEach
  void open() {
    kernel.close();
    kernel = Kernel.open();
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  /** Does something while the commands that reach the kernel are noted. */
  private <T> T noted(Function<Kernel, T> work) {
    Bpf.Call noting =
        (command, attr) -> {
          commands.add(command);
          return Bpf.real(command, attr);
        };
    return ScopedValue.where(Bpf.CALL, noting).call(() -> work.apply(kernel));
  }

  private long loads() {
    return commands.stream().filter(c -> c == BpfCommand.PROG_LOAD).count();
  }

  @Test
  void whatIsRejectedIsNotSubmitted() {
    LoadResult result = noted(k -> k.load(UNREADABLE));
    var refused = assertInstanceOf(LoadResult.Refused.class, result);
    assertEquals(List.of(), commands);
    assertFalse(refused.submitted());
    assertEquals(Errno.EACCES, refused.errno());
    assertTrue(refused.log().contains("R3 !read_ok"), refused::log);
    assertTrue(refused.reason().contains("R3 !read_ok"), refused::reason);
    assertTrue(refused.reason().contains("unchecked()"), refused::reason);
    assertInstanceOf(Gate.Rejected.class, refused.refusal());
  }

  @Test
  void theCallerMayHaveItSubmitted() {
    LoadResult result = noted(k -> k.load(UNREADABLE, LoadOptions.DEFAULT.unchecked()));
    var refused = assertInstanceOf(LoadResult.Refused.class, result);
    assertEquals(2, loads(), "without a log, and again for it");
    assertTrue(refused.submitted());
    assertEquals(Errno.EACCES, refused.errno());
  }

  @Test
  void whatIsAcceptedIsSubmittedOnce() {
    LoadResult result = noted(k -> k.load(Programs.xdpReturning(2)));
    assertInstanceOf(LoadResult.Loaded.class, result).program().close();
    assertEquals(1, loads());
  }

  /** No map is created for a program that is not submitted. */
  @Test
  void nothingIsLeftOfARefusedProgram() {
    var map = Programs.counters("never");
    var code = new ArrayList<>(Programs.map(1, 0));
    code.add(Programs.exit());
    LoadResult result =
        noted(k -> k.load(Programs.withMaps("no_result", ProgramType.XDP, code, map)));
    assertInstanceOf(LoadResult.Refused.class, result);
    assertEquals(List.of(), commands);
  }

  /** A program that replaces another's function: the verifier does not know that function. */
  @Test
  void whatCannotBeJudgedIsNotSubmittedEither() {
    BpfObject object = TestObjects.read(kernel, "tracing");
    try (KernelObject session = kernel.object(object)) {
      KernelProgram asks = TestObjects.load(session, object, "asks");
      LoadOptions onIt = LoadOptions.DEFAULT.withAttachTo(asks);
      LoadResult result =
          noted(_ -> session.load(object.program("other_answer").orElseThrow(), onIt));
      var refused = assertInstanceOf(LoadResult.Refused.class, result);
      assertEquals(0, loads());
      assertInstanceOf(Gate.NotJudged.class, refused.refusal());
      assertTrue(refused.reason().contains("does not model"), refused::reason);
    }
  }

  @Test
  void theProfileIsThisKernels() {
    assertEquals(kernel.version(), kernel.profile().version());
    assertEquals(kernel.possibleCpus(), kernel.profile().possibleCpus());
    assertTrue(kernel.profile().privileged());
    assertNotNull(kernel.profile().kernelBtf());
  }

  /** Whoever brings a gate has it asked. */
  @Test
  void aGateIsFoundWithoutBeingNamed() {
    ProgramSpec forbidden = Programs.xdpReturning(2).toBuilder().name(HouseRule.FORBIDDEN).build();
    var refused = assertInstanceOf(LoadResult.Refused.class, noted(k -> k.load(forbidden)));
    assertEquals(List.of(), commands);
    assertEquals(Errno.EPERM, refused.errno());
    assertTrue(refused.reason().startsWith("the house refuses it: no such name"), refused::reason);
    LoadResult unchecked = noted(k -> k.load(forbidden, LoadOptions.DEFAULT.unchecked()));
    assertInstanceOf(LoadResult.Loaded.class, unchecked).program().close();
  }
}
