package dev.skep.jit;

import static org.objectweb.asm.Opcodes.*;

import dev.skep.catalog.HelperId;
import dev.skep.catalog.MapType;
import dev.skep.isa.MemorySize;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Helper;
import dev.skep.runtime.HelperEntry;
import dev.skep.runtime.LinkedProgram;
import dev.skep.runtime.helper.Helpers;
import dev.skep.runtime.map.BpfMap;
import org.objectweb.asm.Label;

/** Writes calls: of helpers, kernel functions, subprograms, and tail calls. */
final class CallEmitter {

  private static final String CPU = "L" + Locals.CPU_TYPE + ";";

  private final Code code;
  private final MemoryEmitter memory;
  private final Plan plan;
  private final LinkedProgram program;
  private final JitProgram owner;

  CallEmitter(Code code, MemoryEmitter memory, Plan plan, JitProgram owner) {
    this.code = code;
    this.memory = memory;
    this.plan = plan;
    this.program = plan.function().program();
    this.owner = owner;
  }

  /** A helper or a kernel function. */
  void helper(int pc, int n) {
    Helper helper = program.helperAt(pc);
    code.setPc(pc);
    if (helper == null) {
      code.method().visitLdcInsn(program.calleeName(pc));
      code.fail("noHelper", "Ljava/lang/String;");
      code.place(new Label());
      return;
    }
    memory.tellDepth();
    if (!mapOperation(helper, n)) {
      spend();
      code.push(helper, "Ldev/skep/runtime/Helper;");
      code.cpu();
      arguments();
      code.method()
          .visitMethodInsn(
              INVOKEINTERFACE, "dev/skep/runtime/Helper", "call", "(" + CPU + "JJJJJ)J", true);
      code.setRegister(0);
      refresh();
    }
  }

  /** A map operation on a map that is known, with a key in the own frame, without the helper. */
  private boolean mapOperation(Helper helper, int n) {
    Value handle = plan.values().at(n, 1);
    if (!(handle.base() instanceof Value.Base.Handle(BpfMap map))
        || !handle.isExact()
        || handle.low() != 0
        || map.keySize() <= 0
        || !inFrame(plan.values().at(n, 2), map.keySize())) {
      return false;
    }
    int id = standardId(helper);
    if (id == HelperId.MAP_UPDATE_ELEM && !inFrame(plan.values().at(n, 3), map.valueSize())) {
      return false;
    }
    if (id != HelperId.MAP_LOOKUP_ELEM
        && id != HelperId.MAP_UPDATE_ELEM
        && id != HelperId.MAP_DELETE_ELEM) {
      return false;
    }
    if (id == HelperId.MAP_LOOKUP_ELEM && map.type() == MapType.ARRAY && map.values() != null) {
      arrayElement(n, map);
      return true;
    }
    code.push(map, "Ldev/skep/runtime/map/BpfMap;");
    code.cpu();
    code.callVirtual(Locals.CPU_TYPE, "number", "()I");
    frameBytes(n, 2);
    if (id == HelperId.MAP_UPDATE_ELEM) {
      frameBytes(n, 3);
      code.register(4);
    }
    code.callVirtual(
        "dev/skep/runtime/map/BpfMap",
        id == HelperId.MAP_LOOKUP_ELEM
            ? "lookup"
            : id == HelperId.MAP_UPDATE_ELEM ? "update" : "delete",
        id == HelperId.MAP_UPDATE_ELEM ? "(I[BI[BIJ)J" : "(I[BI)J");
    code.setRegister(0);
    return true;
  }

  /** A look-up in an array: as in the kernel, a comparison and an address. */
  private void arrayElement(int n, BpfMap map) {
    Label none = new Label();
    Label done = new Label();
    frameBytes(n, 2);
    code.support("load32", "([BI)I");
    code.op(DUP);
    code.op(I2L);
    code.push(0xffff_ffffL);
    code.op(LAND);
    code.load(LSTORE, Locals.ADDRESS);
    code.push(map.spec().maxEntries());
    code.callStatic("java/lang/Integer", "compareUnsigned", "(II)I");
    code.jump(IFGE, none);
    code.load(LLOAD, Locals.ADDRESS);
    code.push((long) (map.valueSize() + 7 & -8));
    code.op(LMUL);
    code.push(map.valueAddress(0));
    code.op(LADD);
    code.setRegister(0);
    code.place(done);
    code.later(
        () -> {
          code.place(none);
          code.push(0L);
          code.setRegister(0);
          code.goTo(done);
        });
  }

  private static int standardId(Helper helper) {
    for (int id = HelperId.MAP_LOOKUP_ELEM; id <= HelperId.MAP_DELETE_ELEM; id++) {
      HelperEntry entry = Helpers.standard().get(id);
      if (entry != null && entry.helper() == helper) {
        return id;
      }
    }
    return 0;
  }

  private static boolean inFrame(Value value, int size) {
    return value.base() instanceof Value.Base.Frame
        && value.isExact()
        && value.low() >= -Cpu.FRAME_BYTES
        && value.low() <= -size;
  }

  private void frameBytes(int n, int register) {
    code.load(ALOAD, Locals.STACK);
    code.load(ILOAD, Locals.FRAME);
    code.push((int) plan.values().at(n, register).low());
    code.op(IADD);
  }

  private void arguments() {
    for (int i = 1; i <= 5; i++) {
      code.register(i);
    }
  }

  /** Writes the fuel that is left back to the processor, for whoever spends next. */
  private void spend() {
    if (plan.fuel()) {
      code.cpu();
      code.load(LLOAD, Locals.FUEL);
      code.callVirtual(Locals.CPU_TYPE, "budget", "(J)V");
    }
  }

  /** Looks again at what a call may have changed. */
  private void refresh() {
    if (plan.fuel()) {
      code.cpu();
      code.callVirtual(Locals.CPU_TYPE, "budget", "()J");
      code.load(LSTORE, Locals.FUEL);
    }
    if (plan.packet()) {
      code.cpu();
      code.callVirtual(Locals.CPU_TYPE, "packet", "()[B");
      code.load(ASTORE, Locals.PACKET);
    }
  }

  void register(int pc, int register) {
    code.setPc(pc);
    memory.tellDepth();
    spend();
    code.push(program, "Ldev/skep/runtime/LinkedProgram;");
    code.cpu();
    code.register(register);
    arguments();
    code.support("callRegister", "(Ldev/skep/runtime/LinkedProgram;" + CPU + "JJJJJJ)J");
    code.setRegister(0);
    refresh();
  }

  /** A tail call; {@code exit} is where the function returns without writing fuel back. */
  void tail(int pc, Runnable exit) {
    Label failed = new Label();
    code.setPc(pc);
    memory.tellDepth();
    spend();
    code.cpu();
    code.register(1);
    code.register(2);
    code.register(3);
    code.support("tailCall", "(" + CPU + "JJJ)Z");
    code.jump(IFEQ, failed);
    code.cpu();
    code.callVirtual(Locals.CPU_TYPE, "registers", "()[J");
    code.push(0);
    code.op(LALOAD);
    code.setRegister(0);
    refresh();
    exit.run();
    code.place(failed);
    code.push(-2L);
    code.setRegister(0);
  }

  /** A subprogram of the same program. */
  void local(int pc, int callee) {
    Label fits = new Label();
    code.setPc(pc);
    code.load(ILOAD, Locals.DEPTH);
    code.push(Cpu.MAX_FRAMES);
    code.jump(IF_ICMPLT, fits);
    code.fail("tooDeep", "");
    code.place(fits);
    spend();
    if (owner.isWhole(callee) && !code.piece()) {
      code.cpu();
      nextDepth();
      arguments();
      code.callStatic(code.owner(), ProgramCompiler.methodName(callee), ProgramCompiler.DESCRIPTOR);
      code.setRegister(0);
    } else {
      registersToMemory();
      code.push(owner, "Ldev/skep/jit/JitProgram;");
      code.cpu();
      nextDepth();
      code.push(callee);
      code.callVirtual("dev/skep/jit/JitProgram", "callFromPiece", "(" + CPU + "II)V");
      registersFromMemory();
    }
    refresh();
  }

  private void nextDepth() {
    code.load(ILOAD, Locals.DEPTH);
    code.push(1);
    code.op(IADD);
  }

  private void registersToMemory() {
    for (int i = 0; i < 10; i++) {
      code.cpu();
      code.callVirtual(Locals.CPU_TYPE, "registers", "()[J");
      code.push(i);
      code.register(i);
      code.op(LASTORE);
    }
  }

  private void registersFromMemory() {
    int last = owner.isConventional() ? 0 : 5;
    for (int i = 0; i <= last; i++) {
      code.cpu();
      code.callVirtual(Locals.CPU_TYPE, "registers", "()[J");
      code.push(i);
      code.op(LALOAD);
      code.setRegister(i);
    }
  }

  /** A load of classic BPF: outside the packet the function ends with 0. */
  void legacyPacket(MemorySize size, int src, int imm, Runnable exit) {
    Label inside = new Label();
    code.cpu();
    code.push(size.bytes());
    if (src < 0) {
      code.push(imm);
    } else {
      code.register(src);
      code.op(L2I);
      code.push(imm);
      code.op(IADD);
    }
    code.callStatic("dev/skep/runtime/LegacyPacket", "load", "(" + CPU + "II)J");
    code.setRegister(0);
    code.register(0);
    code.push(0L);
    code.op(LCMP);
    code.jump(IFGE, inside);
    code.push(0L);
    code.setRegister(0);
    exit.run();
    code.place(inside);
    for (int i = 1; i <= 5; i++) {
      code.push(0L);
      code.setRegister(i);
    }
  }
}
