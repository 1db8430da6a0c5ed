package dev.skep.testkit.generate;

import dev.skep.catalog.HelperId;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.AluOp;
import dev.skep.isa.AtomicOp;
import dev.skep.isa.Code;
import dev.skep.isa.Instruction;
import dev.skep.isa.JumpOp;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.util.List;
import java.util.Random;

/**
 * Makes programs that reach deep into the verifier and mostly pass: bounded loops, branches that
 * join, spills of numbers and pointers, stack and map values at variable offsets, packets behind a
 * check, helper calls, atomics, functions. A few checks are a little wrong on purpose.
 *
 * <p>Registers keep a role: r6 is the context, r9 counts loops, r7 holds a pointer or a number, r0
 * to r5 and r8 hold numbers. The stack's first 32 bytes hold numbers at all times; below are a key,
 * spilled pointers and an area for variable offsets.
 */
public final class DeepGenerator {

  private static final MapSpec ARRAY = MapSpec.of("values", MapType.ARRAY, 4, 48, 4);
  private static final MapSpec HASH = MapSpec.of("counts", MapType.HASH, 8, 16, 64);

  private static final int KEY = -40;
  private static final int SPILLED = -48;
  private static final int AREA = -128;

  private static final int RANDOM_U32 = 7;

  private static final int[] NUMBERS = {
    0, 1, -1, 2, 7, 8, 16, 63, 255, 256, 65535, 0x7fffffff, 0x80000000
  };
  private static final MemorySize[] SIZES = MemorySize.values();
  private static final ProgramType[] TYPES = {
    ProgramType.XDP, ProgramType.SCHED_CLS, ProgramType.SOCKET_FILTER, ProgramType.CGROUP_SKB
  };

  private final Random random;
  private Draft draft = new Draft();
  private int budget;
  private int loops;
  private ProgramType type = ProgramType.XDP;

  public DeepGenerator(long seed) {
    this.random = new Random(seed);
  }

  /** A program of about {@code size} steps of one to a dozen instructions each. */
  public ProgramSpec next(int size) {
    draft = new Draft();
    type = TYPES[random.nextInt(TYPES.length)];
    budget = size;
    loops = 0;
    int function = random.nextInt(3) == 0 ? draft.label() : -1;
    draft.copy(6, 1);
    begin();
    while (budget > 0) {
      step(0, function);
    }
    draft.alu(Width.W64, AluOp.AND, 0, Operand.imm(1));
    draft.exit();
    if (function >= 0) {
      draft.place(function);
      function();
    }
    return program(draft.finish());
  }

  private ProgramSpec program(Code code) {
    return ProgramSpec.builder("generated", type, code).maps(List.of(ARRAY, HASH)).build();
  }

  /** Every register and every part of the stack that steps read gets a number. */
  private void begin() {
    for (int register : new int[] {0, 1, 2, 3, 4, 5, 7, 8, 9}) {
      draft.mov(register, number());
    }
    for (int slot = 1; slot <= 4; slot++) {
      draft.store(MemorySize.DW, 10, -8 * slot, Operand.imm(number()));
    }
    draft.store(MemorySize.DW, 10, KEY, Operand.imm(0));
    draft.store(MemorySize.DW, 10, SPILLED, Operand.imm(0));
    if (random.nextBoolean()) {
      for (int off = AREA; off < SPILLED; off += 8) {
        draft.store(MemorySize.DW, 10, off, Operand.imm(0));
      }
    }
  }

  /** The function takes numbers in r1 and r2. */
  private void function() {
    draft.mov(0, number());
    for (int register : new int[] {3, 4, 5, 7, 8, 9}) {
      draft.copy(register, 1 + random.nextInt(2));
    }
    for (int slot = 1; slot <= 4; slot++) {
      draft.store(MemorySize.DW, 10, -8 * slot, Operand.reg(2));
    }
    draft.mov(6, 0);
    int steps = 1 + random.nextInt(6);
    for (int i = 0; i < steps; i++) {
      simple();
    }
    draft.exit();
  }

  private void step(int depth, int function) {
    budget--;
    switch (random.nextInt(16)) {
      case 0, 1 -> branch(depth, function);
      case 2 -> loop(depth, function);
      case 3 -> lookUp();
      case 4 -> packet();
      case 5 -> variableStack();
      case 6 -> helper();
      case 7 -> {
        if (function >= 0) {
          draft.copy(1, number5());
          draft.copy(2, number5());
          draft.call(function);
          restore();
        }
      }
      case 8 -> atomic();
      default -> simple();
    }
  }

  private void simple() {
    switch (random.nextInt(9)) {
      case 0, 1, 2, 3 -> arithmetic();
      case 4 -> draft.store(size(), 10, numberSlot(), Operand.reg(register()));
      case 5 -> draft.load(size(), register(), 10, numberSlot());
      case 6 ->
          draft.add(
              new Instruction.MoveSignExtend(
                  Width.W64, register(), register(), 8 << random.nextInt(3)));
      case 7 ->
          draft.add(
              new Instruction.ByteSwap(
                  Instruction.ByteSwapKind.values()[random.nextInt(3)],
                  register(),
                  16 << random.nextInt(3)));
      default -> draft.alu(width(), AluOp.MOV, register(), Operand.reg(register()));
    }
  }

  private void arithmetic() {
    AluOp op = AluOp.values()[random.nextInt(AluOp.values().length)];
    Width width = width();
    boolean shifts = op == AluOp.LSH || op == AluOp.RSH || op == AluOp.ARSH;
    boolean divides = op == AluOp.DIV || op == AluOp.SDIV || op == AluOp.MOD || op == AluOp.SMOD;
    Operand source =
        random.nextInt(3) == 0
            ? Operand.reg(register())
            : Operand.imm(
                shifts ? random.nextInt(width.bits()) : divides ? 1 + random.nextInt(9) : number());
    draft.alu(width, op, register(), source);
  }

  private void branch(int depth, int function) {
    int other = draft.label();
    draft.jump(width(), jumpOp(), register(), operand(), other);
    int steps = 1 + random.nextInt(4);
    for (int i = 0; i < steps; i++) {
      nested(depth, function);
    }
    if (random.nextInt(3) == 0) {
      int end = draft.label();
      draft.jump(end);
      draft.place(other);
      nested(depth, function);
      draft.place(end);
    } else {
      draft.place(other);
    }
  }

  private void loop(int depth, int function) {
    if (loops > 1 || depth > 1) {
      simple();
      return;
    }
    loops++;
    int counter = 9;
    boolean kept = random.nextBoolean();
    draft.mov(counter, random.nextInt(3));
    if (kept) {
      draft.store(MemorySize.DW, 10, -8, Operand.reg(counter));
    }
    int head = draft.label();
    draft.place(head);
    int steps = 1 + random.nextInt(3);
    for (int i = 0; i < steps; i++) {
      nested(2, function);
    }
    draft.add(counter, 1);
    draft.jump(Width.W64, JumpOp.JLT, counter, Operand.imm(2 + random.nextInt(12)), head);
  }

  private void nested(int depth, int function) {
    if (depth < 2 && random.nextInt(4) == 0) {
      step(depth + 1, function);
    } else {
      simple();
    }
  }

  /** A value of a map, read and written behind a check for NULL. */
  private void lookUp() {
    boolean array = random.nextBoolean();
    int valueSize = array ? 48 : 16;
    if (random.nextInt(4) != 0) {
      draft.store(MemorySize.W, 10, KEY, Operand.imm(random.nextInt(6)));
    } else {
      draft.store(MemorySize.DW, 10, KEY, Operand.reg(register()));
    }
    draft.copy(2, 10);
    draft.add(2, KEY);
    draft.map(1, array ? 0 : 1);
    draft.helper(HelperId.MAP_LOOKUP_ELEM);
    int missing = draft.label();
    if (random.nextInt(12) != 0) {
      draft.jump(Width.W64, JumpOp.JEQ, 0, Operand.imm(0), missing);
    }
    draft.copy(7, 0);
    if (random.nextInt(3) == 0) {
      draft.store(MemorySize.DW, 10, SPILLED, Operand.reg(7));
      draft.load(MemorySize.DW, 7, 10, SPILLED);
    }
    MemorySize size = size();
    int room = valueSize - size.bytes();
    int index = 8;
    switch (random.nextInt(3)) {
      case 0 -> draft.load(size, 3, 7, random.nextInt(room + 1));
      case 1 -> {
        draft.alu(Width.W64, AluOp.AND, index, Operand.imm(7));
        draft.alu(Width.W64, AluOp.ADD, 7, Operand.reg(index));
        draft.store(size, 7, 0, Operand.imm(number()));
      }
      default -> {
        int past = draft.label();
        int limit = room + (random.nextInt(10) == 0 ? 2 : 1);
        draft.jump(Width.W64, JumpOp.JGE, index, Operand.imm(limit), past);
        draft.alu(Width.W64, AluOp.ADD, 7, Operand.reg(index));
        draft.load(size, 3, 7, 0);
        draft.place(past);
      }
    }
    draft.place(missing);
    restore();
  }

  private void packet() {
    int start;
    int end;
    if (type == ProgramType.XDP) {
      start = 0;
      end = 4;
    } else if (type == ProgramType.SOCKET_FILTER) {
      draft.load(MemorySize.W, 8, 6, 0);
      return;
    } else {
      start = 76;
      end = 80;
    }
    int needed = 1 + random.nextInt(32);
    int outside = draft.label();
    draft.load(MemorySize.W, 2, 6, start);
    draft.load(MemorySize.W, 3, 6, end);
    if (random.nextBoolean()) {
      draft.alu(Width.W64, AluOp.AND, 8, Operand.imm(15));
      draft.alu(Width.W64, AluOp.ADD, 2, Operand.reg(8));
    }
    draft.copy(4, 2);
    draft.add(4, needed);
    draft.jump(
        Width.W64, random.nextBoolean() ? JumpOp.JGT : JumpOp.JGE, 4, Operand.reg(3), outside);
    int at = Math.max(0, needed - (random.nextInt(10) == 0 ? 0 : 1));
    draft.load(MemorySize.B, 8, 2, at);
    draft.place(outside);
    restore();
  }

  /** The area of the stack at an offset that is known only roughly. */
  private void variableStack() {
    draft.copy(7, 10);
    draft.add(7, AREA);
    draft.alu(Width.W64, AluOp.AND, 8, Operand.imm(63));
    draft.alu(Width.W64, AluOp.ADD, 7, Operand.reg(8));
    if (random.nextBoolean()) {
      draft.store(size(), 7, 0, random.nextBoolean() ? Operand.imm(0) : Operand.reg(register()));
    } else {
      draft.load(size(), 8, 7, 0);
    }
    draft.mov(7, number());
  }

  private void helper() {
    switch (random.nextInt(6)) {
      case 0 -> draft.helper(HelperId.KTIME_GET_NS);
      case 1 -> draft.helper(HelperId.GET_SMP_PROCESSOR_ID);
      case 2 -> {
        draft.copy(2, 10);
        draft.add(2, KEY);
        draft.map(1, 1);
        draft.helper(HelperId.MAP_DELETE_ELEM);
      }
      case 3 -> {
        draft.copy(2, 10);
        draft.add(2, KEY);
        draft.copy(3, 10);
        draft.add(3, -32);
        draft.map(1, 1);
        draft.mov(4, 0);
        draft.helper(HelperId.MAP_UPDATE_ELEM);
      }
      default -> draft.helper(RANDOM_U32);
    }
    restore();
    if (random.nextBoolean()) {
      draft.copy(8, 0);
    }
  }

  private void atomic() {
    AtomicOp op = AtomicOp.values()[random.nextInt(AtomicOp.values().length)];
    MemorySize size = random.nextBoolean() ? MemorySize.DW : MemorySize.W;
    draft.add(new Instruction.Atomic(op, size, 10, -8 * (1 + random.nextInt(4)), register()));
  }

  /** After a call, or where paths join, r0 to r5 and r7 are numbers again. */
  private void restore() {
    draft.copy(0, 8);
    for (int register : new int[] {1, 2, 3, 4, 5, 7}) {
      if (random.nextBoolean()) {
        draft.mov(register, number());
      } else {
        draft.copy(register, 8);
      }
    }
  }

  private Operand operand() {
    return random.nextBoolean() ? Operand.reg(register()) : Operand.imm(number());
  }

  private JumpOp jumpOp() {
    return JumpOp.values()[random.nextInt(JumpOp.values().length)];
  }

  private Width width() {
    return random.nextBoolean() ? Width.W64 : Width.W32;
  }

  private MemorySize size() {
    return SIZES[random.nextInt(SIZES.length)];
  }

  /** A place in the 32 bytes of numbers, mostly aligned for eight bytes. */
  private int numberSlot() {
    int slot = -8 * (1 + random.nextInt(4));
    return random.nextInt(4) == 0 ? slot + 4 * random.nextInt(2) : slot;
  }

  /** A register with a number: never the context, the counter or the frame pointer. */
  private int register() {
    int register = random.nextInt(7);
    return register == 6 ? 8 : register;
  }

  private int number5() {
    return 3 + random.nextInt(3);
  }

  private int number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }
}
