package dev.skep.interpreter;

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
import dev.skep.runtime.Access;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Helper;
import dev.skep.runtime.LinkedProgram;
import dev.skep.runtime.Program;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.helper.Helpers;
import dev.skep.runtime.helper.TailCalls;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The state of one run between two instructions: registers, program counter, call frames.
 *
 * <p>{@link #step} executes one instruction. A helper's callback or a tail call runs to its end
 * within the step that makes it.
 */
public final class Stepper {

  /** Loops that {@code may_goto} allows: {@code BPF_MAX_LOOPS}. */
  private static final int MAX_LOOPS = 8 << 20;

  private final LinkedProgram program;
  private final Cpu cpu;
  private final long[] r = new long[11];
  private final ArrayDeque<Frame> callers = new ArrayDeque<>();
  private int pc;
  private int mayGotoLeft = MAX_LOOPS;
  private boolean finished;

  /** What a local call keeps: the return address, and r6 to r10. */
  private record Frame(int returnPc, long r6, long r7, long r8, long r9, long r10) {}

  Stepper(
      InterpretedProgram program, Cpu cpu, int pc, long r1, long r2, long r3, long r4, long r5) {
    this.program = program.program();
    this.cpu = cpu;
    this.pc = pc;
    r[1] = r1;
    r[2] = r2;
    r[3] = r3;
    r[4] = r4;
    r[5] = r5;
    r[10] = cpu.framePointer();
  }

  /** The next instruction's slot. */
  public int pc() {
    return pc;
  }

  /** A register's value. */
  public long register(int number) {
    return r[number];
  }

  /** Open local calls. */
  public int depth() {
    return callers.size();
  }

  /** Whether the program has exited. */
  public boolean finished() {
    return finished;
  }

  /**
   * Runs to the exit.
   *
   * @throws Trap.Signal if the program traps
   */
  void finish() {
    while (!finished) {
      step();
    }
  }

  /**
   * Executes one instruction.
   *
   * @return whether there is another one
   * @throws Trap.Signal if it traps; the state is then that before the instruction, except for what
   *     a helper did
   */
  public boolean step() {
    if (finished) {
      return false;
    }
    int at = pc;
    try {
      cpu.spend(1);
      Instruction instruction = at < program.size() ? program.instruction(at) : null;
      if (instruction == null) {
        throw new Trap.Signal(Reason.BAD_CALL, 0, "", "the program runs off its end without exit");
      }
      execute(at, instruction);
    } catch (Trap.Signal signal) {
      throw signal.at(at, program.lineAt(at));
    }
    return !finished;
  }

  private void execute(int at, Instruction instruction) {
    int next = at + instruction.slots();
    switch (instruction) {
      case Alu(var width, var op, int dst, var src) ->
          r[dst] = dev.skep.runtime.Alu.apply(width, op, r[dst], value(src));
      case MoveSignExtend(var width, int dst, int src, int bits) ->
          r[dst] = dev.skep.runtime.Alu.signExtend(width, bits, r[src]);
      case Negate(var width, int dst) ->
          r[dst] = width == Width.W64 ? -r[dst] : -(int) r[dst] & 0xffff_ffffL;
      case ByteSwap(var kind, int dst, int bits) ->
          r[dst] = dev.skep.runtime.Alu.swap(kind, bits, r[dst]);
      case AddressSpaceCast cast -> r[cast.dst()] = r[cast.src()];
      case Load(var size, boolean signed, int dst, int src, int offset) -> {
        long loaded = load(size, r[src] + offset);
        r[dst] = signed ? signExtend(size, loaded) : loaded;
      }
      case Store(var size, int dst, int offset, var src) ->
          store(size, r[dst] + offset, value(src));
      case Atomic atomic -> atomic(atomic);
      case LoadAcquire(var size, int dst, int src, int offset) -> {
        r[dst] = load(size, r[src] + offset);
        VarHandle.acquireFence();
      }
      case StoreRelease(var size, int dst, int offset, int src) -> {
        VarHandle.releaseFence();
        store(size, r[dst] + offset, r[src]);
      }
      case LoadPacketAbsolute(var size, int imm) -> next = packet(size, imm, next);
      case LoadPacketIndirect(var size, int src, int imm) ->
          next = packet(size, (int) r[src] + imm, next);
      case LoadImmediate64 load -> r[load.dst()] = program.constant(at);
      case Jump(int offset) -> next += offset;
      case LongJump(int offset) -> next += offset;
      case ConditionalJump(var width, var op, int dst, var src, int offset) -> {
        if (dev.skep.runtime.Alu.holds(width, op, r[dst], value(src))) {
          next += offset;
        }
      }
      case MayGoto(int offset) -> {
        if (mayGotoLeft == 0) {
          next += offset;
        } else {
          mayGotoLeft--;
        }
      }
      case CallHelper(int id) -> {
        if (id == TailCalls.ID) {
          Program target = TailCalls.target(cpu, r[2], r[3] & 0xffff_ffffL);
          if (target != null) {
            r[0] = target.invoke(cpu, r[1]);
            next = leave();
          } else {
            r[0] = -2;
          }
        } else {
          callHelper(at);
        }
      }
      case CallKfunc kfunc -> callHelper(at);
      case CallLocal(int offset) -> {
        r[10] = enter(next);
        next += offset;
      }
      case CallRegister(int dst) -> callRegister(r[dst]);
      case Exit() -> next = leave();
    }
    pc = next;
  }

  private long value(Operand operand) {
    return switch (operand) {
      case Operand.Reg(int index) -> r[index];
      case Operand.Imm(int imm) -> imm;
    };
  }

  private long enter(int returnPc) {
    long framePointer = cpu.pushFrame();
    cpu.clearFrame();
    callers.push(new Frame(returnPc, r[6], r[7], r[8], r[9], r[10]));
    return framePointer;
  }

  /** Ends the current function; returns where its caller goes on. */
  private int leave() {
    Frame caller = callers.poll();
    if (caller == null) {
      finished = true;
      return pc;
    }
    cpu.popFrame();
    r[6] = caller.r6;
    r[7] = caller.r7;
    r[8] = caller.r8;
    r[9] = caller.r9;
    r[10] = caller.r10;
    return caller.returnPc;
  }

  private void callHelper(int at) {
    Helper helper = program.helperAt(at);
    if (helper == null) {
      throw new Trap.Signal(Reason.UNSUPPORTED, 0, "", "no such helper: " + program.calleeName(at));
    }
    r[0] = helper.call(cpu, r[1], r[2], r[3], r[4], r[5]);
  }

  private void callRegister(long id) {
    Helpers.Entry entry = id == (int) id ? program.machine().helper((int) id) : null;
    if (!program.machine().indirectCalls() || entry == null) {
      throw new Trap.Signal(
          Reason.BAD_CALL, id, "", "callx: Linux has no indirect calls (target %d)".formatted(id));
    }
    r[0] = entry.helper().call(cpu, r[1], r[2], r[3], r[4], r[5]);
  }

  private long load(MemorySize size, long address) {
    return switch (size) {
      case B -> Access.load8(cpu, address);
      case H -> Access.load16(cpu, address);
      case W -> Access.load32(cpu, address);
      case DW -> Access.load64(cpu, address);
    };
  }

  private void store(MemorySize size, long address, long value) {
    switch (size) {
      case B -> Access.store8(cpu, address, value);
      case H -> Access.store16(cpu, address, value);
      case W -> Access.store32(cpu, address, value);
      case DW -> Access.store64(cpu, address, value);
    }
  }

  private static long signExtend(MemorySize size, long value) {
    return switch (size) {
      case B -> (byte) value;
      case H -> (short) value;
      case W -> (int) value;
      case DW -> value;
    };
  }

  private void atomic(Atomic atomic) {
    long address = r[atomic.dst()] + atomic.offset();
    long operand = r[atomic.src()];
    long old =
        atomic.size() == MemorySize.DW
            ? Access.atomic64(cpu, atomic.op(), address, operand, r[0])
            : Access.atomic32(cpu, atomic.op(), address, operand, r[0]);
    switch (atomic.op()) {
      case ADD, OR, AND, XOR -> {}
      case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, XCHG -> r[atomic.src()] = old;
      case CMPXCHG -> r[0] = old;
    }
  }

  /** Offsets from here on count from the link-layer header: {@code SKF_LL_OFF}. */
  private static final int LINK_LAYER = -0x20_0000;

  /** Offsets from here on count from the network header: {@code SKF_NET_OFF}. */
  private static final int NETWORK_LAYER = -0x10_0000;

  private static final int ETHERNET_HEADER = 14;

  /**
   * Legacy packet access: big endian; outside the packet the program ends with 0. Clobbers r1 to r5
   * as the kernel does.
   */
  private int packet(MemorySize size, int offset, int next) {
    Context context = cpu.context();
    int bytes = size.bytes();
    byte[] buffer = context.buffer();
    int link = context.dataOffset() - (context.linkLayer() ? 0 : ETHERNET_HEADER);
    long index;
    if (offset >= 0) {
      index = (long) context.dataOffset() + offset;
    } else if (offset >= NETWORK_LAYER) {
      index = (long) link + ETHERNET_HEADER + (offset - NETWORK_LAYER);
    } else if (offset >= LINK_LAYER) {
      index = (long) link + (offset - LINK_LAYER);
    } else {
      index = -1;
    }
    if (index < 0 || index > buffer.length - bytes) {
      r[0] = 0;
      return leave();
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | (buffer[(int) index + i] & 0xff);
    }
    r[0] = value;
    Arrays.fill(r, 1, 6, 0);
    return next;
  }
}
