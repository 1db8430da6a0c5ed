package dev.skep.verifier.path;

import dev.skep.verifier.state.VerifierState;
import org.jspecify.annotations.Nullable;

/**
 * What one subprogram, as reached by one chain of calls, does with the stacks of its own frame and
 * of its callers' ({@code struct func_instance}).
 *
 * <p>Slots are bits of a {@code long}: bit 0 is the slot at {@code fp-8}.
 */
final class StackUse {

  /** Slots of one frame, by instruction of the subprogram. */
  static final class Slots {

    /** The instruction may read them. */
    final long[] mayRead;

    /** The instruction writes them on every visit. */
    final long[] mustWrite;

    /** They are written by the instruction or after it, on every way on. */
    final long[] writtenFrom;

    /** They may be read by the instruction or after it, before they are written. */
    final long[] live;

    Slots(int size) {
      mayRead = new long[size];
      mustWrite = new long[size];
      writtenFrom = new long[size];
      live = new long[size];
    }
  }

  /** Call instructions from the outermost frame in, and last the subprogram's start. */
  final int[] chain;

  /** First instruction of the subprogram. */
  final int start;

  private final int size;
  private final @Nullable Slots[] frames = new @Nullable Slots[VerifierState.MAX_FRAMES];
  private final boolean[] visited;

  /** Whether something was noted that the data flow has not seen. */
  boolean updated;

  private boolean writeDropped;

  StackUse(int[] chain, int start, int size) {
    this.chain = chain;
    this.start = start;
    this.size = size;
    this.visited = new boolean[size];
  }

  int depth() {
    return chain.length - 1;
  }

  /** Slots of a frame, or null if nothing was noted about it. */
  @Nullable Slots slots(int frame) {
    return frames[frame];
  }

  private Slots allocated(int frame) {
    Slots slots = frames[frame];
    if (slots == null) {
      slots = new Slots(size);
      frames[frame] = slots;
    }
    return slots;
  }

  void read(int frame, int pc, long mask) {
    Slots slots = allocated(frame);
    int index = pc - start;
    long read = slots.mayRead[index] | mask;
    if (read != slots.mayRead[index] && (read & ~slots.live[index]) != 0) {
      updated = true;
    }
    slots.mayRead[index] = read;
  }

  /** What an instruction wrote, one mask a frame: only what it wrote on every visit counts. */
  void write(int pc, long[] masks) {
    int index = pc - start;
    for (int frame = 0; frame <= depth(); frame++) {
      long mask = masks[frame];
      if (mask == 0 && !visited[index]) {
        continue;
      }
      Slots slots = allocated(frame);
      long before = slots.mustWrite[index];
      if (visited[index]) {
        mask &= before;
      }
      if (before != mask) {
        slots.mustWrite[index] = mask;
        updated = true;
      }
      writeDropped |= (before & ~mask) != 0;
    }
    visited[index] = true;
  }

  /** Before the data flow starts again: sure writes may have become fewer. */
  void forgetDroppedWrites() {
    if (!writeDropped) {
      return;
    }
    writeDropped = false;
    for (Slots slots : frames) {
      if (slots != null) {
        java.util.Arrays.fill(slots.writtenFrom, 0);
      }
    }
  }

  long live(int frame, int pc) {
    Slots slots = frames[frame];
    int index = pc - start;
    return slots == null || index >= size ? 0 : slots.live[index];
  }
}
