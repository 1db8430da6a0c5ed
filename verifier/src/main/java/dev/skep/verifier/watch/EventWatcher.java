package dev.skep.verifier.watch;

import dev.skep.isa.Instruction;
import dev.skep.object.ProgramSpec;
import dev.skep.verifier.observe.Change;
import dev.skep.verifier.observe.Covered;
import dev.skep.verifier.observe.Difference;
import dev.skep.verifier.observe.Event;
import dev.skep.verifier.observe.Interest;
import dev.skep.verifier.observe.Observer;
import dev.skep.verifier.observe.Place;
import dev.skep.verifier.observe.State;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes values of what the walk does, as far as the observer asks for them. */
public final class EventWatcher implements Watcher {

  private record Fork(VerifierState state, int pc) {}

  private final Observer observer;
  private final Set<Interest> interests;
  private final boolean wantsSteps;
  private final boolean wantsBranches;
  private final Touched touched;
  private final int limit;
  private final int[] visits;
  private final ChainMaker chains;
  private final List<Fork> forks = new ArrayList<>();

  /** Waiting paths that start in a callback: by number, the instruction that handed it over. */
  private final Map<Integer, Integer> callbacks = new HashMap<>();

  private int paths;
  private int checkpoints;
  private int steps;

  /** The last snapshot of a path's state, which the next is probably much like. */
  private @Nullable State last;

  /** The state before the step at hand; null between steps. */
  private @Nullable State before;

  private int path;
  private int pc;
  private @Nullable Instruction instruction;

  private EventWatcher(
      Observer observer, Set<Interest> interests, Touched touched, int programSize, int limit) {
    this.observer = observer;
    this.interests = interests;
    this.wantsSteps = interests.contains(Interest.STEPS);
    this.wantsBranches = interests.contains(Interest.BRANCHES);
    this.touched = touched;
    this.limit = limit;
    this.visits = new int[programSize];
    this.chains = new ChainMaker(observer);
  }

  /**
   * For an observer.
   *
   * @param limit how many instructions may be walked over
   * @return {@link Watcher#NONE} if it asks for nothing
   */
  public static Watcher of(Observer observer, Touched touched, ProgramSpec program, int limit) {
    Set<Interest> interests = observer.interests();
    return interests.isEmpty()
        ? Watcher.NONE
        : new EventWatcher(
            observer, EnumSet.copyOf(interests), touched, program.code().size(), limit);
  }

  private boolean wants(Interest interest) {
    return interests.contains(interest);
  }

  private State snapshot(VerifierState state) {
    State now = State.of(state, last);
    last = now;
    return now;
  }

  @Override
  public boolean wantsCovers() {
    return wants(Interest.PRUNING);
  }

  @Override
  public void walkStarts(VerifierState entry, int at) {
    entry.number = paths++;
    taken(entry, at, -1);
  }

  @Override
  public void pathTaken(VerifierState state, int at, int previousPc) {
    taken(state, at, previousPc);
    Integer callsite = callbacks.remove(state.number);
    if (callsite != null && wants(Interest.SUBPROGRAMS)) {
      FrameState callee = state.frame();
      Event.Entry entry =
          callee.inAsyncCallback ? Event.Entry.ASYNC_CALLBACK : Event.Entry.CALLBACK;
      observer.on(
          new Event.SubprogramEntered(
              state.number, at, callee.subprogram, entry, callsite, snapshot(state)));
    }
  }

  private void taken(VerifierState state, int at, int previousPc) {
    if (wants(Interest.PATHS)) {
      observer.on(new Event.PathTaken(state.number, previousPc, at, snapshot(state)));
    }
  }

  @Override
  public void pathEnds(VerifierState state, int at, Event.End end) {
    if (wants(Interest.PATHS)) {
      observer.on(new Event.PathEnded(state.number, at, end));
    }
  }

  @Override
  public void visits(int at) {
    visits[at]++;
  }

  @Override
  public void stepStarts(VerifierState state, int at, int previousPc, @Nullable Instruction what) {
    touched.startStep();
    forks.clear();
    path = state.number;
    pc = at;
    instruction = what;
    if (wantsSteps || wantsBranches) {
      before = snapshot(state);
    }
  }

  @Override
  public void forked(VerifierState state, int at) {
    state.number = paths++;
    forks.add(new Fork(state, at));
  }

  @Override
  public void stepEnds(VerifierState state, int next) {
    noteCallbacks(state);
    State from = before;
    if (from != null && instruction != null) {
      State after = snapshot(state);
      if (!forks.isEmpty() || instruction instanceof Instruction.ConditionalJump) {
        branch(from, side(path, next, from, after));
      }
      if (wantsSteps) {
        observer.on(
            new Event.Step(
                steps++,
                path,
                pc,
                instruction,
                from,
                after,
                next,
                touched.registersOfStep(),
                touched.slotsOfStep()));
      }
    }
    before = null;
  }

  @Override
  public void stepBarred(VerifierState state, boolean refused) {
    noteCallbacks(state);
    if (refused) {
      if (before != null && !forks.isEmpty()) {
        branch(before, null);
      }
      stepFails();
    }
    before = null;
  }

  @Override
  public void stepFails() {
    if (before != null && wantsSteps) {
      observer.on(new Event.Refused(path, pc, instruction, before));
    }
    before = null;
  }

  private void branch(State from, Event.@Nullable Side here) {
    if (!wantsBranches) {
      return;
    }
    List<Event.Side> sides = new ArrayList<>();
    if (here != null) {
      sides.add(here);
    }
    for (Fork fork : forks) {
      sides.add(side(fork.state.number, fork.pc, from, State.of(fork.state, from)));
    }
    observer.on(new Event.Branch(path, pc, from, List.copyOf(sides)));
  }

  private static Event.Side side(int number, int at, State from, State state) {
    return new Event.Side(number, at, state.speculative(), state, from.changesTo(state));
  }

  private void noteCallbacks(VerifierState state) {
    for (Fork fork : forks) {
      FrameState frame = fork.state.frame();
      boolean entered =
          fork.state.frames.size() > state.frames.size()
              || frame.inAsyncCallback && frame.asyncEntries > state.frame().asyncEntries;
      if (entered) {
        callbacks.put(fork.state.number, pc);
      }
    }
  }

  @Override
  public void kept(VerifierState checkpoint, VerifierState current) {
    checkpoint.number = checkpoints++;
    if (wants(Interest.PRUNING)) {
      VerifierState parent = checkpoint.parent;
      observer.on(
          new Event.Kept(
              checkpoint.number,
              parent == null ? -1 : parent.number,
              current.number,
              checkpoint.pc,
              snapshot(checkpoint)));
    }
  }

  @Override
  public void pruned(
      VerifierState old,
      VerifierState current,
      int at,
      int previousPc,
      boolean loop,
      List<Covered> covered) {
    if (wants(Interest.PRUNING)) {
      State now = snapshot(current);
      observer.on(
          new Event.Pruned(
              current.number, at, old.number, loop, State.of(old, now), now, List.copyOf(covered)));
    }
  }

  @Override
  public void missed(
      VerifierState old,
      VerifierState current,
      Difference difference,
      int frame,
      int register,
      int slot) {
    if (!wants(Interest.NEAR_MISSES)) {
      return;
    }
    @Nullable Change values = null;
    if (register >= 0) {
      values =
          new Change.OfRegister(
              new Place.Register(frame, register),
              old.frame(frame).regs[register],
              current.frame(frame).regs[register]);
    } else if (slot >= 0) {
      values =
          new Change.OfSlot(
              new Place.Slot(frame, slot),
              slot(old.frame(frame), slot),
              slot(current.frame(frame), slot));
    }
    observer.on(
        new Event.NearMiss(
            current.number, current.pc, old.number, old.branches > 0, difference, values));
  }

  private static StackSlot slot(FrameState frame, int index) {
    return index < frame.stack.length ? frame.stack[index] : StackSlot.EMPTY;
  }

  @Override
  public void loop(Event.Turn turn, List<Integer> chain) {
    if (wants(Interest.PRUNING)) {
      observer.on(
          new Event.Loop(turn, List.copyOf(chain.subList(0, chain.size() - 1)), -chain.getLast()));
    }
  }

  @Override
  public void loopsForever(VerifierState old, VerifierState current) {
    if (wants(Interest.PRUNING)) {
      State now = snapshot(current);
      observer.on(
          new Event.InfiniteLoop(current.number, current.pc, old.number, State.of(old, now), now));
    }
  }

  @Override
  public void chainStarts(
      VerifierState from, Event.Cause cause, int frame, int[] registers, long[] slots) {
    if (wants(Interest.PRECISION)) {
      chains.start(from, cause, frame, registers, slots);
    }
  }

  @Override
  public void chainStep(int frame, int registers, long slots, int at) {
    if (wants(Interest.PRECISION)) {
      chains.over(at, frame, registers, slots);
    }
  }

  @Override
  public void chainMarks(VerifierState state, int frame, int registers, long slots) {
    if (wants(Interest.PRECISION)) {
      chains.marks(state, false, frame, registers, slots);
    }
  }

  @Override
  public void forced(VerifierState state, int frame, int registers, long slots) {
    if (wants(Interest.PRECISION)) {
      chains.marks(state, true, frame, registers, slots);
    }
  }

  @Override
  public void chainEnds() {
    if (wants(Interest.PRECISION)) {
      chains.end();
    }
  }

  @Override
  public void called(VerifierState state, FrameState caller, FrameState callee, int start) {
    if (wants(Interest.SUBPROGRAMS)) {
      observer.on(
          new Event.SubprogramEntered(
              state.number,
              start,
              callee.subprogram,
              Event.Entry.CALL,
              callee.callsite,
              snapshot(state)));
    }
  }

  @Override
  public void leaves(VerifierState state, FrameState callee, FrameState caller, int next) {
    if (wants(Interest.SUBPROGRAMS)) {
      observer.on(
          new Event.SubprogramLeft(state.number, pc, callee.subprogram, next, callee.regs[0]));
    }
  }

  @Override
  public void assumesGlobal(VerifierState state, int at, int subprogram, String name) {
    if (wants(Interest.SUBPROGRAMS)) {
      observer.on(new Event.GlobalAssumed(state.number, at, subprogram, name));
    }
  }

  @Override
  public void globalStarts(int subprogram, String name) {
    if (wants(Interest.SUBPROGRAMS)) {
      observer.on(new Event.GlobalStarted(subprogram, name));
    }
  }

  @Override
  public void globalIsSafe(int subprogram, String name) {
    if (wants(Interest.SUBPROGRAMS)) {
      observer.on(new Event.GlobalValidated(subprogram, name));
    }
  }

  @Override
  public void ends(int processed) {
    if (wants(Interest.BUDGET)) {
      observer.on(new Event.Budget(processed, limit, Arrays.stream(visits).boxed().toList()));
    }
  }
}
