package dev.skep.verifier.watch;

import dev.skep.isa.Instruction;
import dev.skep.verifier.observe.Covered;
import dev.skep.verifier.observe.Difference;
import dev.skep.verifier.observe.Event;
import dev.skep.verifier.state.FrameState;
import dev.skep.verifier.state.VerifierState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log and an observer at once. The log is told first: it forgets what was touched when it has
 * shown it, which must be before a step starts.
 */
public final class Watchers implements Watcher {

  private final Watcher log;
  private final Watcher events;

  private Watchers(Watcher log, Watcher events) {
    this.log = log;
    this.events = events;
  }

  /** Those of the two that have something to do. */
  public static Watcher of(LogWatcher log, Watcher events) {
    if (!log.isOn()) {
      return events;
    }
    return events == NONE ? log : new Watchers(log, events);
  }

  @Override
  public boolean wantsCovers() {
    return log.wantsCovers() || events.wantsCovers();
  }

  @Override
  public void walkStarts(VerifierState entry, int pc) {
    log.walkStarts(entry, pc);
    events.walkStarts(entry, pc);
  }

  @Override
  public void visits(int pc) {
    log.visits(pc);
    events.visits(pc);
  }

  @Override
  public void stepStarts(
      VerifierState state, int pc, int previousPc, @Nullable Instruction instruction) {
    log.stepStarts(state, pc, previousPc, instruction);
    events.stepStarts(state, pc, previousPc, instruction);
  }

  @Override
  public void changed(VerifierState state, int pc) {
    log.changed(state, pc);
    events.changed(state, pc);
  }

  @Override
  public void stepEnds(VerifierState state, int next) {
    log.stepEnds(state, next);
    events.stepEnds(state, next);
  }

  @Override
  public void stepBarred(VerifierState state, boolean refused) {
    log.stepBarred(state, refused);
    events.stepBarred(state, refused);
  }

  @Override
  public void stepFails() {
    log.stepFails();
    events.stepFails();
  }

  @Override
  public void forked(VerifierState state, int pc) {
    log.forked(state, pc);
    events.forked(state, pc);
  }

  @Override
  public void pathEnds(VerifierState state, int pc, Event.End end) {
    log.pathEnds(state, pc, end);
    events.pathEnds(state, pc, end);
  }

  @Override
  public void pathTaken(VerifierState state, int pc, int previousPc) {
    log.pathTaken(state, pc, previousPc);
    events.pathTaken(state, pc, previousPc);
  }

  @Override
  public void jumpsBack() {
    log.jumpsBack();
    events.jumpsBack();
  }

  @Override
  public void kept(VerifierState checkpoint, VerifierState current) {
    log.kept(checkpoint, current);
    events.kept(checkpoint, current);
  }

  @Override
  public void pruned(
      VerifierState old,
      VerifierState current,
      int pc,
      int previousPc,
      boolean loop,
      List<Covered> covered) {
    log.pruned(old, current, pc, previousPc, loop, covered);
    events.pruned(old, current, pc, previousPc, loop, covered);
  }

  @Override
  public void missed(
      VerifierState old,
      VerifierState current,
      Difference difference,
      int frame,
      int register,
      int slot) {
    log.missed(old, current, difference, frame, register, slot);
    events.missed(old, current, difference, frame, register, slot);
  }

  @Override
  public void loopsForever(VerifierState old, VerifierState current) {
    log.loopsForever(old, current);
    events.loopsForever(old, current);
  }

  @Override
  public void loop(Event.Turn turn, List<Integer> chain) {
    log.loop(turn, chain);
    events.loop(turn, chain);
  }

  @Override
  public void propagates(int frame, int registers, long slots) {
    log.propagates(frame, registers, slots);
    events.propagates(frame, registers, slots);
  }

  @Override
  public void chainStarts(
      VerifierState from, Event.Cause cause, int frame, int[] registers, long[] slots) {
    log.chainStarts(from, cause, frame, registers, slots);
    events.chainStarts(from, cause, frame, registers, slots);
  }

  @Override
  public void chainSegment(int frame, int last, int first, int following) {
    log.chainSegment(frame, last, first, following);
    events.chainSegment(frame, last, first, following);
  }

  @Override
  public void chainStep(int frame, int registers, long slots, int pc) {
    log.chainStep(frame, registers, slots, pc);
    events.chainStep(frame, registers, slots, pc);
  }

  @Override
  public void chainMarks(VerifierState state, int frame, int registers, long slots) {
    log.chainMarks(state, frame, registers, slots);
    events.chainMarks(state, frame, registers, slots);
  }

  @Override
  public void chainGivesUp(VerifierState from) {
    log.chainGivesUp(from);
    events.chainGivesUp(from);
  }

  @Override
  public void forced(VerifierState state, int frame, int registers, long slots) {
    log.forced(state, frame, registers, slots);
    events.forced(state, frame, registers, slots);
  }

  @Override
  public void chainEnds() {
    log.chainEnds();
    events.chainEnds();
  }

  @Override
  public void called(VerifierState state, FrameState caller, FrameState callee, int start) {
    log.called(state, caller, callee, start);
    events.called(state, caller, callee, start);
  }

  @Override
  public void leaves(VerifierState state, FrameState callee, FrameState caller, int next) {
    log.leaves(state, callee, caller, next);
    events.leaves(state, callee, caller, next);
  }

  @Override
  public void iterationsEnd(int frame) {
    log.iterationsEnd(frame);
    events.iterationsEnd(frame);
  }

  @Override
  public void assumesGlobal(VerifierState state, int pc, int subprogram, String name) {
    log.assumesGlobal(state, pc, subprogram, name);
    events.assumesGlobal(state, pc, subprogram, name);
  }

  @Override
  public void globalStarts(int subprogram, String name) {
    log.globalStarts(subprogram, name);
    events.globalStarts(subprogram, name);
  }

  @Override
  public void globalIsSafe(int subprogram, String name) {
    log.globalIsSafe(subprogram, name);
    events.globalIsSafe(subprogram, name);
  }

  @Override
  public void ends(int processed) {
    log.ends(processed);
    events.ends(processed);
  }

  @Override
  public void sourceLine(int pc, String prefix) {
    log.sourceLine(pc, prefix);
    events.sourceLine(pc, prefix);
  }

  @Override
  public void showState(VerifierState state, int frame) {
    log.showState(state, frame);
    events.showState(state, frame);
  }
}
