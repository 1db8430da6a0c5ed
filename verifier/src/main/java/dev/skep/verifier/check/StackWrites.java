package dev.skep.verifier.check;

import dev.skep.catalog.Behaviour;
import dev.skep.verifier.cfg.FastCalls;
import dev.skep.verifier.domain.ScalarRange;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.Path;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.JumpHistory;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.RegType;
import dev.skep.verifier.state.StackSlot;
import org.jspecify.annotations.Nullable;

/** Stores into a stack frame: spills, parts of them, and bytes ({@code check_stack_write}). */
final class StackWrites {

  private final Path path;
  private final Environment env;
  private final StackAccess stack;

  StackWrites(Path path, StackAccess stack) {
    this.path = path;
    this.env = path.env();
    this.stack = stack;
  }

  /**
   * A store.
   *
   * @param src the register stored, -1 for none
   * @param constant the immediate stored, or null
   */
  void write(int number, Reg pointer, int off, int size, int src, @Nullable Integer constant) {
    stack.checkBounds(number, pointer, off, size, true);
    if (pointer.range().isConst()) {
      writeFixed(pointer, (int) (off + pointer.range().constantValue()), size, src, constant);
    } else {
      writeVariable(pointer, off, size, src, constant);
    }
  }

  private void writeFixed(Reg pointer, int off, int size, int src, @Nullable Integer constant) {
    FrameState frame = stack.frameOf(pointer);
    int at = -off - 1;
    int index = at / StackSlot.BYTES;
    Reg value = src >= 0 ? env.state.reg(src) : null;
    StackSlot slot = frame.stack[index];
    if (!env.profile.privileged()
        && slot.isSpilled()
        && !slot.isSpilledScalar()
        && size != StackSlot.BYTES) {
      throw env.deny("attempt to corrupt spilled pointer on stack");
    }
    if (!env.profile.privileged()) {
      noteBarrier(slot, value, at, size);
    }
    new Dynptrs(env).destroy(frame, index);
    env.scratchSlot(index);
    FastCalls.noteAccess(env, frame.subprogram, off);
    if (size == StackSlot.BYTES) {
      env.liveness.write(frame.frameNumber, 1L << index);
    }
    boolean aligned = off % StackSlot.BYTES == 0;
    boolean tracked = env.profile.privileged();
    boolean kept = value != null && value.isScalar() && spills(value);
    if (value != null && aligned && kept && tracked) {
      boolean fits = bits(value.range()) <= size * 8;
      if (fits) {
        value = linkedSpill(src, value);
      }
      spill(frame, index, fits ? value : value.unlinked(), size);
    } else if (value == null
        && aligned
        && constant != null
        && (constant != 0 || env.kernel.has(Behaviour.SPILLS_ANY_SCALAR))
        && tracked) {
      spill(frame, index, Reg.constant(constant), size);
    } else if (value != null && isSpillable(value)) {
      if (size != StackSlot.BYTES) {
        env.printLine(env.pc, "; ");
        throw env.deny("invalid size of register spill");
      }
      if (frame != env.state.frame() && value.type() == RegType.PTR_TO_STACK) {
        throw env.invalid("cannot spill pointers to stack into stack frame of the caller");
      }
      spill(frame, index, value, size);
    } else {
      writeBytes(frame, index, at, size, value, src, constant);
      return;
    }
    path.noteHistory(JumpHistory.stackAccess(frame.frameNumber, index), 0);
  }

  private void writeBytes(
      FrameState frame,
      int index,
      int at,
      int size,
      @Nullable Reg value,
      int src,
      @Nullable Integer constant) {
    StackSlot slot = frame.stack[index];
    StackSlot bytes = new StackSlot(slot.types(), Reg.NOT_INIT);
    if (slot.isSpecial()) {
      bytes = scrubbed(bytes);
    }
    int type = StackSlot.MISC;
    if (value != null ? value.isNullConstant() : constant != null && constant == 0) {
      if (src >= 0) {
        path.markPrecise(src);
      }
      type = StackSlot.ZERO;
    }
    for (int i = 0; i < size; i++) {
      bytes = bytes.withType(Math.floorMod(at - i, StackSlot.BYTES), type);
    }
    frame.stack[index] = bytes;
  }

  static StackSlot scrubbed(StackSlot slot) {
    StackSlot result = slot;
    for (int b = 0; b < StackSlot.BYTES; b++) {
      if (result.type(b) != StackSlot.INVALID) {
        result = result.withType(b, StackSlot.MISC);
      }
    }
    return result;
  }

  private void writeVariable(Reg pointer, int off, int size, int src, @Nullable Integer constant) {
    FrameState frame = stack.frameOf(pointer);
    int min = (int) (pointer.range().smin() + off);
    int max = (int) (pointer.range().smax() + off + size);
    boolean zero =
        src >= 0
            ? env.state.reg(src).isNullConstant()
            : constant != null && constant == 0 && env.kernel.has(Behaviour.STORES_ZEROS_ANYWHERE);
    boolean zeroUsed = false;
    FastCalls.noteAccess(env, frame.subprogram, min);
    Dynptrs dynptrs = new Dynptrs(env);
    for (int i = min; i < max; i++) {
      dynptrs.destroy(frame, (-i - 1) / StackSlot.BYTES);
    }
    for (int i = min; i < max; i++) {
      int at = -i - 1;
      int index = at / StackSlot.BYTES;
      StackSlot slot = frame.stack[index];
      int type = slot.type(at % StackSlot.BYTES);
      env.scratchSlot(index);
      if (!env.profile.privileged() && type != StackSlot.MISC && type != StackSlot.ZERO) {
        throw env.invalid(
            (type == StackSlot.INVALID
                    ? "uninit stack in range of var-offset write prohibited for !root; insn "
                        + env.pc
                        + ", off: "
                    : "spilled ptr in range of var-offset stack write; insn "
                        + env.pc
                        + ", ptr off: ")
                + i);
      }
      if (zero && type == StackSlot.SPILL && slot.spilled().isNullConstant()) {
        zeroUsed = true;
        continue;
      }
      int written = StackSlot.MISC;
      if (zero && type == StackSlot.ZERO) {
        written = StackSlot.ZERO;
        zeroUsed = true;
      }
      StackSlot bytes = new StackSlot(slot.types(), Reg.NOT_INIT);
      frame.stack[index] =
          (slot.isSpecial() ? scrubbed(bytes) : bytes).withType(at % StackSlot.BYTES, written);
    }
    if (zeroUsed && src >= 0) {
      path.markPrecise(src);
    }
  }

  /** A load must not see what was there before a pointer, or instead of one (Spectre v4). */
  private void noteBarrier(StackSlot slot, @Nullable Reg value, int at, int size) {
    boolean barrier = value != null && isSpillable(value);
    for (int i = 0; i < size; i++) {
      int type = slot.type(Math.floorMod(at - i, StackSlot.BYTES));
      barrier |= type != StackSlot.MISC && type != StackSlot.ZERO;
    }
    if (barrier) {
      env.facts[env.pc].nospecResult = true;
    }
  }

  private Reg linkedSpill(int src, Reg value) {
    if (!env.kernel.has(Behaviour.SPILLS_ANY_SCALAR)) {
      return value;
    }
    Reg result = env.linked(value);
    env.state.set(src, result);
    return result;
  }

  private void spill(FrameState frame, int index, Reg value, int size) {
    StackSlot slot = new StackSlot(frame.stack[index].types(), value);
    for (int b = StackSlot.BYTES - 1; b >= 0; b--) {
      if (b >= StackSlot.BYTES - size) {
        slot = slot.withType(b, StackSlot.SPILL);
      } else {
        int type = slot.type(b);
        boolean stays =
            type == StackSlot.ZERO && env.kernel.has(Behaviour.SPILLS_ANY_SCALAR)
                || type == StackSlot.INVALID && env.profile.privileged();
        slot = stays ? slot : slot.withType(b, StackSlot.MISC);
      }
    }
    frame.stack[index] = slot;
  }

  /** Earlier kernels keep no number that they know nothing about, and zero as zero bytes. */
  private boolean spills(Reg scalar) {
    return env.kernel.has(Behaviour.SPILLS_ANY_SCALAR)
        || !scalar.range().equals(ScalarRange.UNKNOWN) && !scalar.isNullConstant();
  }

  private static boolean isSpillable(Reg reg) {
    return reg.isPointer()
        && reg.type() != RegType.PTR_TO_TP_BUFFER
        && reg.type() != RegType.CONST_PTR_TO_DYNPTR;
  }

  /** Bits that the number needs: {@code get_reg_width}. */
  static int bits(ScalarRange range) {
    return Long.SIZE - Long.numberOfLeadingZeros(range.umax());
  }
}
