package dev.skep.jit;

import static org.objectweb.asm.Opcodes.*;

import dev.skep.isa.AtomicOp;
import dev.skep.isa.Instruction.AddressSpaceCast;
import dev.skep.isa.Instruction.Atomic;
import dev.skep.isa.Instruction.Load;
import dev.skep.isa.Instruction.Store;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.map.ArenaMap;
import dev.skep.runtime.memory.Region;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;

/**
 * Writes accesses to memory.
 *
 * <p>Where the compiler expects an address in a certain region, it compares the address's upper
 * half (unless that is proven) and lets the array's own bounds check do the rest. What fails goes
 * to the same checked access that the interpreter makes, which traps, or serves the other region
 * that it was. So a wrong guess costs time, never safety.
 */
final class MemoryEmitter {

  private static final String ACCESS = "dev/skep/runtime/Access";
  private static final String OUT_OF_BOUNDS = "java/lang/IndexOutOfBoundsException";

  private final Code code;
  private final AluEmitter alu;
  private final boolean tellsDepth;

  /**
   * A writer of accesses.
   *
   * @param tellsDepth whether the processor must be told the number of frames before it looks at
   *     the stack
   */
  MemoryEmitter(Code code, AluEmitter alu, boolean tellsDepth) {
    this.code = code;
    this.alu = alu;
    this.tellsDepth = tellsDepth;
  }

  /**
   * Where an access is made.
   *
   * @param base what the register with the address holds
   * @param index the access's index, if it is one in a loop that counts
   */
  record Site(int pc, Value base, IntLoops.@Nullable Index index) {}

  /** What an instruction does to memory. */
  private sealed interface Access {

    /** The register with the address. */
    int register();

    int offset();

    MemorySize size();

    /** Memory to a register. */
    record Read(Load load) implements Access {
      @Override
      public int register() {
        return load.src();
      }

      @Override
      public int offset() {
        return load.offset();
      }

      @Override
      public MemorySize size() {
        return load.size();
      }
    }

    /** A register or a constant to memory. */
    record Write(Store store) implements Access {
      @Override
      public int register() {
        return store.dst();
      }

      @Override
      public int offset() {
        return store.offset();
      }

      @Override
      public MemorySize size() {
        return store.size();
      }
    }
  }

  /** The bytes of a region. */
  private sealed interface Bytes {
    /** Those of the run, in a local. */
    record InLocal(int local) implements Bytes {}

    /** Those of all runs, a constant. */
    record Shared(Region region) implements Bytes {}
  }

  /** An array that holds the expected region, and how an address becomes an index. */
  private record Expected(Bytes bytes, int upper, int base, boolean upperProven, boolean frame) {}

  private @Nullable Expected expected(Value base, int offset) {
    boolean near = base.plus(offset, offset).isNear();
    boolean above = near && base.low() + offset >= 0;
    return switch (base.base()) {
      case Value.Base.Frame() ->
          new Expected(new Bytes.InLocal(Locals.STACK), Cpu.STACK, 0, near, true);
      case Value.Base.Context() ->
          new Expected(new Bytes.InLocal(Locals.CONTEXT), Cpu.CONTEXT, 0, above, false);
      case Value.Base.Packet() ->
          new Expected(new Bytes.InLocal(Locals.PACKET), Cpu.PACKET, Cpu.PACKET_BASE, false, false);
      case Value.Base.Shared(Region region) ->
          new Expected(new Bytes.Shared(region), region.id(), region.base(), above, false);
      case Value.Base.Number(), Value.Base.Handle _ -> null;
    };
  }

  void load(Site site, Load load) {
    Expected expected = expected(site.base(), load.offset());
    access(site, new Access.Read(load), expected);
  }

  void store(Site site, Store store) {
    Expected expected = expected(site.base(), store.offset());
    boolean readOnly =
        expected != null
            && expected.bytes() instanceof Bytes.Shared(Region region)
            && !region.writable();
    access(site, new Access.Write(store), readOnly ? null : expected);
  }

  private void access(Site site, Access access, @Nullable Expected expected) {
    if (expected == null) {
      code.setPc(site.pc());
      address(access.register(), access.offset());
      checked(access);
    } else {
      guessed(site, access, expected);
    }
  }

  /** Array and index are on the stack. */
  private void fast(Access access) {
    switch (access) {
      case Access.Read(Load load) -> {
        arrayLoad(load.size(), load.signExtend());
        code.setRegister(load.dst());
      }
      case Access.Write(Store store) -> arrayStore(store);
    }
  }

  /** The address is in its local. */
  private void checked(Access access) {
    switch (access) {
      case Access.Read(Load load) -> {
        checkedLoad(load.size());
        extend(load);
        code.setRegister(load.dst());
      }
      case Access.Write(Store store) -> checkedStore(store);
    }
  }

  /** Pushes a register plus an offset. */
  private void address(int register, int offset) {
    code.register(register);
    if (offset != 0) {
      code.push((long) offset);
      code.op(LADD);
    }
    code.load(LSTORE, Locals.ADDRESS);
  }

  private void guessed(Site site, Access access, Expected expected) {
    Value base = site.base();
    boolean exact = base.isExact() && expected.frame();
    long at = base.low() + access.offset();
    if (exact && at >= -Cpu.FRAME_BYTES && at <= -access.size().bytes()) {
      // Inside the frame for certain.
      code.load(ALOAD, Locals.STACK);
      code.load(ILOAD, Locals.FRAME);
      code.push((int) at);
      code.op(IADD);
      fast(access);
      return;
    }
    Label done = new Label();
    Label slow = new Label();
    Label from = new Label();
    Label to = new Label();
    Label caught = new Label();
    address(access.register(), access.offset());
    if (expected.frame() && !(base.proven() && at >= -Cpu.FRAME_BYTES && base.isNear())) {
      // Below the frame lie frames that are not open.
      code.load(LLOAD, Locals.ADDRESS);
      code.register(10);
      code.op(LSUB);
      code.push((long) -Cpu.FRAME_BYTES);
      code.op(LCMP);
      code.jump(IFLT, slow);
    }
    code.method().visitTryCatchBlock(from, to, caught, OUT_OF_BOUNDS);
    code.method().visitLabel(from);
    bytes(expected.bytes());
    if (site.index() != null) {
      index(site.index());
    } else {
      code.load(LLOAD, Locals.ADDRESS);
      index(expected, access.size());
    }
    fast(access);
    code.method().visitLabel(to);
    code.place(done);
    code.later(
        () -> {
          code.handler(caught, OUT_OF_BOUNDS);
          code.op(POP);
          code.place(slow);
          code.setPc(site.pc());
          checked(access);
          code.goTo(done);
        });
  }

  /** Pushes the bytes of a region. */
  private void bytes(Bytes bytes) {
    switch (bytes) {
      case Bytes.InLocal(int local) -> code.load(ALOAD, local);
      case Bytes.Shared(Region region) -> code.push(region.bytes(), "[B");
    }
  }

  /** Sets the index from which accesses in a loop count. */
  void anchor(IntLoops.Anchor anchor) {
    Expected expected = expected(Value.guess(anchor.base()), 0);
    if (expected != null) {
      code.register(anchor.register());
      code.push(((long) expected.upper() << 32) + expected.base());
      code.support("anchor", "(JJ)I");
      code.load(ISTORE, Locals.ofInt(anchor.number()));
    }
  }

  /** Pushes the index of an access in a loop: never too large for an {@code int}. */
  private void index(IntLoops.Index index) {
    code.load(ILOAD, Locals.ofInt(index.anchor().number()));
    if (index.counts()) {
      code.load(ILOAD, Locals.ofInt(index.loop().number()));
      code.op(IADD);
    }
    if (index.constant() != 0) {
      code.push(index.constant());
      code.op(IADD);
    }
  }

  /**
   * Makes an index of the address on the stack, above the array. An address that may be anywhere is
   * checked as a 64-bit index: in a loop, HotSpot does that once before it.
   */
  private void index(Expected expected, MemorySize size) {
    long start = ((long) expected.upper() << 32) + expected.base();
    if (start != 0) {
      code.push(start);
      code.op(LSUB);
    }
    if (expected.upperProven()) {
      // HotSpot sees through the subtraction of constants, and so how small the index is.
      code.op(L2I);
      return;
    }
    switch (expected.bytes()) {
      case Bytes.InLocal(int local) -> {
        code.load(ALOAD, local);
        code.op(ARRAYLENGTH);
        code.push(size.bytes() - 1);
        code.op(ISUB);
        code.op(I2L);
      }
      case Bytes.Shared(Region region) ->
          code.push((long) region.bytes().length - size.bytes() + 1);
    }
    code.callStatic("java/util/Objects", "checkIndex", "(JJ)J");
    code.op(L2I);
  }

  /** Tells the processor how many frames are open, if the program has more than one. */
  void tellDepth() {
    if (!tellsDepth) {
      return;
    }
    code.cpu();
    code.load(ILOAD, Locals.DEPTH);
    code.callVirtual(Locals.CPU_TYPE, "frames", "(I)V");
  }

  private static String type(MemorySize size) {
    return switch (size) {
      case B -> "B";
      case H -> "S";
      case W -> "I";
      case DW -> "J";
    };
  }

  /** Array and index are on the stack; leaves the value, extended to 64 bits. */
  private void arrayLoad(MemorySize size, boolean signed) {
    if (size == MemorySize.B) {
      code.op(BALOAD);
    } else {
      code.support("load" + size.bytes() * 8, "([BI)" + type(size));
    }
    switch (size) {
      case B, H -> {
        if (!signed) {
          code.push(size == MemorySize.B ? 0xff : 0xffff);
          code.op(IAND);
        }
        code.op(I2L);
      }
      case W -> {
        if (signed) {
          code.op(I2L);
        } else {
          code.zeroExtend();
        }
      }
      case DW -> {}
    }
  }

  /** Array and index are on the stack. */
  private void arrayStore(Store store) {
    switch (store.size()) {
      case B, H, W -> {
        alu.operand32(store.src());
        if (store.size() == MemorySize.B) {
          code.op(BASTORE);
          return;
        }
        if (store.size() == MemorySize.H) {
          code.op(I2S);
        }
      }
      case DW -> alu.operand64(store.src());
    }
    code.support("store" + store.size().bytes() * 8, "([BI" + type(store.size()) + ")V");
  }

  /** The address is in its local; leaves the zero-extended value. */
  private void checkedLoad(MemorySize size) {
    tellDepth();
    code.cpu();
    code.load(LLOAD, Locals.ADDRESS);
    code.callStatic(ACCESS, "load" + size.bytes() * 8, "(L" + Locals.CPU_TYPE + ";J)J");
  }

  private void checkedStore(Store store) {
    tellDepth();
    code.cpu();
    code.load(LLOAD, Locals.ADDRESS);
    alu.operand64(store.src());
    code.callStatic(ACCESS, "store" + store.size().bytes() * 8, "(L" + Locals.CPU_TYPE + ";JJ)V");
  }

  private void extend(Load load) {
    if (load.signExtend() && load.size() != MemorySize.DW) {
      code.op(L2I);
      if (load.size() != MemorySize.W) {
        code.op(load.size() == MemorySize.B ? I2B : I2S);
      }
      code.op(I2L);
    }
  }

  void loadAcquire(int pc, MemorySize size, int dst, int src, int offset) {
    code.setPc(pc);
    address(src, offset);
    checkedLoad(size);
    code.setRegister(dst);
    code.callStatic("java/lang/invoke/VarHandle", "acquireFence", "()V");
  }

  void storeRelease(int pc, MemorySize size, int dst, int offset, int src) {
    code.setPc(pc);
    address(dst, offset);
    code.callStatic("java/lang/invoke/VarHandle", "releaseFence", "()V");
    checkedStore(new Store(size, dst, offset, Operand.reg(src)));
  }

  /** A cast between address spaces, which are about the program's arena if there is one. */
  void cast(AddressSpaceCast cast, @Nullable ArenaMap arena) {
    if (arena != null) {
      code.push(arena, "Ldev/skep/runtime/map/ArenaMap;");
    }
    code.register(cast.src());
    if (arena != null) {
      code.callVirtual("dev/skep/runtime/map/ArenaMap", "cast", "(J)J");
    }
    code.setRegister(cast.dst());
  }

  void atomic(int pc, Atomic atomic) {
    code.setPc(pc);
    tellDepth();
    code.cpu();
    code.method()
        .visitFieldInsn(
            GETSTATIC, "dev/skep/isa/AtomicOp", atomic.op().name(), "Ldev/skep/isa/AtomicOp;");
    code.register(atomic.dst());
    if (atomic.offset() != 0) {
      code.push((long) atomic.offset());
      code.op(LADD);
    }
    code.register(atomic.src());
    code.register(0);
    code.callStatic(
        ACCESS,
        atomic.size() == MemorySize.DW ? "atomic64" : "atomic32",
        "(L" + Locals.CPU_TYPE + ";Ldev/skep/isa/AtomicOp;JJJ)J");
    if (atomic.op() == AtomicOp.CMPXCHG) {
      code.setRegister(0);
    } else if (atomic.op().fetches()) {
      code.setRegister(atomic.src());
    } else {
      code.op(POP2);
    }
  }
}
