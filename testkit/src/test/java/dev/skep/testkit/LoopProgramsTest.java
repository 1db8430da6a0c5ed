package dev.skep.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.ProgramType;
import dev.skep.interpreter.Interpreter;
import dev.skep.isa.Code;
import dev.skep.isa.RawInstruction;
import dev.skep.jit.Jit;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Engine;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.Trap.Reason;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/**
 * Loops over memory, which the compiler turns into loops that count with an {@code int}: the same
 * result, memory and traps as the interpreter's, where they stay inside, and where they do not.
 */
class LoopProgramsTest {

  private static final int SEEDS = Integer.getInteger("skep.loops", 4000);
  private static final long BUDGET = 20_000;

  /** Writes a program; the jumps' targets are known at the end. */
  private static final class Writer {
    private final List<int[]> code = new ArrayList<>();
    private final Random random;

    Writer(long seed) {
      random = new Random(seed);
    }

    int here() {
      return code.size();
    }

    int op(int opcode, int dst, int src, int offset, int imm) {
      code.add(new int[] {opcode, dst, src, offset, imm});
      return code.size() - 1;
    }

    void land(int jump) {
      code.get(jump)[3] = here() - jump - 1;
    }

    int pick(int... values) {
      return values[random.nextInt(values.length)];
    }

    Code done() {
      return Code.of(
          code.stream()
              .map(c -> RawInstruction.of(c[0], c[1], c[2], c[3], c[4]))
              .toArray(RawInstruction[]::new));
    }
  }

  private static final int MOV = 0xb7;
  private static final int MOVX = 0xbf;
  private static final int ADD = 0x07;
  private static final int ADDX = 0x0f;

  /** r2 packet, r3 its end, r6 context, r5 the counter, r4 an address, r9 the outer counter. */
  private static Code program(long seed) {
    Writer w = new Writer(seed);
    w.op(MOVX, 6, 1, 0, 0);
    w.op(0x61, 2, 6, 0, 0);
    w.op(0x61, 3, 6, 4, 0);
    for (int register : new int[] {0, 7, 8}) {
      w.op(MOV, register, 0, 0, w.random.nextInt(100));
    }
    for (int slot = 1; slot <= 16; slot++) {
      w.op(0x7a, 10, 0, -8 * slot, slot * 77);
    }
    boolean outer = w.random.nextInt(3) == 0;
    w.op(MOV, 9, 0, 0, 3);
    int outerHead = w.here();
    // The counter.
    int step = w.pick(1, 1, 4, 8, 8, 3, -1, -1, -4, 16);
    int turns = 1 + w.random.nextInt(20);
    int start = w.pick(0, 0, 0, 1, 14, 160) + (step < 0 ? -step * turns : 0);
    int limit = start + step * turns + (w.random.nextInt(8) == 0 ? w.pick(1, -1, 2) : 0);
    boolean unknown = w.random.nextInt(6) == 0;
    w.op(w.pick(MOV, 0xb4), 5, 0, 0, start);
    if (unknown) {
      // A number that nobody knows before the run: 0 in this packet, or not.
      w.op(0x71, 1, 2, 0, 0);
      w.op(0x57, 1, 0, 0, 7);
      w.op(ADDX, 5, 1, 0, 0);
    }
    int base = w.pick(2, 2, 2, 10, 10, 6, 8, 3);
    boolean pointer = w.random.nextInt(5) == 0;
    if (pointer) {
      w.op(MOVX, 4, base, 0, 0);
    }
    int skipIn = w.random.nextInt(20) == 0 ? w.op(0x15, 8, 0, 0, 5) : -1;
    int head = w.here();
    List<Integer> exits = new ArrayList<>();
    boolean changed = false;
    int size = 1 + w.random.nextInt(5);
    for (int i = 0; i < size; i++) {
      if (skipIn >= 0 && i == size / 2) {
        w.land(skipIn);
      }
      switch (w.random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> access(w, base, pointer);
        case 5 -> exits.add(w.op(w.pick(0x25, 0x15, 0x65), w.pick(0, 7, 5), 0, 0, 200));
        case 6 -> {
          int skip = w.op(w.pick(0x45, 0x15), w.pick(0, 7), 0, 0, 1);
          access(w, base, pointer);
          if (w.random.nextBoolean() && !changed) {
            change(w, step);
            changed = w.random.nextInt(4) != 0;
          }
          w.land(skip);
        }
        case 7 -> {
          if (!changed) {
            change(w, step);
            changed = true;
          }
        }
        case 8 -> w.op(w.pick(0x0f, 0xaf, 0x2f), w.pick(0, 7, 8), w.pick(0, 5, 7), 0, 0);
        default ->
            w.op(w.pick(0x07, 0x67, 0x77, 0x57), w.pick(0, 7), 0, 0, 1 + w.random.nextInt(9));
      }
    }
    if (!changed) {
      change(w, step);
    }
    if (pointer) {
      w.op(ADD, 4, 0, 0, step);
    }
    end(w, head, limit, step);
    exits.forEach(w::land);
    if (outer) {
      w.op(ADD, 9, 0, 0, -1);
      int back = w.op(0x55, 9, 0, 0, 0);
      w.code.get(back)[3] = outerHead - back - 1;
    }
    w.op(ADDX, 0, 7, 0, 0);
    w.op(ADDX, 0, 5, 0, 0);
    for (int slot = 1; slot <= 16; slot += 3) {
      w.op(0x79, 1, 10, -8 * slot, 0);
      w.op(ADDX, 0, 1, 0, 0);
    }
    w.op(0x95, 0, 0, 0, 0);
    return w.done();
  }

  private static void change(Writer w, int step) {
    w.op(w.pick(ADD, ADD, 0x04), 5, 0, 0, step);
  }

  private static void access(Writer w, int base, boolean pointer) {
    int offset = base == 10 ? w.pick(-128, -128, -96, -200, -600) : w.pick(0, 0, 4, 14, -1, -8);
    if (!pointer) {
      w.op(MOVX, 4, base, 0, 0);
      if (w.random.nextBoolean()) {
        w.op(ADD, 4, 0, 0, offset);
        offset = w.pick(0, 0, 4, -4);
      }
      w.op(ADDX, 4, 5, 0, 0);
      if (w.random.nextInt(8) == 0) {
        w.op(0x17, 4, 0, 0, 8);
      }
      if (w.random.nextInt(12) == 0) {
        w.op(ADDX, 4, 5, 0, 0);
      }
    }
    int bytes = w.pick(0x00, 0x08, 0x10, 0x18);
    if (w.random.nextInt(3) > 0) {
      w.op(0x61 & ~0x18 | bytes, 7, 4, offset, 0);
      w.op(ADDX, 0, 7, 0, 0);
    } else {
      w.op(0x63 & ~0x18 | bytes, 4, w.pick(0, 5, 7), offset, 0);
    }
  }

  private static void end(Writer w, int head, int limit, int step) {
    boolean narrow = w.random.nextInt(4) == 0;
    int op = step < 0 ? w.pick(0x55, 0x55, 0x65) : w.pick(0x55, 0x55, 0xa5, 0xc5, 0xb5);
    if (w.random.nextInt(3) > 0) {
      int back = w.op(narrow ? op + 1 : op, 5, 0, 0, limit);
      w.code.get(back)[3] = head - back - 1;
      return;
    }
    int inverse =
        switch (op) {
          case 0x55 -> 0x15;
          case 0x65 -> 0xd5;
          case 0xa5 -> 0x35;
          case 0xc5 -> 0x75;
          default -> 0x25;
        };
    w.op(narrow ? inverse + 1 : inverse, 5, 0, 1, limit);
    int back = w.op(0x05, 0, 0, 0, 0);
    w.code.get(back)[3] = head - back - 1;
  }

  private record Result(Outcome outcome, String packet) {}

  private static Result run(Engine engine, Code code, byte[] packet) {
    Machine machine = Machine.builder().budget(BUDGET).build();
    Context context = Context.xdp(packet);
    Cpu cpu = machine.cpu(0);
    Outcome outcome =
        engine.prepare(ProgramSpec.of("loop", ProgramType.XDP, code), machine).run(cpu, context);
    return new Result(outcome, HexFormat.of().formatHex(context.packet()));
  }

  private static boolean outOfBudget(Result result) {
    return result.outcome() instanceof Outcome.Trapped(var trap) && trap.reason() == Reason.BUDGET;
  }

  @Test
  void loopsOverMemoryDoTheSameOnBothEngines() {
    int returned = count(seed -> compare(seed).outcome() instanceof Outcome.Returned);
    // Both kinds of ending must be tested.
    assertTrue(returned > SEEDS / 5, returned + " loops came to their end");
    assertTrue(returned < SEEDS * 9 / 10, returned + " loops came to their end");
  }

  private static int count(IntPredicate what) {
    int count = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      count += what.test(seed) ? 1 : 0;
    }
    return count;
  }

  private static Result compare(int seed) {
    Code code = program(seed);
    byte[] packet = new byte[new Random(seed).nextInt(4) == 0 ? 40 : 200];
    for (int i = 0; i < packet.length; i++) {
      packet[i] = (byte) (i * 31 + seed);
    }
    Result expected = run(new Interpreter(), code, packet);
    if (!outOfBudget(expected)) {
      assertEquals(expected, run(new Jit(), code, packet), () -> "seed " + seed + ": " + code);
    }
    return expected;
  }
}
