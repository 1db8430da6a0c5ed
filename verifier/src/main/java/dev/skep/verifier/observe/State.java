package dev.skep.verifier.observe;

import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One point of one path: an immutable snapshot of {@code struct bpf_verifier_state}. Two are equal
 * if all that they show is.
 *
 * @param frames call frames, the outermost first; never empty
 * @param references what must be given back, in the order of acquisition; locks among them
 * @param regions what is held or switched off
 * @param speculative whether only a processor takes this path, before it knows better
 * @param sleepable whether the program may sleep here, as far as its type goes
 */
public record State(
    List<Frame> frames,
    List<Reference> references,
    Regions regions,
    boolean speculative,
    boolean sleepable) {

  /**
   * One call frame.
   *
   * @param number from 0 for the outermost
   * @param subprogram index of the function that runs in it, 0 for the main program
   * @param callsite the call's instruction in the frame below, -1 for the outermost
   * @param registers r0 to r10
   * @param stack slots of eight bytes, the one at {@code fp-8} first; as many as were ever touched
   * @param callback whether it is a callback that a helper calls at once
   * @param asyncCallback whether it is a callback that the kernel calls later
   */
  public record Frame(
      int number,
      int subprogram,
      int callsite,
      List<Reg> registers,
      List<StackSlot> stack,
      boolean callback,
      boolean asyncCallback) {

    private static Frame of(FrameState frame, @Nullable Frame like) {
      List<Reg> registers = frozen(frame.regs, like == null ? List.of() : like.registers);
      List<StackSlot> stack = frozen(frame.stack, like == null ? List.of() : like.stack);
      if (like != null
          && registers == like.registers
          && stack == like.stack
          && frame.frameNumber == like.number
          && frame.subprogram == like.subprogram
          && frame.callsite == like.callsite
          && frame.inCallback == like.callback
          && frame.inAsyncCallback == like.asyncCallback) {
        return like;
      }
      return new Frame(
          frame.frameNumber,
          frame.subprogram,
          frame.callsite,
          registers,
          stack,
          frame.inCallback,
          frame.inAsyncCallback);
    }

    private Frame withoutPrecision() {
      return new Frame(
          number,
          subprogram,
          callsite,
          registers.stream().map(r -> r.withPrecise(false)).toList(),
          stack.stream().map(s -> s.withSpilled(s.spilled().withPrecise(false))).toList(),
          callback,
          asyncCallback);
    }
  }

  /**
   * Locks and sections.
   *
   * @param locks number of spin locks held
   * @param preemptOff depth of {@code bpf_preempt_disable}
   * @param rcu depth of {@code bpf_rcu_read_lock}
   * @param irqOff id of the saved interrupt flags that are restored next, 0 for none
   */
  public record Regions(int locks, int preemptOff, int rcu, int irqOff) {}

  /** A snapshot of a state at hand. */
  public static State of(VerifierState state) {
    return of(state, null);
  }

  /**
   * A snapshot of a state at hand.
   *
   * @param like one that is probably much the same: what is the same object there is shared
   */
  public static State of(VerifierState state, @Nullable State like) {
    int count = state.frames.size();
    List<Frame> frames = new ArrayList<>(count);
    boolean same = like != null && like.frames.size() == count;
    for (int f = 0; f < count; f++) {
      Frame known = like != null && f < like.frames.size() ? like.frames.get(f) : null;
      Frame frame = Frame.of(state.frame(f), known);
      same &= frame == known;
      frames.add(frame);
    }
    Regions regions =
        new Regions(
            state.activeLocks, state.activePreemptLocks, state.activeRcuLocks, state.activeIrqId);
    if (like != null
        && same
        && like.references.equals(state.references)
        && like.regions.equals(regions)
        && like.speculative == state.speculative
        && like.sleepable == state.inSleepable) {
      return like;
    }
    return new State(
        same && like != null ? like.frames : List.copyOf(frames),
        like != null && like.references.equals(state.references)
            ? like.references
            : List.copyOf(state.references),
        regions,
        state.speculative,
        state.inSleepable);
  }

  /** The elements as a list: the known one, if it has the very same. */
  private static <T> List<T> frozen(T[] elements, List<T> known) {
    boolean same = known.size() == elements.length;
    for (int i = 0; same && i < elements.length; i++) {
      same = known.get(i) == elements[i];
    }
    return same ? known : List.of(elements);
  }

  /** The innermost frame. */
  public Frame frame() {
    return frames.getLast();
  }

  /** What a register of the innermost frame holds. */
  public Reg register(int number) {
    return frame().registers().get(number);
  }

  /**
   * The same without the marks of numbers that a decision leant on: those stay behind with a kept
   * state, so they are the one thing that may go between a step and the next.
   */
  public State withoutPrecision() {
    return new State(
        frames.stream().map(Frame::withoutPrecision).toList(),
        references,
        regions,
        speculative,
        sleepable);
  }

  /**
   * Registers and slots that differ, frame by frame from the outermost, in the frames that both
   * states have.
   */
  public List<Change> changesTo(State after) {
    if (this == after) {
      return List.of();
    }
    List<Change> changes = new ArrayList<>();
    for (int f = 0; f < Math.min(frames.size(), after.frames.size()); f++) {
      Frame was = frames.get(f);
      Frame is = after.frames.get(f);
      if (was == is) {
        continue;
      }
      for (int i = 0; i < was.registers.size(); i++) {
        if (!was.registers.get(i).equals(is.registers.get(i))) {
          changes.add(
              new Change.OfRegister(
                  new Place.Register(f, i), was.registers.get(i), is.registers.get(i)));
        }
      }
      for (int i = 0; i < Math.max(was.stack.size(), is.stack.size()); i++) {
        StackSlot before = i < was.stack.size() ? was.stack.get(i) : StackSlot.EMPTY;
        StackSlot now = i < is.stack.size() ? is.stack.get(i) : StackSlot.EMPTY;
        if (!before.equals(now)) {
          changes.add(new Change.OfSlot(new Place.Slot(f, i), before, now));
        }
      }
    }
    return Collections.unmodifiableList(changes);
  }
}
