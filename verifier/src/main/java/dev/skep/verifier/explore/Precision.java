package dev.skep.verifier.explore;

import dev.skep.verifier.observe.Event;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;

/**
 * Finds the numbers that a verdict depends on: from a use that needs an exact value it walks back
 * along the path and marks every register and stack slot that the value came from, in this path's
 * checkpoints. Where states are compared, numbers without the mark may differ.
 */
public final class Precision {

  private final Environment env;
  private final Backtrack wanted;
  private boolean changed;

  Precision(Environment env) {
    this.env = env;
    this.wanted = new Backtrack(env);
  }

  /** A register of the current state must be exact. */
  public void mark(int reg) {
    start(env.state);
    wanted.regs[wanted.frame] |= 1 << reg;
    walkBack(env.state, Event.Cause.USE);
  }

  /** A number spilled in the current state must be exact. */
  public void markSlot(int inFrame, int slot) {
    start(env.state);
    wanted.slots[inFrame] |= 1L << slot;
    walkBack(env.state, Event.Cause.USE);
  }

  /**
   * Numbers that are exact in a checkpoint must be exact in the state that was found equal to it.
   *
   * @return whether that was news
   */
  boolean propagate(VerifierState old, VerifierState current, Event.Cause cause) {
    start(current);
    for (int f = old.currentFrame(); f >= 0; f--) {
      FrameState from = old.frame(f);
      for (int i = 0; i < 10; i++) {
        if (from.regs[i].isScalar() && from.regs[i].precise()) {
          wanted.regs[f] |= 1 << i;
        }
      }
      for (int i = 0; i < from.stack.length; i++) {
        if (from.stack[i].isSpilledScalar() && from.stack[i].spilled().precise()) {
          wanted.slots[f] |= 1L << i;
        }
      }
      if (wanted.regs[f] != 0 || wanted.slots[f] != 0) {
        env.watcher.propagates(f, wanted.regs[f], wanted.slots[f]);
      }
    }
    walkBack(current, cause);
    return changed;
  }

  private void start(VerifierState from) {
    wanted.start(from.currentFrame());
    changed = false;
  }

  private void walkBack(VerifierState from, Event.Cause cause) {
    if (wanted.isDone() || !env.profile.privileged()) {
      return;
    }
    env.watcher.chainStarts(from, cause, wanted.frame, wanted.regs, wanted.slots);
    try {
      walkBackStates(from);
    } catch (Backtrack.Unsupported e) {
      markEverything(from);
    }
    env.watcher.chainEnds();
  }

  /** Every number above a loop's turn is exact: what it wanted did not come to rest. */
  void giveUp(VerifierState from) {
    start(from);
    env.watcher.chainStarts(from, Event.Cause.LOOP, wanted.frame, wanted.regs, wanted.slots);
    markEverything(from);
    env.watcher.chainEnds();
  }

  private void walkBackStates(VerifierState from) {
    VerifierState state = from;
    int first = state.firstPc;
    int last = state.pc;
    int following = -1;
    boolean skip = true;
    while (true) {
      env.watcher.chainSegment(wanted.frame, last, first, following);
      if (last < 0) {
        markEntryArguments(state);
        return;
      }
      int history = state.history.size();
      int at = last;
      while (true) {
        if (skip) {
          skip = false;
        } else {
          boolean noted = history > 0 && state.history.pcAt(history - 1) == at;
          wanted.stepBack(at, following, noted ? state.history : null, history - 1);
        }
        if (wanted.isDone()) {
          return;
        }
        following = at;
        if (at == state.firstPc && (history == 0 || history == 1 && state.history.pcAt(0) == at)) {
          break;
        }
        if (history > 0 && state.history.pcAt(history - 1) == at) {
          at = state.history.previousAt(--history);
        } else {
          at--;
        }
        if (at < 0) {
          throw new Backtrack.Unsupported();
        }
      }
      VerifierState parent = state.parent;
      if (parent == null) {
        break;
      }
      state = parent;
      markIn(state);
      if (wanted.isDone()) {
        return;
      }
      following = first;
      last = state.lastPc;
      first = state.firstPc;
    }
    if (!wanted.isDone()) {
      markEverything(from);
    }
  }

  /** At a global function's or callback's entry only its arguments can be wanted. */
  private void markEntryArguments(VerifierState state) {
    FrameState entry = state.frame(0);
    for (int i = 1; i <= 5; i++) {
      if ((wanted.regs[0] & 1 << i) != 0 && entry.regs[i].isScalar()) {
        entry.regs[i] = entry.regs[i].withPrecise(true);
        changed = true;
      }
    }
  }

  private void markIn(VerifierState state) {
    for (int f = wanted.frame; f >= 0; f--) {
      FrameState in = state.frame(f);
      for (int i = 0; i < 10; i++) {
        if ((wanted.regs[f] & 1 << i) == 0) {
          continue;
        }
        Reg reg = in.regs[i];
        if (!reg.isScalar() || reg.precise()) {
          wanted.regs[f] &= ~(1 << i);
        } else {
          in.regs[i] = reg.withPrecise(true);
          changed = true;
        }
      }
      for (long rest = wanted.slots[f]; rest != 0; rest &= rest - 1) {
        int i = Long.numberOfTrailingZeros(rest);
        if (i >= in.stack.length
            || !in.stack[i].isSpilledScalar()
            || in.stack[i].spilled().precise()) {
          wanted.slots[f] &= ~(1L << i);
        } else {
          in.stack[i] = in.stack[i].withSpilled(in.stack[i].spilled().withPrecise(true));
          changed = true;
        }
      }
      env.watcher.chainMarks(state, f, wanted.regs[f], wanted.slots[f]);
    }
  }

  /** Gives up on single marks: every number of every checkpoint above is exact. */
  private void markEverything(VerifierState from) {
    env.watcher.chainGivesUp(from);
    for (VerifierState state = from.parent; state != null; state = state.parent) {
      for (int f = 0; f <= state.currentFrame(); f++) {
        FrameState in = state.frame(f);
        for (int i = 0; i < 10; i++) {
          if (in.regs[i].isScalar() && !in.regs[i].precise()) {
            in.regs[i] = in.regs[i].withPrecise(true);
            changed = true;
            env.watcher.forced(state, f, 1 << i, 0);
          }
        }
        for (int i = 0; i < in.stack.length; i++) {
          StackSlot slot = in.stack[i];
          if (slot.isSpilledScalar() && !slot.spilled().precise()) {
            in.stack[i] = slot.withSpilled(slot.spilled().withPrecise(true));
            changed = true;
            env.watcher.forced(state, f, 0, 1L << i);
          }
        }
      }
    }
  }
}
