package dev.skep.verifier.state;

import java.util.Arrays;

/** One call frame of one path: {@code struct bpf_func_state}. Mutable; states own their frames. */
public final class FrameState {

  /** Registers that a program has, r10 included. */
  public static final int REGISTERS = 11;

  private static final StackSlot[] NO_STACK = {};

  /** Registers r0 to r10. */
  public final Reg[] regs;

  /** Slots from the top: slot 0 is fp-8. */
  public StackSlot[] stack;

  /** Instruction of the call in the caller; -1 ({@code BPF_MAIN_FUNC}) in the main program. */
  public final int callsite;

  public final int frameNumber;

  public final int subprogram;

  /** Set while a callback runs that was called by a helper synchronously. */
  public boolean inCallback;

  /** Set while a callback runs that the kernel calls later. */
  public boolean inAsyncCallback;

  /** How many times an async callback was entered. */
  public int asyncEntries;

  /** Iterations of the callback that this frame calls. */
  public int callbackDepth;

  /** Least and greatest value that the callback may return. */
  public int callbackReturnMin;

  public int callbackReturnMax;

  public FrameState(int callsite, int frameNumber, int subprogram) {
    this(new Reg[REGISTERS], NO_STACK, callsite, frameNumber, subprogram);
    Arrays.fill(regs, Reg.NOT_INIT);
    regs[10] = Reg.stackPointer(frameNumber);
  }

  private FrameState(Reg[] regs, StackSlot[] stack, int callsite, int frameNumber, int subprogram) {
    this.regs = regs;
    this.stack = stack;
    this.callsite = callsite;
    this.frameNumber = frameNumber;
    this.subprogram = subprogram;
  }

  /** An independent copy. */
  public FrameState copy() {
    FrameState copy =
        new FrameState(
            regs.clone(),
            stack.length == 0 ? stack : stack.clone(),
            callsite,
            frameNumber,
            subprogram);
    copy.inCallback = inCallback;
    copy.inAsyncCallback = inAsyncCallback;
    copy.asyncEntries = asyncEntries;
    copy.callbackDepth = callbackDepth;
    copy.callbackReturnMin = callbackReturnMin;
    copy.callbackReturnMax = callbackReturnMax;
    return copy;
  }

  /** Allocated bytes. */
  public int stackBytes() {
    return stack.length * StackSlot.BYTES;
  }

  /** Makes the stack at least {@code bytes} deep. */
  public void growStack(int bytes) {
    int slots = (bytes + StackSlot.BYTES - 1) / StackSlot.BYTES;
    if (slots > stack.length) {
      int old = stack.length;
      stack = Arrays.copyOf(stack, slots);
      Arrays.fill(stack, old, slots, StackSlot.EMPTY);
    }
  }
}
