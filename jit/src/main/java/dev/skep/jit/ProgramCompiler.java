package dev.skep.jit;

import static org.objectweb.asm.Opcodes.*;

import dev.skep.isa.AluOp;
import dev.skep.isa.Instruction;
import dev.skep.isa.Operand;
import dev.skep.isa.Width;
import dev.skep.runtime.Cpu;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/** Makes hidden classes of functions. */
final class ProgramCompiler {

  static final String DESCRIPTOR = "(Ldev/skep/runtime/Cpu;IJJJJJ)J";
  private static final String PIECE = "(Ldev/skep/runtime/Cpu;I[JI)I";
  private static final String PACKAGE = "dev/skep/jit/";

  /** Most bytes of bytecode in a method that HotSpot compiles: {@code HugeMethodLimit}. */
  static final int HUGE_METHOD = 8000;

  /** Instructions that make a good piece: small enough for C2 to do its best. */
  private static final int PIECE_INSTRUCTIONS = 400;

  /** Estimated bytes of a piece. */
  private static final int METHOD_BYTES = 7000;

  /** Pieces in one class, so that no constant pool overflows. */
  private static final int PIECES_IN_CLASS = 32;

  private final JitProgram owner;

  ProgramCompiler(JitProgram owner) {
    this.owner = owner;
  }

  static String methodName(int pc) {
    return "f" + pc;
  }

  /** A function's bytes as a method, roughly, from above. */
  static int estimate(Plan plan, int n) {
    Function function = plan.function();
    int pc = function.pc(n);
    Instruction instruction =
        pc < function.program().size() ? function.program().instruction(pc) : null;
    if (instruction == null) {
      return 16;
    }
    int depth = plan.tellsDepth() ? 5 : 0;
    return switch (instruction) {
      case Instruction.Alu alu ->
          alu.width() == Width.W64 || alu.src() instanceof Operand.Imm && alu.op() == AluOp.MOV
              ? 8
              : 14;
      case Instruction.Load load -> access(plan.values().at(n, load.src()), load.offset()) + depth;
      case Instruction.Store store ->
          access(plan.values().at(n, store.dst()), store.offset()) + depth + 4;
      case Instruction.ConditionalJump jump ->
          Flow.target(pc, jump) > pc ? 13 : jump.op() == dev.skep.isa.JumpOp.JNE ? 96 : 50;
      case Instruction.Jump _, Instruction.LongJump _ -> Flow.target(pc, instruction) > pc ? 8 : 36;
      case Instruction.MayGoto _ -> 48;
      case Instruction.Atomic _ -> 32 + depth;
      case Instruction.LoadAcquire _, Instruction.StoreRelease _ -> 32 + depth;
      case Instruction.LoadPacketAbsolute _, Instruction.LoadPacketIndirect _ -> 52;
      case Instruction.CallHelper _, Instruction.CallKfunc _, Instruction.CallRegister _ -> 72;
      case Instruction.CallLocal _ -> 120;
      case Instruction.MoveSignExtend _,
          Instruction.Negate _,
          Instruction.ByteSwap _,
          Instruction.AddressSpaceCast _,
          Instruction.LoadImmediate64 _,
          Instruction.Exit _ ->
          16;
    };
  }

  private static int access(Value base, int offset) {
    return switch (base.base()) {
      case Value.Base.Number _, Value.Base.Handle _ -> 26;
      case Value.Base.Frame _ ->
          base.isExact() && base.low() + offset >= -512 && base.low() + offset <= -8 ? 16 : 74;
      case Value.Base.Context _, Value.Base.Packet _, Value.Base.Shared _ -> 64;
    };
  }

  /** Whether it is worth trying to make one method of a function. */
  static boolean fits(Plan plan) {
    int bytes = 200;
    for (int n = 0; n < plan.function().size() && bytes <= HUGE_METHOD; n++) {
      bytes += estimate(plan, n);
    }
    return bytes <= HUGE_METHOD;
  }

  /**
   * The class of all functions that fit a method each, or null if one has become too large: then it
   * is in the set.
   */
  @Nullable CompiledMain whole(
      Collection<Plan> plans, @Nullable Cpu outermost, Set<Integer> tooLarge) {
    ClassWriter writer = start("Program", "CompiledMain");
    Constants constants = new Constants();
    constructor(writer, "CompiledMain");
    entry(writer, plans);
    dispatcher(writer, plans);
    for (Plan plan : plans) {
      int entry = plan.function().entry();
      MethodVisitor method =
          writer.visitMethod(ACC_STATIC, methodName(entry), DESCRIPTOR, null, null);
      method.visitCode();
      Code code = new Code(method, constants, PACKAGE + "Program", false, plan.intLoops().ints());
      int size =
          new FunctionEmitter(code, plan, owner, 0, plan.function().size())
              .write(entry == 0 ? outermost : null);
      if (size > HUGE_METHOD) {
        tooLarge.add(entry);
      }
      method.visitMaxs(0, 0);
      method.visitEnd();
    }
    return tooLarge.isEmpty() ? (CompiledMain) define(writer, constants) : null;
  }

  /** The call of the main program, or its absence. */
  private static void entry(ClassWriter writer, Collection<Plan> plans) {
    MethodVisitor method = writer.visitMethod(0, "run", "(Ldev/skep/runtime/Cpu;J)J", null, null);
    method.visitCode();
    if (plans.stream().noneMatch(plan -> plan.function().entry() == 0)) {
      method.visitTypeInsn(NEW, "java/lang/IllegalStateException");
      method.visitInsn(DUP);
      method.visitMethodInsn(
          INVOKESPECIAL, "java/lang/IllegalStateException", "<init>", "()V", false);
      method.visitInsn(ATHROW);
    } else {
      method.visitVarInsn(ALOAD, 1);
      method.visitInsn(ICONST_1);
      method.visitLdcInsn(Cpu.CONTEXT_ADDRESS);
      method.visitVarInsn(LLOAD, 2);
      for (int i = 0; i < 3; i++) {
        method.visitInsn(LCONST_0);
      }
      method.visitMethodInsn(INVOKESTATIC, PACKAGE + "Program", methodName(0), DESCRIPTOR, false);
      method.visitInsn(LRETURN);
    }
    method.visitMaxs(0, 0);
    method.visitEnd();
  }

  private static void dispatcher(ClassWriter writer, Collection<Plan> plans) {
    MethodVisitor method =
        writer.visitMethod(0, "call", "(Ldev/skep/runtime/Cpu;IIJJJJJ)J", null, null);
    method.visitCode();
    int[] entries = plans.stream().mapToInt(plan -> plan.function().entry()).sorted().toArray();
    Label[] labels = Arrays.stream(entries).mapToObj(_ -> new Label()).toArray(Label[]::new);
    method.visitVarInsn(ILOAD, 3);
    method.visitLookupSwitchInsn(labels[0], entries, labels);
    for (int i = 0; i < entries.length; i++) {
      method.visitLabel(labels[i]);
      method.visitFrame(
          F_NEW,
          9,
          new Object[] {
            PACKAGE + "Program", Locals.CPU_TYPE, INTEGER, INTEGER, LONG, LONG, LONG, LONG, LONG
          },
          0,
          new Object[0]);
      method.visitVarInsn(ALOAD, 1);
      method.visitVarInsn(ILOAD, 2);
      for (int argument = 0; argument < 5; argument++) {
        method.visitVarInsn(LLOAD, 4 + 2 * argument);
      }
      method.visitMethodInsn(
          INVOKESTATIC, PACKAGE + "Program", methodName(entries[i]), DESCRIPTOR, false);
      method.visitInsn(LRETURN);
    }
    method.visitMaxs(0, 0);
    method.visitEnd();
  }

  /** A function in several methods. */
  Pieces pieces(Plan plan) {
    int methodBytes = METHOD_BYTES;
    Pieces made = pieces(plan, methodBytes);
    while (made == null) {
      methodBytes /= 2;
      made = pieces(plan, methodBytes);
    }
    return made;
  }

  private @Nullable Pieces pieces(Plan plan, int methodBytes) {
    Function function = plan.function();
    int[] starts = cut(plan, methodBytes);
    int[] pieceOf = new int[function.program().size() + 1];
    Arrays.fill(pieceOf, -1);
    for (int piece = 0; piece + 1 < starts.length; piece++) {
      for (int n = starts[piece]; n < starts[piece + 1]; n++) {
        pieceOf[function.pc(n)] = piece;
      }
    }
    BitSet entries = entries(function, pieceOf);
    List<CompiledPieces> classes = new ArrayList<>();
    for (int piece = 0; piece + 1 < starts.length; piece += PIECES_IN_CLASS) {
      int last = Math.min(piece + PIECES_IN_CLASS, starts.length - 1);
      CompiledPieces made = piecesClass(plan, starts, piece, last, entries);
      if (made == null) {
        return null;
      }
      classes.add(made);
    }
    return new Pieces(
        function.entry(), classes.toArray(CompiledPieces[]::new), pieceOf, PIECES_IN_CLASS);
  }

  /** The numbers of the instructions with which pieces begin, and the end. */
  private static int[] cut(Plan plan, int methodBytes) {
    List<Integer> starts = new ArrayList<>(List.of(0));
    int bytes = 0;
    int size = plan.function().size();
    for (int n = 0; n < size; n++) {
      int next = estimate(plan, n);
      int count = n - starts.getLast();
      if (count > 0 && (bytes + next > methodBytes || count >= PIECE_INSTRUCTIONS)) {
        starts.add(n);
        bytes = 0;
      }
      bytes += next;
    }
    starts.add(size);
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The slots to which control comes from another piece, and the function's own entry. */
  private static BitSet entries(Function function, int[] pieceOf) {
    BitSet entries = new BitSet();
    entries.set(function.entry());
    for (int n = 0; n < function.size(); n++) {
      int pc = function.pc(n);
      Instruction instruction =
          pc < function.program().size() ? function.program().instruction(pc) : null;
      if (instruction == null) {
        continue;
      }
      for (int to : new int[] {Flow.target(pc, instruction), Flow.next(pc, instruction)}) {
        if (to != Flow.NONE && pieceOf[to] != pieceOf[pc]) {
          entries.set(to);
        }
      }
    }
    return entries;
  }

  private @Nullable CompiledPieces piecesClass(
      Plan plan, int[] starts, int from, int to, BitSet entries) {
    ClassWriter writer = start("Pieces", "CompiledPieces");
    Constants constants = new Constants();
    constructor(writer, "CompiledPieces");
    MethodVisitor run = writer.visitMethod(0, "run", "(Ldev/skep/runtime/Cpu;I[JII)I", null, null);
    run.visitCode();
    Label[] labels = new Label[to - from];
    Arrays.setAll(labels, _ -> new Label());
    run.visitVarInsn(ILOAD, 5);
    run.visitTableSwitchInsn(0, to - from - 1, labels[0], labels);
    for (int i = 0; i < labels.length; i++) {
      run.visitLabel(labels[i]);
      run.visitFrame(
          F_NEW,
          6,
          new Object[] {PACKAGE + "Pieces", Locals.CPU_TYPE, INTEGER, "[J", INTEGER, INTEGER},
          0,
          new Object[0]);
      for (int local = 1; local <= 4; local++) {
        run.visitVarInsn(local == 1 || local == 3 ? ALOAD : ILOAD, local);
      }
      run.visitMethodInsn(INVOKESTATIC, PACKAGE + "Pieces", "p" + i, PIECE, false);
      run.visitInsn(IRETURN);
    }
    run.visitMaxs(0, 0);
    run.visitEnd();
    Function function = plan.function();
    for (int piece = from; piece < to; piece++) {
      int first = starts[piece];
      int end = starts[piece + 1];
      MethodVisitor method =
          writer.visitMethod(ACC_STATIC, "p" + (piece - from), PIECE, null, null);
      method.visitCode();
      int lowest = function.pc(first);
      int highest = function.pc(end - 1);
      int[] here = entries.stream().filter(pc -> pc >= lowest && pc <= highest).toArray();
      Code code = new Code(method, constants, PACKAGE + "Pieces", true, plan.intLoops().ints());
      int size = new FunctionEmitter(code, plan, owner, first, end).write(null, here);
      if (size > HUGE_METHOD && end - first > 1) {
        return null;
      }
      method.visitMaxs(0, 0);
      method.visitEnd();
    }
    return (CompiledPieces) define(writer, constants);
  }

  private static ClassWriter start(String name, String parent) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(V17, ACC_FINAL | ACC_SUPER, PACKAGE + name, null, PACKAGE + parent, null);
    return writer;
  }

  private static void constructor(ClassWriter writer, String parent) {
    MethodVisitor method = writer.visitMethod(0, "<init>", "()V", null, null);
    method.visitCode();
    method.visitVarInsn(ALOAD, 0);
    method.visitMethodInsn(INVOKESPECIAL, PACKAGE + parent, "<init>", "()V", false);
    method.visitInsn(RETURN);
    method.visitMaxs(0, 0);
    method.visitEnd();
  }

  private Object define(ClassWriter writer, Constants constants) {
    writer.visitEnd();
    byte[] bytes = writer.toByteArray();
    owner.made(bytes);
    try {
      MethodHandles.Lookup made =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, constants.data(), true);
      return made.lookupClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the compiled class cannot be used", e);
    }
  }
}
