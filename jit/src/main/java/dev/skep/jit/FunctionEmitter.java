package dev.skep.jit;

import static org.objectweb.asm.Opcodes.*;

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
import dev.skep.runtime.Cpu;
import dev.skep.runtime.helper.TailCalls;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;

/** Writes the instructions of a function, or of a piece of one, as a Java method. */
final class FunctionEmitter {

  private final Code code;
  private final Plan plan;
  private final Function function;
  private final int first;
  private final int end;
  private final AluEmitter alu;
  private final MemoryEmitter memory;
  private final CallEmitter calls;
  private final Fuel fuel;
  private final LoopEmitter loops;
  private final EntryEmitter ends;
  private final BranchEmitter branches;
  private final JitProgram owner;

  /**
   * A writer for the instructions from number {@code first} to before number {@code end}.
   *
   * @param owner whose functions can be called
   */
  FunctionEmitter(Code code, Plan plan, JitProgram owner, int first, int end) {
    this.code = code;
    this.plan = plan;
    this.owner = owner;
    this.function = plan.function();
    this.first = first;
    this.end = end;
    alu = new AluEmitter(code);
    JumpEmitter jumps = new JumpEmitter(code, alu);
    memory = new MemoryEmitter(code, alu, plan.tellsDepth());
    calls = new CallEmitter(code, memory, plan, owner);
    fuel = new Fuel(code, plan.fuel());
    Piece piece = new Piece(plan, first, end);
    loops = new LoopEmitter(code, piece, memory, jumps, fuel);
    ends = new EntryEmitter(code, plan, fuel);
    branches = new BranchEmitter(code, piece, jumps, fuel, loops, ends);
  }

  /**
   * Writes the method's body.
   *
   * @param outermost for the main program in the first frame with the run's context: the only
   *     processor that it runs on, whose stack is a constant to HotSpot
   * @param entries for a piece, the slots at which it is entered
   * @return its size in bytes
   */
  int write(@Nullable Cpu outermost, int... entries) {
    Label start = new Label();
    Label stop = new Label();
    Label trapped = new Label();
    ends.prologue(outermost);
    Label[] targets = branches.entries(entries);
    if (code.piece()) {
      ends.countBackEdges();
    }
    code.method().visitLabel(start);
    if (code.piece()) {
      ends.enter(entries, targets);
    } else if (function.pc(first) != function.entry()) {
      branches.goTo(function.entry()); // it jumps to before its start
    }
    for (int n = first; n < end; n++) {
      int pc = function.pc(n);
      branches.place(pc);
      loops.begin(n);
      Instruction instruction = function.instruction(n);
      if (instruction == null) {
        code.setPc(pc);
        code.fail("offTheEnd", "");
        continue;
      }
      if (instruction instanceof ConditionalJump jump && branches.conditional(n, pc, jump)) {
        n++;
        continue;
      }
      write(n, pc, instruction);
      if (n + 1 == end && Flow.next(pc, instruction) != Flow.NONE) {
        branches.goTo(Flow.next(pc, instruction));
      }
    }
    code.writeLater();
    if (code.piece()) {
      ends.leave();
    }
    code.method().visitLabel(stop);
    code.method().visitTryCatchBlock(start, stop, trapped, "dev/skep/runtime/Trap$Signal");
    code.handler(trapped, "dev/skep/runtime/Trap$Signal");
    code.load(ILOAD, Locals.PC);
    code.push(function.program(), "Ldev/skep/runtime/LinkedProgram;");
    code.support(
        "place",
        "(Ldev/skep/runtime/Trap$Signal;ILdev/skep/runtime/LinkedProgram;)"
            + "Ldev/skep/runtime/Trap$Signal;");
    code.op(ATHROW);
    return stop.getOffset() + 16;
  }

  private void write(int n, int pc, Instruction instruction) {
    switch (instruction) {
      case Alu operation -> {
        if (!loops.change(n)) {
          alu.alu(operation, plan.values().at(n, operation.dst()));
        }
      }
      case MoveSignExtend move -> alu.moveSignExtend(move);
      case Negate negate -> alu.negate(negate);
      case ByteSwap swap -> alu.swap(swap);
      case AddressSpaceCast cast -> memory.cast(cast, function.program().arena());
      case Load load -> memory.load(site(n, pc, load.src()), load);
      case Store store -> memory.store(site(n, pc, store.dst()), store);
      case Atomic atomic -> memory.atomic(pc, atomic);
      case LoadAcquire(var size, int dst, int src, int offset) ->
          memory.loadAcquire(pc, size, dst, src, offset);
      case StoreRelease(var size, int dst, int offset, int src) ->
          memory.storeRelease(pc, size, dst, offset, src);
      case LoadPacketAbsolute(var size, int imm) -> calls.legacyPacket(size, -1, imm, ends::exit);
      case LoadPacketIndirect(var size, int src, int imm) ->
          calls.legacyPacket(size, src, imm, ends::exit);
      case LoadImmediate64 load -> {
        code.push(function.program().constant(pc));
        code.setRegister(load.dst());
      }
      case Jump _, LongJump _ -> branches.jump(n, pc, Flow.target(pc, instruction));
      case ConditionalJump _ -> {
        // Written already, perhaps with the jump behind it.
      }
      case MayGoto _ -> branches.mayGoto(n, pc, Flow.target(pc, instruction));
      case CallHelper(int id) -> {
        if (id == TailCalls.ID) {
          calls.tail(pc, ends::exit);
        } else {
          calls.helper(pc, n);
        }
      }
      case CallKfunc _ -> calls.helper(pc, n);
      case CallLocal call -> {
        int callee = Flow.callee(pc, call);
        if (plan.fuel()) {
          fuel.charge(pc, owner.charge(callee));
        }
        calls.local(pc, callee);
      }
      case CallRegister(int dst) -> calls.register(pc, dst);
      case Exit _ -> ends.exit();
    }
  }

  private MemoryEmitter.Site site(int n, int pc, int register) {
    return new MemoryEmitter.Site(pc, plan.values().at(n, register), loops.index(n));
  }
}
