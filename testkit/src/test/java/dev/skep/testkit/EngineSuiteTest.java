package dev.skep.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.interpreter.Interpreter;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.jit.Jit;
import dev.skep.jit.JitProgram;
import dev.skep.jit.JitReport.Form;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Context;
import dev.skep.runtime.Engine;
import dev.skep.runtime.Executable;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.map.ArenaMap;
import dev.skep.runtime.map.ProgArray;
import dev.skep.runtime.memory.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same programs on every engine: what they compute, where and why they trap. */
class EngineSuiteTest {

  private static final int MOV = 0xb7;
  private static final int MOVX = 0xbf;
  private static final int ADD = 0x07;
  private static final int LOAD_W = 0x61;
  private static final int LOAD_DW = 0x79;
  private static final int STORE_DW = 0x7b;
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int LOCAL = 1;

  static Stream<Engine> engines() {
    return Stream.of(new Interpreter(), new Jit(new Interpreter()));
  }

  private static RawInstruction op(int opcode, int dst, int src, int offset, int imm) {
    return RawInstruction.of(opcode, dst, src, offset, imm);
  }

  private static RawInstruction exit() {
    return op(EXIT, 0, 0, 0, 0);
  }

  private static ProgramSpec program(List<MapSpec> maps, RawInstruction... code) {
    return ProgramSpec.builder("test", ProgramType.XDP, Code.of(code)).maps(maps).build();
  }

  /** Runs on both engines, which must agree in everything; the common outcome. */
  private static Outcome run(long budget, byte[] memory, RawInstruction... code) {
    List<Outcome> outcomes = new ArrayList<>();
    List<byte[]> memories = new ArrayList<>();
    engines()
        .forEach(
            engine -> {
              byte[] copy = memory.clone();
              Machine machine = Machine.builder().budget(budget).build();
              outcomes.add(
                  engine.prepare(program(List.of(), code), machine).run(Context.raw(copy)));
              memories.add(copy);
            });
    assertEquals(outcomes.get(0), outcomes.get(1));
    assertEquals(Arrays.toString(memories.get(0)), Arrays.toString(memories.get(1)));
    return outcomes.getFirst();
  }

  private static long returned(Outcome outcome) {
    return assertInstanceOf(Outcome.Returned.class, outcome).r0();
  }

  private static Trap trapped(Outcome outcome) {
    return assertInstanceOf(Outcome.Trapped.class, outcome).trap();
  }

  /** One row per fact of RFC 9669, section 4.1. */
  @ParameterizedTest
  @CsvSource({
    "0x0f, 0, -1, 2, 1",
    "0x0c, 0, -1, 2, 1",
    "0x1f, 0, 0, 1, -1",
    "0x1c, 0, 0, 1, 4294967295",
    "0x2f, 0, 4294967296, 4294967296, 0",
    "0x2c, 0, 65536, 65537, 65536",
    "0x3f, 0, 7, 0, 0",
    "0x3c, 0, -1, 2, 2147483647",
    "0x9f, 0, 7, 0, 7",
    "0x9c, 0, -1, 0, 4294967295",
    "0x3f, 0, -1, 2, 9223372036854775807",
    "0x3f, 1, -7, 2, -3",
    "0x3f, 1, -9223372036854775808, -1, -9223372036854775808",
    "0x9f, 1, -9223372036854775808, -1, 0",
    "0x3c, 1, -2147483648, -1, 2147483648",
    "0x9c, 1, -7, 2, 4294967295",
    "0x4f, 0, 12, 10, 14",
    "0x5c, 0, -1, -2, 4294967294",
    "0x6f, 0, 1, 65, 2",
    "0x6c, 0, 1, 33, 2",
    "0x7f, 0, -1, 63, 1",
    "0x7c, 0, -1, 31, 1",
    "0xaf, 0, -1, 1, -2",
    "0xcf, 0, -8, 1, -4",
    "0xcc, 0, -8, 1, 4294967292",
    "0xbf, 8, 0, 255, -1",
    "0xbf, 32, 0, 2147483648, -2147483648",
    "0xbc, 16, 0, 32768, 4294934528",
  })
  void operatorsOnRegisters(String opcode, int offset, long dst, long src, long expected) {
    byte[] memory = new byte[16];
    LittleEndian.LONG.set(memory, 0, dst);
    LittleEndian.LONG.set(memory, 8, src);
    Outcome outcome =
        run(
            1000,
            memory,
            op(LOAD_DW, 0, 1, 0, 0),
            op(LOAD_DW, 2, 1, 8, 0),
            op(Integer.decode(opcode), 0, 2, offset, 0),
            exit());
    assertEquals(expected, returned(outcome));
  }

  /** Every operator with an immediate, on numbers at the edges: both engines agree. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 61, -1, -61, 31, 32, 63, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void operatorsOnImmediates(int imm) {
    long[] operands = {0, 1, -1, 60, 61, 0xffff_ffffL, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE};
    for (int code = 0x00; code <= 0xc0; code += 0x10) {
      for (int wide : new int[] {4, 7}) {
        for (int offset = 0; offset <= 1; offset++) {
          boolean signed = offset == 1;
          if (code == 0x80 || (signed && code != 0x30 && code != 0x90)) {
            continue;
          }
          boolean shift = code == 0x60 || code == 0x70 || code == 0xc0;
          boolean divides = code == 0x30 || code == 0x90;
          if ((divides && imm == 0) || (shift && (imm < 0 || imm > (wide == 4 ? 31 : 63)))) {
            continue;
          }
          for (long operand : operands) {
            byte[] memory = new byte[8];
            LittleEndian.LONG.set(memory, 0, operand);
            run(1000, memory, op(LOAD_DW, 0, 1, 0, 0), op(code | wide, 0, 0, offset, imm), exit());
          }
        }
      }
    }
  }

  /** Every comparison, both widths, register and immediate, on numbers at the edges. */
  @Test
  void comparisons() {
    long[] operands = {0, 1, -1, 5, 0x7fff_ffffL, 0x8000_0000L, Long.MIN_VALUE, Long.MAX_VALUE};
    for (int code = 0x10; code <= 0xd0; code += 0x10) {
      if (code == 0x80 || code == 0x90) {
        continue;
      }
      for (int wide : new int[] {5, 6}) {
        for (long left : operands) {
          for (long right : operands) {
            byte[] memory = new byte[16];
            LittleEndian.LONG.set(memory, 0, left);
            LittleEndian.LONG.set(memory, 8, right);
            run(
                1000,
                memory,
                op(LOAD_DW, 3, 1, 0, 0),
                op(LOAD_DW, 4, 1, 8, 0),
                op(MOV, 0, 0, 0, 0),
                op(code | wide | 8, 3, 4, 1, 0),
                op(ADD, 0, 0, 0, 1),
                op(code | wide, 3, 0, 1, (int) right),
                op(ADD, 0, 0, 0, 2),
                exit());
          }
        }
      }
    }
  }

  /** Where each wrong access traps. */
  @ParameterizedTest
  @CsvSource({
    "1, 16, OUT_OF_BOUNDS",
    "1, 9, OUT_OF_BOUNDS",
    "1, -1, OUT_OF_BOUNDS",
    "0, 0, NULL_POINTER",
    "10, 0, OUT_OF_BOUNDS",
    "10, -520, OUT_OF_BOUNDS",
    "10, -513, OUT_OF_BOUNDS",
    "2, 0, NULL_POINTER",
  })
  void wrongAccesses(int base, int offset, Reason reason) {
    for (int opcode : new int[] {LOAD_DW, STORE_DW}) {
      Trap trap =
          trapped(
              run(
                  1000,
                  new byte[16],
                  op(MOV, 0, 0, 0, 0),
                  opcode == LOAD_DW
                      ? op(opcode, 3, base, offset, 0)
                      : op(opcode, base, 3, offset, 0),
                  exit()));
      assertEquals(reason, trap.reason());
      assertEquals(1, trap.pc());
    }
  }

  @Test
  void addressesFromNowhere() {
    var random = new Random(3);
    for (int i = 0; i < 300; i++) {
      byte[] memory = new byte[8];
      long address = random.nextLong() >>> random.nextInt(64);
      LittleEndian.LONG.set(memory, 0, address);
      run(
          1000,
          memory,
          op(LOAD_DW, 2, 1, 0, 0),
          op(random.nextBoolean() ? LOAD_DW : LOAD_W, 0, 2, random.nextInt(64) - 32, 0),
          exit());
    }
  }

  /** A pointer that is moved until it leaves its region traps where the interpreter says. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void walkingOut(int base) {
    for (int step : new int[] {8, 3, -8, -3}) {
      Trap trap =
          trapped(
              run(
                  100_000,
                  new byte[64],
                  op(MOVX, 2, base, 0, 0),
                  op(ADD, 2, 0, 0, base == 10 ? -256 : 24),
                  op(LOAD_DW, 3, 2, 0, 0),
                  op(ADD, 2, 0, 0, step),
                  op(0x05, 0, 0, -3, 0)));
      assertEquals(2, trap.pc());
      assertEquals(Reason.OUT_OF_BOUNDS, trap.reason());
    }
  }

  @Test
  void countedLoops() {
    int[] jumps = {0x55, 0xa5, 0xb5, 0xc5, 0xd5, 0x25, 0x35, 0x56, 0xa6};
    for (int jump : jumps) {
      for (int step : new int[] {1, 2, 3, -1}) {
        for (int limit : new int[] {0, 1, 7, 12, -4}) {
          Outcome outcome =
              runWithBudget(
                  op(MOV, 2, 0, 0, 0),
                  op(MOV, 0, 0, 0, 0),
                  op(ADD, 0, 0, 0, 5),
                  op(ADD, 2, 0, 0, step),
                  op(jump, 2, 0, -3, limit),
                  exit());
          assertTrue(outcome instanceof Outcome.Returned || isBudget(outcome));
        }
      }
    }
  }

  private static boolean isBudget(Outcome outcome) {
    return outcome instanceof Outcome.Trapped(Trap trap) && trap.reason() == Reason.BUDGET;
  }

  /** Runs on both engines, which may be stopped by the budget at different instructions. */
  private static Outcome runWithBudget(RawInstruction... code) {
    List<Outcome> outcomes =
        engines()
            .map(
                engine ->
                    engine
                        .prepare(
                            program(List.of(), code), Machine.builder().budget(100_000).build())
                        .run(Context.raw(new byte[0])))
            .toList();
    if (isBudget(outcomes.get(0))) {
      assertTrue(isBudget(outcomes.get(1)), () -> outcomes.get(1).toString());
    } else {
      assertEquals(outcomes.get(0), outcomes.get(1));
    }
    return outcomes.getFirst();
  }

  @Test
  void subprograms() {
    // f(a, b) = a * 3 + b, called twice; r6 is kept.
    assertEquals(
        7 * 3 + 2 + (5 * 3 + 1) + 100,
        returned(
            run(
                1000,
                new byte[0],
                op(MOV, 6, 0, 0, 100),
                op(MOV, 1, 0, 0, 7),
                op(MOV, 2, 0, 0, 2),
                op(CALL, 0, LOCAL, 0, 7),
                op(0x0f, 6, 0, 0, 0),
                op(MOV, 1, 0, 0, 5),
                op(MOV, 2, 0, 0, 1),
                op(CALL, 0, LOCAL, 0, 3),
                op(0x0f, 6, 0, 0, 0),
                op(MOVX, 0, 6, 0, 0),
                exit(),
                op(MOV, 6, 0, 0, 0),
                op(MOVX, 0, 1, 0, 0),
                op(0x27, 0, 0, 0, 3),
                op(0x0f, 0, 2, 0, 0),
                exit())));
  }

  /** A callee writes to its caller's frame; its own is empty each time. */
  @Test
  void framesOfSubprograms() {
    assertEquals(
        42,
        returned(
            run(
                1000,
                new byte[0],
                op(0x7a, 10, 0, -8, 1),
                op(MOVX, 1, 10, 0, 0),
                op(ADD, 1, 0, 0, -8),
                op(CALL, 0, LOCAL, 0, 2),
                op(LOAD_DW, 0, 10, -8, 0),
                exit(),
                op(LOAD_DW, 2, 10, -16, 0),
                op(ADD, 2, 0, 0, 42),
                op(STORE_DW, 10, 2, -16, 0),
                op(STORE_DW, 1, 2, 0, 0),
                exit())));
  }

  /** Against the calling convention: r1 to r5 come back from a callee, r6 goes into it. */
  @Test
  void registersAgainstTheConvention() {
    assertEquals(
        11,
        returned(
            run(
                1000,
                new byte[0],
                op(MOV, 6, 0, 0, 4),
                op(CALL, 0, LOCAL, 0, 2),
                op(MOVX, 0, 3, 0, 0),
                exit(),
                op(MOVX, 3, 6, 0, 0),
                op(ADD, 3, 0, 0, 7),
                op(MOV, 6, 0, 0, 0),
                op(MOV, 0, 0, 0, 0),
                exit())));
  }

  /** The main program calls itself, which reads a register that the caller has set. */
  @Test
  void aMainProgramThatCallsItself() {
    Trap trap =
        trapped(
            run(
                1000,
                new byte[64],
                op(LOAD_W, 2, 1, 8, 0),
                op(0x9f, 1, 7, 0, 0),
                op(MOVX, 7, 10, 0, 0),
                op(CALL, 0, LOCAL, 0, -4),
                exit()));
    assertEquals(0, trap.pc());
  }

  @Test
  void callbacks() {
    // bpf_loop(10, f, &stack, 0); f adds its index to the number on the stack.
    assertEquals(
        45,
        returned(
            run(
                10_000,
                new byte[0],
                op(0x7a, 10, 0, -8, 0),
                op(MOV, 1, 0, 0, 10),
                op(0x18, 2, 4, 0, 7),
                op(0, 0, 0, 0, 0),
                op(MOVX, 3, 10, 0, 0),
                op(ADD, 3, 0, 0, -8),
                op(MOV, 4, 0, 0, 0),
                op(CALL, 0, 0, 0, 181),
                op(LOAD_DW, 0, 10, -8, 0),
                exit(),
                op(LOAD_DW, 3, 2, 0, 0),
                op(0x0f, 3, 1, 0, 0),
                op(STORE_DW, 2, 3, 0, 0),
                op(MOV, 0, 0, 0, 0),
                exit())));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void tailCalls(Engine engine) {
    MapSpec programs = MapSpec.of("programs", MapType.PROG_ARRAY, 4, 4, 2);
    Machine machine = Machine.create();
    RawInstruction[] jump = {
      op(0x18, 2, 1, 0, 0),
      op(0, 0, 0, 0, 0),
      op(MOV, 3, 0, 0, 0),
      op(CALL, 0, 0, 0, 12),
      op(ADD, 0, 0, 0, 100),
      exit()
    };
    Executable caller = engine.prepare(program(List.of(programs), jump), machine);
    assertEquals(98, returned(caller.run(Context.xdp(new byte[14]))));
    Executable target =
        engine.prepare(program(List.of(programs), op(MOV, 0, 0, 0, 7), exit()), machine);
    ProgArray array = (ProgArray) machine.map("programs").orElseThrow();
    array.set(0, target);
    assertEquals(7, returned(caller.run(Context.xdp(new byte[14]))));
    // A program that calls itself stops after 33 tail calls.
    array.set(0, caller);
    assertEquals(98, returned(caller.run(Context.xdp(new byte[14]))));
  }

  /** Straight code with branches: one method, or pieces, with the same result. */
  @ParameterizedTest
  @ValueSource(ints = {100, 1_000, 4_000, 8_000, 64_000})
  void sizes(int size) {
    RawInstruction[] code = new RawInstruction[size + 3];
    code[0] = op(MOV, 0, 0, 0, 1);
    code[1] = op(MOV, 2, 0, 0, 7);
    for (int i = 2; i < size + 2; i++) {
      code[i] =
          switch (i % 8) {
            case 0 -> op(0x25, 0, 0, i + 3 < size ? 2 : 0, 1 << 20);
            case 1 -> op(0x77, 0, 0, 0, 3);
            case 2 -> op(0xaf, 0, 2, 0, 0);
            case 3 -> op(STORE_DW, 10, 0, -8 * (1 + i % 5), 0);
            case 4 -> op(LOAD_DW, 2, 10, -8 * (1 + i % 5), 0);
            default -> op(0x0f, 0, 2, 0, 0);
          };
    }
    code[size + 2] = exit();
    returned(run(1_000_000, new byte[0], code));
    JitProgram compiled =
        new Jit(new Interpreter()).prepare(program(List.of(), code), Machine.create());
    assertEquals(
        size <= 300 ? Form.METHOD : Form.PIECES,
        compiled.report().functions().getFirst().form(),
        () -> compiled.report().lines().toString());
  }

  @Test
  void aLoopThatSpansPieces() {
    List<RawInstruction> code = new ArrayList<>();
    code.add(op(MOV, 0, 0, 0, 0));
    code.add(op(MOV, 2, 0, 0, 0));
    IntStream.range(0, 3000).forEach(i -> code.add(op(ADD, 0, 0, 0, i)));
    code.add(op(ADD, 2, 0, 0, 1));
    code.add(op(0x55, 2, 0, -3002, 9));
    code.add(exit());
    assertEquals(
        9L * 2999 * 3000 / 2,
        returned(run(1_000_000, new byte[0], code.toArray(RawInstruction[]::new))));
  }

  /** A function beyond the limit is left to the other engine, and said so. */
  @Test
  void fallback() {
    RawInstruction[] code = new RawInstruction[60];
    Arrays.fill(code, op(ADD, 0, 0, 0, 1));
    code[0] = op(MOV, 1, 0, 0, 5);
    code[1] = op(CALL, 0, LOCAL, 0, 1);
    code[2] = exit();
    code[3] = op(MOVX, 0, 1, 0, 0);
    code[59] = exit();
    JitProgram compiled =
        new Jit(new Interpreter(), new Jit.Limits(20))
            .prepare(program(List.of(), code), Machine.create());
    assertEquals(60, returned(compiled.run(Context.raw(new byte[8]))));
    assertEquals(Form.METHOD, compiled.report().functions().get(0).form());
    assertEquals(Form.FALLBACK, compiled.report().functions().get(1).form());
    assertEquals(
        "57 instructions, more than the compiler's limit of 20",
        compiled.report().functions().get(1).reason());
  }

  @Test
  void generatedPrograms() {
    for (int seed = 0; seed < 600; seed++) {
      var random = new Random(seed);
      byte[] packet = new byte[14 + random.nextInt(50)];
      random.nextBytes(packet);
      Code code =
          seed % 2 == 0
              ? new WildProgramGenerator(seed).next(40)
              : new ProgramGenerator(seed).next(30);
      List<Object> ends = new ArrayList<>();
      for (Engine engine : engines().toList()) {
        try {
          Context context = Context.xdp(packet);
          Outcome outcome =
              engine
                  .prepare(
                      ProgramSpec.of("generated", ProgramType.XDP, code),
                      Machine.builder().budget(20_000).build())
                  .run(context);
          ends.add(isBudget(outcome) ? "budget" : outcome + Arrays.toString(context.packet()));
        } catch (dev.skep.runtime.PrepareException malformed) {
          ends.add("malformed");
        }
      }
      if (!ends.getFirst().equals("budget")) {
        assertEquals(ends.get(0), ends.get(1), "seed " + seed);
      }
    }
  }

  /** {@code addr_space_cast}: the lower half names the byte, wherever the upper half came from. */
  @Test
  void castsGoToTheArenaOnEveryEngine() {
    MapSpec arena = MapSpec.of("arena", MapType.ARENA, 0, 0, 4).withFlags(MapFlag.MMAPABLE.bit());
    for (int number : new int[] {0x1008, 0}) {
      List<Outcome> outcomes = new ArrayList<>();
      engines()
          .forEach(
              engine -> {
                Machine machine = Machine.create();
                outcomes.add(
                    engine
                        .prepare(
                            program(
                                List.of(arena),
                                op(MOV, 1, 0, 0, number),
                                op(MOVX, 0, 1, 1, 1),
                                exit()),
                            machine)
                        .run(Context.raw(new byte[8])));
                ArenaMap there = (ArenaMap) machine.map(arena);
                assertEquals(there.cast(number), returned(outcomes.getLast()), engine.name());
              });
      assertEquals(outcomes.get(0), outcomes.get(1));
    }
  }
}
