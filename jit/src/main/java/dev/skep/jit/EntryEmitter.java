package dev.skep.jit;

import static org.objectweb.asm.Opcodes.*;

import dev.skep.runtime.Cpu;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;

/** Writes how a method begins and ends: locals, stack frame, and for pieces what they share. */
final class EntryEmitter {

  /** Loops that {@code may_goto} allows: {@code BPF_MAX_LOOPS}. */
  private static final int MAX_LOOPS = 8 << 20;

  /** Where pieces keep the rest of them, behind the registers. */
  private static final int LOOPS_LEFT = 11;

  /** Jumps back for HotSpot to count at each call of a piece. */
  private static final int BACK_EDGES = 25;

  private final Code code;
  private final Plan plan;
  private final Fuel fuel;
  private final Label leave = new Label();

  EntryEmitter(Code code, Plan plan, Fuel fuel) {
    this.code = code;
    this.plan = plan;
    this.fuel = fuel;
  }

  /**
   * A loop that does nothing. HotSpot compiles a method after 5,000 calls, or after 600 if they and
   * the jumps back in it are 15,000: a large function should not have to run 5,000 times. The
   * number on the operand stack keeps HotSpot from compiling the method a second time for the loop
   * alone.
   */
  void countBackEdges() {
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

  /** Sets all locals, which every label needs. */
  void prologue(@Nullable Cpu outermost) {
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
    code.push(plan.function().entry());
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
  void enter(int[] entries, Label[] targets) {
    code.load(ILOAD, Locals.NEXT);
    code.method().visitLookupSwitchInsn(targets[0], entries, targets);
  }

  /** Leaves a piece with everything in memory. */
  void leave() {
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

  /** Ends the function. */
  void exit() {
    if (code.piece()) {
      leaveFor(Flow.NONE);
    } else {
      fuel.giveBack();
      code.register(0);
      code.op(LRETURN);
    }
  }

  /** Leaves a piece for a slot of another one. */
  void leaveFor(int pc) {
    code.push(pc);
    code.load(ISTORE, Locals.NEXT);
    code.goTo(leave);
  }
}
