package dev.skep.jit;

import dev.skep.catalog.HelperId;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.AddressSpaceCast;
import dev.skep.isa.Instruction.Alu;
import dev.skep.isa.Instruction.Atomic;
import dev.skep.isa.Instruction.ByteSwap;
import dev.skep.isa.Instruction.CallHelper;
import dev.skep.isa.Instruction.CallKfunc;
import dev.skep.isa.Instruction.CallLocal;
import dev.skep.isa.Instruction.CallRegister;
import dev.skep.isa.Instruction.ConditionalJump;
import dev.skep.isa.Instruction.Exit;
import dev.skep.isa.Instruction.Jump;
import dev.skep.isa.Instruction.Load;
import dev.skep.isa.Instruction.LoadAcquire;
import dev.skep.isa.Instruction.LoadImmediate64;
import dev.skep.isa.Instruction.LoadPacketAbsolute;
import dev.skep.isa.Instruction.LoadPacketIndirect;
import dev.skep.isa.Instruction.LongJump;
import dev.skep.isa.Instruction.MayGoto;
import dev.skep.isa.Instruction.MoveSignExtend;
import dev.skep.isa.Instruction.Negate;
import dev.skep.isa.Instruction.Store;
import dev.skep.isa.Instruction.StoreRelease;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import dev.skep.runtime.LinkedProgram;
import dev.skep.runtime.SkBuff;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.Region;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a function's registers hold before each instruction: a forward analysis of regions and
 * ranges, with widening at loops to the constants that the function compares with.
 *
 * <p>It trusts nobody: an address or a range counts as proven only if every way to the instruction
 * makes it so, whether a verifier has seen the program or not.
 */
final class Values {

  /** Functions above this get no analysis of stack slots, to bound its memory. */
  private static final int SLOTS_LIMIT = 20_000;

  private static final int REGISTERS = 11;
  private static final int FRAME_SLOTS = 64;

  private final Function function;
  private final LinkedProgram program;
  private final Value[][] states;
  private final TreeSet<Long> thresholds = new TreeSet<>();
  private final Map<Integer, Value[]> atTargets = new HashMap<>();
  private final Map<Integer, Value[]> entering = new HashMap<>();
  private final Map<Integer, Integer> visits = new HashMap<>();
  private final int width;
  private final List<InnerLoop> loops;
  private final Map<Integer, InnerLoop> loopAt = new HashMap<>();
  private boolean lostFrame;

  private Values(Function function) {
    this.function = function;
    this.program = function.program();
    this.states = new Value[function.size()][];
    this.width = function.size() > SLOTS_LIMIT ? REGISTERS : REGISTERS + FRAME_SLOTS;
    this.loops = InnerLoop.of(function);
    for (InnerLoop loop : loops) {
      loopAt.put(function.pc(loop.first()), loop);
    }
  }

  /**
   * Analyses a function.
   *
   * @param context what r1 is at the entry
   */
  static Values of(Function function, Value context) {
    Values values = new Values(function);
    values.collectThresholds();
    values.solve(context);
    return values;
  }

  /** The value of a register before the n-th instruction. */
  Value at(int n, int register) {
    Value[] state = states[n];
    return state == null ? Value.UNKNOWN : state[register];
  }

  /** The loops that have none inside. */
  List<InnerLoop> loops() {
    return loops;
  }

  /** The value of a register where control comes to a slot from before it. */
  Value entering(int pc, int register) {
    Value[] state = entering.get(pc);
    return state == null ? Value.UNKNOWN : state[register];
  }

  private void enter(int pc, Value[] incoming) {
    Value[] old = entering.get(pc);
    if (old == null) {
      entering.put(pc, Arrays.copyOf(incoming, REGISTERS));
      return;
    }
    for (int i = 0; i < REGISTERS; i++) {
      old[i] = Value.join(old[i], incoming[i]);
    }
  }

  /** Whether a register may hold an address in the frame where none is expected. */
  boolean lostFrame() {
    return lostFrame;
  }

  private void collectThresholds() {
    thresholds.add(0L);
    thresholds.add((long) Integer.MAX_VALUE);
    thresholds.add(0xffff_ffffL);
    for (int n = 0; n < function.size() && thresholds.size() < 64; n++) {
      if (instruction(n) instanceof ConditionalJump jump
          && jump.src() instanceof Operand.Imm(int imm)) {
        thresholds.add((long) imm);
        thresholds.add(imm - 1L);
        thresholds.add(imm + 1L);
      }
    }
  }

  private @Nullable Instruction instruction(int n) {
    int pc = function.pc(n);
    return pc < program.size() ? program.instruction(pc) : null;
  }

  private void solve(Value context) {
    Value[] entry = new Value[width];
    Arrays.fill(entry, Value.UNKNOWN);
    entry[1] = context;
    entry[10] = Value.at(Value.FRAME, 0);
    merge(function.entry(), entry);
    boolean changed = true;
    while (changed) {
      changed = pass();
    }
  }

  /** One walk over the instructions in their order; true if a jump back brought something new. */
  private boolean pass() {
    boolean again = false;
    entering.clear();
    Value @Nullable [] flowing = null;
    int expected = Flow.NONE;
    for (int n = 0; n < function.size(); n++) {
      int pc = function.pc(n);
      if (flowing != null && pc != expected) {
        flowing = null;
      }
      if (function.isTarget(pc)) {
        if (flowing != null) {
          merge(pc, flowing);
          enter(pc, flowing);
        }
        Value[] merged = atTargets.get(pc);
        flowing = merged == null ? null : merged.clone();
        InnerLoop loop = loopAt.get(pc);
        if (flowing != null && loop != null) {
          int counter = loop.counter();
          flowing[counter] = loop.atHead(entering(pc, counter), flowing[counter]);
        }
      }
      if (flowing == null) {
        continue;
      }
      states[n] = Arrays.copyOf(flowing, REGISTERS);
      Instruction instruction = instruction(n);
      if (instruction == null) {
        flowing = null;
        continue;
      }
      int target = Flow.target(pc, instruction);
      if (target != Flow.NONE) {
        Value[] taken = flowing;
        if (instruction instanceof ConditionalJump jump) {
          taken = Refinement.apply(jump, flowing, true);
          flowing = Refinement.apply(jump, flowing, false);
        }
        if (target > pc) {
          enter(target, taken);
        }
        if (merge(target, taken) && target <= pc) {
          again = true;
        }
      } else {
        transfer(pc, instruction, flowing);
      }
      expected = Flow.next(pc, instruction);
    }
    return again;
  }

  private boolean merge(int pc, Value[] incoming) {
    Value[] old = atTargets.get(pc);
    if (old == null) {
      atTargets.put(pc, incoming.clone());
      return true;
    }
    int count = visits.merge(pc, 1, Integer::sum);
    boolean changed = false;
    for (int i = 0; i < width; i++) {
      Value joined = Value.join(old[i], incoming[i]);
      lostFrame |=
          joined.base() != Value.FRAME
              && (old[i].base() == Value.FRAME || incoming[i].base() == Value.FRAME);
      if (!joined.equals(old[i])) {
        old[i] = count > 3 ? widen(old[i], joined, count) : joined;
        changed = true;
      }
    }
    return changed;
  }

  private Value widen(Value old, Value joined, int count) {
    long low = joined.low();
    long high = joined.high();
    if (low < old.low()) {
      Long floor = count > 40 ? null : thresholds.floor(low);
      low = floor == null ? Long.MIN_VALUE : floor;
    }
    if (high > old.high()) {
      Long ceiling = count > 40 ? null : thresholds.ceiling(high);
      high = ceiling == null ? Long.MAX_VALUE : ceiling;
    }
    return new Value(joined.base(), joined.proven(), low, high);
  }

  private void transfer(int pc, Instruction instruction, Value[] state) {
    switch (instruction) {
      case Alu alu -> state[alu.dst()] = alu(alu, state);
      case MoveSignExtend move ->
          state[move.dst()] =
              move.width() == Width.W64
                  ? Value.number(-1L << (move.bits() - 1), (1L << (move.bits() - 1)) - 1)
                  : Value.U32;
      case Negate negate ->
          state[negate.dst()] = negate.width() == Width.W64 ? Value.UNKNOWN : Value.U32;
      case ByteSwap swap ->
          state[swap.dst()] =
              swap.bits() == 64 ? Value.UNKNOWN : Value.number(0, (1L << swap.bits()) - 1);
      case AddressSpaceCast cast -> state[cast.dst()] = Value.UNKNOWN;
      case Load load -> state[load.dst()] = load(load, state);
      case LoadAcquire load -> state[load.dst()] = sized(load.size());
      case Store store -> store(store, state);
      case StoreRelease store -> forgetSlots(state);
      case Atomic atomic -> {
        forgetSlots(state);
        switch (atomic.op()) {
          case ADD, OR, AND, XOR -> {}
          case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, XCHG ->
              state[atomic.src()] = sized(atomic.size());
          case CMPXCHG -> state[0] = sized(atomic.size());
        }
      }
      case LoadPacketAbsolute _, LoadPacketIndirect _ -> {
        state[0] = Value.U32;
        Arrays.fill(state, 1, 6, Value.constant(0));
      }
      case LoadImmediate64 load -> state[load.dst()] = wide(pc, load);
      case CallHelper(int id) -> {
        Value map = state[1];
        state[0] =
            id == HelperId.MAP_LOOKUP_ELEM && map.base() instanceof Value.Base.Handle(BpfMap named)
                ? values(named)
                : Value.UNKNOWN;
      }
      case CallKfunc _, CallRegister _ -> state[0] = Value.UNKNOWN;
      case CallLocal _ -> Arrays.fill(state, 0, 6, Value.UNKNOWN);
      case Jump _, LongJump _, ConditionalJump _, MayGoto _, Exit _ -> {}
    }
  }

  private static Value values(BpfMap map) {
    Region region = map.values();
    return region == null ? Value.UNKNOWN : Value.guess(new Value.Base.Shared(region));
  }

  private Value wide(int pc, LoadImmediate64 load) {
    BpfMap map = program.mapAt(pc);
    long constant = program.constant(pc);
    return switch (load.kind()) {
      case CONSTANT, VARIABLE_ADDRESS, CODE_ADDRESS -> Value.constant(constant);
      case MAP_FD, MAP_INDEX ->
          map == null ? Value.constant(constant) : Value.at(new Value.Base.Handle(map), 0);
      case MAP_VALUE, MAP_INDEX_VALUE -> {
        Region region = map == null ? null : program.machine().memory().find(constant);
        yield region == null
            ? Value.constant(constant)
            : Value.at(new Value.Base.Shared(region), constant - region.address());
      }
    };
  }

  private static Value sized(MemorySize size) {
    return size == MemorySize.DW ? Value.UNKNOWN : Value.number(0, (1L << size.bytes() * 8) - 1);
  }

  private Value load(Load load, Value[] state) {
    Value base = state[load.src()];
    if (load.size() == MemorySize.W
        && !load.signExtend()
        && base.base() instanceof Value.Base.Context
        && base.low() == base.high()
        && isPacketPointer(base.low() + load.offset())) {
      return Value.guess(Value.PACKET);
    }
    if (load.size() == MemorySize.DW) {
      int slot = slot(base, load.offset());
      return slot >= 0 && width > REGISTERS ? state[REGISTERS + slot].asGuess() : Value.UNKNOWN;
    }
    if (load.signExtend()) {
      int bits = load.size().bytes() * 8;
      return Value.number(-1L << (bits - 1), (1L << (bits - 1)) - 1);
    }
    return sized(load.size());
  }

  private boolean isPacketPointer(long offset) {
    ProgramType type = program.spec().type();
    return type == ProgramType.XDP
        ? offset == 0 || offset == 4 || offset == 8
        : offset == SkBuff.DATA || offset == SkBuff.DATA_END || offset == SkBuff.DATA_META;
  }

  /** The number of the aligned stack slot that an access touches, or -1. */
  private static int slot(Value base, int offset) {
    if (!(base.base() instanceof Value.Base.Frame) || base.low() != base.high()) {
      return -1;
    }
    long at = base.low() + offset;
    return at >= -512 && at < 0 && (at & 7) == 0 ? (int) (-at / 8) - 1 : -1;
  }

  private void store(Store store, Value[] state) {
    if (width == REGISTERS) {
      return;
    }
    int slot = slot(state[store.dst()], store.offset());
    if (slot >= 0 && store.size() == MemorySize.DW) {
      state[REGISTERS + slot] =
          store.src() instanceof Operand.Reg(int src) ? state[src] : Value.UNKNOWN;
    }
  }

  private void forgetSlots(Value[] state) {
    Arrays.fill(state, Math.min(REGISTERS, width), width, Value.UNKNOWN);
  }

  private static Value alu(Alu alu, Value[] state) {
    Value dst = state[alu.dst()];
    Value src =
        switch (alu.src()) {
          case Operand.Reg(int index) -> state[index];
          case Operand.Imm(int imm) -> Value.constant(imm);
        };
    return alu.width() == Width.W64
        ? Ranges.alu64(alu.op(), dst, src)
        : Ranges.alu32(alu.op(), dst, src);
  }
}
