package dev.skep.verifier.explore;

import dev.skep.object.ProgramSpec;
import dev.skep.verifier.explain.StatePrinter;
import dev.skep.verifier.observe.Difference;
import dev.skep.verifier.observe.Event;
import dev.skep.verifier.path.Environment;
import dev.skep.verifier.path.InstructionFacts;
import dev.skep.verifier.state.Detail;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.Reg;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps checkpoints and ends paths that reach a state which is no more general than one that was
 * walked before ({@code is_state_visited}).
 */
public final class Pruning {

  private static final int MAX_BACKEDGE_ROUNDS = 64;

  /** Going back over more than this many instructions would take too long. */
  private static final int LONG_HISTORY = 40;

  private static final class Checkpoint {
    final VerifierState state;
    int misses;
    int hits;

    Checkpoint(VerifierState state) {
      this.state = state;
    }
  }

  /** One walk through a loop, from a state that entered it: {@code struct bpf_scc_visit}. */
  private static final class LoopVisit {
    @Nullable VerifierState entry;
    final ArrayDeque<VerifierState> backEdges = new ArrayDeque<>();
  }

  private record LoopKey(List<Integer> chain) {}

  private final Environment env;
  private final Precision precision;
  private final StateComparison comparison;
  private final Map<Integer, List<Checkpoint>> checkpoints = new HashMap<>();
  private final Map<LoopKey, LoopVisit> loops = new HashMap<>();
  private int previousJumps;
  private int previousProcessed;
  private int kept;
  public int totalStates;
  public int peakStates;
  public int maxStatesPerInstruction;

  /** Checkpoints that are given up, but that open paths still refer to. */
  private int givenUp;

  /** {@code BPF_COMPLEXITY_LIMIT_STATES}: what is kept for an unprivileged loader. */
  private static final int MAX_UNPRIVILEGED = 64;

  private int backEdges;
  private final boolean keepAll;

  Pruning(Environment env, Precision precision) {
    this.env = env;
    this.precision = precision;
    this.comparison = new StateComparison(env);
    this.keepAll = (env.program.flags() & ProgramSpec.F_TEST_STATE_FREQ) != 0;
  }

  /** Whether the path can end here; otherwise the state may be kept as a checkpoint. */
  boolean isVisited() {
    int pc = env.pc;
    InstructionFacts facts = env.facts[pc];
    VerifierState current = env.state;
    boolean force = keepAll || facts.forceCheckpoint || current.history.size() > LONG_HISTORY;
    boolean add =
        force || env.jumpsProcessed - previousJumps >= 2 && env.processed - previousProcessed >= 8;
    List<Checkpoint> here = checkpoints.computeIfAbsent(bucket(current), k -> new ArrayList<>());
    dropDead(here, current);
    int seen = 0;
    for (int i = here.size() - 1; i >= 0; i--) {
      Checkpoint checkpoint = here.get(i);
      seen++;
      if (checkpoint.state.pc != pc) {
        continue;
      }
      boolean loop = false;
      boolean hit;
      comparison.forget();
      if (checkpoint.state.branches > 0) {
        int verdict = compareOpen(checkpoint.state, current, facts);
        hit = verdict != MISS;
        loop = verdict == LOOP_HIT;
        if (!hit
            && !force
            && env.jumpsProcessed - previousJumps < 20
            && env.processed - previousProcessed < 100) {
          add = false;
        }
      } else {
        loop = hasOpenLoop(checkpoint.state);
        hit =
            comparison.equal(
                checkpoint.state,
                current,
                loop ? StateComparison.Level.RANGE_WITHIN : StateComparison.Level.NOT_EXACT);
      }
      if (hit) {
        checkpoint.hits++;
        prune(checkpoint.state, current, loop, facts);
        return true;
      }
      if (env.watched) {
        tellMiss(checkpoint.state, current);
      }
      if (add) {
        checkpoint.misses++;
      }
      int patience = facts.forceCheckpoint && checkpoint.state.branches > 0 ? 64 : 3;
      if (checkpoint.misses > checkpoint.hits * patience + patience) {
        here.remove(i);
        kept--;
        if (checkpoint.state.branches > 0) {
          checkpoint.state.givenUp = true;
          givenUp++;
        }
      }
    }
    maxStatesPerInstruction = Math.max(maxStatesPerInstruction, seen);
    boolean full = !env.profile.privileged() && seen > MAX_UNPRIVILEGED;
    if (add && !full) {
      keep(here, current, pc);
    }
    return false;
  }

  private void tellMiss(VerifierState old, VerifierState current) {
    @Nullable Difference difference = comparison.difference();
    env.watcher.missed(
        old,
        current,
        difference == null ? Difference.STILL_OPEN : difference,
        comparison.frame(),
        comparison.register(),
        comparison.slot());
  }

  /** Where Linux looks for checkpoints: those of other instructions may be there, too. */
  private int bucket(VerifierState state) {
    return Integer.remainderUnsigned(env.pc ^ state.frame().callsite, env.code.size());
  }

  private static final int MISS = 0;
  private static final int HIT = 1;
  private static final int LOOP_HIT = 2;

  /**
   * Compares with a checkpoint on the path at hand: either a loop that converges, or one forever.
   */
  private int compareOpen(VerifierState old, VerifierState current, InstructionFacts facts) {
    FrameState frame = old.frame();
    if (frame.inAsyncCallback
        && current.currentFrame() == old.currentFrame()
        && frame.asyncEntries != current.frame().asyncEntries) {
      return MISS;
    }
    if (facts.isIteratorNext) {
      if (comparison.equal(old, current, StateComparison.Level.RANGE_WITHIN)
          && hasActiveIterator(current)) {
        return LOOP_HIT;
      }
      return MISS;
    }
    if (facts.instruction instanceof dev.skep.isa.Instruction.MayGoto
        && old.mayGotoDepth != current.mayGotoDepth
        && comparison.equal(old, current, StateComparison.Level.RANGE_WITHIN)) {
      return LOOP_HIT;
    }
    if (facts.callsCallback) {
      return comparison.equal(old, current, StateComparison.Level.RANGE_WITHIN) ? HIT : MISS;
    }
    if (comparison.maybeLooping(old, current)
        && comparison.equal(old, current, StateComparison.Level.EXACT)
        && !StateComparison.iteratorDepthsDiffer(old, current)
        && old.mayGotoDepth == current.mayGotoDepth
        && old.callbackUnrollDepth == current.callbackUnrollDepth) {
      env.watcher.loopsForever(old, current);
      env.printLine(env.pc, "; ");
      env.log.message("infinite loop detected at insn " + env.pc);
      env.log.add("cur state:");
      env.watcher.showState(current, current.currentFrame());
      env.log.message(
          "old state:"
              + StatePrinter.frame(
                  old, current.currentFrame(), -1, -1L, !env.profile.privileged()));
      throw new dev.skep.verifier.path.Rejection("EINVAL");
    }
    return MISS;
  }

  private static boolean hasActiveIterator(VerifierState current) {
    Reg pointer = current.reg(1);
    if (pointer.type() != dev.skep.verifier.state.RegType.PTR_TO_STACK) {
      return false;
    }
    int slot = (int) ((-pointer.off() - pointer.range().constantValue() - 1) / StackSlot.BYTES);
    FrameState frame = current.frame(pointer.frame());
    return slot >= 0
        && slot < frame.stack.length
        && frame.stack[slot].spilled().detail() instanceof Detail.OfIterator iterator
        && iterator.state() == Detail.IteratorState.ACTIVE;
  }

  private void prune(
      VerifierState old, VerifierState current, boolean loop, InstructionFacts facts) {
    if (facts.jumpPoint) {
      current.history.add(env.pc, env.previousPc, 0, 0);
    }
    precision.propagate(old, current, Event.Cause.PRUNED);
    if (loop) {
      VerifierState backEdge = current.copy();
      backEdge.equalState = old;
      backEdge.pc = env.pc;
      LoopKey key = keyOf(backEdge);
      LoopVisit visit = key == null ? null : loops.get(key);
      if (key != null && visit != null) {
        visit.backEdges.addFirst(backEdge);
        backEdges++;
        env.watcher.loop(Event.Turn.BACK_EDGE, key.chain());
        notePeak();
      }
    }
    env.watcher.pruned(old, current, env.pc, env.previousPc, loop, comparison.covered());
  }

  private void notePeak() {
    peakStates = Math.max(peakStates, kept + givenUp + backEdges);
  }

  private void keep(List<Checkpoint> here, VerifierState current, int pc) {
    totalStates++;
    kept++;
    notePeak();
    previousJumps = env.jumpsProcessed;
    previousProcessed = env.processed;
    forgetPrecision(current);
    VerifierState checkpoint = current.copy();
    checkpoint.pc = pc;
    env.watcher.kept(checkpoint, current);
    enterLoop(checkpoint);
    here.add(new Checkpoint(checkpoint));
    current.parent = checkpoint;
    current.depth = checkpoint.depth + 1;
    current.firstPc = pc;
    current.history.clear();
  }

  /** Marks stay with the checkpoint that they were made in; a new one starts without. */
  private static void forgetPrecision(VerifierState state) {
    for (FrameState frame : state.frames) {
      for (int i = 0; i < 10; i++) {
        frame.regs[i] = frame.regs[i].withPrecise(false);
      }
      for (int i = 0; i < frame.stack.length; i++) {
        StackSlot slot = frame.stack[i];
        if (slot.isSpilled()) {
          frame.stack[i] = slot.withSpilled(slot.spilled().withPrecise(false));
        }
      }
    }
  }

  /** A path ended: checkpoints above it that have no open path left are done. */
  void pathEnded(VerifierState end) {
    VerifierState state = end;
    while (state != null) {
      if (--state.branches > 0) {
        return;
      }
      exitLoop(state);
      if (state.givenUp) {
        state.givenUp = false;
        givenUp--;
      }
      state = state.parent;
    }
  }

  /**
   * The youngest checkpoint above a state at which the path came to the same instruction before, or
   * null ({@code find_prev_entry}).
   */
  public @Nullable VerifierState previousEntry(@Nullable VerifierState below, int pc) {
    if (below == null) {
      return null;
    }
    int bucket = Integer.remainderUnsigned(pc ^ below.frame().callsite, env.code.size());
    List<Checkpoint> here = checkpoints.getOrDefault(bucket, List.of());
    for (int i = here.size() - 1; i >= 0; i--) {
      VerifierState state = here.get(i).state;
      if (state.pc == pc
          && state.branches > 0
          && state.depth < below.depth
          && sameCallsites(state, below)) {
        return state;
      }
    }
    return null;
  }

  private void dropDead(List<Checkpoint> here, VerifierState current) {
    for (Checkpoint checkpoint : here) {
      VerifierState state = checkpoint.state;
      if (state.branches == 0
          && state.pc == env.pc
          && !state.cleaned
          && sameCallsites(state, current)
          && !hasOpenLoop(state)) {
        clean(state);
      }
    }
  }

  private void clean(VerifierState state) {
    state.cleaned = true;
    for (int f = 0; f <= state.currentFrame(); f++) {
      FrameState frame = state.frame(f);
      int live = env.facts[state.framePc(f)].liveRegsBefore;
      for (int i = 0; i < 10; i++) {
        if ((live & 1 << i) == 0) {
          frame.regs[i] = Reg.NOT_INIT;
        }
      }
      long liveSlots = env.liveness.liveSlots(state, f);
      for (int i = 0; i < frame.stack.length; i++) {
        if ((liveSlots & 1L << i) == 0) {
          frame.stack[i] = StackSlot.EMPTY;
        }
      }
    }
  }

  private static boolean sameCallsites(VerifierState a, VerifierState b) {
    if (a.currentFrame() != b.currentFrame()) {
      return false;
    }
    for (int f = 0; f <= a.currentFrame(); f++) {
      if (a.frame(f).callsite != b.frame(f).callsite) {
        return false;
      }
    }
    return true;
  }

  /** The chain of calls to the outermost loop that the state is in, or null. */
  private @Nullable LoopKey keyOf(VerifierState state) {
    List<Integer> chain = new ArrayList<>();
    for (int f = 0; f <= state.currentFrame(); f++) {
      int pc = state.framePc(f);
      int loop = env.facts[pc].scc;
      if (loop != 0) {
        chain.add(-loop);
        return new LoopKey(chain);
      }
      if (f == state.currentFrame()) {
        return null;
      }
      chain.add(pc);
    }
    return null;
  }

  private void enterLoop(VerifierState checkpoint) {
    LoopKey key = keyOf(checkpoint);
    if (key == null) {
      return;
    }
    LoopVisit visit = loops.computeIfAbsent(key, k -> new LoopVisit());
    if (visit.entry == null) {
      visit.entry = checkpoint;
      env.watcher.loop(Event.Turn.ENTERED, key.chain());
    }
  }

  private void exitLoop(VerifierState state) {
    LoopKey key = keyOf(state);
    LoopVisit visit = key == null ? null : loops.get(key);
    if (key == null || visit == null || visit.entry != state) {
      return;
    }
    env.watcher.loop(Event.Turn.LEFT, key.chain());
    visit.entry = null;
    backEdges -= visit.backEdges.size();
    notePeak();
    propagateBackEdges(visit);
    visit.backEdges.clear();
  }

  private void propagateBackEdges(LoopVisit visit) {
    boolean changed = !visit.backEdges.isEmpty();
    for (int round = 0; changed; round++) {
      if (round > MAX_BACKEDGE_ROUNDS) {
        visit.backEdges.forEach(precision::giveUp);
        return;
      }
      changed = false;
      for (VerifierState edge : visit.backEdges) {
        VerifierState old = edge.equalState;
        if (old != null) {
          changed |= precision.propagate(old, edge, Event.Cause.LOOP);
        }
      }
    }
  }

  /** Whether marks may still come to the checkpoint through a loop that is being walked. */
  private boolean hasOpenLoop(VerifierState state) {
    LoopKey key = keyOf(state);
    LoopVisit visit = key == null ? null : loops.get(key);
    return visit != null && !visit.backEdges.isEmpty();
  }

  /** Forgets all checkpoints: before another function is walked on its own. */
  public void reset() {
    checkpoints.clear();
    loops.clear();
  }
}
