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
import dev.skep.runtime.Access;
import dev.skep.runtime.Context;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.PrepareException;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.map.BpfMap;
import java.util.List;
import java.util.Map;
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
    return new ProgramSpec(
        "test",
        "",
        type,
        null,
        null,
        0,
        0,
        "GPL",
        bare.code(),
        maps,
        null,
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        null,
        true);
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
    Access.LONG.set(memory, 0, dst);
    Access.LONG.set(memory, 8, src);
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
