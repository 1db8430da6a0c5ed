package dev.skep.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.AluOp;
import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.JumpOp;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.isa.Width;
import dev.skep.object.MapSpec;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loaders without capabilities: what Linux 6.18 says to a process of nobody's where {@code
 * kernel.unprivileged_bpf_disabled} is 0. A privileged loader may do all of it.
 */
class UnprivilegedTest {

  /** One row: a program, and the end of the message; empty if it is accepted. */
  record Row(String name, ProgramType type, String errno, String message, List<Instruction> code) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String TOLD = "pointer arithmetic with it prohibited for !root";
  private static final Instruction EXIT = new Instruction.Exit();
  private static final MapSpec VALUES = MapSpec.of("values", MapType.HASH, 4, 48, 16);

  private static Row row(String name, String errno, String message, Instruction... code) {
    return new Row(name, ProgramType.SOCKET_FILTER, errno, message, Arrays.asList(code));
  }

  private static Instruction mov(int dst, int imm) {
    return alu(AluOp.MOV, dst, Operand.imm(imm));
  }

  private static Instruction alu(AluOp op, int dst, Operand src) {
    return new Instruction.Alu(Width.W64, op, dst, src);
  }

  private static Instruction load(MemorySize size, int dst, int src, int off) {
    return new Instruction.Load(size, false, dst, src, off);
  }

  private static Instruction call(int helper) {
    return new Instruction.CallHelper(helper);
  }

  private static Instruction jump(JumpOp op, int dst, int imm, int off) {
    return new Instruction.ConditionalJump(Width.W64, op, dst, Operand.imm(imm), off);
  }

  /** {@code r0 = value of key 0}, or the program ends. */
  private static Instruction[] lookUp(Instruction... after) {
    return Stream.concat(
            Stream.of(
                new Instruction.Store(MemorySize.W, 10, -4, Operand.imm(0)),
                alu(AluOp.MOV, 2, Operand.reg(10)),
                alu(AluOp.ADD, 2, Operand.imm(-4)),
                new Instruction.LoadImmediate64(1, WideKind.MAP_FD, 0, 0),
                call(1),
                jump(JumpOp.JNE, 0, 0, 1),
                EXIT),
            Stream.of(after))
        .toArray(Instruction[]::new);
  }

  static List<Row> rows() {
    return List.of(
        row(
            "a function of its own",
            "EPERM",
            "loading/calling other bpf or kernel functions are allowed for CAP_BPF and"
                + " CAP_SYS_ADMIN",
            new Instruction.CallLocal(1),
            EXIT,
            mov(0, 0),
            EXIT),
        row(
            "a helper for tracing",
            "EINVAL",
            "program of this type cannot use helper bpf_trace_printk#6",
            mov(0, 0),
            call(6),
            EXIT),
        row(
            "an address as the result",
            "EACCES",
            "R0 leaks addr as return value",
            alu(AluOp.MOV, 0, Operand.reg(10)),
            EXIT),
        row(
            "a pointer beyond the stack",
            "EACCES",
            "R1 stack pointer arithmetic goes out of range, prohibited for !root; off=8",
            alu(AluOp.MOV, 1, Operand.reg(10)),
            alu(AluOp.ADD, 1, Operand.imm(8)),
            mov(0, 0),
            EXIT),
        row(
            "a pointer beyond the value",
            "EACCES",
            "R0 pointer arithmetic of map value goes out of range, prohibited for !root",
            lookUp(alu(AluOp.ADD, 0, Operand.imm(48)), mov(0, 0), EXIT)),
        row(
            "somewhere on the stack",
            "EACCES",
            "R2 variable stack access prohibited for !root, var_off=(0x0; 0x8)" + " off=-16",
            load(MemorySize.W, 3, 1, 0),
            alu(AluOp.AND, 3, Operand.imm(8)),
            alu(AluOp.MOV, 2, Operand.reg(10)),
            alu(AluOp.ADD, 2, Operand.imm(-16)),
            alu(AluOp.ADD, 2, Operand.reg(3)),
            mov(0, 0),
            EXIT),
        row(
            "a context that moves",
            "EACCES",
            "R1 has pointer with unsupported alu operation, " + TOLD,
            mov(3, 0),
            alu(AluOp.ADD, 1, Operand.reg(3)),
            mov(0, 0),
            EXIT),
        row(
            "forward or back",
            "EACCES",
            "R3 has unknown scalar with mixed signed bounds, " + TOLD,
            lookUp(
                load(MemorySize.DW, 3, 0, 0),
                jump(JumpOp.JSGT, 3, 8, 2),
                jump(JumpOp.JSLT, 3, -8, 1),
                alu(AluOp.ADD, 0, Operand.reg(3)),
                mov(0, 0),
                EXIT)),
        row(
            "forward on one path, back on another",
            "EACCES",
            "R0 tried to add from different maps, paths or scalars, " + TOLD,
            lookUp(
                load(MemorySize.W, 4, 0, 0),
                alu(AluOp.ADD, 0, Operand.imm(8)),
                mov(3, 4),
                jump(JumpOp.JEQ, 4, 0, 1),
                mov(3, -4),
                alu(AluOp.ADD, 0, Operand.reg(3)),
                mov(0, 0),
                EXIT)),
        row(
            "a masked index",
            "",
            "",
            lookUp(
                load(MemorySize.W, 3, 0, 0),
                alu(AluOp.AND, 3, Operand.imm(7)),
                alu(AluOp.ADD, 0, Operand.reg(3)),
                load(MemorySize.B, 4, 0, 0),
                mov(0, 0),
                EXIT)),
        row(
            "what only a processor does before it knows better is stopped, not refused",
            "",
            "",
            mov(3, 0),
            jump(JumpOp.JEQ, 3, 0, 1),
            load(MemorySize.DW, 4, 3, 0),
            mov(0, 0),
            EXIT),
        new Row(
            "a kind of program that needs capabilities",
            ProgramType.XDP,
            "EPERM",
            "",
            List.of(mov(0, 1), EXIT)),
        new Row(
            "more than 4,096 instructions",
            ProgramType.SOCKET_FILTER,
            "E2BIG",
            "",
            Stream.concat(Collections.nCopies(4096, mov(0, 0)).stream(), Stream.of(EXIT))
                .toList()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void linuxSaysSo(Row row) {
    Verdict verdict = Verifier.verify(program(row), unprivileged(KernelVersion.NEWEST), 2);
    if (row.errno().isEmpty()) {
      assertInstanceOf(Verdict.Accepted.class, verdict, verdict::log);
    } else {
      var rejected = assertInstanceOf(Verdict.Rejected.class, verdict, verdict::log);
      assertEquals(row.message(), rejected.message());
      assertEquals(row.errno(), rejected.errno());
    }
  }

  @Test
  void whatAProcessorMayDoIsWalkedToo() {
    Row row =
        rows().stream().filter(r -> r.name().startsWith("what only")).findFirst().orElseThrow();
    Verdict verdict = Verifier.verify(program(row), unprivileged(KernelVersion.NEWEST), 2);
    assertTrue(verdict.log().contains("\nfrom 1 to 2 (speculative execution): "), verdict::log);
    // Before 6.17 there was no barrier to fall back to.
    var earlier =
        assertInstanceOf(
            Verdict.Rejected.class,
            Verifier.verify(program(row), unprivileged(KernelVersion.parse("6.12")), 0));
    assertEquals("R3 invalid mem access 'scalar'", earlier.message());
  }

  private static Profile unprivileged(KernelVersion version) {
    return new Profile(version, null, 2, false);
  }

  private static ProgramSpec program(Row row) {
    List<RawInstruction> slots = new ArrayList<>();
    row.code().forEach(i -> slots.addAll(Encoder.encode(i)));
    Code code = Code.of(slots.toArray(RawInstruction[]::new));
    return ProgramSpec.of("test", row.type(), code).withMaps(List.of(VALUES));
  }
}
