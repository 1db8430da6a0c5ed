package dev.skep.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.Errno;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.object.PoisonedInstruction;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import dev.skep.verifier.reason.Evidence;
import dev.skep.verifier.reason.Reason;
import dev.skep.verifier.reason.Refusal;
import dev.skep.verifier.state.Reference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a refusal says beside the kernel's last message: reason, place, all messages, evidence. */
class RefusalTest {

  private static final RawInstruction ZERO = RawInstruction.of(0xb7, 0, 0, 0, 0);
  private static final RawInstruction EXIT = RawInstruction.of(0x95, 0, 0, 0, 0);

  /** One row; the place is -1 where the program as a whole is meant. */
  record Row(ProgramSpec program, Reason reason, int pc, List<String> messages) {
    @Override
    public String toString() {
      return reason.id() + " " + messages;
    }
  }

  private static Row raw(Reason reason, int pc, String message, RawInstruction... code) {
    return new Row(
        ProgramSpec.of("raw", ProgramType.SOCKET_FILTER, Code.of(code)),
        reason,
        pc,
        List.of(message));
  }

  private static Row text(Reason reason, int pc, String text, String... messages) {
    return new Row(Programs.assemble(text), reason, pc, List.of(messages));
  }

  static List<Row> refused() {
    return List.of(
        raw(Reason.UNREACHABLE, 2, "unreachable insn 2", ZERO, EXIT, ZERO, EXIT),
        raw(
            Reason.JUMP_RANGE,
            1,
            "jump out of range from insn 1 to 7",
            ZERO,
            RawInstruction.of(0x05, 0, 0, 5, 0),
            EXIT),
        raw(Reason.MISSING_EXIT, 1, "last insn is not an exit or jmp", ZERO, ZERO),
        raw(
            Reason.CALL_TARGET,
            1,
            "call to invalid destination",
            ZERO,
            RawInstruction.of(0x85, 0, 1, 0, 9),
            EXIT),
        raw(
            Reason.UNKNOWN_INSTRUCTION,
            1,
            "unknown opcode ff",
            ZERO,
            RawInstruction.of(0xff, 0, 0, 0, 0),
            EXIT),
        raw(
            Reason.WIDE_LOAD,
            1,
            "invalid bpf_ld_imm64 insn",
            ZERO,
            RawInstruction.of(0x18, 0, 0, 0, 0),
            EXIT),
        new Row(
            ProgramSpec.of("raw", ProgramType.SYSCALL, Code.of(ZERO, EXIT)),
            Reason.SLEEPABLE_PROGRAM,
            -1,
            List.of("Syscall programs can only be sleepable")),
        new Row(
            ProgramSpec.of("raw", ProgramType.SOCKET_FILTER, Code.of()),
            Reason.EMPTY_PROGRAM,
            -1,
            List.of()),
        text(
            Reason.GPL_ONLY,
            3,
            """
            .license "Proprietary"
            .program f type=kprobe
              r1 = 0
              r2 = 0
              r3 = 0
              call bpf_probe_read_kernel
              exit
            """,
            "cannot call GPL-restricted function from non-GPL compatible program"),
        text(
            Reason.INFINITE_LOOP,
            1,
            """
            .program f type=socket_filter
              r0 = 0
            again:
              if r0 == 0 goto again
              exit
            """,
            "infinite loop detected at insn 1",
            "cur state: R0=0 R1=ctx() R10=fp0",
            "old state: R0=P0 R1=ctx() R10=fp0"),
        text(
            Reason.STACK_SIZE,
            3,
            """
            .program f type=socket_filter
              *(u64 *)(r10 - 304) = 0
              call g
              exit
            .func g
              *(u64 *)(r10 - 304) = 0
              r0 = 0
              exit
            """,
            "combined stack size of 2 calls is 608. Too large"),
        text(
            Reason.UNINITIALISED,
            1,
            """
            .program f type=socket_filter
              r0 = 0
              r0 = r7
              exit
            """,
            "R7 !read_ok"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void saysWhyAndWhere(Row row) {
    Refusal refusal = Programs.refusal(row.program());
    assertEquals(row.reason(), refusal.reason());
    assertEquals(row.pc(), refusal.pc());
    assertEquals(row.messages(), refusal.messages());
  }

  @Test
  void aLeakNamesWhatIsHeldAndWhereItCameFrom() {
    Refusal refusal =
        Programs.refusal(
            Programs.assemble(
                """
                .map events type=ringbuf entries=4096
                .program f type=socket_filter
                  r1 = map[events] ll
                  r2 = 8
                  r3 = 0
                  call bpf_ringbuf_reserve
                  if r0 == 0 goto out
                  r0 = 0
                out:
                  exit
                """));
    assertEquals(Reason.REFERENCE_LEAK, refusal.reason());
    assertEquals(7, refusal.pc());
    assertEquals(Errno.EINVAL, refusal.errno());
    assertEquals(2, refusal.messages().size());
    var held = assertInstanceOf(Evidence.Resource.class, refusal.evidence().getFirst()).held();
    assertEquals(Reference.Kind.PTR, held.kind());
    assertEquals(4, held.pc());
  }

  @Test
  void anAccessSaysWhatIsKnownAndWhatIsNeeded() {
    Refusal refusal =
        Programs.refusal(
            Programs.assemble(
                """
                .program f type=xdp
                  r2 = *(u32 *)(r1 + 0)
                  r3 = *(u32 *)(r1 + 4)
                  r4 = r2
                  r4 += 14
                  if r4 > r3 goto out
                  r0 = *(u16 *)(r2 + 13)
                out:
                  r0 = 2
                  exit
                """));
    assertEquals(Reason.PACKET_BOUNDS, refusal.reason());
    var access = assertInstanceOf(Evidence.Memory.class, refusal.evidence().getFirst());
    assertEquals(2, access.register());
    assertEquals(13, access.first());
    assertEquals(13, access.last());
    assertEquals(2, access.size());
    assertEquals(14, access.known());
  }

  @Test
  void aLoopShowsBothStates() {
    Row row =
        refused().stream()
            .filter(r -> r.reason() == Reason.INFINITE_LOOP)
            .findFirst()
            .orElseThrow();
    Refusal refusal = Programs.refusal(row.program());
    var loop = assertInstanceOf(Evidence.Loop.class, refusal.evidence().getFirst());
    assertTrue(loop.earlier().withoutPrecision().equals(loop.now().withoutPrecision()));
  }

  @Test
  void whatTheLoaderFoundOutIsTheCause() {
    var finding =
        new Diagnostic(
            "object/core-unresolved",
            Diagnostic.Severity.NOTE,
            Location.NOWHERE,
            "CO-RE: the kernel has no struct a.b",
            List.of("a note"),
            List.of("an advice"));
    ProgramSpec program =
        ProgramSpec.of(
            "raw",
            ProgramType.SOCKET_FILTER,
            Code.of(ZERO, RawInstruction.of(0x85, 0, 0, 0, 195896080), EXIT));
    assertEquals(Reason.UNKNOWN_HELPER, Programs.refusal(program).reason());
    for (PoisonedInstruction.Kind kind : PoisonedInstruction.Kind.values()) {
      ProgramSpec poisoned =
          program.toBuilder().poisoned(Map.of(1, new PoisonedInstruction(kind, finding))).build();
      var verdict =
          assertInstanceOf(Verdict.Rejected.class, Verifier.verify(poisoned, Profile.DEFAULT, 0));
      assertEquals(
          switch (kind) {
            case CORE_RELOCATION -> Reason.CORE_RELOCATION;
            case KERNEL_FUNCTION -> Reason.MISSING_KFUNC;
          },
          verdict.refusal().reason());
      assertEquals("invalid func unknown#195896080", verdict.message());
      assertEquals(finding.message(), verdict.diagnostic().message());
      assertEquals(finding.help(), verdict.diagnostic().help());
      assertTrue(verdict.diagnostic().notes().contains("a note"));
    }
  }

  @Test
  void messagesOfInstructionsBeforeDoNotBelong() {
    // At level 0 as well: the first store is fine and says nothing, the call says two lines.
    Refusal refusal =
        Programs.refusal(
            Programs.assemble(
                """
                .map values type=array key=4 value=8 entries=1
                .program f type=socket_filter
                  *(u32 *)(r10 - 4) = 0
                  r2 = r10
                  r2 += -4
                  r1 = map[values] ll
                  call bpf_map_lookup_elem
                  if r0 == 0 goto out
                  r0 = *(u64 *)(r0 + 4)
                out:
                  exit
                """));
    assertEquals(
        List.of(
            "invalid access to map value, value_size=8 off=4 size=8",
            "R0 max value is outside of the allowed memory range"),
        List.of(refusal.messages().getFirst(), refusal.message().replace("min", "max")));
  }
}
