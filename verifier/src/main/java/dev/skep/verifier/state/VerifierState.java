package dev.skep.verifier.state;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One point of one path: {@code struct bpf_verifier_state}. Mutable. */
public final class VerifierState {

  /** {@code MAX_CALL_FRAMES}. */
  public static final int MAX_FRAMES = 8;

  /** Call frames, the innermost last. */
  public final List<FrameState> frames;

  /** The checkpoint that this path came from, for precision. */
  public @Nullable VerifierState parent;

  /** Paths that start here and have not ended yet. */
  public int branches;

  /** Where a checkpoint stands. */
  public int pc;

  /** First instruction after the parent checkpoint. */
  public int firstPc;

  /** Last instruction executed before the one at hand. */
  public int lastPc = -1;

  public JumpHistory history = new JumpHistory();

  /** What must be given back; in the order of acquisition. */
  public List<Reference> references;

  /** Id and owner of the held spin lock, if {@link #activeLocks} is not 0. */
  public int activeLockId;

  public @Nullable Object activeLockOwner;

  public int activeLocks;

  public int activePreemptLocks;

  public int activeRcuLocks;

  public int activeIrqId;

  public boolean inSleepable;

  /** A path that the program never takes, but a processor may. */
  public boolean speculative;

  /** Set when dead registers and slots were dropped from a checkpoint. */
  public boolean cleaned;

  /** For a checkpoint: no more compared with, kept for the open paths from it alone. */
  public boolean givenUp;

  public int callbackUnrollDepth;

  public int mayGotoDepth;

  /** How many checkpoints lie above. */
  public int depth;

  /** What an observer calls the path, or the checkpoint; without an observer it says nothing. */
  public int number;

  /** For a back-edge's copy: the checkpoint that it was found equal to. */
  public @Nullable VerifierState equalState;

  public VerifierState() {
    this(new ArrayList<>(), new ArrayList<>());
  }

  private VerifierState(List<FrameState> frames, List<Reference> references) {
    this.frames = frames;
    this.references = references;
  }

  /** Number of the innermost frame. */
  public int currentFrame() {
    return frames.size() - 1;
  }

  /** The innermost frame. */
  public FrameState frame() {
    return frames.getLast();
  }

  public FrameState frame(int number) {
    return frames.get(number);
  }

  /** Registers of the innermost frame. */
  public Reg[] regs() {
    return frame().regs;
  }

  public Reg reg(int number) {
    return frame().regs[number];
  }

  public void set(int number, Reg value) {
    frame().regs[number] = value;
  }

  /** An independent copy, with its history. */
  public VerifierState copy() {
    List<FrameState> frameCopies = new ArrayList<>(frames.size() + 1);
    for (FrameState frame : frames) {
      frameCopies.add(frame.copy());
    }
    VerifierState copy = new VerifierState(frameCopies, new ArrayList<>(references));
    copy.parent = parent;
    copy.branches = branches;
    copy.pc = pc;
    copy.firstPc = firstPc;
    copy.lastPc = lastPc;
    copy.history = history.copy();
    copy.speculative = speculative;
    copy.activeLockId = activeLockId;
    copy.activeLockOwner = activeLockOwner;
    copy.activeLocks = activeLocks;
    copy.activePreemptLocks = activePreemptLocks;
    copy.activeRcuLocks = activeRcuLocks;
    copy.activeIrqId = activeIrqId;
    copy.inSleepable = inSleepable;
    copy.cleaned = cleaned;
    copy.callbackUnrollDepth = callbackUnrollDepth;
    copy.mayGotoDepth = mayGotoDepth;
    copy.depth = depth;
    copy.equalState = equalState;
    copy.number = number;
    return copy;
  }

  /** Replaces each register and spilled register of every frame. */
  public void replaceAll(UnaryOperator<Reg> change) {
    for (FrameState frame : frames) {
      for (int i = 0; i < FrameState.REGISTERS; i++) {
        frame.regs[i] = change.apply(frame.regs[i]);
      }
      for (int i = 0; i < frame.stack.length; i++) {
        StackSlot slot = frame.stack[i];
        if (slot.isSpilled()) {
          frame.stack[i] = slot.withSpilled(change.apply(slot.spilled()));
        }
      }
    }
  }

  /** Instruction at which a frame stands: its own, or that of the call it waits for. */
  public int framePc(int frame) {
    return frame == currentFrame() ? pc : frames.get(frame + 1).callsite;
  }
}
