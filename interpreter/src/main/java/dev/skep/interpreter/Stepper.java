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
import dev.skep.object.LineInfo;
import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Helper;
import dev.skep.runtime.HelperEntry;
import dev.skep.runtime.LegacyPacket;
import dev.skep.runtime.LinkedProgram;
import dev.skep.runtime.Program;
import dev.skep.runtime.Trap;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.helper.TailCalls;
import dev.skep.runtime.map.ArenaMap;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  private final PreparedCode code;
  private final Cpu cpu;
  private final Memory memory;
  private final @Nullable Coverage coverage;
  private final CallStack calls = new CallStack();
  private int mayGotoLeft = MAX_LOOPS;

  /** r0 to r10; 16 of them, so that a register's number needs no bounds check. */
  long[] registers = new long[16];

  /** The next instruction's slot. */
  int pc;

  /** Whether the program has exited. */
  boolean finished;

  Stepper(InterpretedProgram program, Cpu cpu, int pc) {
    this.program = program.program();
    this.code = program.code();
    this.coverage = program.recording();
    this.cpu = cpu;
    this.memory = new Memory(cpu);
    this.pc = pc;
    registers[10] = cpu.framePointer();
  }

  /** Sets what the function is called with. */
  Stepper arguments(long r1, long r2, long r3, long r4, long r5) {
    registers[1] = r1;
    registers[2] = r2;
    registers[3] = r3;
    registers[4] = r4;
    registers[5] = r5;
    return this;
  }

  /** What is run. */
  public LinkedProgram program() {
    return program;
  }

  /** The processor that it runs on. */
  public Cpu cpu() {
    return cpu;
  }

  PreparedCode code() {
    return code;
  }

  Memory memory() {
    return memory;
  }

  /** The next instruction's slot. */
  public int pc() {
    return pc;
  }

  /** The source line of the next instruction, or null. */
  public @Nullable LineInfo line() {
    return program.lineAt(pc);
  }

  /** A register's value: 0 to 10. */
  public long register(int number) {
    return registers[number];
  }

  /** A copy of r0 to r10. */
  public long[] registers() {
    return Arrays.copyOf(registers, 11);
  }

  /** Changes a register, as a debugger does. */
  public void register(int number, long value) {
    registers[number] = value;
  }

  /** Open local calls. */
  public int depth() {
    return calls.depth();
  }

  /**
   * An open call, innermost first.
   *
   * @param pc where the function goes on: the next instruction, or the one behind the call
   * @param framePointer the function's r10
   */
  public record Frame(int pc, long framePointer) {}

  /** The call stack: the running function, its caller, and so on to the main program. */
  public List<Frame> frames() {
    List<Frame> frames = new ArrayList<>();
    frames.add(new Frame(pc, registers[10]));
    calls.addCallers(frames);
    return frames;
  }

  /** A copy of the 512 bytes below a frame pointer; its last 8 are r10's {@code fp-8}. */
  public byte[] stack(Frame frame) {
    int high = (int) (frame.framePointer() - Cpu.STACK_ADDRESS);
    return Arrays.copyOfRange(cpu.stack(), high - Cpu.FRAME_BYTES, high);
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
  public void finish() {
    if (coverage != null) {
      while (!finished) {
        step();
      }
    } else if (!finished) {
      Loop.run(this, Long.MAX_VALUE);
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
    if (coverage != null) {
      coverage.count(pc);
    }
    Loop.run(this, 1);
    return !finished;
  }

  /**
   * Runs up to a slot, an exit, or a number of instructions.
   *
   * @return whether it stands on the slot
   * @throws Trap.Signal if it traps
   */
  public boolean runTo(int slot, long most) {
    for (long i = 0; i < most && !finished; i++) {
      step();
      if (pc == slot) {
        return true;
      }
    }
    return false;
  }

  /** Executes the instruction at {@link #pc}, whatever it is. */
  void other() {
    Instruction instruction = pc < program.size() ? program.instruction(pc) : null;
    if (instruction == null) {
      throw new Trap.Signal(Reason.BAD_CALL, 0, "", "the program runs off its end without exit");
    }
    execute(pc, instruction);
  }

  private void execute(int at, Instruction instruction) {
    int next = at + instruction.slots();
    switch (instruction) {
      case Alu(var width, var op, int dst, var src) ->
          registers[dst] = dev.skep.runtime.Alu.apply(width, op, registers[dst], value(src));
      case MoveSignExtend(var width, int dst, int src, int bits) ->
          registers[dst] = dev.skep.runtime.Alu.signExtend(width, bits, registers[src]);
      case Negate(var width, int dst) ->
          registers[dst] =
              width == Width.W64 ? -registers[dst] : -(int) registers[dst] & 0xffff_ffffL;
      case ByteSwap(var kind, int dst, int bits) ->
          registers[dst] = dev.skep.runtime.Alu.swap(kind, bits, registers[dst]);
      case AddressSpaceCast cast -> {
        ArenaMap arena = program.arena();
        registers[cast.dst()] =
            arena == null ? registers[cast.src()] : arena.cast(registers[cast.src()]);
      }
      case Load(var size, boolean signed, int dst, int src, int offset) -> {
        long loaded = load(size, registers[src] + offset);
        registers[dst] = signed ? signExtend(size, loaded) : loaded;
      }
      case Store(var size, int dst, int offset, var src) ->
          store(size, registers[dst] + offset, value(src));
      case Atomic atomic -> atomic(atomic);
      case LoadAcquire(var size, int dst, int src, int offset) -> {
        registers[dst] = load(size, registers[src] + offset);
        VarHandle.acquireFence();
      }
      case StoreRelease(var size, int dst, int offset, int src) -> {
        VarHandle.releaseFence();
        store(size, registers[dst] + offset, registers[src]);
      }
      case LoadPacketAbsolute(var size, int imm) -> next = packet(size, imm, next);
      case LoadPacketIndirect(var size, int src, int imm) ->
          next = packet(size, (int) registers[src] + imm, next);
      case LoadImmediate64 load -> registers[load.dst()] = program.constant(at);
      case Jump(int offset) -> next += offset;
      case LongJump(int offset) -> next += offset;
      case ConditionalJump(var width, var op, int dst, var src, int offset) -> {
        if (dev.skep.runtime.Alu.holds(width, op, registers[dst], value(src))) {
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
          Program target = TailCalls.target(cpu, registers[2], registers[3] & 0xffff_ffffL);
          if (target != null) {
            registers[0] = target.invoke(cpu, registers[1]);
            next = end();
          } else {
            registers[0] = -2;
          }
        } else {
          callHelper(at);
        }
      }
      case CallKfunc kfunc -> callHelper(at);
      case CallLocal(int offset) -> {
        enter(next);
        next += offset;
      }
      case CallRegister(int dst) -> callRegister(registers[dst]);
      case Exit() -> next = end();
    }
    pc = next;
  }

  private long value(Operand operand) {
    return switch (operand) {
      case Operand.Reg(int index) -> registers[index];
      case Operand.Imm(int imm) -> imm;
    };
  }

  /** Opens a frame for a call. */
  void enter(int returnPc) {
    long framePointer = cpu.pushFrame();
    cpu.clearFrame();
    calls.push(returnPc, registers);
    registers[10] = framePointer;
  }

  /** Ends the current function; false if it was the main one. */
  boolean leave() {
    if (calls.depth() == 0) {
      return false;
    }
    cpu.popFrame();
    pc = calls.pop(registers);
    return true;
  }

  /** Where an instruction that ends the function goes on. */
  private int end() {
    if (!leave()) {
      finished = true;
    }
    return pc;
  }

  private void callHelper(int at) {
    Helper helper = program.helperAt(at);
    if (helper == null) {
      throw new Trap.Signal(Reason.UNSUPPORTED, 0, "", "no such helper: " + program.calleeName(at));
    }
    registers[0] =
        helper.call(cpu, registers[1], registers[2], registers[3], registers[4], registers[5]);
  }

  private void callRegister(long id) {
    HelperEntry entry = id == (int) id ? program.machine().helper((int) id) : null;
    if (!program.machine().indirectCalls() || entry == null) {
      throw new Trap.Signal(
          Reason.BAD_CALL, id, "", "callx: Linux has no indirect calls (target %d)".formatted(id));
    }
    registers[0] =
        entry
            .helper()
            .call(cpu, registers[1], registers[2], registers[3], registers[4], registers[5]);
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
    long address = registers[atomic.dst()] + atomic.offset();
    long operand = registers[atomic.src()];
    long old =
        atomic.size() == MemorySize.DW
            ? Access.atomic64(cpu, atomic.op(), address, operand, registers[0])
            : Access.atomic32(cpu, atomic.op(), address, operand, registers[0]);
    switch (atomic.op()) {
      case ADD, OR, AND, XOR -> {}
      case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, XCHG -> registers[atomic.src()] = old;
      case CMPXCHG -> registers[0] = old;
    }
  }

  /**
   * Legacy packet access: big endian; outside the packet the program ends with 0. Clobbers r1 to r5
   * as the kernel does.
   */
  private int packet(MemorySize size, int offset, int next) {
    long value = LegacyPacket.load(cpu, size.bytes(), offset);
    if (value < 0) {
      registers[0] = 0;
      return end();
    }
    registers[0] = value;
    Arrays.fill(registers, 1, 6, 0);
    return next;
  }
}
