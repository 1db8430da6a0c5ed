package dev.skep.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.MapFlag;
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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small programs, each aimed at one rule; verdict and message are Linux 6.18's. */
class VerifierTest {

  /** One row: what the program does, its type, its instructions, and the kernel's message. */
  record Row(String name, ProgramType type, List<Instruction> code, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final MapSpec HASH = MapSpec.of("counts", MapType.HASH, 4, 8, 16);

  private static Instruction mov(int dst, int imm) {
    return new Instruction.Alu(Width.W64, AluOp.MOV, dst, Operand.imm(imm));
  }

  private static Instruction copy(int dst, int src) {
    return new Instruction.Alu(Width.W64, AluOp.MOV, dst, Operand.reg(src));
  }

  private static Instruction add(int dst, int imm) {
    return new Instruction.Alu(Width.W64, AluOp.ADD, dst, Operand.imm(imm));
  }

  private static Instruction load(MemorySize size, int dst, int src, int off) {
    return new Instruction.Load(size, false, dst, src, off);
  }

  private static Instruction store(MemorySize size, int dst, int off, int src) {
    return new Instruction.Store(size, dst, off, Operand.reg(src));
  }

  private static Instruction zero(MemorySize size, int dst, int off) {
    return new Instruction.Store(size, dst, off, Operand.imm(0));
  }

  private static Instruction jump(JumpOp op, int dst, Operand src, int off) {
    return new Instruction.ConditionalJump(Width.W64, op, dst, src, off);
  }

  private static final Instruction EXIT = new Instruction.Exit();
  private static final Instruction LOOK_UP = new Instruction.CallHelper(1);
  private static final Instruction MAP = new Instruction.LoadImmediate64(1, WideKind.MAP_FD, 0, 0);

  static List<Row> rejected() {
    return List.of(
        new Row("result never written", ProgramType.SOCKET_FILTER, List.of(EXIT), "R0 !read_ok"),
        new Row(
            "falls off the end",
            ProgramType.SOCKET_FILTER,
            List.of(mov(0, 0)),
            "last insn is not an exit or jmp"),
        new Row(
            "dead code",
            ProgramType.SOCKET_FILTER,
            List.of(mov(0, 0), EXIT, mov(0, 1), EXIT),
            "unreachable insn 2"),
        new Row(
            "jumps out",
            ProgramType.SOCKET_FILTER,
            List.of(mov(0, 0), new Instruction.Jump(7), EXIT),
            "jump out of range from insn 1 to 9"),
        new Row(
            "divides by zero",
            ProgramType.SOCKET_FILTER,
            List.of(mov(0, 1), new Instruction.Alu(Width.W64, AluOp.DIV, 0, Operand.imm(0)), EXIT),
            "div by zero"),
        new Row(
            "stack too deep",
            ProgramType.SOCKET_FILTER,
            List.of(zero(MemorySize.DW, 10, -520), mov(0, 0), EXIT),
            "invalid write to stack R10 off=-520 size=8"),
        new Row(
            "loop without end",
            ProgramType.SOCKET_FILTER,
            List.of(mov(0, 0), new Instruction.Jump(-1), EXIT),
            "unreachable insn 2"),
        new Row(
            "packet without a check",
            ProgramType.XDP,
            List.of(load(MemorySize.W, 2, 1, 0), load(MemorySize.B, 0, 2, 0), mov(0, 2), EXIT),
            "R2 offset is outside of the packet"),
        new Row(
            "packet one byte short",
            ProgramType.XDP,
            List.of(
                load(MemorySize.W, 2, 1, 0),
                load(MemorySize.W, 3, 1, 4),
                copy(4, 2),
                add(4, 7),
                jump(JumpOp.JGT, 4, Operand.reg(3), 1),
                load(MemorySize.DW, 0, 2, 0),
                mov(0, 2),
                EXIT),
            "R2 offset is outside of the packet"),
        new Row(
            "look-up without a null check",
            ProgramType.XDP,
            List.of(
                zero(MemorySize.W, 10, -4),
                copy(2, 10),
                add(2, -4),
                MAP,
                LOOK_UP,
                load(MemorySize.DW, 0, 0, 0),
                EXIT),
            "R0 invalid mem access 'map_value_or_null'"),
        new Row(
            "value one byte too far",
            ProgramType.XDP,
            List.of(
                zero(MemorySize.W, 10, -4),
                copy(2, 10),
                add(2, -4),
                MAP,
                LOOK_UP,
                jump(JumpOp.JEQ, 0, Operand.imm(0), 1),
                load(MemorySize.DW, 0, 0, 1),
                mov(0, 2),
                EXIT),
            "R0 min value is outside of the allowed memory range"),
        new Row(
            "helper of another type",
            ProgramType.SOCKET_FILTER,
            List.of(new Instruction.CallHelper(44), mov(0, 0), EXIT),
            "program of this type cannot use helper bpf_xdp_adjust_head#44"),
        new Row(
            "context field that is not there",
            ProgramType.XDP,
            List.of(load(MemorySize.W, 0, 1, 100), EXIT),
            "invalid bpf_context access off=100 size=4"),
        new Row(
            "number as a pointer",
            ProgramType.XDP,
            List.of(mov(2, 64), load(MemorySize.B, 0, 2, 0), EXIT),
            "R2 invalid mem access 'scalar'"),
        new Row(
            "writes the frame pointer",
            ProgramType.XDP,
            List.of(mov(10, 0), mov(0, 0), EXIT),
            "frame pointer is read only"));
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void isRejectedWithTheKernelsWords(Row row) {
    Verdict verdict = Verifier.verify(program(row.type(), row.code()), Profile.DEFAULT, 2);
    var rejected = assertInstanceOf(Verdict.Rejected.class, verdict, verdict::log);
    assertEquals(row.message(), rejected.message());
  }

  @Test
  void boundedLoopIsFollowedToItsEnd() {
    List<Instruction> loop =
        List.of(mov(0, 0), add(0, 1), jump(JumpOp.JLT, 0, Operand.imm(10), -2), EXIT);
    Verdict verdict = Verifier.verify(program(ProgramType.SOCKET_FILTER, loop), Profile.DEFAULT, 0);
    assertInstanceOf(Verdict.Accepted.class, verdict);
    assertEquals(22, verdict.statistics().processed());
  }

  @Test
  void checkedPacketAndValueAreAccepted() {
    List<Instruction> code =
        List.of(
            load(MemorySize.W, 2, 1, 0),
            load(MemorySize.W, 3, 1, 4),
            copy(4, 2),
            add(4, 8),
            jump(JumpOp.JGT, 4, Operand.reg(3), 7),
            load(MemorySize.W, 5, 2, 4),
            store(MemorySize.W, 10, -4, 5),
            copy(2, 10),
            add(2, -4),
            MAP,
            LOOK_UP,
            mov(0, 2),
            EXIT);
    assertInstanceOf(
        Verdict.Accepted.class,
        Verifier.verify(program(ProgramType.XDP, code), Profile.DEFAULT, 0));
  }

  /** What Linux 6.18 prints. */
  @Test
  void logIsTheKernelsLineForLine() {
    List<Instruction> code =
        List.of(
            mov(0, 1),
            store(MemorySize.DW, 10, -8, 1),
            load(MemorySize.W, 2, 1, 0),
            jump(JumpOp.JGT, 2, Operand.imm(5), 1),
            mov(0, 0),
            EXIT);
    Verdict verdict = Verifier.verify(program(ProgramType.SOCKET_FILTER, code), Profile.DEFAULT, 2);
    assertEquals(
        """
        func#0 @0
        Live regs before insn:
              0: .1........ (b7) r0 = 1
              1: 01........ (7b) *(u64 *)(r10 -8) = r1
              2: 01........ (61) r2 = *(u32 *)(r1 +0)
              3: 0.2....... (25) if r2 > 0x5 goto pc+1
              4: .......... (b7) r0 = 0
              5: 0......... (95) exit
        0: R1=ctx() R10=fp0
        0: (b7) r0 = 1                        ; R0=1
        1: (7b) *(u64 *)(r10 -8) = r1         ; R1=ctx() R10=fp0 fp-8=ctx()
        2: (61) r2 = *(u32 *)(r1 +0)          ; R1=ctx() R2=scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))
        3: (25) if r2 > 0x5 goto pc+1         ; R2=scalar(smin=smin32=0,smax=umax=smax32=umax32=5,var_off=(0x0; 0x7))
        4: (b7) r0 = 0                        ; R0=0
        5: (95) exit
        (0) frame 0 insn 1 +written -8\s
        (0) frame 0 insn 0 +written -8\s
        (0) live stack update done in 2 iterations

        from 3 to 5: R0=1 R1=ctx() R2=scalar(smin=umin=umin32=6,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff)) R10=fp0 fp-8=ctx()
        5: R0=1 R1=ctx() R2=scalar(smin=umin=umin32=6,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff)) R10=fp0 fp-8=ctx()
        5: (95) exit
        processed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
        """,
        verdict.log());
  }

  @Test
  void helpersDoNotWriteToMapsThatProgramsMayOnlyRead() {
    MapSpec readOnly =
        MapSpec.of("constants", MapType.HASH, 4, 8, 16).withFlags(MapFlag.RDONLY_PROG.bit());
    List<Instruction> code =
        List.of(
            zero(MemorySize.DW, 10, -8),
            copy(2, 10),
            add(2, -8),
            MAP,
            new Instruction.CallHelper(3),
            mov(0, 0),
            EXIT);
    Verdict verdict =
        Verifier.verify(program(ProgramType.SOCKET_FILTER, readOnly, code), Profile.DEFAULT, 0);
    Verdict.Rejected rejected = assertInstanceOf(Verdict.Rejected.class, verdict);
    assertEquals("write into map forbidden", rejected.message());
    assertInstanceOf(
        Verdict.Accepted.class,
        Verifier.verify(program(ProgramType.SOCKET_FILTER, code), Profile.DEFAULT, 0));
  }

  @Test
  void whatIsNotModelledIsNamedAndNeverAccepted() {
    List<Instruction> code = List.of(new Instruction.CallKfunc(4711, 0), mov(0, 0), EXIT);
    Verdict verdict = Verifier.verify(program(ProgramType.XDP, code), Profile.DEFAULT, 0);
    var missing = assertInstanceOf(Verdict.NotModelled.class, verdict);
    assertTrue(missing.what().contains("4711"), missing.what());
  }

  private static ProgramSpec program(ProgramType type, List<Instruction> instructions) {
    return program(type, HASH, instructions);
  }

  private static ProgramSpec program(
      ProgramType type, MapSpec map, List<Instruction> instructions) {
    List<RawInstruction> slots = new ArrayList<>();
    instructions.forEach(i -> slots.addAll(Encoder.encode(i)));
    Code code = Code.of(slots.toArray(RawInstruction[]::new));
    return ProgramSpec.builder("test", type, code).maps(List.of(map)).build();
  }
}
