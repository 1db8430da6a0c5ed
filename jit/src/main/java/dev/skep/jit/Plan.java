package dev.skep.jit;

import dev.skep.catalog.HelperPrototype;
import dev.skep.catalog.Helpers;
import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Instruction.Alu;
import dev.skep.isa.Instruction.CallHelper;
import dev.skep.isa.Instruction.CallKfunc;
import dev.skep.isa.Instruction.CallLocal;
import dev.skep.isa.Instruction.CallRegister;
import dev.skep.isa.Instruction.Load;
import dev.skep.isa.Instruction.Store;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import dev.skep.runtime.Cpu;

/**
 * What the compiler decides about a function before it writes the first instruction.
 *
 * @param function the instructions
 * @param values what the registers hold
 * @param intLoops the loops that count with an {@code int}
 * @param frameBytes how many bytes of its frame it can look at: they are cleared at the entry
 * @param packet whether it expects an access to the packet
 * @param duties what it owes the processor
 */
record Plan(
    Function function,
    Values values,
    IntLoops intLoops,
    int frameBytes,
    boolean packet,
    Duties duties) {

  /**
   * What compiled code does besides the program's work.
   *
   * @param fuel whether it counts what it may still execute
   * @param tellsDepth whether the processor must be told the frame's number
   */
  record Duties(boolean fuel, boolean tellsDepth) {}

  static Plan of(Function function, Value context, Duties duties) {
    Values values = Values.of(function, context);
    return new Plan(
        function,
        values,
        IntLoops.of(function, values),
        frameBytes(function, values),
        usesPacket(function, values),
        duties);
  }

  boolean fuel() {
    return duties.fuel();
  }

  boolean tellsDepth() {
    return duties.tellsDepth();
  }

  private static Instruction instruction(Function function, int n) {
    int pc = function.pc(n);
    Instruction instruction =
        pc < function.program().size() ? function.program().instruction(pc) : null;
    return instruction == null ? new Instruction.Exit() : instruction;
  }

  private static boolean usesPacket(Function function, Values values) {
    for (int n = 0; n < function.size(); n++) {
      int base =
          switch (instruction(function, n)) {
            case Load load -> load.src();
            case Store store -> store.dst();
            default -> 10;
          };
      if (values.at(n, base).base() instanceof Value.Base.Packet) {
        return true;
      }
    }
    return false;
  }

  /** The depth of the frame that can be read: all of it once its address goes astray. */
  private static int frameBytes(Function function, Values values) {
    if (values.lostFrame()) {
      return Cpu.FRAME_BYTES;
    }
    long deepest = 0;
    for (int n = 0; n < function.size(); n++) {
      long low = lowest(instruction(function, n), n, values);
      if (low < -Cpu.FRAME_BYTES) {
        return Cpu.FRAME_BYTES;
      }
      deepest = Math.min(deepest, low);
    }
    return (int) Math.min(-deepest + 7 & -8, Cpu.FRAME_BYTES);
  }

  private static final long ASTRAY = Long.MIN_VALUE;

  /** The lowest byte that an instruction makes readable, or {@link #ASTRAY}. */
  private static long lowest(Instruction instruction, int n, Values values) {
    return switch (instruction) {
      case Load load -> touched(values.at(n, load.src()), load.offset());
      case Store store -> {
        boolean leaks = store.src() instanceof Operand.Reg(int src) && isFrame(values.at(n, src));
        yield leaks ? ASTRAY : touched(values.at(n, store.dst()), store.offset());
      }
      case Alu alu -> leaks(alu, n, values) ? ASTRAY : 0;
      case CallHelper(int id) -> {
        HelperPrototype known = Helpers.byId(id);
        yield passed(n, values, known == null ? 5 : known.arguments().size());
      }
      case CallKfunc _, CallRegister _ -> passed(n, values, 5);
      case CallLocal _ -> passed(n, values, 5) == 0 ? 0 : ASTRAY;
      case Instruction.LoadAcquire load -> touched(values.at(n, load.src()), load.offset());
      case Instruction.StoreRelease store ->
          isFrame(values.at(n, store.src()))
              ? ASTRAY
              : touched(values.at(n, store.dst()), store.offset());
      case Instruction.Atomic atomic ->
          isFrame(values.at(n, atomic.src()))
              ? ASTRAY
              : touched(values.at(n, atomic.dst()), atomic.offset());
      case Instruction.Exit _ -> isFrame(values.at(n, 0)) ? ASTRAY : 0;
      case Instruction.AddressSpaceCast cast -> isFrame(values.at(n, cast.src())) ? ASTRAY : 0;
      case Instruction.Negate negate -> isFrame(values.at(n, negate.dst())) ? ASTRAY : 0;
      case Instruction.ByteSwap swap -> isFrame(values.at(n, swap.dst())) ? ASTRAY : 0;
      case Instruction.MoveSignExtend move -> isFrame(values.at(n, move.src())) ? ASTRAY : 0;
      case Instruction.LoadPacketAbsolute _,
          Instruction.LoadPacketIndirect _,
          Instruction.LoadImmediate64 _,
          Instruction.Jump _,
          Instruction.LongJump _,
          Instruction.ConditionalJump _,
          Instruction.MayGoto _ ->
          0;
    };
  }

  /** Whether an operator makes something of a frame's address that is no longer known as one. */
  private static boolean leaks(Alu alu, int n, Values values) {
    boolean left = alu.op() != AluOp.MOV && isFrame(values.at(n, alu.dst()));
    Value src = alu.src() instanceof Operand.Reg(int index) ? values.at(n, index) : Value.U32;
    if (!left && !isFrame(src)) {
      return false;
    }
    if (alu.width() != Width.W64) {
      return true;
    }
    return switch (alu.op()) {
      case MOV -> false;
      case ADD -> left ? !src.isNumber() : !values.at(n, alu.dst()).isNumber();
      case SUB -> !left || !(src.isNumber() || isFrame(src));
      case MUL, DIV, SDIV, OR, AND, LSH, RSH, MOD, SMOD, XOR, ARSH -> true;
    };
  }

  private static boolean isFrame(Value value) {
    return value.base() instanceof Value.Base.Frame;
  }

  private static long touched(Value base, int offset) {
    if (!isFrame(base)) {
      return 0;
    }
    return base.proven() ? Math.min(base.low() + offset, 0) : ASTRAY;
  }

  /** What a helper can read: from the address that it is given upwards. */
  private static long passed(int n, Values values, int arguments) {
    long low = 0;
    for (int register = 1; register <= arguments; register++) {
      Value value = values.at(n, register);
      if (isFrame(value)) {
        if (!value.proven()) {
          return ASTRAY;
        }
        low = Math.min(low, value.low());
      }
    }
    return low;
  }
}
