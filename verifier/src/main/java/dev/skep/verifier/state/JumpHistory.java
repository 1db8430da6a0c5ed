package dev.skep.verifier.state;

import java.util.Arrays;

/**
 * How a path got from one checkpoint to the next: jumps, stack accesses and linked registers, in
 * order; precision is tracked backwards along it ({@code struct bpf_jmp_history_entry}).
 */
public final class JumpHistory {

  /** The instruction accesses the stack; the slot and frame follow in the flags. */
  public static final int STACK_ACCESS = 1 << 9;

  /** A jump's first operand was a stack pointer. */
  public static final int DST_IS_STACK = 1 << 10;

  /** A jump's second operand was a stack pointer. */
  public static final int SRC_IS_STACK = 1 << 11;

  private static final int SLOT_SHIFT = 3;
  private static final int FRAME_MASK = 7;
  private static final int SLOT_MASK = 0x3f;

  private int[] pcs = new int[8];
  private int[] previous = new int[8];
  private int[] flags = new int[8];
  private long[] linked = new long[8];
  private int size;

  /** Flags of a stack access. */
  public static int stackAccess(int frame, int slot) {
    return STACK_ACCESS | slot << SLOT_SHIFT | frame;
  }

  public static int frameOf(int flags) {
    return flags & FRAME_MASK;
  }

  public static int slotOf(int flags) {
    return flags >> SLOT_SHIFT & SLOT_MASK;
  }

  public int size() {
    return size;
  }

  public int pcAt(int index) {
    return pcs[index];
  }

  public int previousAt(int index) {
    return previous[index];
  }

  public int flagsAt(int index) {
    return flags[index];
  }

  /** Packed set of linked registers; see {@code LinkedRegisters}. */
  public long linkedAt(int index) {
    return linked[index];
  }

  /** Adds an entry and returns its index. */
  public int add(int pc, int previousPc, int entryFlags, long linkedRegisters) {
    if (size == pcs.length) {
      int larger = size * 2;
      pcs = Arrays.copyOf(pcs, larger);
      previous = Arrays.copyOf(previous, larger);
      flags = Arrays.copyOf(flags, larger);
      linked = Arrays.copyOf(linked, larger);
    }
    pcs[size] = pc;
    previous[size] = previousPc;
    flags[size] = entryFlags;
    linked[size] = linkedRegisters;
    return size++;
  }

  public void amend(int index, int moreFlags, long linkedRegisters) {
    flags[index] |= moreFlags;
    if (linkedRegisters != 0) {
      linked[index] = linkedRegisters;
    }
  }

  public void clear() {
    size = 0;
  }

  public JumpHistory copy() {
    JumpHistory copy = new JumpHistory();
    int capacity = Math.max(size, 8);
    copy.pcs = Arrays.copyOf(pcs, capacity);
    copy.previous = Arrays.copyOf(previous, capacity);
    copy.flags = Arrays.copyOf(flags, capacity);
    copy.linked = Arrays.copyOf(linked, capacity);
    copy.size = size;
    return copy;
  }
}
