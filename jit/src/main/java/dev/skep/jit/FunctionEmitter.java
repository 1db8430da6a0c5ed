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
import dev.skep.isa.JumpOp;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import dev.skep.jit.IntLoops.IntLoop;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.helper.TailCalls;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;

/** Writes the instructions of a function, or of a piece of one, as a Java method. */
final class FunctionEmitter {

  /** Loops that {@code may_goto} allows: {@code BPF_MAX_LOOPS}. */
  private static final int MAX_LOOPS = 8 << 20;

  /** Where pieces keep the rest of them, behind the registers. */
  private static final int LOOPS_LEFT = 11;

  /** Jumps back for HotSpot to count at each call of a piece. */
  private static final int BACK_EDGES = 25;

  private final Code code;
  private final Plan plan;
  private final Function function;
  private final int first;
  private final int end;
  private final AluEmitter alu;
  private final JumpEmitter jumps;
  private final MemoryEmitter memory;
  private final CallEmitter calls;
  private final Fuel fuel;
  private final LoopEmitter loops;
  private final Map<Integer, Label> labels = new HashMap<>();
  private final Label leave = new Label();
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
    jumps = new JumpEmitter(code, alu);
    memory = new MemoryEmitter(code, alu, plan.tellsDepth());
    calls = new CallEmitter(code, memory, plan, owner);
    fuel = new Fuel(code, plan.fuel());
    loops = new LoopEmitter(code, plan, memory, jumps, fuel, first, end);
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
    prologue(outermost);
    for (int entry : entries) {
      labels.put(entry, new Label());
    }
    if (code.piece()) {
      countBackEdges();
    }
    code.method().visitLabel(start);
    if (code.piece()) {
      enter(entries);
    }
    for (int n = first; n < end; n++) {
      int pc = function.pc(n);
      if (function.isTarget(pc) || labels.containsKey(pc)) {
        code.place(label(pc));
      }
      loops.begin(n);
      Instruction instruction = function.instruction(n);
      if (instruction == null) {
        code.setPc(pc);
        code.fail("offTheEnd", "");
        continue;
      }
      write(n, pc, instruction);
      if (instruction instanceof ConditionalJump jump
          && jump.op() != JumpOp.JSET
          && Flow.target(pc, jump) > pc
          && backJump(n + 1) != Flow.NONE) {
        n++;
        continue;
      }
      if (n + 1 == end && Flow.next(pc, instruction) != Flow.NONE) {
        goTo(Flow.next(pc, instruction));
      }
    }
    code.writeLater();
    if (code.piece()) {
      leave();
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

  /**
   * A loop that does nothing. HotSpot compiles a method after 5,000 calls, or after 600 if they and
   * the jumps back in it are 15,000: a large function should not have to run 5,000 times. The
   * number on the operand stack keeps HotSpot from compiling the method a second time for the loop
   * alone.
   */
  private void countBackEdges() {
    Label head = new Label();
    code.push(BACK_EDGES);
    code.load(ISTORE, Locals.COUNT);
    code.push(0);
    code.placeWithInt(head);
    code.method().visitIincInsn(Locals.COUNT, -1);
    code.load(ILOAD, Locals.COUNT);
    code.jump(IFGT, head);
    code.op(POP);
  }

  private Label label(int pc) {
    return labels.computeIfAbsent(pc, _ -> new Label());
  }

  private void prologue(@Nullable Cpu outermost) {
    if (code.piece()) {
      code.load(ALOAD, 2);
      code.load(ASTORE, Locals.REGISTERS);
      code.load(ILOAD, 3);
      code.load(ISTORE, Locals.NEXT);
      for (int register = 0; register <= 10; register++) {
        code.load(ALOAD, Locals.REGISTERS);
        code.push(register);
        code.op(LALOAD);
        code.setRegister(register);
      }
    } else {
      if (outermost != null) {
        code.push(1);
        code.load(ISTORE, Locals.DEPTH);
        code.push(Cpu.CONTEXT_ADDRESS);
        code.setRegister(1);
      }
      for (int register : new int[] {0, 6, 7, 8, 9}) {
        code.push(0L);
        code.setRegister(register);
      }
    }
    code.push(0L);
    code.load(LSTORE, Locals.ADDRESS);
    arrays(outermost);
    code.push(function.entry());
    code.load(ISTORE, Locals.PC);
    fuel.take();
    if (code.piece()) {
      code.load(ALOAD, Locals.REGISTERS);
      code.push(LOOPS_LEFT);
      code.op(LALOAD);
      code.op(L2I);
    } else {
      code.push(MAX_LOOPS);
    }
    code.load(ISTORE, Locals.MAY_GOTO);
    for (int i = 0; i < plan.intLoops().ints(); i++) {
      code.push(0);
      code.load(ISTORE, Locals.ofInt(i));
    }
    frame(outermost != null);
  }

  private void arrays(@Nullable Cpu outermost) {
    if (outermost != null) {
      code.push(outermost.stack(), "[B");
    } else {
      code.cpu();
      code.callVirtual(Locals.CPU_TYPE, "stack", "()[B");
    }
    code.load(ASTORE, Locals.STACK);
    code.cpu();
    code.callVirtual(Locals.CPU_TYPE, "contextBytes", "()[B");
    code.load(ASTORE, Locals.CONTEXT);
    code.cpu();
    code.callVirtual(Locals.CPU_TYPE, "packet", "()[B");
    code.load(ASTORE, Locals.PACKET);
  }

  /** Sets r10, and clears what can be seen of the frame. */
  private void frame(boolean outermost) {
    int top = Cpu.MAX_FRAMES * Cpu.FRAME_BYTES;
    if (outermost) {
      code.push(top);
    } else {
      code.push(top + Cpu.FRAME_BYTES);
      code.load(ILOAD, Locals.DEPTH);
      code.push(9);
      code.op(ISHL);
      code.op(ISUB);
    }
    code.load(ISTORE, Locals.FRAME);
    if (code.piece()) {
      return;
    }
    if (outermost) {
      code.push(Cpu.STACK_ADDRESS + top);
    } else {
      code.load(ILOAD, Locals.FRAME);
      code.op(I2L);
      code.push(Cpu.STACK_ADDRESS);
      code.op(LADD);
    }
    code.setRegister(10);
    if (plan.frameBytes() > 0) {
      code.load(ALOAD, Locals.STACK);
      code.load(ILOAD, Locals.FRAME);
      code.push(plan.frameBytes());
      code.support("clear", "([BII)V");
    }
  }

  /** Goes to where a piece is entered. */
  private void enter(int[] entries) {
    Label[] targets = new Label[entries.length];
    for (int i = 0; i < entries.length; i++) {
      targets[i] = label(entries[i]);
    }
    code.load(ILOAD, Locals.NEXT);
    code.method().visitLookupSwitchInsn(targets[0], entries, targets);
  }

  /** Leaves a piece with everything in memory. */
  private void leave() {
    code.place(leave);
    for (int register = 0; register < 10; register++) {
      code.load(ALOAD, Locals.REGISTERS);
      code.push(register);
      code.register(register);
      code.op(LASTORE);
    }
    code.load(ALOAD, Locals.REGISTERS);
    code.push(LOOPS_LEFT);
    code.load(ILOAD, Locals.MAY_GOTO);
    code.op(I2L);
    code.op(LASTORE);
    fuel.giveBack();
    code.load(ILOAD, Locals.NEXT);
    code.op(IRETURN);
  }

  private void exit() {
    if (code.piece()) {
      code.push(Flow.NONE);
      code.load(ISTORE, Locals.NEXT);
      code.goTo(leave);
    } else {
      fuel.giveBack();
      code.register(0);
      code.op(LRETURN);
    }
  }

  private boolean isHere(int pc) {
    return pc >= function.pc(first) && pc <= function.pc(end - 1);
  }

  /** Goes to a slot, in this method or in another piece. */
  private void goTo(int pc) {
    if (isHere(pc)) {
      code.goTo(label(pc));
    } else {
      code.push(pc);
      code.load(ISTORE, Locals.NEXT);
      code.goTo(leave);
    }
  }

  /** Takes a jump: one that goes back pays for what it repeats. */
  private void jump(int n, int pc, int target) {
    IntLoop left = loops.leaving(n, target);
    if (left != null) {
      loops.payLate(left, n);
    }
    if (target <= pc) {
      fuel.charge(pc, function.shortest(target, pc));
    }
    goTo(target);
  }

  private void conditional(int n, int pc, ConditionalJump jump) {
    Value dst = plan.values().at(n, jump.dst());
    Value src =
        switch (jump.src()) {
          case Operand.Reg(int index) -> plan.values().at(n, index);
          case Operand.Imm(int imm) -> Value.constant(imm);
        };
    int target = Flow.target(pc, jump);
    if (target > pc) {
      int back = backJump(n + 1);
      if (back == Flow.NONE || jump.op() == JumpOp.JSET) {
        way(n, jump, jump.op(), dst, src, target);
        return;
      }
      // "if done goto out; goto head" is a loop that ends with its test, too.
      turn(n, jump, Refinement.inverse(jump.op()), dst, src, back);
      goTo(target);
      return;
    }
    turn(n, jump, jump.op(), dst, src, target);
  }

  /** Where an instruction jumps back to, if it does nothing else and is reached from above only. */
  private int backJump(int n) {
    if (n >= end) {
      return Flow.NONE;
    }
    int pc = function.pc(n);
    Instruction instruction =
        pc < function.program().size() ? function.program().instruction(pc) : null;
    if (!(instruction instanceof Jump || instruction instanceof LongJump)
        || function.isTarget(pc)
        || labels.containsKey(pc)) {
      return Flow.NONE;
    }
    int target = Flow.target(pc, instruction);
    return target < pc ? target : Flow.NONE;
  }

  /** The test at a loop's end. */
  private void turn(int n, ConditionalJump jump, JumpOp op, Value dst, Value src, int target) {
    int pc = function.pc(n);
    IntLoop loop = loops.endingAt(n);
    // The test of the loop's counter comes last, so that HotSpot sees what it counts.
    long turns = turns(n);
    boolean late = loop != null && loop.paysLate();
    if (turns == 0 && !late) {
      fuel.charge(pc, function.shortest(target, pc));
    }
    if (loop != null) {
      loops.goBack(loop, op, dst);
    } else if (op != JumpOp.JNE || !comparable(jump, dst, src)) {
      way(n, jump, op, dst, src, target);
    } else {
      // Not equal is less or greater. HotSpot counts such loops; a way that is never taken is gone.
      if (dst.low() < src.high()) {
        way(n, jump, JumpOp.JSLT, dst, src, target);
      }
      if (dst.high() > src.low()) {
        way(n, jump, JumpOp.JSGT, dst, src, target);
      }
    }
    if (turns > 0) {
      fuel.charge(pc, turns * function.shortest(target, pc));
    } else if (loop != null && late) {
      loops.payLate(loop, n);
    }
  }

  private long turns(int n) {
    for (InnerLoop loop : plan.values().loops()) {
      if (loop.test() == n) {
        return loop.turns(plan.values().entering(function.pc(loop.first()), loop.counter()));
      }
    }
    return 0;
  }

  /** Whether both are numbers whose order is that of the compared halves. */
  private static boolean comparable(ConditionalJump jump, Value dst, Value src) {
    return jump.width() == Width.W64
        ? dst.isNumber() && src.isNumber()
        : dst.isSmall() && src.isSmall();
  }

  private void way(int n, ConditionalJump jump, JumpOp op, Value dst, Value src, int target) {
    IntLoop left = loops.leaving(n, target);
    if (left == null && isHere(target)) {
      jumps.conditional(jump, op, dst, src, label(target));
      return;
    }
    Label taken = new Label();
    jumps.conditional(jump, op, dst, src, taken);
    code.later(
        () -> {
          code.place(taken);
          if (left != null) {
            loops.payLate(left, n);
          }
          goTo(target);
        });
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
      case AddressSpaceCast cast -> {
        code.register(cast.src());
        code.setRegister(cast.dst());
      }
      case Load load -> memory.load(pc, load, plan.values().at(n, load.src()), loops.index(n));
      case Store store -> memory.store(pc, store, plan.values().at(n, store.dst()), loops.index(n));
      case Atomic atomic -> memory.atomic(pc, atomic);
      case LoadAcquire(var size, int dst, int src, int offset) ->
          memory.loadAcquire(pc, size, dst, src, offset);
      case StoreRelease(var size, int dst, int offset, int src) ->
          memory.storeRelease(pc, size, dst, offset, src);
      case LoadPacketAbsolute(var size, int imm) -> calls.legacyPacket(size, -1, imm, this::exit);
      case LoadPacketIndirect(var size, int src, int imm) ->
          calls.legacyPacket(size, src, imm, this::exit);
      case LoadImmediate64 load -> {
        code.push(function.program().constant(pc));
        code.setRegister(load.dst());
      }
      case Jump _, LongJump _ -> jump(n, pc, Flow.target(pc, instruction));
      case ConditionalJump jump -> conditional(n, pc, jump);
      case MayGoto _ -> mayGoto(n, pc, Flow.target(pc, instruction));
      case CallHelper(int id) -> {
        if (id == TailCalls.ID) {
          calls.tail(pc, this::exit);
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
      case Exit _ -> exit();
    }
  }

  private void mayGoto(int n, int pc, int target) {
    Label on = new Label();
    code.load(ILOAD, Locals.MAY_GOTO);
    code.jump(IFNE, on);
    jump(n, pc, target);
    code.place(on);
    code.method().visitIincInsn(Locals.MAY_GOTO, -1);
  }
}
