package dev.skep.runtime;

import dev.skep.isa.AtomicOp;
import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.memory.AddressSpace;
import dev.skep.runtime.memory.LittleEndian;
import dev.skep.runtime.memory.Region;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Checked accesses to a machine's memory, as both engines make them. Little endian; any alignment,
 * except for atomics.
 *
 * <p>An atomic access takes one of a few thousand spin locks, chosen by its address, since a {@code
 * byte[]} has no atomic access modes. Memory that a single processor owns needs none.
 */
public final class Access {

  private static final VarHandle LOCK = MethodHandles.arrayElementVarHandle(int[].class);

  /** One lock per 64-byte line, so that two of them never share one. */
  private static final int LOCK_STRIDE = 16;

  private static final int[] LOCKS = new int[1024 * LOCK_STRIDE];

  private Access() {}

  /** Loads 8 bits, zero-extended. */
  public static long load8(Cpu cpu, long address) {
    Region region = check(cpu, address, 1);
    return region.bytes()[(int) address - region.base()] & 0xff;
  }

  /** Loads 16 bits, zero-extended. */
  public static long load16(Cpu cpu, long address) {
    Region region = check(cpu, address, 2);
    return (short) LittleEndian.SHORT.get(region.bytes(), (int) address - region.base()) & 0xffff;
  }

  /** Loads 32 bits, zero-extended. */
  public static long load32(Cpu cpu, long address) {
    Region region = check(cpu, address, 4);
    return (int) LittleEndian.INT.get(region.bytes(), (int) address - region.base()) & 0xffff_ffffL;
  }

  /** Loads 64 bits. */
  public static long load64(Cpu cpu, long address) {
    Region region = check(cpu, address, 8);
    return (long) LittleEndian.LONG.get(region.bytes(), (int) address - region.base());
  }

  /** Stores the low 8 bits. */
  public static void store8(Cpu cpu, long address, long value) {
    Region region = checkWrite(cpu, address, 1);
    region.bytes()[(int) address - region.base()] = (byte) value;
  }

  /** Stores the low 16 bits. */
  public static void store16(Cpu cpu, long address, long value) {
    Region region = checkWrite(cpu, address, 2);
    LittleEndian.SHORT.set(region.bytes(), (int) address - region.base(), (short) value);
  }

  /** Stores the low 32 bits. */
  public static void store32(Cpu cpu, long address, long value) {
    Region region = checkWrite(cpu, address, 4);
    LittleEndian.INT.set(region.bytes(), (int) address - region.base(), (int) value);
  }

  /** Stores 64 bits. */
  public static void store64(Cpu cpu, long address, long value) {
    Region region = checkWrite(cpu, address, 8);
    LittleEndian.LONG.set(region.bytes(), (int) address - region.base(), value);
  }

  /**
   * A 64-bit atomic read-modify-write.
   *
   * @param expected the old value that {@code CMPXCHG} wants; others ignore it
   * @return the old value
   */
  public static long atomic64(Cpu cpu, AtomicOp op, long address, long operand, long expected) {
    Region region = checkWrite(cpu, address, 8);
    byte[] bytes = region.bytes();
    int index = (int) address - region.base();
    aligned(address, 8, region);
    int lock = lock(region, index);
    long old = (long) LittleEndian.LONG.get(bytes, index);
    if (op != AtomicOp.CMPXCHG || old == expected) {
      LittleEndian.LONG.set(bytes, index, apply(op, old, operand));
    }
    unlock(lock);
    return old;
  }

  /** A 32-bit atomic read-modify-write; the old value is zero-extended. */
  public static long atomic32(Cpu cpu, AtomicOp op, long address, long operand, long expected) {
    Region region = checkWrite(cpu, address, 4);
    byte[] bytes = region.bytes();
    int index = (int) address - region.base();
    aligned(address, 4, region);
    int lock = lock(region, index);
    int old = (int) LittleEndian.INT.get(bytes, index);
    if (op != AtomicOp.CMPXCHG || old == (int) expected) {
      LittleEndian.INT.set(bytes, index, (int) apply(op, old, operand));
    }
    unlock(lock);
    return old & 0xffff_ffffL;
  }

  private static long apply(AtomicOp op, long old, long operand) {
    return switch (op) {
      case ADD, FETCH_ADD -> old + operand;
      case OR, FETCH_OR -> old | operand;
      case AND, FETCH_AND -> old & operand;
      case XOR, FETCH_XOR -> old ^ operand;
      case XCHG, CMPXCHG -> operand;
    };
  }

  /** Takes the lock of a place in shared memory; returns what {@link #unlock} needs. */
  static int lock(Region region, int index) {
    int id = region.id();
    if (id >= 0 && id < AddressSpace.FIRST_SHARED) {
      return -1;
    }
    int hash = (id * 0x9e37_79b9) + (index >>> 3) * 0x85eb_ca6b;
    int slot = (hash >>> 22) * LOCK_STRIDE;
    while (!LOCK.compareAndSet(LOCKS, slot, 0, 1)) {
      Thread.onSpinWait();
    }
    return slot;
  }

  static void unlock(int slot) {
    if (slot >= 0) {
      LOCK.setRelease(LOCKS, slot, 0);
    }
  }

  private static void aligned(long address, int size, Region region) {
    if ((address & (size - 1)) != 0 && region.kind() != Region.Kind.STACK) {
      throw new Trap.Signal(
          Reason.MISALIGNED,
          address,
          region.toString(),
          "an atomic access of %d bytes at 0x%x (%s) is not aligned"
              .formatted(size, address, region));
    }
  }

  /** The region of a readable range; traps if there is none. */
  public static Region check(Cpu cpu, long address, int size) {
    Region region = cpu.region(address);
    if (region == null) {
      throw fault(cpu, address, size, false);
    }
    int index = (int) address - region.base();
    if (index < region.low() || index > region.bytes().length - size) {
      throw fault(cpu, address, size, false);
    }
    return region;
  }

  /** The region of a writable range; traps if there is none. */
  public static Region checkWrite(Cpu cpu, long address, int size) {
    Region region = cpu.region(address);
    if (region == null) {
      throw fault(cpu, address, size, true);
    }
    int index = (int) address - region.base();
    if (index < region.low() || index > region.bytes().length - size || !region.writable()) {
      throw fault(cpu, address, size, true);
    }
    return region;
  }

  /** The region of a readable range, or null: what {@code bpf_probe_read} asks. */
  public static @Nullable Region probe(Cpu cpu, long address, int size) {
    Region region = cpu.region(address);
    if (region == null) {
      return null;
    }
    int index = (int) address - region.base();
    return index < region.low() || index > region.bytes().length - size ? null : region;
  }

  /** The trap of an access that is not allowed. */
  public static Trap.Signal fault(Cpu cpu, long address, int size, boolean write) {
    String what = write ? "a write" : "a read";
    Region region = cpu.region(address);
    if (Long.compareUnsigned(address, 4096) < 0) {
      return new Trap.Signal(
          Reason.NULL_POINTER,
          address,
          "",
          "%s of %d bytes at 0x%x: a null pointer".formatted(what, size, address));
    }
    if (region == null) {
      return new Trap.Signal(
          Reason.NO_REGION,
          address,
          "",
          "%s of %d bytes at 0x%x, where no memory is".formatted(what, size, address));
    }
    int index = (int) address - region.base();
    if (index >= region.low() && index <= region.bytes().length - size && write) {
      return new Trap.Signal(
          Reason.READ_ONLY,
          address,
          region.toString(),
          "a write of %d bytes at byte %d of %s, which programs may only read"
              .formatted(size, index, region));
    }
    return new Trap.Signal(
        Reason.OUT_OF_BOUNDS,
        address,
        region.toString(),
        "%s of %d bytes at byte %d of %s, %s"
            .formatted(what, size, cpu.displayIndex(region, index), region, bounds(cpu, region)));
  }

  private static String bounds(Cpu cpu, Region region) {
    return switch (region.kind()) {
      case STACK -> "whose frame is 512 bytes below the frame pointer";
      case MAP, CODE -> "which programs cannot access";
      case PACKET, CONTEXT, MAP_VALUE, MEMORY ->
          "which has %d bytes".formatted(cpu.displayIndex(region, region.bytes().length));
    };
  }
}
