package dev.skep.jit;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.Alu;
import dev.skep.isa.Instruction.Load;
import dev.skep.isa.Instruction.Store;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Loops whose counter is kept as an {@code int} beside its register, and the accesses inside whose
 * address is that of a register that the loop leaves alone, plus a constant, plus the counter.
 *
 * <p>HotSpot does its best with what a Java programmer would write: an {@code int} that counts, and
 * array indices that are sums of it and of {@code int}s from before the loop. The address as a
 * 64-bit number is computed only where such an access fails.
 */
final class IntLoops {

  /** Bound of counters and constants, so that no sum of them and an anchor overflows. */
  static final int BOUND = 1 << 28;

  /** Most {@code int}s of one function. */
  private static final int MAX_INTS = 24;

  /** Loops that may have more turns pay turn by turn. */
  private static final long MAX_TURNS = 1 << 16;

  /**
   * An address before the loop, as an index into its region's bytes.
   *
   * @param register which register holds it
   * @param base the region that it is expected in
   * @param number which of the function's {@code int}s it is
   */
  record Anchor(int register, Value.Base base, int number) {}

  /**
   * An access at an anchor, plus perhaps the counter, plus a constant.
   *
   * @param counts whether the counter is added
   */
  record Index(IntLoop loop, Anchor anchor, boolean counts, int constant) {}

  /**
   * A loop with its {@code int}.
   *
   * @param number which of the function's {@code int}s it is
   * @param start the same for the {@code int} that keeps what the counter starts with; empty for
   *     loops that pay turn by turn
   */
  record IntLoop(InnerLoop loop, int number, OptionalInt start, List<Anchor> anchors) {
    /** Whether it pays for its turns when it is left. */
    boolean paysLate() {
      return start.isPresent();
    }
  }

  private final Map<Integer, IntLoop> atHead = new HashMap<>();
  private final Map<Integer, IntLoop> atChange = new HashMap<>();
  private final Map<Integer, IntLoop> atTest = new HashMap<>();
  private final Map<Integer, IntLoop> around = new HashMap<>();
  private final Map<Integer, Index> indices = new HashMap<>();
  private int ints;

  /** Finds the loops of a function. */
  static IntLoops of(Function function, Values values) {
    IntLoops found = new IntLoops();
    for (InnerLoop loop : values.loops()) {
      if (found.ints + 1 < MAX_INTS && isNarrow(values, loop)) {
        found.add(function, values, loop);
      }
    }
    return found;
  }

  private static boolean isNarrow(Values values, InnerLoop loop) {
    return isNarrow(values.at(loop.first(), loop.counter()))
        && isNarrow(values.at(loop.change(), loop.counter()))
        && isNarrow(values.at(loop.change() + 1, loop.counter()))
        && isNarrow(values.at(loop.test(), loop.counter()));
  }

  private static boolean isNarrow(Value value) {
    return value.isNumber() && value.low() >= 0 && value.high() <= BOUND;
  }

  /** How many {@code int}s the function needs. */
  int ints() {
    return ints;
  }

  /** The loop that begins with the n-th instruction. */
  @Nullable IntLoop atHead(int n) {
    return atHead.get(n);
  }

  /** The loop whose counter the n-th instruction changes. */
  @Nullable IntLoop atChange(int n) {
    return atChange.get(n);
  }

  /** The loop that the n-th instruction ends. */
  @Nullable IntLoop atTest(int n) {
    return atTest.get(n);
  }

  /** The loop that the n-th instruction is in, but for its end. */
  @Nullable IntLoop around(int n) {
    return around.get(n);
  }

  /** What the n-th instruction accesses, if it is such an access. */
  @Nullable Index index(int n) {
    return indices.get(n);
  }

  private void add(Function function, Values values, InnerLoop loop) {
    int number = ints++;
    Value counter = values.at(loop.first(), loop.counter());
    boolean few = (counter.high() - counter.low()) / Math.abs((long) loop.step()) <= MAX_TURNS;
    IntLoop made =
        new IntLoop(
            loop,
            number,
            loop.once() && few ? OptionalInt.of(ints++) : OptionalInt.empty(),
            new ArrayList<>());
    atHead.put(loop.first(), made);
    atChange.put(loop.change(), made);
    atTest.put(loop.test(), made);
    Sums sums = new Sums(loop);
    for (int n = loop.first(); n < loop.test(); n++) {
      around.put(n, made);
      if (n > loop.first() && function.isTarget(function.pc(n))) {
        sums.forget();
      }
      Instruction instruction = function.instruction(n);
      switch (instruction) {
        case Load load -> access(made, n, sums.of(load.src()), load.offset(), values, load.src());
        case Store store ->
            access(made, n, sums.of(store.dst()), store.offset(), values, store.dst());
        case null -> {}
        default -> {}
      }
      sums.follow(n, instruction, values);
    }
  }

  private void access(IntLoop loop, int n, @Nullable Sum sum, int offset, Values values, int base) {
    Value value = values.at(n, base);
    if (sum == null || sum.register() < 0 || !hasBytes(value.base())) {
      return;
    }
    long constant = sum.constant() + offset;
    if (Math.abs(constant) > BOUND) {
      return;
    }
    Anchor anchor = anchor(loop, sum.register(), value.base());
    if (anchor != null) {
      indices.put(n, new Index(loop, anchor, sum.counts(), (int) constant));
    }
  }

  private static boolean hasBytes(Value.Base base) {
    return switch (base) {
      case Value.Base.Frame _, Value.Base.Context _, Value.Base.Packet _, Value.Base.Shared _ ->
          true;
      case Value.Base.Number _, Value.Base.Handle _ -> false;
    };
  }

  private @Nullable Anchor anchor(IntLoop loop, int register, Value.Base base) {
    for (Anchor anchor : loop.anchors()) {
      if (anchor.register() == register && anchor.base().equals(base)) {
        return anchor;
      }
    }
    if (ints >= MAX_INTS) {
      return null;
    }
    Anchor anchor = new Anchor(register, base, ints++);
    loop.anchors().add(anchor);
    return anchor;
  }

  /**
   * What a register holds: another one from before the loop (or, with -1, nothing), plus the
   * counter as it is now or not, plus a constant.
   */
  private record Sum(int register, boolean counts, long constant) {
    @Nullable Sum plus(Sum other) {
      if ((register >= 0 && other.register >= 0) || (counts && other.counts)) {
        return null;
      }
      return bounded(
          Math.max(register, other.register), counts || other.counts, constant + other.constant);
    }

    @Nullable Sum plus(long number) {
      return bounded(register, counts, constant + number);
    }

    private static @Nullable Sum bounded(int register, boolean counts, long constant) {
      return Math.abs(constant) > BOUND ? null : new Sum(register, counts, constant);
    }
  }

  /** The sums that registers hold, followed through a loop's body. */
  private static final class Sums {
    private final InnerLoop loop;
    private final @Nullable Sum[] sums = new @Nullable Sum[11];

    Sums(InnerLoop loop) {
      this.loop = loop;
      forget();
    }

    /** Control comes from elsewhere: nothing is known but what the loop does not write. */
    void forget() {
      Arrays.setAll(sums, i -> (loop.written() & 1 << i) == 0 ? new Sum(i, false, 0) : null);
      sums[loop.counter()] = new Sum(-1, true, 0);
    }

    @Nullable Sum of(int register) {
      return sums[register];
    }

    void follow(int n, @Nullable Instruction instruction, Values values) {
      if (n == loop.change()) {
        for (int i = 0; i < sums.length; i++) {
          Sum sum = sums[i];
          if (sum != null && sum.counts() && i != loop.counter()) {
            sums[i] = sum.plus(-loop.step());
          }
        }
        return;
      }
      switch (instruction) {
        case Alu alu -> sums[alu.dst()] = result(n, alu, values);
        case Instruction.MoveSignExtend move -> sums[move.dst()] = null;
        case Instruction.Negate negate -> sums[negate.dst()] = null;
        case Instruction.ByteSwap swap -> sums[swap.dst()] = null;
        case Load load -> sums[load.dst()] = null;
        case Instruction.LoadImmediate64 load -> sums[load.dst()] = null;
        case null -> {}
        default -> {}
      }
    }

    private @Nullable Sum result(int n, Alu alu, Values values) {
      Sum dst = sums[alu.dst()];
      Sum src =
          switch (alu.src()) {
            case Operand.Reg(int index) -> sums[index];
            case Operand.Imm(int imm) -> new Sum(-1, false, imm);
          };
      if (src == null) {
        return null;
      }
      if (alu.width() == Width.W32) {
        // A copy of the counter, which is small, or of a small number.
        boolean same = src.register() < 0 && src.constant() >= 0 && !src.counts();
        boolean counter =
            alu.src() instanceof Operand.Reg(int index)
                && index == loop.counter()
                && isNarrow(values.at(n, index));
        return alu.op() == AluOp.MOV && (same || counter) ? src : null;
      }
      return switch (alu.op()) {
        case MOV -> src;
        case ADD -> dst == null ? null : dst.plus(src);
        case SUB ->
            dst == null || !(alu.src() instanceof Operand.Imm(int imm))
                ? null
                : dst.plus(-(long) imm);
        case MUL, DIV, SDIV, OR, AND, LSH, RSH, MOD, SMOD, XOR, ARSH -> null;
      };
    }
  }
}
