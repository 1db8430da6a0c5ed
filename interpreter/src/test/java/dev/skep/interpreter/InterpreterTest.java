package dev.skep.interpreter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.PrepareException;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpreterTest {

  private static final int MOV = 0xb7;
  private static final int EXIT = 0x95;
  private static final int CALL = 0x85;

  private final Machine machine = Machine.builder().budget(10_000).build();

  private static RawInstruction op(int opcode, int dst, int src, int offset, int imm) {
    return RawInstruction.of(opcode, dst, src, offset, imm);
  }

  private static ProgramSpec program(ProgramType type, List<MapSpec> maps, RawInstruction... code) {
    ProgramSpec bare = ProgramSpec.of("test", type, Code.of(code));
    return ProgramSpec.builder("test", type, bare.code()).maps(maps).build();
  }

  private Outcome run(Context context, RawInstruction... code) {
    return new Interpreter()
        .prepare(program(ProgramType.XDP, List.of(), code), machine)
        .run(context);
  }

  private static long returned(Outcome outcome) {
    return assertInstanceOf(Outcome.Returned.class, outcome).r0();
  }

  private static Trap trapped(Outcome outcome) {
    return assertInstanceOf(Outcome.Trapped.class, outcome).trap();
  }

  /** One row per fact of RFC 9669 section 4.1; operands as signed decimal numbers. */
  @ParameterizedTest
  @CsvSource({
    "0x0f, 0, -1, 2, 1",
    "0x0c, 0, -1, 2, 1",
    "0x1c, 0, 0, 1, 4294967295",
    "0x3f, 0, 7, 0, 0",
    "0x9f, 0, 7, 0, 7",
    "0x9c, 0, -1, 0, 4294967295",
    "0x3f, 0, -1, 2, 9223372036854775807",
    "0x3f, 1, -7, 2, -3",
    "0x3f, 1, -9223372036854775808, -1, -9223372036854775808",
    "0x9f, 1, -9223372036854775808, -1, 0",
    "0x3c, 1, -2147483648, -1, 2147483648",
    "0x9c, 1, -7, 2, 4294967295",
    "0x6f, 0, 1, 65, 2",
    "0x6c, 0, 1, 33, 2",
    "0xcf, 0, -8, 1, -4",
    "0xcc, 0, -8, 1, 4294967292",
    "0xbf, 8, 0, 255, -1",
    "0xbc, 16, 0, 32768, 4294934528",
  })
  void operators(String opcode, int offset, long dst, long src, long expected) {
    byte[] memory = new byte[16];
    LittleEndian.LONG.set(memory, 0, dst);
    LittleEndian.LONG.set(memory, 8, src);
    Outcome outcome =
        run(
            Context.raw(memory),
            op(0x79, 0, 1, 0, 0),
            op(0x79, 2, 1, 8, 0),
            op(Integer.decode(opcode), 0, 2, offset, 0),
            op(EXIT, 0, 0, 0, 0));
    assertEquals(expected, returned(outcome));
  }

  /** What an access outside its region is told. */
  @ParameterizedTest
  @CsvSource({
    "1, 16, OUT_OF_BOUNDS",
    "1, 9, OUT_OF_BOUNDS",
    "1, -1, OUT_OF_BOUNDS",
    "0, 0, NULL_POINTER",
    "10, 0, OUT_OF_BOUNDS",
    "10, -520, OUT_OF_BOUNDS",
    "9, 0, NO_REGION",
  })
  void wildAccess(int register, int offset, Reason reason) {
    Trap trap =
        trapped(
            run(
                Context.raw(new byte[16]),
                op(MOV, 0, 0, 0, 0),
                op(MOV, 9, 0, 0, -1),
                op(0x79, 0, register, offset, 0),
                op(EXIT, 0, 0, 0, 0)));
    assertEquals(reason, trap.reason());
    assertEquals(2, trap.pc());
  }

  private static final int[] OPCODES = {
    0x07, 0x0f, 0x17, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x47, 0x4f, 0x57, 0x5f, 0x67, 0x6f, 0x77, 0x7f,
    0x97, 0x9f, 0xa7, 0xaf, 0xb7, 0xbf, 0xc7, 0xcf, 0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c,
    0x44, 0x4c, 0x54, 0x5c, 0x64, 0x6c, 0x74, 0x7c, 0x94, 0x9c, 0xa4, 0xac, 0xb4, 0xbc, 0xc4, 0xcc,
    0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d, 0x55, 0x5d, 0x65, 0x6d, 0x75, 0x7d, 0xa5, 0xad,
    0xb5, 0xbd, 0xc5, 0xcd, 0xd5, 0xdd, 0x16, 0x1e, 0x26, 0x2e, 0x36, 0x3e, 0x46, 0x4e, 0x56, 0x5e,
    0x66, 0x6e, 0x76, 0x7e, 0xa6, 0xae, 0xb6, 0xbe, 0xc6, 0xce, 0xd6, 0xde, 0x61, 0x69, 0x71, 0x79,
    0x62, 0x6a, 0x72, 0x7a, 0x63, 0x6b, 0x73, 0x7b, 0x05, 0xbf, 0xbf, 0xbc, 0xbc, 0x07, 0x07, 0x79,
  };

  /**
   * The loop with its pairs, the loop one instruction at a time, and the reference agree: on random
   * code, about r0 to r9, the stack, the number of instructions, and where and why it traps.
   */
  @Property(tries = 3000)
  void fastLoopIsThePlainOne(@ForAll long seed) {
    Random random = new Random(seed);
    List<RawInstruction> code = new ArrayList<>();
    for (int register = 0; register < 10; register++) {
      code.add(op(MOV, register, 0, 0, random.nextInt()));
    }
    int size = 5 + random.nextInt(40);
    for (int i = 0; i < size; i++) {
      int opcode = OPCODES[random.nextInt(OPCODES.length)];
      int kind = opcode & 7;
      boolean jump = kind == 5 || kind == 6;
      boolean memory = kind <= 3;
      boolean register = (opcode & 8) != 0 && !memory;
      boolean loads = kind == 1;
      int dst = memory && !loads ? 10 : random.nextInt(3);
      int src = loads ? 10 : register || kind == 3 ? random.nextInt(3) : 0;
      int offset = jump ? random.nextInt(9) - 3 : memory ? -8 * (1 + random.nextInt(3)) : 0;
      if (random.nextInt(200) == 0 && memory) {
        offset = 0;
      }
      boolean noImm = register || kind == 1 || kind == 3 || opcode == 0x05;
      int bits =
          (opcode & 0xf0) == 0x60 || (opcode & 0xf0) == 0x70 || (opcode & 0xf0) == 0xc0 ? 32 : 0;
      int imm = noImm ? 0 : bits > 0 && !jump ? random.nextInt(bits) : random.nextInt(5) - 2;
      code.add(op(opcode, opcode == 0x05 ? 0 : dst, opcode == 0x05 ? 0 : src, offset, imm));
    }
    for (int i = 0; i < 8; i++) {
      code.add(op(EXIT, 0, 0, 0, 0));
    }
    ProgramSpec program = program(ProgramType.XDP, List.of(), code.toArray(RawInstruction[]::new));
    int budget = 1 + random.nextInt(300);
    InterpretedProgram fast;
    InterpretedProgram plain;
    try {
      fast = new Interpreter().prepare(program, Machine.builder().budget(budget).build());
      plain = Interpreter.plain().prepare(program, Machine.builder().budget(budget).build());
    } catch (PrepareException e) {
      Assume.that(false); // A jump out of the program.
      return;
    }
    String expected = end(plain, false);
    assertEquals(expected, end(fast, false));
    assertEquals(expected, end(fast, true));
  }

  private static String end(InterpretedProgram program, boolean single) {
    Cpu cpu = program.program().machine().cpu(0);
    Stepper stepper = Interpreter.step(program, cpu, Context.raw(new byte[8]));
    String trap = "";
    try {
      if (single) {
        while (stepper.step()) {
          assertTrue(stepper.depth() == 0);
        }
      } else {
        stepper.finish();
      }
    } catch (Trap.Signal signal) {
      trap = signal.trap().describe();
    }
    return trap
        + " pc "
        + stepper.pc()
        + " left "
        + cpu.budget()
        + Arrays.toString(stepper.registers())
        + Arrays.hashCode(cpu.stack());
  }

  @Test
  void coverageCountsInstructions() {
    InterpretedProgram loop =
        new Interpreter()
            .prepare(
                program(
                    ProgramType.XDP,
                    List.of(),
                    op(MOV, 0, 0, 0, 3),
                    op(0x07, 0, 0, 0, -1),
                    op(0x55, 0, 0, -2, 0),
                    op(0x15, 0, 0, 1, 0),
                    op(MOV, 0, 0, 0, 7),
                    op(EXIT, 0, 0, 0, 0)),
                machine);
    Coverage coverage = loop.recordCoverage();
    loop.run(Context.raw(new byte[8]));
    assertArrayEquals(new long[] {1, 3, 3, 1, 0, 1}, coverage.counts());
    assertEquals(5, coverage.covered());
    assertEquals(6, coverage.instructions());
    assertEquals(9, loop.executed());
  }

  /** A stepper shows the callers of a function, each with its own stack. */
  @Test
  void framesCanBeLookedAt() {
    InterpretedProgram program =
        new Interpreter()
            .prepare(
                program(
                    ProgramType.XDP,
                    List.of(),
                    op(0x7a, 10, 0, -8, 1),
                    op(CALL, 0, 1, 0, 1),
                    op(EXIT, 0, 0, 0, 0),
                    op(0x7a, 10, 0, -8, 2),
                    op(EXIT, 0, 0, 0, 0)),
                machine);
    Stepper stepper = Interpreter.step(program, machine.cpu(0), Context.raw(new byte[8]));
    assertTrue(stepper.runTo(4, 100));
    assertEquals(List.of(4, 2), stepper.frames().stream().map(Stepper.Frame::pc).toList());
    assertEquals(2, stepper.stack(stepper.frames().get(0))[504]);
    assertEquals(1, stepper.stack(stepper.frames().get(1))[504]);
    stepper.finish();
    assertTrue(stepper.finished());
  }

  @Test
  void endlessLoopEndsWithTheBudget() {
    assertEquals(
        Reason.BUDGET, trapped(run(Context.raw(new byte[8]), op(0x05, 0, 0, -1, 0))).reason());
  }

  @Test
  void deepRecursionTraps() {
    Trap trap = trapped(run(Context.raw(new byte[8]), op(CALL, 0, 1, 0, -1), op(EXIT, 0, 0, 0, 0)));
    assertEquals(Reason.CALL_DEPTH, trap.reason());
  }

  @Test
  void xdpReadsThePacketThroughItsContext() {
    byte[] packet = new byte[64];
    packet[12] = 0x08;
    Outcome outcome =
        run(
            Context.xdp(packet),
            op(0x61, 2, 1, 0, 0),
            op(0x71, 0, 2, 12, 0),
            op(0x72, 2, 0, 13, 7),
            op(EXIT, 0, 0, 0, 0));
    assertEquals(8, returned(outcome));
  }

  @Test
  void packetEndIsExact() {
    Trap trap =
        trapped(
            run(
                Context.xdp(new byte[64]),
                op(0x61, 2, 1, 0, 0),
                op(0x71, 0, 2, 64, 0),
                op(EXIT, 0, 0, 0, 0)));
    assertEquals(Reason.OUT_OF_BOUNDS, trap.reason());
    assertTrue(trap.message().contains("byte 64 of packet"), trap.message());
  }

  @Test
  void unknownHelperIsRefusedByNumberBeforeTheRun() {
    PrepareException refused =
        assertThrows(
            PrepareException.class,
            () -> run(Context.raw(new byte[8]), op(CALL, 0, 0, 0, 9999), op(EXIT, 0, 0, 0, 0)));
    assertTrue(refused.diagnostics().getFirst().message().contains("9999"), refused.toString());
  }

  @Test
  void countsInAHashMap() {
    MapSpec spec = MapSpec.of("counts", MapType.HASH, 4, 8, 16);
    BpfMap map = machine.map(spec);
    byte[] key = {0, 0, 0, 0};
    map.put(key, new byte[8], BpfMap.ANY);
    InterpretedProgram counting =
        new Interpreter()
            .prepare(
                program(
                    ProgramType.XDP,
                    List.of(spec),
                    op(0x62, 10, 0, -4, 0),
                    op(0xbf, 2, 10, 0, 0),
                    op(0x07, 2, 0, 0, -4),
                    op(0x18, 1, 1, 0, 0),
                    op(0, 0, 0, 0, 0),
                    op(CALL, 0, 0, 0, 1),
                    op(0x15, 0, 0, 3, 0),
                    op(MOV, 1, 0, 0, 5),
                    op(0xdb, 0, 1, 0, 0),
                    op(MOV, 0, 0, 0, 2),
                    op(EXIT, 0, 0, 0, 0)),
                machine);
    assertEquals(2, returned(counting.run(Context.xdp(new byte[64]))));
    assertEquals(2, returned(counting.run(Context.xdp(new byte[64]))));
    assertArrayEquals(new byte[] {10, 0, 0, 0, 0, 0, 0, 0}, map.get(key));
    assertEquals(20, counting.executed());
  }

  /**
   * Offsets of legacy packet access, by what they count from; -1 as result: outside, ends with 0.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 14",
    "49, 63",
    "50, -1",
    "-1048576, 14",
    "-2097152, 0",
    "-2097100, 52",
    "-3000000, -1"
  })
  void legacyPacketAccess(int offset, int expected) {
    byte[] packet = new byte[64];
    for (int i = 0; i < packet.length; i++) {
      packet[i] = (byte) i;
    }
    Outcome outcome =
        new Interpreter()
            .prepare(
                program(
                    ProgramType.SOCKET_FILTER,
                    List.of(),
                    op(0xbf, 6, 1, 0, 0),
                    op(0x30, 0, 0, 0, offset),
                    op(0x07, 0, 0, 0, 1),
                    op(EXIT, 0, 0, 0, 0)),
                machine)
            .run(Context.testRun(ProgramType.SOCKET_FILTER, packet));
    assertEquals(expected + 1, returned(outcome));
  }
}
