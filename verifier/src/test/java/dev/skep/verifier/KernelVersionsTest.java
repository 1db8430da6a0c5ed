package dev.skep.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.ProgramType;
import dev.skep.catalog.Releases;
import dev.skep.isa.AluOp;
import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.JumpOp;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.Width;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a release accepts and Linux 6.1 refuses, with 6.1's words. */
class KernelVersionsTest {

  /** One row: what the program does, the release that accepts it, and what 6.1 says. */
  record Row(
      String name,
      String since,
      ProgramType type,
      @Nullable AttachType attach,
      List<Instruction> code,
      String refusal) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Instruction EXIT = new Instruction.Exit();
  private static final Instruction ZERO = mov(0, 0);

  private static Instruction mov(int dst, int imm) {
    return new Instruction.Alu(Width.W64, AluOp.MOV, dst, Operand.imm(imm));
  }

  private static Instruction load(MemorySize size, boolean signed, int dst, int src, int off) {
    return new Instruction.Load(size, signed, dst, src, off);
  }

  private static Row row(String name, String since, String refusal, Instruction... code) {
    return new Row(name, since, ProgramType.SOCKET_FILTER, null, List.of(code), refusal);
  }

  static List<Row> rows() {
    return List.of(
        row(
            "sign-extending move",
            "6.6",
            "BPF_MOV uses reserved fields",
            mov(0, 1),
            new Instruction.MoveSignExtend(Width.W64, 0, 0, 8),
            EXIT),
        row(
            "unconditional byte swap",
            "6.6",
            "unknown opcode d7",
            mov(0, 1),
            new Instruction.ByteSwap(Instruction.ByteSwapKind.SWAP, 0, 16),
            EXIT),
        row("long jump", "6.6", "unknown opcode 06", new Instruction.LongJump(0), ZERO, EXIT),
        row(
            "signed division",
            "6.6",
            "BPF_ALU uses reserved fields",
            mov(0, 7),
            new Instruction.Alu(Width.W64, AluOp.SDIV, 0, Operand.imm(2)),
            EXIT),
        row(
            "sign-extending load",
            "6.6",
            "BPF_LDX uses reserved fields",
            new Instruction.Store(MemorySize.DW, 10, -8, Operand.imm(1)),
            load(MemorySize.B, true, 0, 10, -8),
            EXIT),
        row("may_goto", "6.9", "unknown opcode e5", new Instruction.MayGoto(0), ZERO, EXIT),
        row(
            "load-acquire",
            "6.15",
            "BPF_ATOMIC uses invalid atomic opcode 100",
            new Instruction.Store(MemorySize.DW, 10, -8, Operand.imm(1)),
            new Instruction.LoadAcquire(MemorySize.DW, 0, 10, -8),
            EXIT),
        row(
            "stack below all that was written",
            "6.8",
            "invalid read from stack R10 off=-8 size=8",
            load(MemorySize.DW, false, 0, 10, -8),
            EXIT),
        row(
            "loop closed by falling through",
            "6.7",
            "back-edge from insn 2 to 3",
            mov(0, 0),
            new Instruction.Jump(1),
            new Instruction.Alu(Width.W64, AluOp.ADD, 0, Operand.imm(1)),
            new Instruction.ConditionalJump(Width.W64, JumpOp.JLT, 0, Operand.imm(3), -2),
            EXIT),
        row(
            "pointer that a helper has only read",
            "6.13",
            "R1 invalid mem access 'scalar'",
            new Instruction.Store(MemorySize.DW, 10, -8, Operand.reg(1)),
            new Instruction.Alu(Width.W64, AluOp.MOV, 1, Operand.reg(10)),
            new Instruction.Alu(Width.W64, AluOp.ADD, 1, Operand.imm(-8)),
            mov(2, 8),
            new Instruction.CallHelper(6),
            load(MemorySize.DW, false, 1, 10, -8),
            load(MemorySize.W, false, 0, 1, 0),
            EXIT),
        new Row(
            "program type that came later",
            "6.4",
            ProgramType.NETFILTER,
            AttachType.NETFILTER,
            List.of(mov(0, 1), EXIT),
            ""),
        new Row(
            "attach type that came later",
            "6.7",
            ProgramType.CGROUP_SOCK_ADDR,
            AttachType.CGROUP_UNIX_CONNECT,
            List.of(mov(0, 1), EXIT),
            ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void sixOneRefuses(Row row) {
    Verdict.Rejected verdict =
        assertInstanceOf(Verdict.Rejected.class, verdict(row, KernelVersion.parse("6.1")));
    assertEquals(row.refusal(), verdict.message());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void laterReleaseAccepts(Row row) {
    KernelVersion since = KernelVersion.parse(row.since());
    List<KernelVersion> later =
        Releases.known().stream().filter(known -> known.isAtLeast(since)).toList();
    assertFalse(later.isEmpty());
    later.forEach(known -> assertInstanceOf(Verdict.Accepted.class, verdict(row, known)));
  }

  /** Older, newer, between, a later point release, a vendor's, a candidate. */
  @ParameterizedTest
  @ValueSource(
      strings = {"2.6", "4.9", "9.9", "6.6", "6.18.999", "6.12.0-55.el10.x86_64", "6.18-rc3"})
  void aKernelThatIsNotKnownGetsNoVerdict(String text) {
    KernelVersion asked = KernelVersion.parse(text);
    for (Row row : rows()) {
      Verdict.NotModelled none = assertInstanceOf(Verdict.NotModelled.class, verdict(row, asked));
      assertEquals("Linux " + asked, none.what());
      assertEquals("verifier/unknown-kernel", none.diagnostic().rule());
      assertTrue(
          none.diagnostic().message().startsWith("not known for Linux " + asked),
          none.diagnostic().message());
    }
  }

  @Test
  void aSeriesIsJudgedByItsNewestKnownPointRelease() {
    for (KernelVersion known : Releases.known()) {
      assertEquals(known, Profile.DEFAULT.withVersion(known.series()).version());
    }
    assertEquals(Releases.known().getLast(), Profile.DEFAULT.version());
  }

  private static Verdict verdict(Row row, KernelVersion version) {
    List<RawInstruction> raw = new ArrayList<>();
    row.code().forEach(instruction -> raw.addAll(Encoder.encode(instruction)));
    ProgramSpec program =
        ProgramSpec.builder("test", row.type(), Code.of(raw.toArray(RawInstruction[]::new)))
            .expectedAttachType(row.attach())
            .build();
    return Verifier.verify(program, Profile.DEFAULT.withVersion(version), 0);
  }
}
