package dev.skep.verifier.check;

import dev.skep.catalog.Behaviour;
import dev.skep.verifier.cfg.FastCalls;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.JumpHistory;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;

/** Reads and writes of a program's stack: spills and fills, zeros, plain bytes. */
public final class StackAccess {

  /** {@code MAX_BPF_STACK}. */
  public static final int MAX_STACK = 512;

  private static final int MAX_OFFSET = 1 << 29;

  private final Path path;
  private final Environment env;

  public StackAccess(Path path) {
    this.path = path;
    this.env = path.env();
  }

  FrameState frameOf(Reg pointer) {
    return env.state.frame(pointer.frame());
  }

  /** Refuses what lies outside of the frame, and makes the frame deep enough. */
  void checkBounds(int number, Reg pointer, int off, int size, boolean write) {
    String action = write ? " write to" : " read from";
    ScalarRange range = pointer.range();
    long min;
    long max;
    if (range.isConst()) {
      min = range.constantValue() + off;
      max = min + size;
    } else {
      if (range.smax() >= MAX_OFFSET || range.smin() <= -MAX_OFFSET) {
        throw env.deny("invalid unbounded variable-offset" + action + " stack R" + number);
      }
      min = range.smin() + off;
      max = range.smax() + off + size;
    }
    FrameState frame = frameOf(pointer);
    boolean anywhere = env.profile.privileged() && env.kernel.has(Behaviour.READS_UNUSED_STACK);
    long lowest = write || anywhere ? -MAX_STACK : -frame.stackBytes();
    boolean outside = min < lowest || min > -1;
    if (outside || max > 0 || size < 0) {
      String message =
          range.isConst()
              ? "invalid" + action + " stack R" + number + " off=" + min + " size=" + size
              : "invalid variable-offset"
                  + action
                  + " stack R"
                  + number
                  + " var_off="
                  + pointer.varOff()
                  + " off="
                  + off
                  + " size="
                  + size;
      throw env.refuse(outside ? "EACCES" : "EINVAL", message);
    }
    grow(frame, (int) -min);
  }

  /** Refuses memory that a helper fills, if a dynptr lies in it. */
  void checkNoDynptr(Reg pointer, int size) {
    FrameState frame = frameOf(pointer);
    int min = (int) (pointer.off() + pointer.range().constantValue());
    for (int i = min; i < min + size; i++) {
      int at = -i - 1;
      int index = at / StackSlot.BYTES;
      if (index < frame.stack.length
          && frame.stack[index].type(at % StackSlot.BYTES) == StackSlot.DYNPTR) {
        throw env.deny("potential write to dynptr at off=" + i + " disallowed");
      }
    }
  }

  /** Makes the frame at least so deep, and notes it for the function. */
  void grow(FrameState frame, int bytes) {
    frame.growStack(bytes);
    var sub = env.subprograms.get(frame.subprogram);
    sub.stackDepth = Math.max(sub.stackDepth, (bytes + 7) / 8 * 8);
  }

  /** A load into a register, or with {@code dst} -1 a check alone. */
  void read(int number, Reg pointer, int off, int size, int dst) {
    checkBounds(number, pointer, off, size, false);
    if (pointer.range().isConst()) {
      readFixed(pointer, (int) (off + pointer.range().constantValue()), size, dst);
      return;
    }
    if (dst < 0) {
      throw env.deny(
          "variable offset stack pointer cannot be passed into helper function; var_off="
              + pointer.varOff()
              + " off="
              + off
              + " size="
              + size);
    }
    checkInitialized(number, pointer, off, size, false, false, "");
    int min = (int) (pointer.range().smin() + off);
    int max = (int) (pointer.range().smax() + off);
    readPlain(frameOf(pointer), min, max + size, dst);
    FastCalls.noteAccess(env, frameOf(pointer).subprogram, min);
  }

  private void readFixed(Reg pointer, int off, int size, int dst) {
    FrameState frame = frameOf(pointer);
    int at = -off - 1;
    int index = at / StackSlot.BYTES;
    StackSlot slot = frame.stack[index];
    env.scratchSlot(index);
    FastCalls.noteAccess(env, frame.subprogram, off);
    env.liveness.read(frame.frameNumber, env.pc, 1L << index);
    if (!slot.isSpilled()) {
      checkBytes(slot, at, off, size);
      if (dst >= 0) {
        readPlain(frame, off, off + size, dst);
      }
      return;
    }
    int spilled = 1;
    while (spilled < StackSlot.BYTES && slot.type(7 - spilled) == StackSlot.SPILL) {
      spilled++;
    }
    int flags = JumpHistory.stackAccess(frame.frameNumber, index);
    if (size == StackSlot.BYTES && spilled == StackSlot.BYTES) {
      if (dst >= 0) {
        env.state.set(dst, slot.spilled());
      } else if (slot.spilled().isPointer() && !env.profile.privileged()) {
        throw env.deny("leaking pointer from stack off " + off);
      }
      path.noteHistory(flags, 0);
      return;
    }
    if (!slot.spilled().isScalar()) {
      env.printLine(env.pc, "; ");
      throw env.deny("invalid size of register fill");
    }
    if (dst < 0) {
      return;
    }
    boolean fits = env.kernel.has(Behaviour.SPILLS_ANY_SCALAR) ? size <= spilled : size == spilled;
    if (fits && off % StackSlot.BYTES == 0) {
      Reg value = slot.spilled();
      if (StackWrites.bits(value.range()) > size * 8) {
        value = value.unlinked();
      }
      env.state.set(dst, value);
      path.noteHistory(flags, 0);
    } else if (readPart(slot, at, off, size, dst)) {
      path.noteHistory(flags, 0);
    }
  }

  /** A part of a spill that is no spill of its own; true if it restores the spilled value 0. */
  private boolean readPart(StackSlot slot, int at, int off, int size, int dst) {
    int spills = 0;
    int zeros = 0;
    for (int i = 0; i < size; i++) {
      switch (slot.type(Math.floorMod(at - i, StackSlot.BYTES))) {
        case StackSlot.SPILL -> spills++;
        case StackSlot.ZERO -> zeros++;
        case StackSlot.MISC -> {}
        default -> checkUninitialized(off, i, size);
      }
    }
    if (!env.kernel.has(Behaviour.SPILLS_ANY_SCALAR)) {
      env.state.set(dst, Reg.UNKNOWN);
      return false;
    }
    boolean zeroSpill = spills == size && slot.spilled().isNullConstant();
    env.state.set(dst, zeroSpill || zeros == size ? Reg.ZERO : Reg.UNKNOWN);
    return zeroSpill;
  }

  private void checkBytes(StackSlot slot, int at, int off, int size) {
    for (int i = 0; i < size; i++) {
      int type = slot.type(Math.floorMod(at - i, StackSlot.BYTES));
      if (type == StackSlot.INVALID) {
        checkUninitialized(off, i, size);
      } else if (type != StackSlot.MISC && type != StackSlot.ZERO) {
        throw env.deny("invalid read from stack off " + off + "+" + i + " size " + size);
      }
    }
  }

  private void checkUninitialized(int off, int index, int size) {
    if (!env.profile.privileged()) {
      throw env.deny("invalid read from stack off " + off + "+" + index + " size " + size);
    }
  }

  private void readPlain(FrameState frame, int min, int max, int dst) {
    boolean zero = true;
    for (int i = min; i < max && zero; i++) {
      int at = -i - 1;
      env.scratchSlot(at / StackSlot.BYTES);
      zero = frame.stack[at / StackSlot.BYTES].type(at % StackSlot.BYTES) == StackSlot.ZERO;
    }
    env.state.set(dst, zero ? Reg.ZERO : Reg.UNKNOWN);
  }

  /**
   * Bytes that a helper reads, or may overwrite when {@code clobber} is set.
   *
   * @param how what the message of earlier kernels says about the read
   */
  void checkInitialized(
      int number,
      Reg pointer,
      int off,
      int size,
      boolean zeroAllowed,
      boolean clobber,
      String how) {
    if (size == 0 && !zeroAllowed) {
      throw env.deny("invalid zero-sized read");
    }
    checkBounds(number, pointer, off, size, clobber);
    if (!how.isEmpty() && !env.kernel.has(Behaviour.PLAIN_STACK_READS)) {
      clobber = true; // earlier kernels take a helper's read for a write
    }
    FrameState frame = frameOf(pointer);
    ScalarRange range = pointer.range();
    int min = (int) ((range.isConst() ? range.constantValue() : range.smin()) + off);
    int max = (int) ((range.isConst() ? range.constantValue() : range.smax()) + off);
    for (int i = min; i < max + size; i++) {
      int at = -i - 1;
      int index = at / StackSlot.BYTES;
      StackSlot slot = frame.stack[index];
      int type = slot.type(at % StackSlot.BYTES);
      boolean plain =
          type == StackSlot.MISC
              || type == StackSlot.ZERO
              || type == StackSlot.INVALID && env.profile.privileged();
      boolean spill =
          !plain && slot.isSpilled() && (slot.spilled().isScalar() || env.profile.privileged());
      if (!plain && !spill) {
        String place =
            range.isConst()
                ? "off " + min + "+" + (i - min)
                : "var_off " + pointer.varOff() + "+" + (i - min);
        String said = env.kernel.has(Behaviour.PLAIN_STACK_READS) ? "" : how;
        throw env.deny(
            "invalid" + said + " read from stack R" + number + " " + place + " size " + size);
      }
      if (clobber) {
        frame.stack[index] =
            spill
                ? StackWrites.scrubbed(new StackSlot(slot.types(), Reg.NOT_INIT))
                : slot.withType(at % StackSlot.BYTES, StackSlot.MISC);
      }
      env.liveness.read(frame.frameNumber, env.pc, 1L << index);
    }
  }
}
