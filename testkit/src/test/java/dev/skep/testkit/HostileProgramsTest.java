package dev.skep.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.ProgramType;
import dev.skep.interpreter.Interpreter;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.jit.Jit;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Context;
import dev.skep.runtime.Engine;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that mean harm end in a trap, in bounded time and memory, and the JVM goes on. */
class HostileProgramsTest {

  static Stream<Engine> engines() {
    return Stream.of(new Interpreter(), new Jit(new Interpreter()));
  }

  private static RawInstruction op(int opcode, int dst, int src, int offset, int imm) {
    return RawInstruction.of(opcode, dst, src, offset, imm);
  }

  private static Trap trap(Engine engine, RawInstruction... code) {
    Machine machine = Machine.builder().budget(2_000_000).build();
    Outcome outcome =
        engine
            .prepare(ProgramSpec.of("hostile", ProgramType.XDP, Code.of(code)), machine)
            .run(Context.xdp(new byte[64]));
    return assertInstanceOf(Outcome.Trapped.class, outcome).trap();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void wildPointers(Engine engine) {
    long[] addresses = {
      0,
      8,
      4095,
      4096,
      -1,
      -8,
      Long.MIN_VALUE,
      Long.MAX_VALUE,
      0x7fff_0000_0000L,
      0xffff_8880_0000_0000L,
      1L << 32,
      (1L << 32) + 4096,
      3L << 32,
      0x1000_0000L - 1,
      17L << 32
    };
    for (long address : addresses) {
      for (int opcode : new int[] {0x61, 0x79, 0x63, 0x7b, 0xdb}) {
        boolean store = opcode == 0x63 || opcode == 0x7b || opcode == 0xdb;
        Trap trap =
            trap(
                engine,
                op(0x18, 2, 0, 0, (int) address),
                op(0, 0, 0, 0, (int) (address >>> 32)),
                store ? op(opcode, 2, 3, 0, 0) : op(opcode, 3, 2, 0, 0),
                op(0x95, 0, 0, 0, 0));
        assertEquals(2, trap.pc());
        assertEquals(address, trap.address());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void loopsWithoutEnd(Engine engine) {
    assertEquals(Reason.BUDGET, trap(engine, op(0x05, 0, 0, -1, 0)).reason());
    assertEquals(
        Reason.BUDGET,
        trap(engine, op(0x07, 0, 0, 0, 1), op(0x55, 0, 0, -2, 0), op(0x95, 0, 0, 0, 0)).reason());
    // An inner loop that ends, in an outer one that does not.
    assertEquals(
        Reason.BUDGET,
        trap(
                engine,
                op(0xb7, 2, 0, 0, 0),
                op(0x07, 2, 0, 0, 1),
                op(0x55, 2, 0, -2, 1000),
                op(0x05, 0, 0, -4, 0))
            .reason());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void callsWithoutEnd(Engine engine) {
    // A function that calls itself, and one that calls itself twice.
    Trap deep = trap(engine, op(0x85, 0, 1, 0, -1), op(0x95, 0, 0, 0, 0));
    assertEquals(Reason.CALL_DEPTH, deep.reason());
    assertEquals(0, deep.pc());
    // A callback that never stops being called.
    RawInstruction[] loop = {
      op(0xb7, 1, 0, 0, 1 << 23),
      op(0x18, 2, 4, 0, 5),
      op(0, 0, 0, 0, 0),
      op(0xb7, 3, 0, 0, 0),
      op(0xb7, 4, 0, 0, 0),
      op(0x85, 0, 0, 0, 181),
      op(0x05, 0, 0, -7, 0),
      op(0xb7, 0, 0, 0, 0),
      op(0x95, 0, 0, 0, 0)
    };
    assertEquals(Reason.BUDGET, trap(engine, loop).reason());
  }

  /** Seven levels of functions that each call the next many times: no loop, and yet no end. */
  @ParameterizedTest
  @MethodSource("engines")
  void fanOut(Engine engine) {
    int levels = 7;
    int calls = 60;
    RawInstruction[] code = new RawInstruction[levels * (calls + 1)];
    for (int level = 0; level < levels; level++) {
      int start = level * (calls + 1);
      for (int i = 0; i < calls; i++) {
        int next = start + calls + 1;
        code[start + i] =
            level == levels - 1 ? op(0x07, 0, 0, 0, 1) : op(0x85, 0, 1, 0, next - (start + i) - 1);
      }
      code[start + calls] = op(0x95, 0, 0, 0, 0);
    }
    assertEquals(Reason.BUDGET, trap(engine, code).reason());
  }

  /** A run is stopped no earlier than its budget says: what two loops share is paid for once. */
  @ParameterizedTest
  @MethodSource("engines")
  void loopsThatShareTheirBodies(Engine engine) {
    RawInstruction[] code = {
      op(0xb7, 2, 0, 0, 2000), // r2 = 2000
      op(0x07, 2, 0, 0, -1), // r2 -= 1
      op(0xbf, 3, 2, 0, 0), // r3 = r2
      op(0x3d, 0, 10, -3, 0), // if r0 >= r10 goto 1: never
      op(0xbf, 3, 2, 0, 0),
      op(0xcd, 0, 2, -5, 0), // if r0 s< r2 goto 1
      op(0x95, 0, 0, 0, 0),
    };
    Machine machine = Machine.builder().budget(10_100).build(); // 2000 turns of 5
    Outcome outcome =
        engine
            .prepare(ProgramSpec.of("loops", ProgramType.XDP, Code.of(code)), machine)
            .run(Context.xdp(new byte[64]));
    assertInstanceOf(Outcome.Returned.class, outcome);
  }

  /** No memory is at the top, whatever was accessed before. */
  @ParameterizedTest
  @MethodSource("engines")
  void theTopIsEmptyAfterOtherAccesses(Engine engine) {
    Trap afterContext =
        trap(
            engine,
            op(0x61, 2, 1, 0, 0), // r2 = ctx->data
            op(0x71, 3, 2, 0, 0), // r3 = packet[0]
            op(0x61, 2, 1, 4, 0), // r2 = ctx->data_end
            op(0x18, 4, 0, 0, 0x10), // r4 = 0xffffffff00000010
            op(0, 0, 0, 0, -1),
            op(0x7b, 4, 10, 0, 0),
            op(0x95, 0, 0, 0, 0));
    assertEquals(0xffff_ffff_0000_0010L, afterContext.address());
    assertEquals(5, afterContext.pc());
    Trap afterCall =
        trap(
            engine,
            op(0x61, 6, 1, 0, 0), // r6 = ctx->data
            op(0x85, 0, 0, 0, 5), // bpf_ktime_get_ns()
            op(0x18, 4, 0, 0, 0x10),
            op(0, 0, 0, 0, -1),
            op(0x7a, 4, 0, 0, 1),
            op(0xb7, 0, 0, 0, 0),
            op(0x95, 0, 0, 0, 0));
    assertEquals(0xffff_ffff_0000_0010L, afterCall.address());
  }

  /** Functions that share code: one jumps to before its own start, into its caller. */
  @ParameterizedTest
  @MethodSource("engines")
  void functionsThatJumpOutOfThemselves(Engine engine) {
    RawInstruction[] code = {
      op(0x85, 0, 1, 0, 1), // call 2
      op(0x95, 0, 0, 0, 0), // exit
      op(0xb7, 0, 0, 0, 5), // r0 = 5
      op(0x05, 0, 0, -3, 0), // goto 1
    };
    Outcome outcome =
        engine
            .prepare(
                ProgramSpec.of("hostile", ProgramType.XDP, Code.of(code)),
                Machine.builder().build())
            .run(Context.xdp(new byte[64]));
    assertEquals(5, assertInstanceOf(Outcome.Returned.class, outcome).r0());
  }

  /** The largest program that Linux takes, ending in a wild access. */
  @ParameterizedTest
  @MethodSource("engines")
  void aMillionInstructions(Engine engine) {
    RawInstruction[] code = new RawInstruction[1_000_000];
    Arrays.fill(code, op(0x07, 0, 0, 0, 1));
    code[999_998] = op(0x79, 0, 0, 0, 0);
    code[999_999] = op(0x95, 0, 0, 0, 0);
    Runtime runtime = Runtime.getRuntime();
    Trap trap = trap(engine, code);
    assertEquals(999_998, trap.pc());
    assertEquals(999_998, trap.address());
    assertTrue(runtime.totalMemory() - runtime.freeMemory() < 1L << 30, "more than 1 GiB in use");
  }
}
