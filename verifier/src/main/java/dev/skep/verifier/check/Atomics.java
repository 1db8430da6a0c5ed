package dev.skep.verifier.check;

import dev.skep.isa.AtomicOp;
import dev.skep.isa.Instruction;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;

/** Atomic operations, load-acquire and store-release ({@code check_atomic}). */
public final class Atomics {

  private final Path path;
  private final Environment env;
  private final MemoryAccess memory;
  private final Alignment alignment;

  public Atomics(Path path, MemoryAccess memory) {
    this.path = path;
    this.env = path.env();
    this.memory = memory;
    this.alignment = new Alignment(env);
  }

  /** Load-acquire: a load from memory that atomics may touch. */
  public void loadAcquire(Instruction.LoadAcquire load) {
    Reg pointer = path.read(load.src());
    path.checkWritable(load.dst());
    checkAtomicPointer(load.src(), pointer, "loads from");
    alignment.check(pointer, load.offset(), load.size().bytes(), true);
    memory.access(
        load.src(), pointer, load.offset(), load.size().bytes(), false, load.dst(), null, false);
    memory.noteKind(pointer, false);
  }

  /** Store-release. */
  public void storeRelease(Instruction.StoreRelease store) {
    path.read(store.src());
    Reg pointer = path.read(store.dst());
    checkAtomicPointer(store.dst(), pointer, "stores into");
    alignment.check(pointer, store.offset(), store.size().bytes(), true);
    memory.access(
        store.dst(), pointer, store.offset(), store.size().bytes(), true, store.src(), null, false);
    memory.noteKind(pointer, false);
  }

  /** Read-modify-write. */
  public void atomic(Instruction.Atomic atomic) {
    Reg value = path.read(atomic.src());
    Reg pointer = path.read(atomic.dst());
    int size = atomic.size().bytes();
    if (atomic.op() == AtomicOp.CMPXCHG) {
      Reg compared = path.read(0);
      if (compared.isPointer() && !env.profile.privileged()) {
        throw env.deny("R0 leaks addr into mem");
      }
    }
    if (value.isPointer() && !env.profile.privileged()) {
      throw env.deny("R" + atomic.src() + " leaks addr into mem");
    }
    checkAtomicPointer(atomic.dst(), pointer, "stores into");
    int result = -1;
    if (atomic.op().fetches()) {
      result = atomic.op() == AtomicOp.CMPXCHG ? 0 : atomic.src();
      path.checkWritable(result);
      // Linux forgets the register before it looks at the memory, even if it holds the address.
      env.state.set(result, Reg.UNKNOWN);
      pointer = env.state.reg(atomic.dst());
    }
    alignment.check(pointer, atomic.offset(), size, true);
    memory.access(atomic.dst(), pointer, atomic.offset(), size, false, -1, null, false);
    if (result >= 0) {
      memory.access(atomic.dst(), pointer, atomic.offset(), size, false, result, null, false);
    }
    memory.access(atomic.dst(), pointer, atomic.offset(), size, true, -1, null, false);
    if (pointer.type() == RegType.PTR_TO_ARENA) {
      memory.noteKind(pointer, false);
    }
  }

  private void checkAtomicPointer(int number, Reg pointer, String what) {
    boolean refused =
        switch (pointer.type()) {
          case PTR_TO_CTX, PTR_TO_FLOW_KEYS -> true;
          default -> pointer.type().isPacket() || pointer.type().isSocket();
        };
    if (refused) {
      throw env.deny(
          "BPF_ATOMIC "
              + what
              + " R"
              + number
              + " "
              + StatePrinter.typeName(pointer.type(), 0)
              + " is not allowed");
    }
  }
}
