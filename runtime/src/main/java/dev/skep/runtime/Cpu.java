package dev.skep.runtime;

import dev.skep.runtime.Trap.Reason;
import dev.skep.runtime.memory.AddressSpace;
import dev.skep.runtime.memory.Region;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One virtual processor: the memory and counters of the run that is on it. For one thread at a
 * time.
 */
public final class Cpu {

  /** Most nested calls, the main program included: {@code MAX_CALL_FRAMES}. */
  public static final int MAX_FRAMES = 8;

  /** Bytes of a stack frame: {@code MAX_BPF_STACK}. */
  public static final int FRAME_BYTES = 512;

  /** Most tail calls of a run: {@code MAX_TAIL_CALL_CNT}. */
  public static final int MAX_TAIL_CALLS = 33;

  /** Region number of the packet. */
  public static final int PACKET = 0;

  /** Region number of the stack. */
  public static final int STACK = 1;

  /** Region number of the context. */
  public static final int CONTEXT = 2;

  /** Region number of the socket that {@code __sk_buff.sk} and its relatives point to. */
  public static final int SOCKET = 3;

  /** Address of the first byte of a packet's buffer. */
  public static final int PACKET_BASE = 0x1000_0000;

  /** Address of byte 0 of the stack. */
  public static final long STACK_ADDRESS = (long) STACK << 32;

  /** Address of the context. */
  public static final long CONTEXT_ADDRESS = (long) CONTEXT << 32;

  private static final int STACK_BYTES = MAX_FRAMES * FRAME_BYTES;

  private final Machine machine;
  private final int number;
  private final AddressSpace shared;
  private final SplittableRandom random;
  private final byte[] stack = new byte[STACK_BYTES];
  private final Region stackRegion =
      new Region(Region.Kind.STACK, "", STACK_ADDRESS, stack, true, null);
  private final Region packetRegion =
      new Region(Region.Kind.PACKET, "", PACKET_BASE, new byte[0], true, null);
  private final Region contextRegion =
      new Region(Region.Kind.CONTEXT, "", CONTEXT_ADDRESS, new byte[0], true, null);
  private final Region socketRegion =
      new Region(Region.Kind.MEMORY, "bpf_sock", (long) SOCKET << 32, new byte[0], false, null);
  private final @Nullable Region[] local = new @Nullable Region[AddressSpace.FIRST_SHARED];

  private final long[] registers = new long[12];
  private Context context = Context.NONE;
  private boolean running;
  private boolean hasLent;
  private int frames;
  private int tailCalls;
  private long budget;
  private int heldLocks;

  Cpu(Machine machine, int number) {
    this.machine = machine;
    this.number = number;
    this.shared = machine.memory();
    this.random = new SplittableRandom(machine.seed() + 0x9e37_79b9_7f4a_7c15L * number);
    local[STACK] = stackRegion;
  }

  /** The machine it belongs to. */
  public Machine machine() {
    return machine;
  }

  /** What {@code bpf_get_smp_processor_id} returns. */
  public int number() {
    return number;
  }

  /** This processor's random numbers. */
  public SplittableRandom random() {
    return random;
  }

  /** The context of the run, or {@link Context#NONE} between runs. */
  public Context context() {
    return running ? context : Context.NONE;
  }

  /** The whole stack; the main program's frame is at its end. */
  public byte[] stack() {
    return stack;
  }

  /** The packet's buffer; a helper may replace it. */
  public byte[] packet() {
    return packetRegion.bytes();
  }

  /** The context's bytes. */
  public byte[] contextBytes() {
    return contextRegion.bytes();
  }

  /** First stack byte that the current frame may access. */
  public int stackLow() {
    return stackRegion.low();
  }

  /** The value of {@code r10} in the current frame. */
  public long framePointer() {
    return STACK_ADDRESS + stackRegion.low() + FRAME_BYTES;
  }

  /** The region that an address names, or null. The byte may still be out of bounds. */
  public @Nullable Region region(long address) {
    int id = (int) (address >>> 32);
    return (id & -AddressSpace.FIRST_SHARED) == 0 ? local[id] : shared.find(address);
  }

  /**
   * Prepares a run. Most runs follow one with the same context: references are only written where
   * they change, since the garbage collector must be told of every one that is.
   */
  public void enter(Context next) {
    if (context != next) {
      context = next;
    }
    running = true;
    local(CONTEXT, contextRegion, next.bytes());
    local(PACKET, packetRegion, next.buffer());
    local(SOCKET, socketRegion, next.socket());
    if (hasLent) {
      Arrays.fill(local, SOCKET + 1, local.length, null);
      hasLent = false;
    }
    stackRegion.low(STACK_BYTES - FRAME_BYTES);
    frames = 1;
    tailCalls = 0;
    heldLocks = 0;
    budget = machine.budget();
  }

  /** Shows a region's bytes for a run, or hides the region if there are none. */
  private void local(int id, Region region, byte[] bytes) {
    if (region.bytes() != bytes) {
      region.bytes(bytes);
    }
    Region shown = bytes.length == 0 ? null : region;
    if (local[id] != shown) {
      local[id] = shown;
    }
  }

  /** Ends a run. */
  public void leave(Context last) {
    if (context == last) {
      running = false;
    }
  }

  /** Follows the context after a helper moved or resized the packet. */
  public void packetChanged() {
    packetRegion.bytes(context().buffer());
  }

  /**
   * Opens a stack frame for a call; it is filled with zeros by {@link #clearFrame}.
   *
   * @return the called function's {@code r10}
   */
  public long pushFrame() {
    if (frames >= MAX_FRAMES) {
      throw new Trap.Signal(Reason.CALL_DEPTH, 0, "", "more than " + MAX_FRAMES + " nested calls");
    }
    frames++;
    int low = stackRegion.low() - FRAME_BYTES;
    stackRegion.low(low);
    return STACK_ADDRESS + low + FRAME_BYTES;
  }

  /** Closes the innermost frame. */
  public void popFrame() {
    frames--;
    stackRegion.low(stackRegion.low() + FRAME_BYTES);
  }

  /**
   * Says how many frames are open, for a compiler that counts them itself.
   *
   * @param open 1 to {@link #MAX_FRAMES}
   */
  public void frames(int open) {
    frames = open;
    stackRegion.low(STACK_BYTES - open * FRAME_BYTES);
  }

  /**
   * Where compiled code keeps {@code r0} to {@code r10} and a loop counter while it goes from one
   * Java method to another; free between any two instructions.
   */
  public long[] registers() {
    return registers;
  }

  /** Fills the current frame with zeros, so that runs do not depend on what ran before. */
  public void clearFrame() {
    int low = stackRegion.low();
    Arrays.fill(stack, low, low + FRAME_BYTES, (byte) 0);
  }

  /** Fills the current frame's highest bytes with zeros. */
  public void clearFrame(int bytes) {
    int high = stackRegion.low() + FRAME_BYTES;
    Arrays.fill(stack, high - bytes, high, (byte) 0);
  }

  /** Number of open frames, the main program's included. */
  public int frames() {
    return frames;
  }

  /** Counts a tail call; false if there have been too many. */
  public boolean countTailCall() {
    return tailCalls++ < MAX_TAIL_CALLS;
  }

  /** Instructions that the run may still execute. */
  public long budget() {
    return budget;
  }

  /** Sets what the run may still execute. */
  public void budget(long instructions) {
    budget = instructions;
  }

  /** Takes instructions from the budget; traps when it is used up. */
  public void spend(long instructions) {
    budget -= instructions;
    if (budget < 0) {
      throw budgetExceeded();
    }
  }

  /** The trap of an exceeded budget. */
  public Trap.Signal budgetExceeded() {
    return new Trap.Signal(
        Reason.BUDGET,
        0,
        "",
        "the run exceeded its budget of " + machine.budget() + " instructions");
  }

  /** Calls a function by its address: the callbacks of helpers. */
  public long callback(long address, long r1, long r2, long r3, long r4, long r5) {
    Region region = region(address);
    if (region == null
        || region.kind() != Region.Kind.CODE
        || !(region.owner() instanceof LinkedProgram program)) {
      throw new Trap.Signal(
          Reason.BAD_CALL, address, "", "0x%x is no function's address".formatted(address));
    }
    return program.executable().call(this, (int) address, r1, r2, r3, r4, r5);
  }

  /**
   * Lends memory to the program for the time of a callback.
   *
   * @throws Trap.Signal if more is lent than callbacks can be nested
   */
  public Region lend(String name, byte[] bytes) {
    return lend(name, bytes, false);
  }

  /** Lends memory that the program may write. */
  public Region lend(String name, byte[] bytes, boolean writable) {
    hasLent = true;
    for (int id = SOCKET + 1; id < local.length; id++) {
      if (local[id] == null) {
        Region region =
            new Region(Region.Kind.MEMORY, name, (long) id << 32, bytes, writable, null);
        local[id] = region;
        return region;
      }
    }
    throw new Trap.Signal(Reason.CALL_DEPTH, 0, "", "callbacks are nested too deeply");
  }

  /** Takes lent memory back. */
  public void takeBack(Region lent) {
    local[lent.id()] = null;
  }

  /** Number of spin locks that the run holds. */
  public int heldLocks() {
    return heldLocks;
  }

  /** Counts a lock taken (1) or given back (-1). */
  public void countLock(int change) {
    heldLocks += change;
  }

  /**
   * An index into a region as a reader of messages counts: from the packet's start, or from r10.
   */
  int displayIndex(Region region, int index) {
    return switch (region.kind()) {
      case PACKET -> index - context().dataOffset();
      case STACK -> index - region.low() - FRAME_BYTES;
      case CONTEXT, MAP, MAP_VALUE, CODE, MEMORY -> index;
    };
  }
}
