package dev.skep.jit;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A Java method being written: the few forms that BPF instructions are made of. */
final class Code {

  private final MethodVisitor method;
  private final Constants constants;
  private final String owner;
  private final boolean piece;
  private final List<Runnable> later = new ArrayList<>();

  private final Object[] frame;

  /**
   * A writer of a method.
   *
   * @param ints how many {@code int}s its loops need
   */
  Code(MethodVisitor method, Constants constants, String owner, boolean piece, int ints) {
    this.frame = Locals.frame(piece, ints);
    this.owner = owner;
    this.method = method;
    this.constants = constants;
    this.piece = piece;
  }

  MethodVisitor method() {
    return method;
  }

  /** The class that the method belongs to. */
  String owner() {
    return owner;
  }

  /** Whether the method is a piece of a function. */
  boolean piece() {
    return piece;
  }

  void op(int opcode) {
    method.visitInsn(opcode);
  }

  /** A place that is jumped to, with nothing on the operand stack. */
  void place(Label label) {
    method.visitLabel(label);
    method.visitFrame(Opcodes.F_NEW, frame.length, frame, 0, new Object[0]);
    // Two places never share an offset: each would bring a frame of its own.
    method.visitInsn(Opcodes.NOP);
  }

  /** A place that is jumped to with a number on the operand stack. */
  void placeWithInt(Label label) {
    method.visitLabel(label);
    method.visitFrame(Opcodes.F_NEW, frame.length, frame, 1, new Object[] {Opcodes.INTEGER});
    method.visitInsn(Opcodes.NOP);
  }

  /** The start of an exception's handler. */
  void handler(Label label, String exception) {
    method.visitLabel(label);
    method.visitFrame(Opcodes.F_NEW, frame.length, frame, 1, new Object[] {exception});
  }

  void jump(int opcode, Label label) {
    method.visitJumpInsn(opcode, label);
  }

  void goTo(Label label) {
    method.visitJumpInsn(Opcodes.GOTO, label);
  }

  void push(int value) {
    if (value >= -1 && value <= 5) {
      method.visitInsn(Opcodes.ICONST_0 + value);
    } else if (value == (byte) value) {
      method.visitIntInsn(Opcodes.BIPUSH, value);
    } else if (value == (short) value) {
      method.visitIntInsn(Opcodes.SIPUSH, value);
    } else {
      method.visitLdcInsn(value);
    }
  }

  void push(long value) {
    if (value == 0 || value == 1) {
      method.visitInsn(value == 0 ? Opcodes.LCONST_0 : Opcodes.LCONST_1);
    } else if (value == (short) value) {
      push((int) value);
      method.visitInsn(Opcodes.I2L);
    } else {
      method.visitLdcInsn(value);
    }
  }

  /** Pushes an object that is known now. */
  void push(Object object, String descriptor) {
    method.visitLdcInsn(constants.of(object, descriptor));
  }

  void register(int number) {
    method.visitVarInsn(Opcodes.LLOAD, Locals.register(number));
  }

  void setRegister(int number) {
    method.visitVarInsn(Opcodes.LSTORE, Locals.register(number));
  }

  void load(int opcode, int local) {
    method.visitVarInsn(opcode, local);
  }

  void cpu() {
    method.visitVarInsn(Opcodes.ALOAD, Locals.CPU);
  }

  /** Makes an {@code int} on the stack the zero-extended {@code long} of a 32-bit result. */
  void zeroExtend() {
    method.visitInsn(Opcodes.I2L);
    method.visitLdcInsn(0xffff_ffffL);
    method.visitInsn(Opcodes.LAND);
  }

  void callStatic(String owner, String name, String descriptor) {
    method.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
  }

  void callVirtual(String owner, String name, String descriptor) {
    method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, name, descriptor, false);
  }

  /** Calls a method of {@link Support}. */
  void support(String name, String descriptor) {
    callStatic("dev/skep/jit/Support", name, descriptor);
  }

  /** Throws the signal that a method of {@link Support} makes. */
  void fail(String name, String arguments) {
    support(name, "(" + arguments + ")Ldev/skep/runtime/Trap$Signal;");
    op(Opcodes.ATHROW);
  }

  /** Remembers which instruction runs, for the trap that it may end in. */
  void setPc(int pc) {
    push(pc);
    method.visitVarInsn(Opcodes.ISTORE, Locals.PC);
  }

  /** Writes something at the method's end, out of the way of what usually runs. */
  void later(Runnable rare) {
    later.add(rare);
  }

  /** Writes all that was put off. */
  void writeLater() {
    for (int i = 0; i < later.size(); i++) {
      later.get(i).run();
    }
    later.clear();
  }
}
